"""Rows of which a Set or a Map is made, in which code then looks for the counterpart of each of some others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from convex_lint.analysis.each_row import EachRow, each_row, field_of
from convex_lint.analysis.membership import lists_all
from convex_lint.analysis.sites import GOING_ON
from convex_lint.analysis.surroundings import Surroundings, method_of, within
from convex_lint.model.operation import Read
from convex_lint.source import Span
from convex_lint.syntax import tree
from convex_lint.syntax.walk import bare

_LOOPS = (tree.For, tree.ForEach, tree.While)


class Counterparts(NamedTuple):
    """`key` is the field by which rows are found, None where it is not one alone; `taken`: more than whether there is one is
    asked; `alone`: nothing else is done with the rows; `composed`: each row is kept by what several of its fields make."""

    key: str | None
    taken: bool
    alone: bool
    composed: bool = False


def counterparts(read: Read, surroundings: Surroundings) -> Counterparts | None:
    """`const byId = new Map(rows.map((row) => [row._id, row]))`, of which `byId.get(other.rowId)` is asked for one after the other."""
    done = [use for use in read.uses if use.kind not in GOING_ON]
    walks = [(each, list(_kept(each, surroundings))) for each in each_row(read, surroundings, ("map", "iterate"))]
    alone = len(walks) == len(done) and all(kept for _, kept in walks)
    for each, kept in walks:
        for name, key in kept:
            asked = [node for node in _asked(name, each) if _is_repeated(node, each, surroundings)]
            if asked and _keeps_elsewhere(each, {one for one, _ in kept}):
                return None  # code picks among all rows besides
            if asked:
                taken = any(method_of(node) == "get" for node in asked)
                return Counterparts(key, taken, alone, key is None and _composes(each))
    keys = {key for _, kept in walks for _, key in kept}
    return Counterparts("_id", True, alone) if alone and keys == {"_id"} else None


def _kept(each: EachRow, surroundings: Surroundings) -> Iterator[tuple[str, str | None]]:
    """The variables of the Sets and Maps that hold something of every row, and their keys."""
    if each.use.kind == "iterate":
        for node in within(each.body):
            if method_of(node) in ("add", "set") and node.arguments and type(node.callee.object) is tree.Name:
                name = node.callee.object.name
                if not any(lists_all(part, name) for part in within(each.function)):
                    yield name, field_of(node.arguments[0], each.names)
        return
    path = surroundings.around(each.use.span)
    made = next(
        (number for number, node in enumerate(path) if type(node) is tree.New and node.start >= each.function.start),
        None,
    )
    holder: Any = path[made - 1] if made else None
    if type(holder) is tree.Declarator and type(holder.target) is tree.Name and made is not None:
        kind = path[made].callee
        if type(kind) is tree.Name and kind.name in ("Set", "Map"):
            yield holder.target.name, _key(each)


def _keeps_elsewhere(each: EachRow, known: set[str]) -> bool:
    """In the same walk, rows that pass some test go into another list as well."""
    if each.use.kind != "iterate":
        return False
    for node in within(each.body):
        if method_of(node) in ("add", "set", "push") and node.arguments and each.tells_of(node.arguments[-1]):
            holder: Any = node.callee.object
            if type(holder) is tree.Name and holder.name not in known:
                return True
    return False


def _key(each: EachRow) -> str | None:
    """`row._id` of `(row) => row._id` and of `(row) => [row._id, row]`."""
    made = bare(each.body)
    if type(made) is tree.Array and made.items:
        made = made.items[0]
    return field_of(made, each.names) if made is not None else None


def _composes(each: EachRow) -> bool:
    """`byName.set(`${row.first} ${row.last}`, row)`, and no figure or list that grows with each row."""
    made = [bare(each.body)] if type(bare(each.body)) is tree.Array else []
    pairs = [node.items for node in made] or [node.arguments for node in within(each.body) if method_of(node) == "set"]
    declared = {
        node.target.name
        for node in within(each.body)
        if type(node) is tree.Declarator and type(node.target) is tree.Name
    }
    kept = [bare(pair[1]) for pair in pairs if len(pair) == 2 and each.tells_of(pair[0])]
    rows = each.names - declared
    return 0 < len(kept) == len(pairs) and all(type(one) is tree.Name and one.name in rows for one in kept)


def _asked(name: str, each: EachRow) -> Iterator[Any]:
    for node in within(each.function):
        asks = method_of(node) in ("get", "has") and node.start > each.node.end
        if asks and type(node.callee.object) is tree.Name and node.callee.object.name == name:
            yield node


def _is_repeated(node: Any, each: EachRow, surroundings: Surroundings) -> bool:
    """It stands in a loop, or in a function that is called for each of a list."""
    path = surroundings.around(Span(each.use.span.file, node.start, node.end))
    inside = [one for one in path if one.start > each.node.end]
    return any(type(one) in _LOOPS or type(one) is tree.Function for one in inside)
