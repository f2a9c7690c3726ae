"""Tables that only ever grow, with rows that nobody asks for any more. See unpruned_table.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.library import written_here
from convex_lint.analysis.past import Past, past_of
from convex_lint.analysis.story import Place, filler
from convex_lint.analysis.vocabulary import KEPT, words_of
from convex_lint.model.schema import Table
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity


class UnprunedTable(Rule):
    default_severity: ClassVar[Severity] = Severity.NOTE
    tags: ClassVar[tuple[str, ...]] = ("reads", "limits")
    recommended: ClassVar[bool] = False

    def check(self, backend: Backend) -> Iterator[Finding]:
        for table in backend.tables:
            if table.inferred or not written_here(table) or words_of(table.name) & KEPT:
                continue
            if not backend.growth(table).grows or backend.unresolved_reads(table.component):
                continue
            past = past_of(backend, table)
            if past is not None:
                yield _finding(backend, table, past)


def _finding(backend: Backend, table: Table, past: Past) -> Finding:
    growth = backend.growth(table)
    often = f" `{past.source}` runs often: {past.rate.words}." if past.rate is not None else ""
    places = [*filler(growth)]
    if past.leaver is not None:
        leaver = past.leaver
        places.append(Place(leaver.operation.span, f"`{leaver.function.id}` is done with a row here"))
    advice = (
        "Stop writing it, or delete old rows from a cron and say who reads them."
        if past.unread
        else "Delete what is old from a cron, in batches over an index range up to a time; or export it before."
    )
    return Finding(
        table,
        f"`{table.name}` gains rows from `{past.source}`{', which runs often' if past.rate else ''}, and {past.words}.",
        advice + often,
        key=(table.name,),
        related=[Label(place, place.words) for place in places],
        confidence=Confidence.MEDIUM,
        table=table.name,
        component=table.component,
    )
