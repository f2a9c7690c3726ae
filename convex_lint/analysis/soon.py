"""Times that come within about a day of the write that gives them: those an open page is there for when they come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from convex_lint.analysis.exposure import Purpose
from convex_lint.analysis.staleness import Sense, Stale
from convex_lint.analysis.turning import line
from convex_lint.model.schema import Table
from convex_lint.model.value import Clock, Computed, Literal, Undefined, Value

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend

_DAY = 24 * 60 * 60.0
_MINUTE = 60_000.0
_CHOICES = frozenset(("either", "??", "||"))
_LEAST = frozenset(("call:Math.min", "call:min"))
_ROUNDED = frozenset(("call:Math.floor", "call:Math.round", "call:Math.ceil", "call:floor", "call:round", "call:ceil"))


def comes_soon(backend: Backend, known: Stale, table: Table) -> bool:
    """Some writer says so: it adds minutes or hours to the clock, or notes the clock, from which the query looks back for
    a while. A time that somebody enters, or that lies a week ahead, may be any: few pages are open when it comes."""
    values = [one for value in _written(backend, table, known.turn.field) for one in _alternatives(value)]
    if known.sense is Sense.AHEAD:
        return any(_is_soon(value, known.turn.shift or 0.0) for value in values)
    if known.sense is Sense.UPTO:
        noted = [line(value) == _NOW for value in values if not isinstance(value, Undefined)]
        return known.turn.field == "_creationTime" or (bool(noted) and all(noted))
    return known.sense is Sense.RECENT


def _written(backend: Backend, table: Table, field: str) -> Iterator[Value]:
    """What those who use the product write, and no seed."""
    for site in backend.writes_of(table):
        for reach in site.reaches:
            value = dict(reach.operation.values).get(field)
            if value is not None and backend.purpose(reach.function) is not Purpose.SEED:
                yield value


_NOW = line(Clock())


def _alternatives(value: Value) -> Iterator[Value]:
    if isinstance(value, Computed) and value.operator in _CHOICES:
        for part in value.parts:
            yield from _alternatives(part)
    else:
        yield value


def _is_soon(value: Value, shift: float) -> bool:
    """`Date.now() + 30 * 60 * 1000`, `Date.now() + Math.min(2 ** tries * 1000, HOUR)`."""
    time = line(value)
    if time.clock == 1.0 and not time.fields and time.rest is not None:
        return 0 < time.rest + shift <= _DAY
    if not isinstance(value, Computed) or value.operator != "+" or not any(map(_is_clock, value.parts)):
        return False
    return any(_is_short(part) for part in value.parts if not _is_clock(part))


def _is_clock(value: Value) -> bool:
    return line(value) == _NOW


def _is_short(step: Value) -> bool:
    """So many milliseconds are no days; of a number of days or hours that somebody gives, who knows."""
    if isinstance(step, Literal):
        return _number(step) is not None and 0 < (_number(step) or 0.0) <= _DAY * 1000
    if not isinstance(step, Computed):
        return False
    if step.operator in _CHOICES or step.operator in _LEAST:
        return any(map(_is_short, step.parts))
    if step.operator in _ROUNDED:
        return bool(step.parts) and _is_short(step.parts[0])
    if step.operator == "*":
        unit = 1.0
        for factor in _factors(step):
            unit *= _number(factor) or 1.0
        return 1.0 < unit <= _MINUTE
    return False


def _factors(value: Value) -> Iterator[Value]:
    if isinstance(value, Computed) and value.operator == "*":
        for part in value.parts:
            yield from _factors(part)
    else:
        yield value


def _number(value: Value) -> float | None:
    known = value.value if isinstance(value, Literal) else None
    return float(known) if isinstance(known, (int, float)) and not isinstance(known, bool) else None
