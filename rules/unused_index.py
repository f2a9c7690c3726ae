"""Indexes that no read names. See unused_index.md."""

from __future__ import annotations

from collections.abc import Iterator

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.library import source_in_words
from convex_lint.analysis.story import fields_in_words
from convex_lint.model.schema import Index, SearchIndex
from convex_lint.rule import Confidence, Finding, Rule, Severity


class UnusedIndex(Rule):
    default_severity = Severity.NOTE
    tags = ("cost", "indexes")
    yields_to = ("redundant-index",)

    def check(self, backend: Backend) -> Iterator[Finding]:
        for table in filter(backend.is_filled, backend.tables):
            for index in backend.idle_indexes.unused(table):
                if isinstance(index, Index):
                    kind, fields = "index", fields_in_words(index.fields)
                elif isinstance(index, SearchIndex):
                    kind, fields = "search index", f"`{index.search_field}`"
                else:
                    kind, fields = "vector index", f"`{index.vector_field}`"
                yield Finding(
                    index,
                    f"No read names the {kind} `{index.name}` of `{table.name}`.",
                    f"Remove it, or read with it where rows are looked for by {fields}: an index is a copy of the table "
                    "that is stored and that each write keeps up to date." + source_in_words(index, backend.text_of),
                    key=(table.name, index.name),
                    confidence=Confidence.MEDIUM,
                    table=table.name,
                    index=index.name,
                    component=table.component,
                )
