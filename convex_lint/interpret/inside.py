"""What a value holds, through promises, alternatives, arrays and objects."""

from __future__ import annotations

from collections.abc import Collection

from convex_lint.interpret.values import Arr, Either, Obj, Prom, Value
from convex_lint.model.value import Computed

HOLDING = frozenset((Prom, Either, Arr, Obj))
_MOST = 256
"""Of values that hold very much, the first parts are looked at: containers of containers of ... double."""


def inside(value: Value, computed: bool = False) -> list[Value]:
    """`value` and what it holds, each container once, nearest first; with `computed` the operands of expressions too."""
    found = [value]
    seen: set[int] = set()
    for part in found:
        kind = type(part)
        if kind is Computed:
            if computed:
                found.extend(part.parts)
        elif kind in HOLDING and id(part) not in seen:
            seen.add(id(part))
            found.extend(parts_of(part))
        if len(found) > _MOST:
            return found[:_MOST]
    return found


def parts_of(value: Value) -> Collection[Value]:
    """What a container holds directly."""
    kind = type(value)
    if kind is Prom:
        return (value.value,)
    if kind is Either:
        options: tuple[Value, ...] = value.options
        return options
    if kind is Arr:
        items: list[Value] = value.items
        return items if len(items) <= _MOST else items[:_MOST]
    return value.props.values() if value.rest is None else [*value.props.values(), value.rest]
