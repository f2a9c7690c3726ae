"""Open queries whose result depends on the time of day. See clock_in_query.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.exposure import Purpose
from convex_lint.analysis.moments import Decides, Moment
from convex_lint.analysis.story import Place, fields_in_words
from convex_lint.analysis.subscribers import hooks_in_words, names_in_words
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity


class ClockInQuery(Rule):
    tags: ClassVar[tuple[str, ...]] = ("subscriptions", "correctness")

    def check(self, backend: Backend) -> Iterator[Finding]:
        told: set[str] = set()
        for moment in sorted(backend.moments, key=lambda moment: (moment.decides, moment.span)):
            queries = [
                query for query in moment.queries if backend.purpose(query) is Purpose.PRODUCT and query.id not in told
            ]
            if queries and not _is_equality(backend, moment):
                told.update(query.id for query in queries)
                yield _finding(backend, moment, [query.id for query in queries])


def _matters(backend: Backend, moment: Moment) -> bool:
    """Something ends or begins at the time: access, an offer. What lies within the last thirty days is as good an hour later."""
    if moment.decides is Decides.RESULT:
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


def _finding(backend: Backend, moment: Moment, names: list[str]) -> Finding:
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
        f"{_HELP[moment.decides]} Subscribers: {hooks_in_words(subscribers)}.",
        key=(moment.within, str(moment.decides.name), *sorted(moment.fields), *([] if shared else names)),
        related=related,
        confidence=Confidence.HIGH if moment.decides in (Decides.FILTER, Decides.RANGE) else Confidence.MEDIUM,
        severity=None if _matters(backend, moment) else Severity.NOTE,
        table=moment.table,
        function=queries[0].path,
        component=moment.component,
        sites=(moment.span,),
        impact=backend.impact_of(queries),
    )


_STATE = "Let a write change the answer: set a field when the time comes (`ctx.scheduler.runAt`, or a cron for many rows) and read by it. "
_PASS = "Or pass the time as an argument, rounded so that it seldom changes, and let the client renew it."
_HELP = {
    Decides.BRANCH: _STATE + _PASS,
    Decides.FILTER: _STATE + _PASS,
    Decides.RANGE: _STATE + _PASS,
    Decides.RESULT: "Return the moment itself, and let the client compare it with its own clock as it goes on.",
}
