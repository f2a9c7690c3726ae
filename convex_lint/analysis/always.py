"""Does every run that gets so far do it, or only one that has something to do?"""

from __future__ import annotations

from convex_lint.model.operation import Operation, Write
from convex_lint.model.value import Clock, Computed, DocumentField, Literal, Result, Value, parts_of


def every_time(operation: Operation) -> bool:
    """Of the conditions on the way only those count that weigh something stored, or the time: `if (doc.state !== state)`,
    `if (seen < now - MINUTE)` decide that this run has something to do, and others have not. Whether a document is there at
    all, whose it is, what the caller asks for, and what ends in an error, decides nothing of the kind."""
    written = frozenset(operation.fields or ()) if isinstance(operation, Write) else frozenset()
    return all(guard.otherwise == "throw" or not _weighs(guard.condition, written) for guard in operation.guards)


def _weighs(condition: Value, written: frozenset[str]) -> bool:
    if any(isinstance(part, Clock) for part in parts_of(condition)):
        return True
    if _is_stored(condition):
        return True
    if not isinstance(condition, Computed):
        return False
    if condition.operator not in _COMPARISONS:
        return any(_weighs(part, written) for part in condition.parts)
    stored = [part for side in condition.parts for part in parts_of(side) if _is_stored(part)]
    if any(isinstance(part, DocumentField) and part.path[0] in written for part in stored):
        return True
    constant = any(isinstance(side, Literal) and side.value is not None for side in condition.parts)
    return bool(stored) and (constant or condition.operator in _ORDERS)


def _is_stored(value: Value) -> bool:
    """A field of a document, its id left out."""
    return isinstance(value, (DocumentField, Result)) and bool(value.path) and value.path != ("_id",)


_ORDERS = frozenset(("<", ">", "<=", ">="))
_COMPARISONS = _ORDERS | {"===", "!==", "==", "!="}
