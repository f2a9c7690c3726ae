"""Lists that read large documents for a few small fields. See wide_rows.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Tier
from convex_lint.analysis.exposure import Exposure, Weight
from convex_lint.analysis.sites import Site
from convex_lint.analysis.size import large_fields
from convex_lint.analysis.story import callers, callers_in_words, declaration, fields_in_words, stands_in
from convex_lint.model.function import Kind
from convex_lint.model.operation import Op, Read
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity

WHOLE = frozenset(("returned", "picked", "passed"))
SMALL = 2_000
"""Bytes: a row that is configured to be smaller is not worth a table of its own."""


class WideRows(Rule):
    default_severity: ClassVar[Severity] = Severity.NOTE
    tags: ClassVar[tuple[str, ...]] = ("reads", "performance")

    def check(self, backend: Backend) -> Iterator[Finding]:
        for site in backend.reads:
            read, table = site.operation, site.table
            if read.op not in (Op.QUERY, Op.PAGINATE) or read.terminal not in (
                "collect",
                "take",
                "paginate",
                "iterate",
            ):
                continue
            if table.inferred or not read.fields or any(use.kind in WHOLE for use in read.uses):
                continue
            large = large_fields(table)
            used = {field.partition(".")[0] for field in (*read.fields, *_tested(read))}
            wanted = sorted(used & set(table.fields))
            if large and wanted and not used & set(large) and self._matters(backend, site):
                yield _finding(backend, site, large, wanted)

    def _matters(self, backend: Backend, site: Site[Read]) -> bool:
        """Users wait for a list of them, and there can be many."""
        table = site.table
        size = backend.figures.size(table).bytes
        if size is not None and size < SMALL:
            return False
        return (
            backend.weight(site) is Weight.FULL
            and backend.exposure(site) in (Exposure.SUBSCRIBED, Exposure.WAITED)
            and any(function.kind is Kind.QUERY for function in site.functions)
            and backend.growth(table).grows
            and backend.extent(site.operation, table).tier > Tier.FIXED
        )


def _tested(read: Read) -> Iterator[str]:
    pending = list(read.residual)
    while pending:
        predicate = pending.pop()
        pending.extend(predicate.parts)
        if predicate.field is not None:
            yield predicate.field


def _finding(backend: Backend, site: Site[Read], large: tuple[str, ...], wanted: list[str]) -> Finding:
    table = site.table
    return Finding(
        site.operation,
        f"This list reads whole documents of `{table.name}`, {fields_in_words(large)} included, and uses {fields_in_words(wanted)}.",
        f"Keep {fields_in_words(large)} in a table of its own that refers to `{table.name}`, so that a list reads small "
        f"documents: what is read is counted and billed by its bytes, and every write to a large field runs the list "
        f"again.{backend.figures_in_words(site)}{callers_in_words(site)}",
        key=(stands_in(site), table.name, *large),
        related=[Label(place, place.words) for place in (*callers(site), *declaration(table))],
        confidence=Confidence.MEDIUM,
        table=table.name,
        index=site.operation.index,
        cause=("wide-rows", table.component, table.name),
        impact=backend.impact(site, backend.extent(site.operation, table)),
    )
