"""Branches into which nobody gets: what they ask for was an error before."""

from __future__ import annotations

from collections.abc import Iterator

from convex_lint.model.function import Function
from convex_lint.model.operation import Operation, Read
from convex_lint.model.value import Computed, DocumentField, Value

_ONE = ("get", "first", "unique")


def is_dead(operation: Operation, function: Function) -> bool:
    """`if (!user.team) throw ...` in a helper, and later `if (user.team) { ... } else { ... }`, of the same row."""
    sure: dict[Value, bool] = {}
    for guard in operation.guards:
        for value, true in _told(guard.condition, guard.holds):
            if sure.get(value, true) is not true and _is_of_one(value, function):
                return True
            if guard.otherwise == "throw":
                sure[value] = true
    return False


def _told(condition: Value, holds: bool) -> Iterator[tuple[Value, bool]]:
    """The values that are surely true, or surely not, where the condition holds, or does not."""
    if not isinstance(condition, Computed):
        yield condition, holds
    elif condition.operator == "!":
        yield from _told(condition.parts[0], not holds)
    elif condition.operator == ("&&" if holds else "||"):
        for part in condition.parts:
            yield from _told(part, holds)


def _is_of_one(value: Value, function: Function) -> bool:
    """A field of one row, rather than of one after another."""
    return isinstance(value, DocumentField) and any(
        isinstance(one, Read) and one.ordinal == value.read and one.terminal in _ONE and not one.loops
        for one in function.operations
    )
