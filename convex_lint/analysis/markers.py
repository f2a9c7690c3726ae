"""Times that say up to where someone has come: what is newer counts as new to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from convex_lint.analysis.vocabulary import CHANGED, words_of
from convex_lint.model.function import Function
from convex_lint.model.operation import Operation, Predicate, Read
from convex_lint.model.value import Clock, Computed, DocumentField, Value, parts_of

Place = tuple[str, str]
"""A table and one of its fields."""
ORDERS = frozenset(("<", "<=", ">", ">="))
BEHIND = frozenset(("lt", "lte", "gt", "gte"))


def markers(functions: Iterable[Function]) -> frozenset[Place]:
    """The fields with which the times of other rows, or of other events, are compared: `lastReadAt`, beside the times of
    messages. A row that is compared with the time of day only says how old it is."""
    return frozenset(
        place for function in functions for operation in function.operations for place in _compared(operation)
    )


def _compared(operation: Operation) -> Iterator[Place]:
    if isinstance(operation, Read):
        for bound in operation.bounds:
            yield from _fields(bound.value)
        for predicate in operation.residual:
            yield from _asked(predicate)
    for guard in operation.guards:
        for part in parts_of(guard.condition):
            if isinstance(part, Computed) and part.operator in ORDERS and len(part.parts) == 2:
                yield from _across(*part.parts)


def _asked(predicate: Predicate) -> Iterator[Place]:
    if predicate.operator in BEHIND and predicate.value is not None:
        yield from _fields(predicate.value)
    for part in predicate.parts:
        yield from _asked(part)


def _fields(value: Value) -> Iterator[Place]:
    """Those that the rows of a read are held against, if the time of day has no part in it."""
    parts = parts_of(value)
    if not any(isinstance(part, Clock) for part in parts):
        for part in parts:
            if isinstance(part, DocumentField) and part.path and part.table is not None:
                yield part.table, part.path[0]


def _across(left: Value, right: Value) -> Iterator[Place]:
    """`conversation.lastMessageAt > member.lastReadAt`: both sides, for either may be what the caller sets."""
    sides = [set(_fields(side)) for side in (left, right)]
    if all(sides) and sides[0] != sides[1] and not any(words_of(field) & MADE for side in sides for _, field in side):
        yield from sides[0] | sides[1]


MADE = CHANGED | {"created", "creation"}
"""In names of times of the row itself."""
