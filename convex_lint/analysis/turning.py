"""What a comparison with the clock asks of a row: when does time that passes turn its answer?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from convex_lint.model.operation import Bound, Predicate
from convex_lint.model.value import Clock, Computed, DocumentField, Literal, Undefined, Value, parts_of


class Turn(NamedTuple):
    """The answer turns `shift` seconds after the time in the field; None where the code does not say how long after.
    `operator` is that of the comparison; `-` for a difference that is shown."""

    table: str | None
    field: str
    shift: float | None
    operator: str


class Line(NamedTuple):
    """`clock` times now plus `rest` seconds plus the fields, each times its factor. `rest` None: something else besides."""

    clock: float = 0.0
    fields: tuple[tuple[DocumentField, float], ...] = ()
    rest: float | None = 0.0

    def times(self, factor: float) -> Line:
        rest = self.rest * factor if self.rest is not None else None
        return Line(self.clock * factor, tuple((field, own * factor) for field, own in self.fields), rest)

    def plus(self, other: Line) -> Line:
        known = self.rest is not None and other.rest is not None
        rest = (self.rest or 0.0) + (other.rest or 0.0) if known else None
        return Line(self.clock + other.clock, (*self.fields, *other.fields), rest)


_OTHER = Line(rest=None)
_ROUNDING = frozenset(("call:Math.floor", "call:Math.round", "call:Math.ceil", "call:floor", "call:round", "call:ceil"))
_SAME = frozenset(("call:Number", "call:Date", "call:getTime", "call:valueOf", "call:toISOString"))
_SEVERAL = frozenset(("either", "??", "||", "call:Math.max", "call:Math.min", "call:max", "call:min"))


def line(value: Value) -> Line:
    """A time as a sum, as far as it is one."""
    if isinstance(value, Clock):
        return Line(clock=1.0)
    if isinstance(value, Literal) and isinstance(value.value, (int, float)):
        return Line(rest=value.value / 1000)
    if isinstance(value, DocumentField) and value.path:
        return Line(fields=((value, 1.0),))
    if not isinstance(value, Computed) or not value.parts:
        return _OTHER
    parts = [line(part) for part in value.parts if not isinstance(part, Undefined)]
    if value.operator in ("+", "-") and len(parts) == 2:
        return parts[0].plus(parts[1] if value.operator == "+" else parts[1].times(-1.0))
    if value.operator in ("*", "/") and len(parts) == 2:
        return _scaled(value, parts)
    if parts and (value.operator in _ROUNDING or (value.operator in _SAME and len(parts) == 1)):
        return parts[0]
    return _chosen(parts) if parts and value.operator in _SEVERAL else _OTHER


def _scaled(value: Computed, parts: list[Line]) -> Line:
    for own, other in ((0, 1), (1, 0)) if value.operator == "*" else ((0, 1),):
        factor = parts[other]
        if not factor.clock and not factor.fields and factor.rest:
            plain = factor.rest * 1000
            return parts[own].times(plain if value.operator == "*" else 1 / plain)
    told = next((part for part in parts if part.clock or part.fields), _OTHER)
    return told._replace(rest=None)


def _chosen(parts: list[Line]) -> Line:
    """Of several values the one that a row gives; of times some of which are not of the clock, who knows which."""
    rows = [part for part in parts if part.fields]
    if rows:
        return rows[0]
    return parts[0] if all(part == parts[0] for part in parts) else Line(max(part.clock for part in parts), rest=None)


_DAY = 24 * 3_600_000
_COMPARISONS = frozenset(("<", "<=", ">", ">=", "==", "==="))


def turns(value: Value) -> tuple[Turn, ...]:
    """Those of the comparisons in a condition, or that of a difference to now which is not told in days."""
    found = [
        _turn(line(part.parts[0]).plus(line(part.parts[1]).times(-1.0)), part.operator)
        for part in parts_of(value)
        if isinstance(part, Computed) and part.operator in _COMPARISONS and len(part.parts) == 2
    ]
    difference = line(value)
    if not found and abs(difference.clock) > 1 / _DAY:
        found.append(_turn(difference, "-"))
    return tuple(turn for turn in dict.fromkeys(found) if turn is not None)


def of_parts(table: str | None, parts: Sequence[Bound | Predicate]) -> tuple[Turn, ...]:
    """Those of the bounds of a range, or of a filter."""
    return tuple(dict.fromkeys(_of_parts(table, parts)))


def _of_parts(table: str | None, parts: Sequence[Bound | Predicate]) -> Iterator[Turn]:
    for part in parts:
        time = line(part.value)
        if part.field is not None and time.clock == 1.0 and not time.fields:
            shift = -time.rest if time.rest is not None else None
            yield Turn(table, part.field, shift, part.operator)


def _turn(difference: Line, operator: str) -> Turn | None:
    """Where a difference between the clock and a field becomes zero."""
    if len({field.path for field, _ in difference.fields}) != 1:
        return None
    field, factor = difference.fields[0]
    if not difference.clock or abs(difference.clock + factor) > abs(factor) * 1e-9:
        return None
    shift = -difference.rest / difference.clock if difference.rest is not None else None
    return Turn(field.table, field.path[-1], shift, operator)
