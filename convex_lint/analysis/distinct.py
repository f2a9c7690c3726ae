"""Rows that are all read for the different values of a field: no page holds them all, and looking up a row gives none."""

from __future__ import annotations

from collections.abc import Iterator

from convex_lint.analysis.each_row import EachRow, each_row, field_of
from convex_lint.analysis.story import fields_in_words
from convex_lint.analysis.surroundings import Surroundings, method_of, within
from convex_lint.model.operation import Read
from convex_lint.model.schema import Table
from convex_lint.syntax import tree

_ASKING = frozenset(("has", "get"))
_ON_THE_WAY = frozenset(("filter", "map", "flat"))


def distinct_values(read: Read, surroundings: Surroundings) -> tuple[str, ...]:
    """The fields of `[...new Set(rows.map((row) => row.field))]`; none where the rows are used for anything else."""
    kinds = {use.kind for use in read.uses}
    walks = list(each_row(read, surroundings, ("map", "iterate")))
    if not walks or not kinds <= {"map", "iterate", "filter", "exists", "picked"}:
        return ()
    fields: list[str] = []
    for each in walks:
        field = _of_each(each, surroundings)
        if field is None or field == "_id":
            return ()  # ids are different anyway
        fields.append(field)
    known = len(walks) == sum(use.kind in ("map", "iterate") for use in read.uses)
    return tuple(dict.fromkeys(fields)) if known else ()


def advice_for(fields: tuple[str, ...], read: Read, table: Table) -> str:
    """Where an index begins with the range and the one field, it can be stepped through."""
    keys = tuple(key.field for key in read.eq)
    kept = (
        f"the different values of {fields_in_words(fields)} in a table of their own, a row for each, to which the writers add: "
        "a page of the rows holds only some of them."
    )
    index = next(
        (one for one in table.indexes if one.fields[: len(keys) + 1] == (*keys, fields[0]) and not one.staged), None
    )
    if index is None or len(fields) > 1:
        return f"Keep {kept}"
    equal = "".join(f'.eq("{key}", ...)' for key in keys)
    step = f'`.withIndex("{index.name}", (q) => q{equal}.gt("{fields[0]}", last)).first()`'
    return f"Step from one value to the next with {step}, which reads one row for each, or keep {kept}"


def _of_each(each: EachRow, surroundings: Surroundings) -> str | None:
    """The field whose values go into a Set of which all are wanted."""
    if each.use.kind == "map":
        field, holder = field_of(each.body, each.names), _set_around(each, surroundings)
    else:
        added = list(_added(each))
        field, holder = added[0] if len(added) == 1 else (None, None)
    if field is None or holder is None or (holder and not _is_listed(holder, each.function)):
        return None
    return field


def _set_around(each: EachRow, surroundings: Surroundings) -> str | None:
    """The variable of the Set to which the list is given, "" where all of it is taken at once: `[...new Set(rows.map(...))]`."""
    path = surroundings.around(each.use.span)
    made: int | None = None
    for number in range(len(path) - 2, -1, -1):
        node = path[number]
        if type(node) is tree.New:
            if type(node.callee) is not tree.Name or node.callee.name != "Set":
                return None
            made = number
            break
        on_the_way = type(node) in (tree.Member, tree.Cast) or method_of(node) in _ON_THE_WAY
        if not on_the_way:
            return None
    if made is None:
        return None
    outer = path[made - 1]
    if (
        type(outer) is tree.Spread
        or method_of(outer) == "from"
        or (type(outer) is tree.Member and outer.property == "size")
    ):
        return ""
    return outer.target.name if type(outer) is tree.Declarator and type(outer.target) is tree.Name else None


def _added(each: EachRow) -> Iterator[tuple[str | None, str | None]]:
    """Everything that a loop puts into something."""
    for node in within(each.body):
        if method_of(node) in ("add", "set", "push") or type(node) in (tree.Assign, tree.Update):
            plain = method_of(node) == "add" and len(node.arguments) == 1 and type(node.callee.object) is tree.Name
            yield (field_of(node.arguments[0], each.names), node.callee.object.name) if plain else (None, None)


def _is_listed(name: str, function: tree.Function) -> bool:
    """Nobody asks whether one certain value is in it."""
    asked = (node for node in within(function) if method_of(node) in _ASKING)
    return not any(type(node.callee.object) is tree.Name and node.callee.object.name == name for node in asked)
