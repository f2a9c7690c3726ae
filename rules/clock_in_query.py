"""Open queries whose result depends on the time of day. See clock_in_query.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.absence import where_missing
from convex_lint.analysis.backend import Backend
from convex_lint.analysis.exposure import Purpose
from convex_lint.analysis.moments import Decides, Moment
from convex_lint.analysis.rates import interval
from convex_lint.analysis.story import Place, fields_in_words
from convex_lint.analysis.subscribers import hooks_in_words, names_in_words
from convex_lint.analysis.sweepers import Sweeper
from convex_lint.model.function import Function
from convex_lint.model.operation import Op, Platform, Read
from convex_lint.model.schema import Table
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity
from convex_lint.source import Span


class ClockInQuery(Rule):
    tags: ClassVar[tuple[str, ...]] = ("subscriptions", "correctness")

    def check(self, backend: Backend) -> Iterator[Finding]:
        told: set[str] = set()
        for moment in sorted(backend.moments, key=lambda moment: (moment.decides, moment.span)):
            queries = [
                query
                for query in moment.queries
                if backend.purpose(query) is Purpose.PRODUCT
                and query.id not in told
                and not (moment.decides is Decides.RESULT and _only_fills_in(backend, query))
            ]
            if not queries or _is_equality(backend, moment) or _is_slow(moment):
                continue
            sweeper = _sweeper(backend, moment)
            if sweeper is None or sweeper.every > min(_HOUR, moment.behind or _HOUR):
                told.update(query.id for query in queries)
                yield _finding(backend, moment, [query.id for query in queries], sweeper)


_HOUR = 3600.0
_DAY = 24 * _HOUR


def _is_slow(moment: Moment) -> bool:
    """The rows of the last thirty days: those of the last thirty days and an hour are as good."""
    ends = any(_ENDS.search(field) for field in moment.fields)
    return moment.leave and moment.behind is not None and moment.behind >= 7 * _DAY and not ends


def _only_fills_in(backend: Backend, query: Function) -> bool:
    """Where there is no row, the clock stands for a field of it, and nothing is worked out from it."""
    clocks = [
        one
        for one in query.operations
        if isinstance(one, Platform) and one.op is Op.CLOCK and one.method not in ("branch", "result")
    ]
    return bool(clocks) and all(where_missing(clock) and _is_field(backend, clock.span) for clock in clocks)


def _is_field(backend: Backend, span: Span) -> bool:
    """`at: Date.now(),`: nothing else is done with it."""
    before = backend.text_of(Span(span.file, max(span.start - 60, 0), span.start))
    after = backend.text_of(Span(span.file, span.end, span.end + 20))
    return bool(re.search(r"\w\s*:\s*$", before) and re.match(r"\s*[,}]", after))


def _sweeper(backend: Backend, moment: Moment) -> Sweeper | None:
    """The cron that soonest writes the rows about which the answer changes, when that time has come."""
    found: list[Sweeper] = []
    for table, field, late in _timed_fields(backend, moment):
        soon = [one for one in backend.sweepers(table, field) if one.behind <= late and one.every <= _DAY]
        if not soon:
            return None
        found.append(min(soon, key=lambda one: one.every))
    return max(found, key=lambda one: one.every, default=None)


def _timed_fields(backend: Backend, moment: Moment) -> Iterator[tuple[Table, str, float]]:
    """Which fields of the rows that the query has read are compared with what time. Rows that come into a range have not been
    read before, and no write of theirs runs the query again."""
    if moment.decides is Decides.BRANCH:
        text = backend.text_of(moment.span)
        names = {name for pair in _AGAINST_NOW.findall(text) for name in pair if name}
        read = {
            (table.component, table.name): table
            for operation in moment.queries[0].operations
            if isinstance(operation, Read)
            and operation.within == moment.within
            and (table := backend.table_of(operation)) is not None
        }
        if len(names) == 1:
            yield from ((table, name, 0.0) for name in names for table in read.values() if name in table.fields)
    elif moment.decides is Decides.FILTER or (moment.decides is Decides.RANGE and moment.leave):
        known = backend.project.table(moment.component, moment.table) if moment.table is not None else None
        if known is not None and moment.behind is not None:
            yield from ((known, field, moment.behind) for field in moment.fields)


_NOW = r"(?:Date\.now\(\)|\bnow\b)(?!\s*[-+*/])"
_AGAINST_NOW = re.compile(rf"\.(\w+)!?\s*[<>]=?\s*{_NOW}|{_NOW}\s*[<>]=?\s*[\w.!?]*\.(\w+)")


def _matters(backend: Backend, moment: Moment) -> bool:
    """Something ends or begins at the time: access, an offer. What lies within the last thirty days is as good an hour later,
    and a number of what is due is seldom watched."""
    if moment.decides is Decides.RESULT or (moment.counted and not moment.leave):
        return False
    if moment.decides is Decides.BRANCH:
        return _ENDS.search(backend.text_of(moment.span)) is not None
    return not moment.window or any(_ENDS.search(field) for field in moment.fields)


_ENDS = re.compile(
    r"expir|valid(?!at)|until|\bdue\b|due(?:Date|At|On)|overdue|grace|trial|deadline|release|schedul|start(?:Date|At|sAt|Time)|"
    r"end(?:Date|At|sAt|Time)|cancel|lock|lastSeen|lastActive|online|typing|stale|cooldown",
    re.IGNORECASE,
)


def _is_equality(backend: Backend, moment: Moment) -> bool:
    """`slug !== wanted`: nothing is ever equal to the clock; it made a part of the text."""
    text = backend.text_of(moment.span)
    return moment.decides is Decides.BRANCH and "==" in text and not _ORDER.search(text)


_ORDER = re.compile(r"[<>](?!=?\s*[\w.\[\]]+>?\()|\bnow\b|Date|[tT]ime|At\b")

_WORDS = {
    Decides.BRANCH: "decides by the clock what to do",
    Decides.FILTER: "drops rows by comparing {fields} with the clock",
    Decides.RANGE: "reads by comparing {fields} with the clock",
    Decides.RESULT: "returns what it computes from the clock",
}


def _finding(backend: Backend, moment: Moment, names: list[str], sweeper: Sweeper | None) -> Finding:
    queries = [query for query in moment.queries if query.id in names]
    subscribers = [call for query in queries for call in backend.graph.subscribers(query)]
    words = _WORDS[moment.decides].format(fields=fields_in_words(moment.fields))
    shared = len(queries) > 1
    who = f"`{moment.within}`" if shared else f"`{queries[0].id}`"
    reaches = f", for {names_in_words(names)}," if shared else ""
    related = [Label(call, f"`{call.within}` keeps it open") for call in subscribers[:3]]
    if moment.via:
        related.insert(0, Label(Place(moment.via[0], ""), f"`{queries[0].id}` gets there from here"))
    return Finding(
        Place(moment.span, ""),
        f"{who}{reaches} {words}, and time that passes does not run {'them' if shared else 'it'} again.",
        f"{_HELP[moment.decides]}{_swept(sweeper)} Subscribers: {hooks_in_words(subscribers)}.",
        key=(moment.within, str(moment.decides.name), *sorted(moment.fields), *([] if shared else names)),
        related=related,
        confidence=Confidence.HIGH if moment.decides in (Decides.FILTER, Decides.RANGE) else Confidence.MEDIUM,
        severity=None if sweeper is None and _matters(backend, moment) else Severity.NOTE,
        table=moment.table,
        function=queries[0].path,
        component=moment.component,
        sites=(moment.span,),
        impact=backend.impact_of(queries),
    )


def _swept(sweeper: Sweeper | None) -> str:
    if sweeper is None:
        return ""
    return f" `{sweeper.function.id}` writes these rows every {interval(sweeper.every)}: until then the answer is out of date."


_STATE = "Let a write change the answer: set a field when the time comes (`ctx.scheduler.runAt`, or a cron for many rows) and read by it. "
_PASS = "Or pass the time as an argument, rounded so that it seldom changes, and let the client renew it."
_HELP = {
    Decides.BRANCH: _STATE + _PASS,
    Decides.FILTER: _STATE + _PASS,
    Decides.RANGE: _STATE + _PASS,
    Decides.RESULT: "Return the moment itself, and let the client compare it with its own clock as it goes on.",
}
