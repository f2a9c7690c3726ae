"""Rows that are kept when a key of theirs is in a list at hand: an index has a range for each key of the list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from convex_lint.analysis.compared import conjuncts
from convex_lint.analysis.fields import is_reference
from convex_lint.analysis.surroundings import Surroundings
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
    for use in read.uses:
        path = surroundings.around(use.span) if use.kind in ("filter", "some", "find") else ()
        for names, field in _chosen_by(path[-1]) if path else ():
            if is_reference(field, table):
                index = next((one for one in table.indexes if one.fields[:1] == (field,) and not one.staged), None)
                return ListedKeys(names, field, index)
    return None


def _chosen_by(call: Any) -> Iterator[tuple[str, str]]:
    if type(call) is not tree.Call or len(call.arguments) != 1 or type(call.arguments[0]) is not tree.Function:
        return
    test: Any = call.arguments[0]
    row: Any = test.parameters[0].target if test.parameters else None
    if type(row) is not tree.Name:
        return
    for part in conjuncts(test.body):
        if type(part) is not tree.Call or type(part.callee) is not tree.Member or len(part.arguments) != 1:
            continue
        holder: Any = part.callee.object
        key: Any = part.arguments[0]
        asks = part.callee.property in ("includes", "has") and type(holder) is tree.Name
        if asks and type(key) is tree.Member and type(key.object) is tree.Name and key.object.name == row.name:
            yield holder.name, key.property
