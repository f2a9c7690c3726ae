"""Branches into which nobody gets: what they ask for was an error before."""

from __future__ import annotations

from convex_lint.analysis.told import told
from convex_lint.model.function import Function
from convex_lint.model.operation import Operation, Read
from convex_lint.model.value import DocumentField, Value

_ONE = ("get", "first", "unique")


def is_dead(operation: Operation, function: Function) -> bool:
    """`if (!user.team) throw ...` in a helper, and later `if (user.team) { ... } else { ... }`, of the same row."""
    sure: dict[Value, bool] = {}
    for guard in operation.guards:
        for value, true in told(guard.condition, guard.holds):
            if sure.get(value, true) is not true and _is_of_one(value, function):
                return True
            if guard.otherwise == "throw":
                sure[value] = true
    return False


def _is_of_one(value: Value, function: Function) -> bool:
    """A field of one row, rather than of one after another."""
    return isinstance(value, DocumentField) and any(
        isinstance(one, Read) and one.ordinal == value.read and one.terminal in _ONE and not one.loops
        for one in function.operations
    )
