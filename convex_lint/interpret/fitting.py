"""What an element of the arguments is, once a callback has said that it fits: `find`, `filter`."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.operators import truth
from convex_lint.interpret.values import FALSE, NULL, UNDEFINED, Arg, Either, Obj, Value, join
from convex_lint.model.schema import Validator
from convex_lint.model.value import Computed, Literal

Told = dict[str, tuple[Value, ...]]
"""The values that parts of an element can have, by their names."""


def fitting(element: Value, result: Value) -> Value:
    """`where.find((clause) => UNIQUE.includes(clause.field))` is a clause about one of these fields."""
    if type(element) is not Arg:
        return element
    told = _told(element, result)
    return Obj({name: join(*values) for name, values in told.items()}, element) if told else element


def _told(element: Arg, test: Value) -> Told | None:
    """What is so where the test holds; None where it cannot hold."""
    if truth(test) is False:
        return None
    if type(test) is Either:
        return _any([_told(element, option) for option in test.options])
    if type(test) is not Computed:
        return {}
    if test.operator == "||":
        return _any([_told(element, part) for part in test.parts])
    if test.operator == "&&":
        return _all([_told(element, part) for part in test.parts])
    part: Any = test.parts[0] if test.parts else None
    if test.operator == "!":
        empty = _empty(part.validator) if _is_part(element, part) else None
        return {part.path[-1]: empty} if empty is not None else {}
    if test.operator in ("===", "==", "in"):
        part, *values = test.parts
        if type(part) is Literal and len(values) == 1:
            part, values = values[0], [part]
        if _is_part(element, part) and all(type(value) is Literal for value in values):
            return {part.path[-1]: tuple(values)}
    return {}


def _is_part(element: Arg, value: Value) -> bool:
    return type(value) is Arg and bool(value.path) and value.path[:-1] == element.path


def _empty(validator: Validator | None) -> tuple[Value, ...] | None:
    """What of a type is as good as no; None where the type says too little."""
    if validator is None:
        return None
    found: list[Value] = [UNDEFINED] if validator.optional else []
    for variant in validator.members_flat():
        if variant.kind == "literal":
            found.extend([] if variant.value else [Literal(variant.value)])
        elif variant.kind in _EMPTY:
            found.extend(_EMPTY[variant.kind])
        else:
            return None
    return tuple(found)


_EMPTY: dict[str, tuple[Value, ...]] = {
    "string": (Literal(""),),
    "float64": (Literal(0),),
    "boolean": (FALSE,),
    "null": (NULL,),
    "id": (),
    "array": (),
    "object": (),
}


def _any(told: list[Told | None]) -> Told | None:
    ways = [one for one in told if one is not None]
    if not ways:
        return None
    return {name: sum([way[name] for way in ways], ()) for name in ways[0] if all(name in way for way in ways)}


def _all(told: list[Told | None]) -> Told | None:
    together: Told = {}
    for one in told:
        if one is None:
            return None
        for name, values in one.items():
            together[name] = tuple([value for value in together.get(name, values) if value in values])
    return together
