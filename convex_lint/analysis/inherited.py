"""Conditions that the parent of a range has met already: whose team a thread is, its messages are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from convex_lint.analysis.told import told
from convex_lint.model.operation import Op, Read
from convex_lint.model.value import Computed, DocumentField, Value


def met_by_parent(field: str, value: Value, read: Read, reads: Mapping[int, Read]) -> bool:
    """`if (thread.team !== team) return`, and then the rows of that thread whose `team` is the same. `reads` are those of the
    function."""
    asked = [key.value for key in read.eq]
    return any(
        _is_parent(one, asked, reads)
        for guard in read.guards
        for left, right in _equal(guard.condition, guard.holds)
        for one, other in ((left, right), (right, left))
        if isinstance(one, DocumentField) and one.path == (field,) and other == value
    )


def _is_parent(document: DocumentField, asked: list[Value], reads: Mapping[int, Read]) -> bool:
    source = reads.get(document.read) if document.read is not None else None
    if source is None or source.op is not Op.GET:
        return False
    return source.key in asked or DocumentField(document.table, ("_id",), document.read) in asked


def _equal(condition: Value, holds: bool) -> Iterator[tuple[Value, Value]]:
    """The pairs that are surely equal where the condition holds, or does not."""
    for part, true in told(condition, holds):
        if isinstance(part, Computed) and part.operator in (("===", "==") if true else ("!==", "!=")):
            yield part.parts[0], part.parts[1]
