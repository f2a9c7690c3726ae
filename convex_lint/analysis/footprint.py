"""What a function reads and writes, functions that it runs included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from convex_lint.fact import fact
from convex_lint.model.function import Function, Kind
from convex_lint.model.operation import Call, Operation, Read, Write

_DEPTH = 8


@fact
class Touch:
    """An operation of `function`, which the one asked about reaches through the `calls` to `ctx.run*`, outermost
    first."""

    function: Function
    operation: Operation
    calls: tuple[Call, ...] = ()


@fact
class Footprint:
    """Everything that happens in the transaction of one query or mutation, or in the run of one action."""

    touches: tuple[Touch, ...]

    @property
    def reads(self) -> Iterator[tuple[Touch, Read]]:
        for touch in self.touches:
            if isinstance(touch.operation, Read):
                yield touch, touch.operation

    @property
    def writes(self) -> Iterator[tuple[Touch, Write]]:
        for touch in self.touches:
            if isinstance(touch.operation, Write):
                yield touch, touch.operation


def footprint(function: Function, functions: Mapping[str, Function]) -> Footprint:
    """Nested `runQuery` and `runMutation` share the caller's transaction in queries and mutations; from an action each
    is its own, and is left out. Calls nest at most 8 deep, as the platform has it."""
    return Footprint(tuple(_touches(function, functions, (), (function.id,))))


def _touches(
    function: Function, functions: Mapping[str, Function], calls: tuple[Call, ...], stack: tuple[str, ...]
) -> Iterator[Touch]:
    for operation in function.operations:
        yield Touch(function, operation, calls)
        if not isinstance(operation, Call) or operation.op != "run" or operation.target is None or operation.durable:
            continue
        if function.kind in (Kind.ACTION, Kind.HTTP) or len(stack) > _DEPTH or operation.target in stack:
            continue
        callee = functions.get(operation.target)
        if callee is not None and callee.kind in (Kind.QUERY, Kind.MUTATION):
            yield from _touches(callee, functions, (*calls, operation), (*stack, callee.id))
