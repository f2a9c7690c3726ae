"""Operators over values: decided where both sides are literals, symbolic otherwise."""

from __future__ import annotations

import math
from typing import Any

from convex_lint.interpret.values import (
    FALSE,
    SHARED,
    TRUE,
    UNDEFINED,
    UNKNOWN,
    Arg,
    Arr,
    Bound,
    Cls,
    Ctx,
    Database,
    Either,
    Fn,
    Host,
    Native,
    Obj,
    Prom,
    Reference,
    Registered,
    TableQuery,
    ValidatorValue,
    Value,
    join,
)
from convex_lint.model.value import Clock, Computed, Literal, Random, Unknown

_SOLID = frozenset(
    (Obj, Arr, Fn, Native, Bound, Cls, Ctx, Database, Host, Reference, Registered, TableQuery, ValidatorValue, Prom)
)


def _is_there(value: Value) -> bool:
    """Neither null nor undefined. Of an object that stands for a type nobody knows: the type may have said `| null`."""
    kind = type(value)
    return kind in _SOLID and not ((kind is Obj or kind is Arr) and value.born == SHARED)


def truth(value: Value) -> bool | None:
    """Is it truthy? None when both may be."""
    kind = type(value)
    if kind is Literal:
        return bool(value.value)
    if value is UNDEFINED:
        return False
    if _is_there(value):
        return True
    if kind is Either:
        found = {truth(option) for option in value.options}
        return found.pop() if len(found) == 1 else None
    if kind is Computed and value.operator in ("&&", "||"):
        decisive = value.operator == "||"
        return decisive if any(truth(part) is decisive for part in value.parts) else None
    return None


def decides(operator: str, left: Value) -> bool | None:
    """Does the left side alone decide `&&`, `||`, `??` (True: it is the result; False: the right side is)?"""
    if operator == "??":
        if left is UNDEFINED or (type(left) is Literal and left.value is None):
            return False
        if _is_there(left) or type(left) is Literal or (type(left) is Arg and _is_given(left)):
            return True
        if type(left) is Either:
            found = {decides(operator, option) for option in left.options}
            return found.pop() if len(found) == 1 else None
        return None
    known = truth(left)
    if known is None:
        return None
    return known if operator == "||" else not known


def either_of(operator: str, left: Value, right: Value) -> Value:
    """The value of an undecided `&&`, `||`, `??`."""
    if operator == "&&":
        if _condition(left) and _condition(right):
            return Computed("&&", (left, right))
        return join(*_falsy(left), right)
    if operator == "||" and (
        (_boolean(left) and _condition(right)) or (_boolean(right) and _condition(left) and type(left) is not Unknown)
    ):
        return Computed("||", (left, right))
    kept = [option for option in _options(left) if not _nullish(option)]
    return join(*kept, right)


def _falsy(value: Value) -> list[Value]:
    return [option for option in _options(value) if truth(option) is False] or [FALSE]


def _options(value: Value) -> tuple[Value, ...]:
    return value.options if type(value) is Either else (value,)


def _nullish(value: Value) -> bool:
    return value is UNDEFINED or (type(value) is Literal and value.value in (None, False))


_BOOLEAN = frozenset(("===", "!==", "==", "!=", "<", "<=", ">", ">=", "!", "&&", "||", "in", "instanceof"))


def _boolean(value: Value) -> bool:
    return type(value) is Computed and (
        value.operator in _BOOLEAN
        or value.operator in ("call:includes", "call:startsWith", "call:endsWith", "call:test", "call:some", "call:has")
    )


def _condition(value: Value) -> bool:
    return type(value) not in _SOLID and type(value) is not Either


def binary(operator: str, left: Value, right: Value) -> Value:
    if type(left) is Literal and type(right) is Literal:
        decided = _literals(operator, left.value, right.value)
        if decided is not None:
            return decided
    if operator in ("===", "!==", "==", "!="):
        decided = _identity(operator, left, right)
        if decided is not None:
            return decided
    if type(left) is Unknown and type(right) is Unknown:
        return UNKNOWN
    if operator == "*" and type(left) is Computed and left.operator == "*":
        # `days * 24 * 60 * 60 * 1000` is one product, however deep it is written
        whole = binary("*", left.parts[1], right)
        if type(whole) is Literal:
            return Computed("*", (left.parts[0], whole))
    return Computed(operator, (left, right))


