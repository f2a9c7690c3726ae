"""Rows that live for days: does it matter that an open page shows one for a little too long?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from convex_lint.analysis.asked import is_left_out
from convex_lint.analysis.moments import Moment, timed_parts
from convex_lint.analysis.turning import Turn, line, of_parts, turns
from convex_lint.analysis.vocabulary import DOORS, OF_DAYS, words_of
from convex_lint.model.function import Function, Kind
from convex_lint.model.operation import Op, Platform, Read
from convex_lint.model.schema import Table
from convex_lint.model.value import Argument, Computed, Literal, Undefined, Value

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend


_DAYS = 2 * 24 * 60 * 60.0
SESSIONS = frozenset(("session", "sessions"))
"""Tables of who is signed in, and for how long."""

_ONE_DAY = 24 * 60 * 60.0
_DAY = 24 * 60 * 60 * 1000.0


def is_fallback(backend: Backend, moment: Moment) -> bool:
    """It is only got to while rows that say the same are missing: `if (stats.length > 0) ... else ...`."""
    for guard in moment.guards:
        found = _HAS_ROWS.fullmatch(backend.text_of(guard.span).strip())
        if found is not None and guard.otherwise != "throw" and guard.holds is (found[1] in ("===", "==")):
            return True
    return False


_HAS_ROWS = re.compile(r"[\w.]+\.length\s*(>|!==|!=|===|==)\s*0")


def is_found_anyway(backend: Backend, moment: Moment, turn: Turn) -> bool:
    """Of one row that is asked for, those on the other side of the time are looked through as well where none is found:
    `.gt("startDate", now).first()` once `.lte("startDate", now).first()` gave nothing."""
    for query in moment.queries:
        reads = [one for one in backend.reads_in(query).values() if one.table == turn.table and one.terminal in _ONE]
        sides = [
            (one, {_side(part.operator) for part in timed_parts(one) if part.field == turn.field}) for one in reads
        ]
        here = next(((one, own) for one, own in sides if _stands_at(one, moment)), None)
        if here is None or not any(
            other and not other & here[1] and (one.guards or here[0].guards) for one, other in sides
        ):
            return False
    return bool(moment.queries)


_ONE = frozenset(("first", "unique"))


def _side(operator: str) -> str:
    return operator.removesuffix("e")


def _stands_at(read: Read, moment: Moment) -> bool:
    return moment.span == read.span or any(part.span == moment.span for part in read.residual)


def is_session_of_a_day(backend: Backend, turn: Turn, table: Table) -> bool:
    """Who is signed in for a day or longer, which mutations look at again: an open page goes on showing what it has shown all
    the time to the same person."""
    longest = max(_lives(backend, turn, table), default=0.0)
    return bool(words_of(table.name) & SESSIONS) and longest >= _ONE_DAY and _is_checked(backend, turn, table)


def never_ends(backend: Backend, turn: Turn, table: Table) -> bool:
    """No write sets the time; or it is an argument that may be left out, and no client that calls the function names it."""
    fields = [site.operation.fields for site in backend.writes_of(table) if site.operation.op is not Op.DELETE]
    if fields and all(some is not None and turn.field not in some for some in fields) and _is_own(table, turn.field):
        return True
    written = [
        (reach.function, dict(reach.operation.values)[turn.field])
        for site in backend.writes_of(table)
        for reach in site.reaches
        if turn.field in dict(reach.operation.values) and backend.is_asked([reach.function])
    ]
    return bool(written) and all(
        isinstance(value, Undefined)
        or (isinstance(value, Argument) and is_left_out(value, function, backend.graph, backend.project.sources))
        for function, value in written
    )


def _is_own(table: Table, field: str) -> bool:
    """A field of the rows themselves, and of no object in them."""
    return table.validator is not None and bool(table.validator.at((field,)))


def is_harmless(backend: Backend, moment: Moment, turn: Turn, table: Table) -> bool:
    """An invitation for a week, a card that is due: whoever acts on it is asked again in a mutation, or the client has
    the time and can say itself that it is over. Not what opens a door, costs money or is locked."""
    words = words_of(table.name) | words_of(turn.field)
    if words & DOORS or not (_lives_for_days(backend, turn, table) or words & OF_DAYS):
        return False
    if "due" in words_of(turn.field) and not moment.counted:
        return True  # a list of work that moves while someone works through it helps nobody
    return _is_checked(backend, turn, table) or _is_known_to_clients(backend, moment, turn)


def _lives_for_days(backend: Backend, turn: Turn, table: Table) -> bool:
    lives = list(_lives(backend, turn, table))
    return bool(lives) and min(lives) >= _DAYS


def _lives(backend: Backend, turn: Turn, table: Table) -> Iterator[float]:
    """For how many seconds the rows live, as far as the code says; a number of days that someone gives is some days."""
    for value in backend.values_of(table, turn.field):
        time = line(value)
        if time.clock == 1.0 and time.rest:
            yield time.rest
        elif isinstance(value, Computed) and value.operator == "+" and any(_is_in_days(part) for part in value.parts):
            yield _DAYS


def _is_in_days(value: Value) -> bool:
    """`args.days * 24 * 60 * 60 * 1000`."""
    factor, parts = 1.0, [value]
    for part in parts:
        if isinstance(part, Computed) and part.operator == "*":
            parts.extend(part.parts)
        elif isinstance(part, Literal) and isinstance(part.value, (int, float)):
            factor *= part.value
    return len(parts) > 1 and factor >= _DAY


def is_asked_again(backend: Backend, moment: Moment, turn: Turn, table: Table) -> bool:
    """Each page that keeps it open calls a mutation that compares the same time with the clock: what the page shows for too
    long, nobody can use. Not what opens a door or costs money: someone counts on that."""
    if (words_of(table.name) | words_of(turn.field)) & DOORS:
        return False
    pages = {call.span.file for query in moment.queries for call in backend.graph.subscribers(query)}
    asking = {
        call.span.file for mutation in _checkers(backend, turn, table) for call in backend.graph.client_calls(mutation)
    }
    return bool(pages) and pages <= asking


def _is_checked(backend: Backend, turn: Turn, table: Table) -> bool:
    return next(_checkers(backend, turn, table), None) is not None


def _checkers(backend: Backend, turn: Turn, table: Table) -> Iterator[Function]:
    """The mutations that read or write these rows and compare the same field with the clock, or ask only for rows that are
    left."""
    asked: dict[str, Function] = {}
    for site in backend.reads_of(table):
        timed = any(own.field == turn.field for own in of_parts(table.name, timed_parts(site.operation)))
        for reach in site.reaches:
            if timed and reach.function.kind is Kind.MUTATION:
                yield reach.function
            asked[reach.function.id] = reach.function
    asked |= {reach.function.id: reach.function for site in backend.writes_of(table) for reach in site.reaches}
    for function in asked.values():
        if function.kind is Kind.MUTATION and any(own.field == turn.field for own in _compared(function, table)):
            yield function


def _compared(function: Function, table: Table) -> Iterator[Turn]:
    asked: dict[int, Value] = {}  # what stands behind one guard shares its condition
    for operation in function.operations:
        asked.update((id(guard.condition), guard.condition) for guard in operation.guards)
        if isinstance(operation, Platform) and operation.op is Op.CLOCK:
            asked.update((id(value), value) for value in operation.arguments)
    for condition in asked.values():
        yield from (own for own in turns(condition) if own.table in (table.name, None))


def _is_known_to_clients(backend: Backend, moment: Moment, turn: Turn) -> bool:
    """Each page that keeps it open names the field, as it is or as a part of a name (`nextDueDate`)."""
    files = {call.span.file for query in moment.queries for call in backend.graph.subscribers(query)}
    texts = [backend.project.sources[file].data.lower() for file in files if file in backend.project.sources]
    return bool(texts) and all(turn.field.lower().encode() in text for text in texts)
