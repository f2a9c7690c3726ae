"""Rows that are kept when a key of theirs is in a list at hand: an index has a range for each key of the list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from convex_lint.analysis.compared import conjuncts
from convex_lint.analysis.each_row import EachRow, each_row, field_of
from convex_lint.analysis.fields import is_reference
from convex_lint.analysis.surroundings import Surroundings, method_of
from convex_lint.model.operation import Read
from convex_lint.model.schema import Index, Table
from convex_lint.syntax import tree


class ListedKeys(NamedTuple):
    """`rows.filter((row) => teamIds.includes(row.teamId))`: `names` is `teamIds`, `field` is `teamId`; `by`, a declared index
    that begins with it, None without one."""

    names: str
    field: str
    by: Index | None

    @property
    def index_in_words(self) -> str:
        return f"`{self.by.name}`" if self.by is not None else f"an index that begins with `{self.field}`"

    @property
    def advice(self) -> str:
        return (
            f"Read the rows of each of `{self.names}` with {self.index_in_words}, a range for each, and put them together: those of all others are "
            "read only to be dropped."
        )


def listed_keys(read: Read, table: Table, surroundings: Surroundings) -> ListedKeys | None:
    """The list by which code chooses among all rows of a table."""
    if read.eq or read.bounds:
        return None
    for each in each_row(read, surroundings, ("filter", "some", "find", "iterate")):
        for names, field in _chosen_by(each):
            if is_reference(field, table):
                index = next((one for one in table.indexes if one.fields[:1] == (field,) and not one.staged), None)
                return ListedKeys(names, field, index)
    return None


def _chosen_by(each: EachRow) -> Iterator[tuple[str, str]]:
    """The names of lists, and the fields whose values must be in them for a row to be kept."""
    for test in _tests(each):
        for part in conjuncts(test):
            asks = method_of(part) in ("includes", "has") and len(part.arguments) == 1
            holder: Any = part.callee.object if asks else None
            field = field_of(part.arguments[0], each.names) if asks else None
            if field is not None and type(holder) is tree.Name and not each.tells_of(holder):
                yield holder.name, field


def _tests(each: EachRow) -> Iterator[Any]:
    """What a row must meet: a loop goes on to the next one without it, or does nothing else than what stands behind it."""
    if each.use.kind != "iterate":
        yield each.body
        return
    body = each.body.body if type(each.body) is tree.Block else (each.body,)
    doing = [one for one in body if type(one) is not tree.Variables]
    for one in doing:
        if type(one) is not tree.If or one.other is not None:
            return
        if len(doing) == 1:
            yield one.test
        last = one.then.body[-1] if type(one.then) is tree.Block and one.then.body else one.then
        if type(last) is tree.Continue and type(one.test) is tree.Unary and one.test.operator == "!":
            yield one.test.operand
