"""How large can a number be that the program computes? What keeps a client from choosing any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from convex_lint.model.function import Function
from convex_lint.model.operation import Guard
from convex_lint.model.value import Argument, Computed, Literal, Undefined, Value, parts_of


def ceiling(value: Value | None, function: Function | None = None, guards: Iterable[Guard] = ()) -> float | None:
    """The greatest value that a number can have; None when nothing bounds it, or we cannot tell. `function` says what its
    arguments can be, `guards` hold where the number is used."""
    return _most(value, function, tuple(guards)) if value is not None else None


def _most(value: Value, function: Function | None, guards: tuple[Guard, ...]) -> float | None:
    bounds = [bound for guard in guards if (bound := _at_most(guard, value)) is not None]
    own = _own(value, function, guards)
    return min([*bounds, *([own] if own is not None else [])], default=None)


def _own(value: Value, function: Function | None, guards: tuple[Guard, ...]) -> float | None:
    if isinstance(value, Literal):
        return value.value if isinstance(value.value, (int, float)) else 0
    if isinstance(value, Argument):
        return _of_argument(value, function)
    if not isinstance(value, Computed):
        return None
    parts = [_most(part, function, guards) for part in value.parts]
    known = [part for part in parts if part is not None]
    if value.operator == "call:Math.min":
        return min(known, default=None)
    if value.operator in ("%", "&") and len(parts) == 2:
        return parts[1]
    if len(known) < len(parts) or not known:
        return _clamped_in_branches(value, function)
    if value.operator in ("either", "call:Math.max"):
        return max(known)
    if value.operator == "+":
        return sum(known)
    if value.operator == "*":
        return known[0] * known[1] if len(known) == 2 else None
    if value.operator in (
        "-",
        "/",
        "call:Math.floor",
        "call:Math.ceil",
        "call:Math.round",
        "call:Number",
        "call:parseInt",
    ):
        return known[0]
    return None


def _clamped_in_branches(value: Computed, function: Function | None) -> float | None:
    """`n > 50 ? 50 : n` is a clamp, `n ?? 50` a default: both are one of two. An argument that is always there needs no
    default, and one default is enough. `n > 0 ? n : 1` keeps it from being too small."""
    if value.operator != "either" or function is None:
        return None
    literals = [part.value for part in _flat(value) if isinstance(part, Literal)]
    numbers = [
        number
        for number in literals
        if isinstance(number, (int, float)) and not isinstance(number, bool) and number > 1
    ]
    arguments = [part for part in parts_of(value) if isinstance(part, Argument)]
    defaults = 1 if any(_may_be_missing(argument, function) for argument in arguments) else 0
    return max(numbers) if arguments and len(set(numbers)) > defaults else None


def _flat(value: Value) -> tuple[Value, ...]:
    if isinstance(value, Computed) and value.operator == "either":
        return tuple(inner for part in value.parts for inner in _flat(part))
    return (value,)


def _of_argument(argument: Argument, function: Function | None) -> float | None:
    """A union of literals bounds an argument."""
    if function is None or function.args is None:
        return None
    kinds = function.args.at(argument.path)
    numbers = [kind.value for kind in kinds if kind.kind == "literal"]
    if not kinds or any(kind.kind not in ("literal", "null") for kind in kinds):
        return None
    return max((number for number in numbers if isinstance(number, (int, float))), default=None)


def _may_be_missing(argument: Argument, function: Function) -> bool:
    if function.args is None or not argument.path:
        return True
    parents = function.args.at(argument.path[:-1])
    found = [parent.fields[argument.path[-1]] for parent in parents if argument.path[-1] in parent.fields]
    return not found or any(kind.optional or any(m.kind == "null" for m in kind.members_flat()) for kind in found)


_FLIPPED = {">": "<", "<": ">", ">=": "<=", "<=": ">="}
_OPPOSITE = {">": "<=", "<": ">=", ">=": "<", "<=": ">"}


def _at_most(guard: Guard, value: Value) -> float | None:
    """`if (n > 100) throw ...`: past it, n is at most 100."""
    return min(_limits(guard.condition, guard.holds, value), default=None)


def _limits(condition: Value, holds: bool, value: Value) -> Iterator[float]:
    """The greatest values that are left when the condition holds, or does not."""
    if not isinstance(condition, Computed):
        return
    if condition.operator == "!":
        yield from _limits(condition.parts[0], not holds, value)
    elif condition.operator == ("&&" if holds else "||"):
        for part in condition.parts:
            yield from _limits(part, holds, value)
    elif condition.operator == "&&":
        # `if (n !== undefined && n > 100) throw`: where there is a number, it is at most 100.
        rest = [part for part in condition.parts if not _is_there(part, value)]
        if len(rest) == 1:
            yield from _limits(rest[0], holds, value)
    elif condition.operator in _FLIPPED and len(condition.parts) == 2:
        left, right = condition.parts
        operator = condition.operator
        if left != value:
            left, right, operator = right, left, _FLIPPED[operator]
        operator = operator if holds else _OPPOSITE[operator]
        limit = _own(right, None, ())
        if left == value and operator in ("<", "<=") and limit is not None:
            yield limit


def _is_there(condition: Value, value: Value) -> bool:
    """`n`, `n !== undefined`, `n != null`."""
    if condition == value:
        return True
    if not isinstance(condition, Computed) or condition.operator not in ("!==", "!=") or len(condition.parts) != 2:
        return False
    left, right = condition.parts
    nothing = isinstance(right, Undefined) or (isinstance(right, Literal) and right.value is None)
    return left == value and nothing
