"""Rows that are dropped by a condition that no index can serve. See computed_filter.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.computed import Late, computed
from convex_lint.analysis.exposure import Purpose
from convex_lint.analysis.sites import Site
from convex_lint.analysis.story import Place, callers, callers_in_words, declaration, filler, stands_in
from convex_lint.analysis.terminal import scans_all, until_match
from convex_lint.analysis.whole_range import YIELDS_TO, costly
from convex_lint.model.operation import Read
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity


class ComputedFilter(Rule):
    default_severity: ClassVar[Severity] = Severity.NOTE
    tags: ClassVar[tuple[str, ...]] = ("performance", "indexes")
    yields_to: ClassVar[tuple[str, ...]] = YIELDS_TO

    def check(self, backend: Backend) -> Iterator[Finding]:
        for site in backend.reads:
            read, table = site.operation, site.table
            if site.span in backend.narrowings or not (scans_all(read) or until_match(read)):
                continue
            late, found = computed(read, table, backend.text_of), costly(backend, site)
            if late is None or found is None:
                continue
            growth, extent = found
            if all(backend.purpose(function) is Purpose.MIGRATION for function in site.functions):
                continue
            dropped = [] if _inside(site, late) else [Place(late.span, "they are dropped here")]
            places = (*dropped, *callers(site), *filler(growth), *declaration(table))
            yield Finding(
                read,
                f"The rows of `{table.name}` are read and then dropped {late.words}, {late.why}.",
                f"{late.advice} The range holds {extent.reason}, and the table {growth.reason}.{callers_in_words(site)}",
                key=(stands_in(site), table.name, read.index, *late.fields),
                related=[
                    *(Label(place, place.words) for place in places),
                ],
                confidence=Confidence.MEDIUM,
                table=table.name,
                index=read.index,
                cause=(table.name, *late.fields),
                impact=backend.impact(site, extent),
            )


def _inside(site: Site[Read], late: Late) -> bool:
    return late.span.file == site.span.file and site.span.start <= late.span.start < site.span.end
