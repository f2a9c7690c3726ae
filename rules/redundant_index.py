"""Indexes that a longer index of the same table makes superfluous. See redundant_index.md."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.order import relies_on_creation_order
from convex_lint.analysis.story import written_here
from convex_lint.model.schema import Index, Table
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity
from convex_lint.source import Span


class RedundantIndex(Rule):
    tags = ("cost", "indexes")

    def check(self, backend: Backend) -> Iterator[Finding]:
        tables_at: dict[Span, set[str]] = defaultdict(set)
        for site in backend.reads:
            tables_at[site.span].add(site.table.name)
        for table in backend.tables:
            for index in table.indexes:
                longer = _longer(table, index)
                if longer is None or not written_here(index) or backend.unresolved_reads(table.component):
                    continue
                reads = [site for site in backend.reads_of(table) if site.operation.index in (index.name, None)]
                if any(
                    site.operation.index is None or relies_on_creation_order(site.operation, index) for site in reads
                ):
                    continue
                if any(len(tables_at[site.span]) > 1 for site in reads):
                    continue  # generic code, such as an adapter, chooses the index by its fields
                touched = bool(backend.reads_of(table) or backend.writes_of(table))
                yield Finding(
                    index,
                    f"The index `{index.name}` of `{table.name}` is a prefix of `{longer.name}`, which serves "
                    f"{'its readers too' if reads else 'the same ranges'}.",
                    _help(table, index, longer, [site.within for site in reads], touched),
                    key=(table.name, index.name, longer.name),
                    related=[
                        Label(longer, f"`{longer.name}` begins with the same fields"),
                        *(Label(site, f"`{site.within}` reads with `{index.name}`") for site in reads[:3]),
                    ],
                    confidence=Confidence.HIGH if reads else Confidence.MEDIUM,
                    severity=None if touched else Severity.NOTE,
                    table=table.name,
                    index=index.name,
                    component=table.component,
                )


def _longer(table: Table, index: Index) -> Index | None:
    """The longest index that begins with the same fields; one that is staged serves nobody yet."""
    if index.staged:
        return None
    size = len(index.fields)
    fitting = [
        other
        for other in table.indexes
        if not other.staged and len(other.fields) > size and other.fields[:size] == index.fields
    ]
    return max(fitting, key=lambda other: (len(other.fields), other.name), default=None)


def _help(table: Table, index: Index, longer: Index, readers: list[str], touched: bool) -> str:
    drop = f"Remove `{index.name}`: every index is a copy of the table that each write keeps up to date"
    if not readers and not touched:
        return f"{drop}. Nothing in the code that was scanned reads or writes `{table.name}` at all: ask who does."
    if not readers:
        return f"{drop}, and nothing in the code that was scanned reads with this one."
    names = ", ".join(f"`{name}`" for name in dict.fromkeys(readers))
    return f'{drop}. Read with `.withIndex("{longer.name}", ...)` and the same range in {names}.'
