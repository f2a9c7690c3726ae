"""How knowledge acts for library code: calling methods and callbacks, reading members, naming and registering functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

from convex_lint.interpret.record import LoopFrame, Record
from convex_lint.interpret.values import (
    UNDEFINED,
    UNKNOWN,
    Arr,
    Call,
    Either,
    Native,
    Obj,
    Prom,
    Registered,
    TableQuery,
    Value,
    join,
)
from convex_lint.model.schema import Validator

Module: TypeAlias = Mapping[str, Value]
"""What a package's module exports."""


def act(m: Any, value: Value, method: str, call: Call, *args: Value) -> Value:
    """`value.method(...args)`, at the place of `call`; awaited."""
    from convex_lint.interpret.calls import awaited
    from convex_lint.interpret.members import invoke

    return awaited(invoke(m, value, method, Call(call.node, list(args))))


def ask(m: Any, value: Value, name: str, call: Call) -> Value:
    """`value?.name`."""
    from convex_lint.interpret.members import get

    return UNDEFINED if value is UNDEFINED else get(m, value, name, call.node)


def run(m: Any, callback: Value, call: Call, *args: Value) -> Value:
    """`await callback(...args)`; nothing when there is no callback."""
    from convex_lint.interpret.calls import awaited, call_value

    if callback is UNDEFINED or callback is UNKNOWN:
        return UNKNOWN
    return awaited(call_value(m, callback, Call(call.node, list(args))))


@contextmanager
def perhaps(m: Any) -> Iterator[None]:
    """What is done inside may be left out by some executions."""
    m.branches += 1
    try:
        yield
    finally:
        m.branches -= 1


@contextmanager
def walking(m: Any, call: Call, over: Record | None = None, bound: int | None = None) -> Iterator[None]:
    """A loop of the library, over the rows of a read where there is one."""
    m.loops.append(LoopFrame(m.span(call.node), bound, over))
    try:
        yield
    finally:
        m.loops.pop()


def rows_of(value: Value) -> Record | None:
    """The read that an array of rows came from."""
    return value.rows if type(value) is Arr else None


def options(value: Value) -> tuple[Value, ...]:
    return value.options if type(value) is Either else (value,)


def over(*values: Value) -> Value:
    """Any of `values`, promised."""
    return Prom(join(*values))


def given(value: Value) -> bool:
    """Is there something (as far as is known)?"""
    return value is not UNDEFINED


def native(name: str, function: Callable[[Any, Call], Value]) -> Native:
    return Native(name, function)


def quiet(name: str, result: Value = UNKNOWN) -> Native:
    """A function that does nothing that we look at; callbacks that it is given may run."""

    def answer(m: Any, call: Call) -> Value:
        return Prom(result)

    return Native(name, answer)


def registered(
    m: Any,
    kind: str,
    visibility: str,
    call: Call,
    handler: Callable[[Any, Call], Value],
    fields: Mapping[str, Validator] | None = None,
) -> Registered:
    """A Convex function that a library makes."""
    args = Validator("object", fields=dict(fields)) if fields is not None else None
    return Registered(kind, visibility, Native("library handler", handler), args, None, m.span(call.node), None)


def ranged(query: Value, field: str | None, value: Value) -> Native:
    """`q => q.eq(field, value)`."""
    from convex_lint.model.value import Literal

    return Native(
        "index range",
        lambda m, call: act(m, call.arg(0), "eq", call, Literal(field) if field is not None else UNKNOWN, value),
    )


def is_query(value: Value) -> bool:
    return type(value) is TableQuery


def quiet_object() -> Obj:
    """An object whose every method does nothing that we look at."""
    return Obj({"\0any": quiet("library method")})