def _identity(operator: str, left: Value, right: Value) -> Value:
    """Comparisons with null and undefined that the kind of the other side decides."""
    negative = operator.startswith("!")
    for one, other in ((left, right), (right, left)):
        if other is UNDEFINED or (type(other) is Literal and other.value is None):
            if one is UNDEFINED:
                same = other is UNDEFINED or len(operator) == 2
                return TRUE if same is not negative else FALSE
            if type(one) is Literal:
                same = one.value is None and (type(other) is Literal or len(operator) == 2)
                return TRUE if same is not negative else FALSE
            if _is_there(one) or (type(one) is Arg and _is_given(one)):
                return TRUE if negative else FALSE
    if len(operator) == 3 and (type(left) is Either or type(right) is Either) and _differ(left, right):
        return TRUE if negative else FALSE
    return None


def _differ(left: Value, right: Value) -> bool:
    """Is it known of both sides what they can be, and have they nothing in common?"""
    sides = [_possible(left), _possible(right)]
    return None not in sides and sides[0].isdisjoint(sides[1])


def _possible(value: Value) -> Any:
    options = _options(value)
    if any(type(option) is not Literal and option is not UNDEFINED for option in options):
        return None
    return {None if option is UNDEFINED else (isinstance(option.value, bool), option.value) for option in options}


def _is_given(argument: Arg) -> bool:
    """The validator, which the platform asks first, lets no call through that leaves it out."""
    told = argument.validator
    if len(argument.path) != 1 or told is None or told.optional:
        return False
    return not any(variant.optional or variant.kind in ("any", "unknown", "null") for variant in told.members_flat())


def _literals(operator: str, a: object, b: object) -> Value:
    if operator in ("===", "=="):
        return Literal(a == b and isinstance(a, bool) == isinstance(b, bool))
    if operator in ("!==", "!="):
        return Literal(not (a == b and isinstance(a, bool) == isinstance(b, bool)))
    if (
        (
            operator == "+"
            and (isinstance(a, str) or isinstance(b, str))
            and isinstance(a, (str, int))
            and isinstance(b, (str, int))
        )
        and not isinstance(a, bool)
        and not isinstance(b, bool)
    ):
        return joined(f"{a}{b}")
    numbers = [x for x in (a, b) if isinstance(x, (int, float)) and not isinstance(x, bool)]
    if len(numbers) < 2:
        return None
    return _arithmetic(operator, numbers[0], numbers[1])


def joined(text: str) -> Value:
    """A string that is known, unless it is one that doubled too often."""
    return Literal(text) if len(text) <= _LONGEST else UNKNOWN


_LONGEST = 10_000
_SAFE = 2**53


def _arithmetic(operator: str, a: float, b: float) -> Value:
    """As JavaScript does it: past 2 ** 53 numbers are floats, and never get more digits."""
    if operator in ("<", "<=", ">", ">="):
        return Literal({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator])
    decided = _calculated(operator, a, b)
    if type(decided) is Literal and isinstance(decided.value, (int, float)) and not -_SAFE <= decided.value <= _SAFE:
        try:
            return Literal(float(decided.value))
        except OverflowError:
            return UNKNOWN
    return decided


def _calculated(operator: str, a: float, b: float) -> Value:
    try:
        if operator == "+":
            return Literal(a + b)
        if operator == "-":
            return Literal(a - b)
        if operator == "*":
            return Literal(a * b)
        if operator == "/":
            return Literal(a / b if a % b else a // b) if b and math.isfinite(a) else UNKNOWN
        if operator == "**" and abs(b) < 64:
            return Literal(a**b)
    except (OverflowError, ZeroDivisionError, ValueError):
        return UNKNOWN
    return None


def unary(operator: str, value: Value) -> Value:
    if operator == "!":
        known = truth(value)
        return Literal(not known) if known is not None else Computed("!", (value,))
    if operator == "void":
        return UNDEFINED
    if operator == "typeof":
        return _typeof(value)
    if type(value) is Literal and isinstance(value.value, (int, float)) and operator in ("-", "+"):
        return Literal(-value.value if operator == "-" else value.value)
    if type(value) in (Clock, Random):
        return value
    return UNKNOWN if type(value) is Unknown else Computed(operator, (value,))


def _typeof(value: Value) -> Value:
    kind = type(value)
    if kind is Literal:
        for types, name in (((bool,), "boolean"), ((str,), "string"), ((int, float), "number")):
            if isinstance(value.value, types):
                return Literal(name)
        return Literal("object")
    if value is UNDEFINED:
        return Literal("undefined")
    if kind in (Fn, Native, Cls):
        return Literal("function")
    if kind in (Obj, Arr):
        return Literal("object") if kind is Arr or "\0call" not in value.props else UNKNOWN
    return UNKNOWN
