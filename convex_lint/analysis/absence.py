"""Which reads found nothing, where an operation happens."""

from __future__ import annotations

from collections.abc import Iterator

from convex_lint.analysis.told import told
from convex_lint.model.operation import Operation
from convex_lint.model.value import Computed, DocumentField, Literal, Undefined, Value


def found_nothing(operation: Operation) -> frozenset[int]:
    """The reads whose rows are not there when the operation happens, or else the function throws: `if (existing) throw`."""
    guards = (guard for guard in operation.guards if guard.otherwise == "throw")
    return frozenset(read for guard in guards for read in _absent(guard.condition, guard.holds))


def known_empty(operation: Operation) -> frozenset[int]:
    """The reads whose rows are not there when the operation happens, whatever happens when they are."""
    return frozenset(read for guard in operation.guards for read in _absent(guard.condition, guard.holds))


def _absent(condition: Value, holds: bool) -> Iterator[int]:
    """The reads that brought nothing if the condition holds, or does not."""
    for part, true in told(condition, holds):
        if isinstance(part, DocumentField):
            if not true and part.read is not None and not part.path:
                yield part.read
        elif isinstance(part, Computed) and len(part.parts) == 2:
            yield from _compared(part.operator, part.parts[0], part.parts[1], true)


def _compared(operator: str, left: Value, right: Value, holds: bool) -> Iterator[int]:
    rows = left.parts[0] if isinstance(left, Computed) and left.operator == "length" and left.parts else None
    if isinstance(rows, DocumentField) and isinstance(right, Literal) and rows.read is not None:
        some = (operator, right.value) in ((">", 0), (">=", 1), ("!==", 0), ("!=", 0))
        none = (operator, right.value) in (("===", 0), ("==", 0), ("<", 1), ("<=", 0))
        if none if holds else some:
            yield rows.read
    elif isinstance(left, DocumentField) and left.read is not None and not left.path:
        nothing = isinstance(right, Undefined) or (isinstance(right, Literal) and right.value is None)
        if nothing and operator in (("===", "==") if holds else ("!==", "!=")):
            yield left.read
