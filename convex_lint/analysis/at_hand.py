"""Reads of the rows of all teams or users, where the function knows whose are wanted and an index of the table begins with that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from convex_lint.analysis.bound import Tier, tier_of_field, tier_of_table
from convex_lint.analysis.fields import kinds_of
from convex_lint.analysis.surroundings import method_of, within
from convex_lint.analysis.vocabulary import MAKERS, TENANTS, words_of
from convex_lint.model.operation import Op, Read
from convex_lint.model.schema import Index, Table
from convex_lint.model.value import Argument, Literal
from convex_lint.source import Span
from convex_lint.syntax import tree
from convex_lint.syntax.walk import bare

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend
    from convex_lint.analysis.sites import Site


class AtHand(NamedTuple):
    """`value` is the text of what the field is to equal; `or_one`: in another case a row is asked for by its id."""

    by: Index
    field: str
    value: str
    or_one: bool = False

    @property
    def advice(self) -> str:
        call = f'.withIndex("{self.by.name}", (q) => q.eq("{self.field}", {self.value}))'
        one = "Get the row with `ctx.db.get(id)` where its id is given; otherwise read" if self.or_one else "Read"
        return f"{one} the rows of one `{self.field}` by the declared index, `{call}`, and look at what else is asked among these."


def at_hand(backend: Backend, site: Site[Read]) -> AtHand | None:
    """A later condition asks for one value of the field, or a row that was got by its id has the same one and the code looks
    at it."""
    read, table = site.operation, site.table
    if site.span in backend.narrowings or read.loops or not all(isinstance(key.value, Literal) for key in read.eq):
        return None
    for index in table.indexes:
        field = index.fields[0] if index.fields and not index.staged else None
        if field is None or words_of(field) & MAKERS or _is_asked_beside(backend, site, field):
            continue
        tier = tier_of_field(field, table)
        if tier in (Tier.USER, Tier.TENANT):
            found = _asked(backend, read, index, field)
            if found is None and _is_of_team(field, table):
                found = _looked_at(backend, site, index, field)
            if found is not None:
                return found
    return None


def _is_asked_beside(backend: Backend, site: Site[Read], field: str) -> bool:
    """The function asks for the rows of one already, here or in another case."""
    reads = backend.reads_in(site.functions[0]).values()
    return any(read.table == site.table.name and any(key.field == field for key in read.eq) for read in reads)


def _asked(backend: Backend, read: Read, index: Index, field: str) -> AtHand | None:
    around = backend.surroundings
    for predicate in read.residual:
        path = around.around(predicate.span)
        if not path or around.functions(predicate.span) != around.functions(read.span):
            continue
        either = _either(path[-1]) if predicate.source == "filter" else ()
        if either and not any(next(_values(arm, "_id"), None) is not None for arm in either):
            continue
        if not either and (predicate.operator != "eq" or predicate.field != field):
            continue
        for value in (one for arm in either or (path[-1],) for one in _values(arm, field)):
            text = backend.text_of(Span(predicate.span.file, value.start, value.end))
            if _SHORT.fullmatch(text):
                return AtHand(index, field, text, bool(either))
    return None


def _either(condition: Any) -> tuple[Any, ...]:
    """The sides of `(q) => id ? q.eq(...) : q.eq(...)`."""
    tests = [bare(node.body) for node in within(condition) if type(node) is tree.Function]
    chosen = tests[0] if tests else None
    sides = (chosen.then, chosen.other) if type(chosen) is tree.Conditional else ()
    return sides if all(method_of(side) == "eq" for side in sides) else ()


_SHORT = re.compile(r"[\w$.?!]{1,60}")


def _values(condition: Any, field: str) -> Iterator[Any]:
    """What the field of a row has to equal, in code or in a filter."""
    for node in within(condition):
        if type(node) is tree.Binary and node.operator in ("===", "=="):
            for own, other in ((node.left, node.right), (node.right, node.left)):
                if type(own) is tree.Member and own.property == field and type(own.object) is tree.Name:
                    yield other
        if method_of(node) == "eq" and len(node.arguments) == 2 and _names(node.arguments[0], field):
            yield node.arguments[1]


def _names(node: Any, field: str) -> bool:
    """`q.field("userId")`."""
    named = node.arguments[0] if method_of(node) == "field" and node.arguments else None
    return type(named) is tree.Constant and named.value == field


def _looked_at(backend: Backend, site: Site[Read], index: Index, field: str) -> AtHand | None:
    """`await requireMember(ctx, team.orgId)`, of a team that was got by an argument before."""
    before = [one for one in backend.reads_in(site.functions[0]).values() if one.ordinal < site.operation.ordinal]
    functions = backend.surroundings.functions(site.span)
    for read in before:
        other = backend.project.table(site.table.component, read.table)
        if read.op is not Op.GET or read.loops or not isinstance(read.key, Argument) or not _has(other, field):
            continue
        variable = _variable(backend, read)
        for node in within(functions[-1]) if functions and variable is not None else ():
            whose = node.object if type(node) is tree.Member and node.property == field else None
            if type(whose) is tree.Name and whose.name == variable and node.start < site.span.start:
                return AtHand(index, field, f"{variable}.{field}")
    return None


def _has(table: Table | None, field: str) -> bool:
    return table is not None and field in table.fields and _is_of_team(field, table)


def _is_of_team(field: str, table: Table) -> bool:
    """It says to which team a row belongs, whether a team has few of these rows or many."""
    return bool(words_of(field) & TENANTS) or any(
        kind.kind == "id" and tier_of_table(kind.table or "") is Tier.TENANT for kind in kinds_of(field, table)
    )


def _variable(backend: Backend, read: Read) -> str | None:
    declared = [node for node in backend.surroundings.around(read.span) if type(node) is tree.Declarator]
    target = declared[-1].target if declared else None
    return target.name if type(target) is tree.Name else None
