"""Open queries whose result depends on the time of day. See clock_in_query.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.exposure import Purpose, Weight
from convex_lint.analysis.lasting import is_asked_again, is_session_of_a_day
from convex_lint.analysis.moments import Decides, Moment, is_counted
from convex_lint.analysis.rates import interval
from convex_lint.analysis.refreshed import is_refreshed
from convex_lint.analysis.soon import comes_soon
from convex_lint.analysis.staleness import Sense, Stale, stale
from convex_lint.analysis.story import Place, fields_in_words
from convex_lint.analysis.subscribers import hooks_in_words, names_in_words
from convex_lint.analysis.sweepers import Sweeper
from convex_lint.analysis.tended import kept_by_admins
from convex_lint.analysis.turning import line
from convex_lint.analysis.worded import is_beside
from convex_lint.model.function import Function
from convex_lint.model.schema import Table
from convex_lint.model.value import Clock, Computed, Literal, Undefined, Value, parts_of
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity
from convex_lint.source import Span


class ClockInQuery(Rule):
    tags: ClassVar[tuple[str, ...]] = ("subscriptions", "correctness")

    def check(self, backend: Backend) -> Iterator[Finding]:
        found = [(known, moment) for moment in backend.moments if (known := stale(backend, moment)) is not None]
        graded = [(known, moment, _matters(backend, moment, known)) for known, moment in found]
        told: set[str] = set()
        for known, moment, matters in sorted(graded, key=_worst_first):
            queries = [query for query in moment.queries if _is_in_use(backend, query) and query.id not in told]
            if queries:
                told.update(query.id for query in queries)
                yield _finding(backend, moment, [query.id for query in queries], known, matters)


def _worst_first(found: tuple[Stale, Moment, bool]) -> tuple[bool, Sense, Decides, Span]:
    """What matters tells of a query before what is a note."""
    known, moment, matters = found
    return not matters, known.sense, moment.decides, moment.span


def _is_in_use(backend: Backend, query: Function) -> bool:
    return backend.purpose(query) is Purpose.PRODUCT and backend.exposures.weight([query]) is Weight.FULL


def _matters(backend: Backend, moment: Moment, known: Stale) -> bool:
    """A lock, an offer or who is there lapses while pages are open, new rows are not seen; not a number of what is due, nor a
    date, nor what is only computed, nor an end that is days away or that people choose."""
    table = backend.project.table(moment.component, known.turn.table)
    if moment.decides is Decides.RESULT or known.sweeper is not None or table is None:
        return False
    if not comes_soon(backend, known, table):
        return False
    if known.sense is Sense.AHEAD and is_beside(backend, moment):
        return False
    if moment.counted or is_counted(backend.surroundings, moment):
        return False
    if all(is_refreshed(backend, query, _patience(known)) for query in moment.queries):
        return False
    return not (
        _is_date(backend, moment, known) or _lasts(backend, moment, known) or _is_window(backend, moment, known)
    )


_MINUTES = 600.0


def _patience(known: Stale) -> float:
    """For how many seconds a wrong answer may stand: some minutes; what has just been, for no longer than it counts as that."""
    return min(_MINUTES, known.turn.shift) if known.sense is Sense.RECENT and known.turn.shift else _MINUTES


_DAY = 24 * 60 * 60.0


def _is_window(backend: Backend, moment: Moment, known: Stale) -> bool:
    """What is due within 30 days, what was done in the last week: nobody sees by which hour a row comes into it or leaves."""
    if known.sense is not Sense.AHEAD:
        return False
    queries = {query.id for query in moment.queries}
    beside = [one for one in backend.moments if queries & {query.id for query in one.queries}]
    return any(
        turn.shift is None or abs(turn.shift) >= _DAY
        for one in beside
        for turn in one.turns
        if turn.field == known.turn.field and turn.table in (known.turn.table, None)
    )


def _lasts(backend: Backend, moment: Moment, known: Stale) -> bool:
    table = backend.project.table(moment.component, known.turn.table)
    if known.sense is not Sense.AHEAD or table is None:
        return False
    if is_asked_again(backend, moment, known.turn, table) or kept_by_admins(backend, table):
        return True
    return is_session_of_a_day(backend, known.turn, table)


def _is_date(backend: Backend, moment: Moment, known: Stale) -> bool:
    """A text such as `2026-03-01`: it changes at midnight. One that writers make of the clock as it is (`toISOString()`) is
    a moment."""
    table = backend.project.table(moment.component, known.turn.table)
    if table is None or table.validator is None:
        return False
    values = [one for one in backend.values_of(table, known.turn.field) if not isinstance(one, Undefined)]
    if values and all(line(value).clock == 1.0 for value in values):
        return False
    return any(kind.kind == "string" for kind in table.validator.at((known.turn.field,)))


_WORDS = {
    Decides.BRANCH: "decides by comparing {fields} with the clock",
    Decides.FILTER: "drops rows by comparing {fields} with the clock",
    Decides.RANGE: "reads by comparing {fields} with the clock",
    Decides.RESULT: "returns what it computes from {fields} and the clock",
}


def _finding(backend: Backend, moment: Moment, names: list[str], known: Stale, matters: bool) -> Finding:
    queries = [query for query in moment.queries if query.id in names]
    subscribers = [call for query in queries for call in backend.graph.subscribers(query)]
    fields = tuple(dict.fromkeys((known.turn.field, *moment.fields)))
    words = _WORDS[moment.decides].format(fields=fields_in_words(fields))
    shared = len(queries) > 1
    who = f"`{moment.within}`" if shared else f"`{queries[0].id}`"
    reaches = f", for {names_in_words(names)}," if shared else ""
    related = [Label(call, f"`{call.within}` keeps it open") for call in subscribers[:3]]
    if moment.via:
        related.insert(0, Label(Place(moment.via[0], ""), f"`{queries[0].id}` gets there from here"))
    return Finding(
        Place(moment.span, ""),
        f"{who}{reaches} {words}, and {_NO_WRITE[known.sense].format(them='them' if shared else 'it')}.",
        f"{_advice(backend, moment, known)}{_swept(known.sweeper)} Subscribers: {hooks_in_words(subscribers)}.",
        key=(moment.within, str(moment.decides.name), *sorted(fields), *([] if shared else names)),
        related=related,
        confidence=Confidence.HIGH if moment.decides in (Decides.FILTER, Decides.RANGE) else Confidence.MEDIUM,
        severity=None if matters else Severity.NOTE,
        table=known.turn.table,
        function=queries[0].path,
        component=moment.component,
        sites=(moment.span,),
        impact=backend.impact_of(queries),
    )


def _advice(backend: Backend, moment: Moment, known: Stale) -> str:
    if _is_window(backend, moment, known):
        return _HELP[Sense.DAY]
    table = backend.project.table(moment.component, known.turn.table)
    if known.sense is Sense.UPTO and table is not None and not _is_past(backend, table, known.turn.field):
        return _TO_COME
    return _HELP[known.sense]


def _is_past(backend: Backend, table: Table, field: str) -> bool:
    """Whatever writes the field gives it the time of the call: no row is of later than now."""
    values = [one for one in backend.values_of(table, field) if not isinstance(one, Undefined)]
    return bool(values) and all(isinstance(part, (Clock, Literal)) for value in values for part in _leaves(value))


def _leaves(value: Value) -> Iterator[Value]:
    return (part for part in parts_of(value) if not isinstance(part, Computed))


def _swept(sweeper: Sweeper | None) -> str:
    if sweeper is None:
        return ""
    return f" `{sweeper.function.id}` writes these rows every {interval(sweeper.every)}: until then the answer is out of date."


_PASSES = "time that passes does not run {them} again"
_NO_WRITE = {
    Sense.AHEAD: _PASSES,
    Sense.UPTO: "rows of a later time lie outside of what it has read: they do not run {them} again",
    Sense.RECENT: _PASSES,
    Sense.ELAPSED: _PASSES,
    Sense.DAY: _PASSES,
}
_STATE = (
    "Let a write change the answer where access depends on it: schedule one for that time (`ctx.scheduler.runAt`, or a cron for "
    "many rows), and read the state that it sets. Else let the client look: pass it the time as an argument that it renews each "
    "minute, or return the field and hide what has ended with a timer."
)
_TO_COME = (
    "Take the end as an argument that the client renews (the day, or the minute): a row whose time comes is not written then, and "
    "runs nothing again."
)
_HELP = {
    Sense.AHEAD: _STATE,
    Sense.UPTO: "Leave out the bound at the clock, since no row is of later than now, or take the end as an argument.",
    Sense.RECENT: "Return the field, and let the client compare it with its own clock, which goes on; or pass the time as an "
    "argument, rounded so that it seldom changes.",
    Sense.ELAPSED: "Return the moment itself, and let the client compare it with its own clock as it goes on.",
    Sense.DAY: "Take the day as an argument: the client knows when it is over, and in which time zone.",
}
