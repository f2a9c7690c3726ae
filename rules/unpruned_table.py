"""Tables that only ever grow and that nothing reads. See unpruned_table.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.story import filler, written_here
from convex_lint.analysis.vocabulary import KEPT, words_of
from convex_lint.model.operation import Op
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
            growth = backend.growth(table)
            if not growth.grows or backend.reads_of(table) or backend.unresolved_reads(table.component):
                continue
            if any(site.operation.op is Op.DELETE for site in backend.writes_of(table)):
                continue
            finding = _finding(backend, table)
            if finding is not None:
                yield finding


def _finding(backend: Backend, table: Table) -> Finding | None:
    growth = backend.growth(table)
    rates = [(rate, reach) for reach in growth.sources if (rate := backend.rate(reach.function)) is not None]
    if not rates:
        return None
    rate, reach = max(rates, key=lambda pair: pair[0].strength)
    return Finding(
        table,
        f"`{table.name}` gains rows from `{reach.function.id}`, which runs often, and nothing reads or deletes them.",
        f"Stop writing it, or delete old rows from a cron and say who reads them. `{reach.function.id}` runs often: "
        f"{rate.words}.",
        key=(table.name,),
        related=[Label(place, place.words) for place in filler(growth)],
        confidence=Confidence.MEDIUM,
        table=table.name,
        component=table.component,
    )
