"""Indexes, ranges and filters that name a field which the table cannot have. See index_field_unknown.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.library import written_here
from convex_lint.analysis.schema_paths import Impossible, in_declarations, in_filters, in_range
from convex_lint.analysis.sites import Site
from convex_lint.analysis.story import callers_in_words, stands_in
from convex_lint.model.operation import Read
from convex_lint.model.schema import Table
from convex_lint.rule import Finding, Label, Rule, Severity


class IndexFieldUnknown(Rule):
    default_severity: ClassVar[Severity] = Severity.ERROR
    tags: ClassVar[tuple[str, ...]] = ("correctness", "indexes")
    everywhere: ClassVar[bool] = True

    def check(self, backend: Backend) -> Iterator[Finding]:
        for table in backend.tables:
            schema = backend.project.schemas.get(table.component)
            if table.inferred or schema is None or not schema.validated or not written_here(table):
                continue
            for wrong in in_declarations(table):
                yield _finding(wrong, table, None)
            for site in backend.reads_of(table):
                if len({other.table.name for other in backend.reads_at(site.span)}) > 1:
                    continue  # generic code takes the field with the table
                for wrong in (*in_range(site.operation, table), *in_filters(site.operation, table)):
                    yield _finding(wrong, table, site)


def _finding(wrong: Impossible, table: Table, site: Site[Read] | None) -> Finding:
    help_ = f"The fields of `{table.name}` are {', '.join(f'`{field}`' for field in table.fields)}."
    if "Convex adds" in wrong.reason:
        help_ = f"Leave `{wrong.field}` out: rows with the same fields are in its order anyway."
    elif "comes after" in wrong.reason:
        help_ = "Name the fields of the range in the order of the index, without a gap."
    elif "no field of that index" in wrong.reason and site is not None:
        index = table.index(site.operation.index or "")
        names = ", ".join(f"`{field}`" for field in index.fields) if index is not None else ""
        help_ = f"The fields of the index are {names}, in this order."
    return Finding(
        wrong.place,
        f"{wrong.where} names `{wrong.field}`, which {wrong.reason}.",
        help_ + (callers_in_words(site) if site is not None else ""),
        key=(table.name, wrong.where, wrong.field, stands_in(site) if site is not None else ""),
        related=[Label(table, f"`{table.name}` is declared here")],
        table=table.name,
        component=table.component,
        cause=(table.component, table.name, wrong.field),
        function=site.within if site is not None else None,
    )
