"""Anything iterable as an array, and one array after the other."""

from __future__ import annotations

from convex_lint.interpret import typed
from convex_lint.interpret.machine import Machine
from convex_lint.interpret.values import UNDEFINED, UNKNOWN, Arg, Arr, Doc, Either, Prom, Typed, Value, join, options_of
from convex_lint.model.value import Literal


def is_list(value: Value) -> bool:
    validator = getattr(value, "validator", None)
    return validator is not None and any(v.kind == "array" for v in validator.members_flat())


def as_array(m: Machine, value: Value) -> Arr:
    """Anything iterable as an array."""
    kind = type(value)
    if kind is Arr:
        array: Arr = value
        return array
    if kind is Either:
        arrays = [as_array(m, option) for option in value.options if type(option) in (Arr, Doc, Arg, Typed)]
        if len(arrays) == 1:
            return arrays[0]
        items = [item for array in arrays for item in array.items]
        rows = {array.rows for array in arrays}
        return Arr(items or [UNKNOWN], exact=False, rows=rows.pop() if len(rows) == 1 else None)
    if kind is Prom:
        return as_array(m, value.value)
    return Arr([typed.element_of(m, value)], exact=False)


def chained(m: Machine, values: list[Value]) -> Value:
    """One array after the other. Where each holds the rows of a read, what is done to all of them is done to the rows of
    each: the first of them in some order, those that meet a condition."""
    found = [option for value in values for option in (value.options if type(value) is Either else (value,))]
    if found and all(type(option) is Arr and option.rows is not None for option in found):
        return join(*[Arr(option.items, exact=False, rows=option.rows) for option in found])
    arrays = [as_array(m, value) for value in values]
    items = [item for array in arrays for item in array.items]
    return Arr(items[:64], exact=all(type(v) is Arr and v.exact for v in values) and len(items) <= 64)


def stored_array(value: Value) -> Doc | None:
    """The array in a document that a value is, where it is one: `doc.xs`, `doc.xs ?? []`."""
    for option in value.options if type(value) is Either else (value,):
        if type(option) is Doc and option.path:
            return option
        if type(option) is Arr and option.base is not None:
            return option.base
    return None


def listed(m: Machine, value: Value) -> Value:
    """What is no array, `concat` takes for one element."""
    options = options_of(value)
    alone = [option for option in options if _is_alone(option)]
    if not alone:
        return value
    if len(alone) == len(options):
        return Arr([value])
    others = as_array(m, join(*[option for option in options if not _is_alone(option)]))
    return Arr([*alone, *others.items], exact=False)


def _is_alone(value: Value) -> bool:
    if type(value) is Literal or value is UNDEFINED:
        return True
    validator = getattr(value, "validator", None)
    return validator is not None and not any(v.kind in _MAYBE_LISTS for v in validator.members_flat())


_MAYBE_LISTS = ("array", "any", "unknown")
