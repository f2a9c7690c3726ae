"""What nobody gets to do: what a branch asks for was an error before, or the platform does not let it happen."""

from __future__ import annotations

from convex_lint.analysis.told import told
from convex_lint.model.function import Function, Kind
from convex_lint.model.operation import Operation, Read, Write
from convex_lint.model.value import DocumentField, Value

_ONE = ("get", "first", "unique")


def is_dead(operation: Operation, function: Function) -> bool:
    """`if (!user.team) throw ...` in a helper, and later `if (user.team) { ... } else { ... }`, of the same row. A query that
    shares with mutations a helper which adds the caller has no way to write."""
    if function.kind is Kind.QUERY and isinstance(operation, Write):
        return True
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
