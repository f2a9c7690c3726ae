"""Searches whose results are filtered afterwards by a field that the search index could filter by. See the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.exposure import Weight
from convex_lint.analysis.search import LateFilter, late_filter
from convex_lint.analysis.sites import Site
from convex_lint.analysis.story import callers, callers_in_words, fields_in_words, stands_in
from convex_lint.model.operation import Read
from convex_lint.model.schema import SearchIndex
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity


class SearchFilterMissing(Rule):
    default_severity: ClassVar[Severity] = Severity.NOTE
    tags: ClassVar[tuple[str, ...]] = ("performance", "indexes")

    def check(self, backend: Backend) -> Iterator[Finding]:
        for site in backend.reads:
            late = late_filter(site.operation, site.table)
            if late is None or backend.weight(site) is Weight.NONE or len(backend.reads_at(site.span)) > 1:
                continue
            fields = [equality.field for equality in (*late.missing, *late.unused)]
            kind = "search index" if isinstance(late.index, SearchIndex) else "vector index"
            yield Finding(
                site.operation,
                f"Results of the {kind} `{late.index.name}` of `{site.table.name}` are filtered afterwards by "
                f"{fields_in_words(fields)}.",
                _help(site, late) + callers_in_words(site),
                key=(stands_in(site), site.table.name, late.index.name, *fields),
                related=[
                    Label(late.index, "this index finds them"),
                    *(Label(place, place.words) for place in callers(site)),
                ],
                confidence=Confidence.HIGH if site.operation.limit is not None else Confidence.MEDIUM,
                table=site.table.name,
                index=late.index.name,
            )


def _help(site: Site[Read], late: LateFilter) -> str:
    advice = ""
    if late.missing:
        declared = json.dumps([*late.index.filter_fields, *(equality.field for equality in late.missing)])
        advice = f"Give the index `filterFields: {declared}`, and add "
    else:
        advice = "Add "
    fields = [equality.field for equality in (*late.missing, *late.unused)]
    calls = "".join(f".eq({json.dumps(field)}, ...)" for field in fields)
    advice += f"`{calls}` to the search"
    if isinstance(late.index, SearchIndex):
        return f"{advice}: it then finds as many that match as were asked for, where now some of those are dropped."
    return f"{advice} (`filter: (q) => q.eq({json.dumps(fields[0])}, ...)`): it then finds as many as were asked for."
