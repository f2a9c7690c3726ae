"""Rows that are kept when a key of theirs is in a list at hand: an index has a range for each key of the list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from convex_lint.analysis.compared import conjuncts, disjuncts
from convex_lint.analysis.each_row import EachRow, each_row, field_of, kept_by
from convex_lint.analysis.fields import is_reference
from convex_lint.analysis.sites import GOING_ON
from convex_lint.analysis.surroundings import Surroundings, method_of, within
from convex_lint.model.operation import Read
from convex_lint.model.schema import Index, Table
from convex_lint.syntax import tree
from convex_lint.syntax.walk import bare, is_name, last_of


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
    for names, field in _filtered_by(read, surroundings):
        if is_reference(field, table):
            return ListedKeys(names, field, _beginning_with(field, table))
    for each in each_row(read, surroundings, ("filter", "some", "find", "iterate", "map")):
        for names, field in _chosen_by(each):
            if is_reference(field, table):
                return ListedKeys(names, field, _beginning_with(field, table))
    return None


def are_of_ids(read: Read, surroundings: Surroundings) -> bool:
    """Of all rows those are kept whose ids are in a list at hand: `rows.filter((row) => ids.includes(row._id))`."""
    if read.eq or read.bounds:
        return False
    done = [use for use in read.uses if not use.part and use.kind not in GOING_ON]
    walks = list(each_row(read, surroundings, ("filter", "some", "find", "iterate", "reduce")))
    chosen = [each for each in walks if any(field == "_id" for _, field in _chosen_by(each))]
    return bool(chosen) and {each.use for each in chosen} >= set(done)


def _beginning_with(field: str, table: Table) -> Index | None:
    return next((one for one in table.indexes if one.fields[:1] == (field,) and not one.staged), None)


def _filtered_by(read: Read, surroundings: Surroundings) -> Iterator[tuple[str, str]]:
    """The list and the field of `.filter((q) => q.or(...teamIds.map((id) => q.eq(q.field("teamId"), id))))`."""
    for part in read.residual:
        path = surroundings.around(part.span) if part.source == "filter" and part.operator == "in" else ()
        spreads = (node.value for node in within(path[-1]) if type(node) is tree.Spread) if path else ()
        mapped: Any
        for mapped in spreads:
            holder: Any = mapped.callee.object if method_of(mapped) == "map" else None
            if type(holder) in (tree.Name, tree.Member) and part.field is not None:
                yield holder.name if type(holder) is tree.Name else holder.property, part.field


def _chosen_by(each: EachRow) -> Iterator[tuple[str, str]]:
    """The names of lists, and the fields whose values must be in them for a row to be kept."""
    for test in _tests(each):
        for part in conjuncts(test):
            found = _searched(part, each, ("includes", "has", "some"))
            if found is not None:
                yield found
    for found, name in _looked_for(each):
        if any(_names(test, name) for one in _left_without(each) for test in disjuncts(one)):
            yield found


def _searched(part: Any, each: EachRow, methods: tuple[str, ...]) -> tuple[str, str] | None:
    """`names.includes(row.field)`, `names.some((one) => one._id === row.field)`: the list, and the field of the row."""
    method = method_of(part)
    if method not in methods or len(part.arguments) != 1:
        return None
    holder, given = part.callee.object, part.arguments[0]
    if method in ("some", "find"):
        given = _compared(given)
    field = field_of(given, each.names) if given is not None else None
    if field is None or type(holder) is not tree.Name or each.tells_of(holder):
        return None
    return holder.name, field


def _compared(test: Any) -> Any:
    """`row.teamId` of `(team) => team._id === row.teamId`: that with which an id of the element is compared."""
    target: Any = test.parameters[0].target if type(test) is tree.Function and len(test.parameters) == 1 else None
    if type(target) is not tree.Name:
        return None
    own, body = target.name, test.body
    if type(body) is not tree.Binary or body.operator not in ("===", "=="):
        return None
    for side, other in ((body.left, body.right), (body.right, body.left)):
        if field_of(side, (own,)) == "_id" or (type(side) is tree.Name and side.name == own):
            return other
    return None


def _looked_for(each: EachRow) -> Iterator[tuple[tuple[str, str], str]]:
    """`const team = teams.find((one) => one._id === row.teamId)`, with the variable in which it is kept."""
    for statement in each.body.body if type(each.body) is tree.Block else ():
        for one in statement.declarators if type(statement) is tree.Variables else ():
            target: Any = one.target
            found = _searched(bare(one.value), each, ("find",)) if type(target) is tree.Name else None
            if found is not None and _is_narrowed(found[0], each):
                yield found, target.name


def _is_narrowed(name: str, each: EachRow) -> bool:
    """The list holds some of the parents. Of all of them, one that is missing has been deleted, and no row is chosen by that."""
    made = (
        node.value for node in within(each.function) if type(node) is tree.Declarator and is_name(node.target, name)
    )
    calls = [part for value in made for part in within(value) if method_of(part) is not None]
    return any(
        method_of(part) in ("filter", "take") or (method_of(part) == "withIndex" and len(part.arguments) > 1)
        for part in calls
    )


def _left_without(each: EachRow) -> Iterator[Any]:
    """The tests after which a walk goes on to the next row, and a list has nothing for this one."""
    for statement in each.body.body if type(each.body) is tree.Block else ():
        if type(statement) is tree.If and statement.other is None:
            last = last_of(statement.then)
            goes_on = type(last) is tree.Return and _is_nothing(last.value)
            if type(last) is tree.Continue if type(each.node) is tree.ForEach else goes_on:
                yield statement.test


def _is_nothing(value: Any) -> bool:
    constant = type(value) is tree.Constant and not value.value
    return value is None or constant or (type(value) is tree.Name and value.name == "undefined")


def _names(test: Any, name: str) -> bool:
    """`!team`."""
    return type(test) is tree.Unary and test.operator == "!" and is_name(test.operand, name)


def _tests(each: EachRow) -> Iterator[Any]:
    """What a row must meet: a loop goes on to the next one without it, or does nothing else than what stands behind it."""
    if each.use.kind == "map":
        return
    if each.use.kind == "reduce":
        statements = each.body.body if type(each.body) is tree.Block else ()
        if len(statements) == 2 and type(statements[0]) is tree.If and statements[0].other is None:
            yield statements[0].test  # and then what was made so far is given on
        return
    if each.use.kind != "iterate":
        yield each.body
        return
    yield from kept_by(each.body)
