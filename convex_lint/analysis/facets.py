"""Lists that are filtered by many fields, each only where it is asked for, sorted, counted and shown page by page."""

from __future__ import annotations

from convex_lint.analysis.each_row import EachRow, each_row
from convex_lint.analysis.surroundings import Surroundings, within
from convex_lint.model.operation import Read
from convex_lint.syntax import tree

_SHOWN = frozenset(("filter", "sort", "length", "slice"))
_MANY = 3


def is_faceted(read: Read, surroundings: Surroundings) -> bool:
    """No index holds all that its filters look at, and a page of one would give neither the order nor the number of those that
    pass."""
    if not {use.kind for use in read.uses} >= _SHOWN:
        return False
    if any(part.operator == "eq" and part.field is not None for part in read.residual):
        return False  # all rows go through this one, and an index can hold it
    fields = {field for each in each_row(read, surroundings, ("filter",)) for field in _looked_at(each)}
    return len(fields) >= _MANY


def _looked_at(each: EachRow) -> set[str]:
    return {
        node.property
        for node in within(each.body)
        if type(node) is tree.Member and type(node.object) is tree.Name and node.object.name in each.names
    }
