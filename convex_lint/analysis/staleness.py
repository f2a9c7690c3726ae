"""Which open queries give an answer that time makes wrong within hours, while no write runs them again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from convex_lint.analysis.lasting import SESSIONS, is_fallback, is_found_anyway, is_harmless, never_ends
from convex_lint.analysis.moments import Decides, Moment
from convex_lint.analysis.rates import Strength
from convex_lint.analysis.sweepers import Sweeper
from convex_lint.analysis.tended import comes_in
from convex_lint.analysis.turning import Turn, line
from convex_lint.analysis.vocabulary import words_of
from convex_lint.model.function import Function
from convex_lint.model.operation import Call, Op, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Clock, Computed, Value

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend


class Sense(IntEnum):
    """What the time decides, the worst first. `ahead`: whether a time that a row names has come. `upto`: rows are read up to
    now, so that those of later are not seen. `recent`: whether something has just been. `elapsed`: how long ago it was. `day`:
    whether it was today."""

    AHEAD = 0
    UPTO = 1
    RECENT = 2
    ELAPSED = 3
    DAY = 4


class Stale(NamedTuple):
    """`sweeper` writes the rows at last, but seldom."""

    sense: Sense
    turn: Turn
    sweeper: Sweeper | None


_MINUTE = 60.0
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def stale(backend: Backend, moment: Moment) -> Stale | None:
    """The worst that the time does to the answer at this place; None for nothing that anyone sees within hours."""
    return min(_of(backend, moment), key=lambda found: found.sense, default=None)


def _of(backend: Backend, moment: Moment) -> Iterator[Stale]:
    for turn in () if is_fallback(backend, moment) else moment.turns:
        table = backend.project.table(moment.component, turn.table)
        if table is None or words_of(table.name) & _CACHES or not _has_rows(backend, table):
            continue
        sense = _sense(backend, moment, turn, table)
        if sense is None or (sense < Sense.ELAPSED and _client_knows(backend, moment, turn)):
            continue
        sweeper = _sweeper(backend, moment, turn, table)
        if sense is Sense.AHEAD and (_is_renewed(backend, turn, table) or is_harmless(backend, moment, turn, table)):
            continue
        if sense in (Sense.AHEAD, Sense.RECENT) and _is_scheduled(backend, turn, table):
            continue
        if sense is Sense.AHEAD and (never_ends(backend, turn, table) or is_found_anyway(backend, moment, turn)):
            continue
        if sense is Sense.RECENT and _is_beaten(backend, turn, table):
            continue
        if sense is Sense.UPTO and _is_told(backend, moment, table):
            continue
        if sense is Sense.DAY and comes_in(backend, table):
            continue
        if sense is Sense.AHEAD and moment.leave and (moment.counted or not _is_shown(backend, moment)):
            continue  # how many there still are; what a program that reacts to new rows has seen already
        if sweeper is None or sweeper.every > _patience(backend, turn, table):
            yield Stale(sense, turn, sweeper)


def _has_rows(backend: Backend, table: Table) -> bool:
    """Something inserts rows: a table that nothing fills any more has none that end."""
    return any(site.operation.op in (Op.INSERT, Op.REPLACE) for site in backend.writes_of(table)) or (
        backend.growth(table).grows
    )


def _is_told(backend: Backend, moment: Moment, table: Table) -> bool:
    """Whoever inserts rows writes something else that the query reads: a total, a row of the same hour."""
    inserting = {
        reach.function.id
        for site in backend.writes_of(table)
        for reach in site.reaches
        if reach.operation.op is Op.INSERT and backend.is_asked([reach.function])
    }
    for query in moment.queries:
        told: set[str] = set()
        for opened in backend.open_reads:
            if opened.query.id == query.id and opened.read.span != moment.span:
                told.update(writer.function.id for writer in backend.writers_into(opened.read, opened.table))
        if not inserting <= told:
            return False
    return bool(inserting)


_CACHES = frozenset(("cache", "caches", "cached"))


def _sense(backend: Backend, moment: Moment, turn: Turn, table: Table) -> Sense | None:
    if _lies_ahead(backend, turn, table):
        return Sense.AHEAD
    if turn.shift is None:
        return None
    if turn.operator == "-":
        return Sense.ELAPSED if _is_shown(backend, moment) else None
    if turn.shift > 0:
        shown = moment.decides is Decides.RESULT or words_of(turn.field) & _PRESENT or words_of(table.name) & _PRESENT
        return Sense.RECENT if turn.shift <= _HOUR and shown else None
    if moment.decides is Decides.RANGE:
        return Sense.UPTO if turn.operator in ("lt", "lte") else None
    kinds = table.validator.at((turn.field,)) if table.validator is not None else ()
    dated = any(kind.kind == "string" for kind in kinds) or turn.operator in ("eq", "==", "===")
    return Sense.DAY if dated and not _CALENDAR.search(_around(backend, moment)) else None


def _is_shown(backend: Backend, moment: Moment) -> bool:
    """A page keeps it open, and not only a program that waits for work."""
    subscribers = (call for query in moment.queries for call in backend.graph.subscribers(query))
    return any(not call.hook.endswith(".onUpdate") for call in subscribers)


_PRESENT = frozenset(
    ("seen", "active", "online", "typing", "presence", "heartbeat", "ping", "locked", "lock", "cooldown")
)
_CALENDAR = re.compile(
    r"\.set(?:UTC)?(?:Date|Month|FullYear)\(|getFullYear\(|\b(?:sub|add)(?:Days|Weeks|Months|Years)\("
)


def _around(backend: Backend, moment: Moment) -> str:
    """The text of the functions in which the clock is asked: a date that is moved by days is not now."""
    handlers = [query.handler for query in moment.queries[:1] if query.handler is not None]
    return "".join(backend.text_of(span) for span in handlers)


def _lies_ahead(backend: Backend, turn: Turn, table: Table) -> bool:
    """Rows are given a time of later: writers add to the clock, or the field has a name for that."""
    values = list(backend.values_of(table, turn.field))
    times = [time for value in values if (time := line(value)).clock == 1.0 and not time.fields]
    if any(time.rest is not None and time.rest > 0 for time in times) or any(map(_adds_to_now, values)):
        return True
    if _ENDS.search(turn.field):
        return True
    noted = bool(times) and len(times) == len(values) and all(time.rest == 0 for time in times)
    return not noted and _AHEAD.search(turn.field) is not None


_ENDS = re.compile(
    r"expires|expir(?:y|ation)|valid(?:Until|To)|until|dueDate|dueAt|deadline|end(?:Date|sAt|sOn)", re.IGNORECASE
)
_AHEAD = re.compile(
    r"expir|valid(?!at)|until|\bdue\b|due(?:Date|At|On)|overdue|trial|deadline|release|schedul|start(?:s|Date|At|sAt|Time)|"
    r"end(?:s|Date|At|sAt|Time)|ends?At|cancelAt|unlock|available|renew",
    re.IGNORECASE,
)


def _adds_to_now(value: Value) -> bool:
    """`Date.now() + backoff(attempt)`."""
    return (
        isinstance(value, Computed) and value.operator == "+" and any(isinstance(part, Clock) for part in value.parts)
    )


def _is_renewed(backend: Backend, turn: Turn, table: Table) -> bool:
    """A session that whoever uses it keeps alive."""
    return bool(words_of(table.name) & SESSIONS) and any(
        reach.operation.op is Op.PATCH and line(dict(reach.operation.values)[turn.field]).clock
        for site in backend.writes_of(table)
        for reach in site.reaches
        if turn.field in dict(reach.operation.values)
    )


def _is_scheduled(backend: Backend, turn: Turn, table: Table) -> bool:
    """Whoever writes a row schedules the function that changes it later, or what gives the time starts something that
    schedules it: itself, or the action that runs it."""
    for site in backend.writes_of(table):
        for reach in site.reaches:
            gives = turn.field in dict(reach.operation.values)
            if _changes_later(backend, reach.function, table, _STEPS if gives else 1):
                return True
            for caller in backend.graph.callers(reach.function) if gives else ():
                if _schedules_later(caller) and _changes_later(backend, caller, table, _STEPS):
                    return True
    return False


def _schedules_later(function: Function) -> bool:
    return any(isinstance(call, Call) and call.op is Op.SCHEDULE and _is_later(call) for call in function.operations)


_STEPS = 4
"""Mutation, action that welcomes, action that ends it, mutation that says so."""


def _changes_later(backend: Backend, writer: Function, table: Table, steps: int) -> bool:
    queue: list[tuple[Function, bool, int]] = [(writer, False, 0)]
    seen = {(writer.id, False)}
    for function, late, step in queue:
        if late and any(
            isinstance(one, Write) and one.table == table.name and one.op is not Op.INSERT
            for one in function.operations
        ):
            return True
        for call in function.operations if step < steps else ():
            if not isinstance(call, Call) or (steps == 1 and call.op is not Op.SCHEDULE):
                continue
            callee = backend.function(call.target)
            later = late or (call.op is Op.SCHEDULE and _is_later(call))
            if callee is not None and (callee.id, later) not in seen:
                seen.add((callee.id, later))
                queue.append((callee, later, step + 1))
    return False


def _is_beaten(backend: Backend, turn: Turn, table: Table) -> bool:
    """Clients, the one that looks among them, write rows there again and again, and so run the query again soon enough."""
    for site in backend.writes_of(table):
        for reach in site.reaches:
            rate = backend.rates.of_write(reach.function, reach.operation)
            if rate is not None and rate.strength is Strength.CLIENT and rate.per_minute is None:
                return True  # a timer whose period is given elsewhere: a beat is there to come in time
            often = rate.per_minute if rate is not None and rate.strength >= Strength.CLIENT else None
            if often and turn.shift and 60 / often <= max(turn.shift, _MINUTE):
                return True
    return False


def _is_later(call: Call) -> bool:
    return call.method == "runAt" or (call.delay is not None and line(call.delay).rest != 0.0)


def _patience(backend: Backend, turn: Turn, table: Table) -> float:
    """How late it may be without harm: an invitation for a week may be there for some hours more."""
    lives = [
        time.rest for value in backend.values_of(table, turn.field) if (time := line(value)).clock == 1.0 and time.rest
    ]
    if turn.shift:
        return min(_HOUR, turn.shift) if turn.shift > 0 else _HOUR
    return max(_HOUR, min(lives, default=0.0) / 24)


def _sweeper(backend: Backend, moment: Moment, turn: Turn, table: Table) -> Sweeper | None:
    """The function that soonest writes the rows about which the answer changes, when that time has come. Rows that come into
    a range have not been read before, and no write of theirs runs the query again."""
    if moment.decides is Decides.RANGE and turn.operator in ("lt", "lte"):
        return None
    late = turn.shift or 0.0
    soon = [one for one in backend.sweepers(table, turn.field) if one.behind <= late + 1 and one.every <= _DAY]
    return min(soon, key=lambda one: one.every, default=None)


def _client_knows(backend: Backend, moment: Moment, turn: Turn) -> bool:
    """Every client that keeps it open has the time itself, and looks at it as its own clock goes on."""
    files = {call.span.file for query in moment.queries for call in backend.graph.subscribers(query)}
    texts = [backend.project.sources[file].data for file in files if file in backend.project.sources]
    return bool(texts) and all(turn.field.encode() in text and _TICKS.search(text) for text in texts)


_TICKS = re.compile(rb"\b(?:setInterval|setTimeout|requestAnimationFrame|useNow|useInterval|useCountdown|Countdown)\b")
