"""What a value holds, through promises, alternatives, arrays and objects."""

from __future__ import annotations

from collections.abc import Iterator

from convex_lint.interpret.values import Arr, Either, Obj, Prom, Value
from convex_lint.model.value import Computed

HOLDING = frozenset((Prom, Either, Arr, Obj))
_MOST = 256
"""Of values that hold very much, the first parts are looked at: containers of containers of ... double."""


def inside(value: Value, computed: bool = False) -> Iterator[Value]:
    """`value` and what it holds, each container once, nearest first; with `computed` the operands of expressions too."""
    pending = [value]
    seen: set[int] = set()
    for i in range(_MOST):
        if i == len(pending):
            return
        part = pending[i]
        yield part
        kind = type(part)
        if kind is Computed:
            if computed:
                pending.extend(part.parts)
        elif kind in HOLDING and id(part) not in seen:
            seen.add(id(part))
            pending.extend(parts_of(part))


def parts_of(value: Value) -> list[Value]:
    """What a container holds directly."""
    kind = type(value)
    if kind is Prom:
        return [value.value]
    if kind is Either:
        return list(value.options)
    if kind is Arr:
        return list(value.items[:_MOST])
    return [*value.props.values()] if value.rest is None else [*value.props.values(), value.rest]
