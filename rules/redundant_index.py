"""Indexes that a longer index of the same table makes superfluous. See redundant_index.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.idle import Redundant
from convex_lint.analysis.library import source_in_words
from convex_lint.analysis.rewrite import TextOf, with_index
from convex_lint.analysis.sites import Site
from convex_lint.model.operation import Read
from convex_lint.model.schema import Index, Table
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity


class RedundantIndex(Rule):
    tags = ("cost", "indexes")

    def check(self, backend: Backend) -> Iterator[Finding]:
        for table in backend.tables:
            unused = set(backend.idle_indexes.unused(table))
            for found in backend.idle_indexes.redundant(table):
                index, longer, reads = found.index, found.longer, found.readers
                refused = index.fields == longer.fields
                if not refused and not backend.is_filled(table):
                    continue  # nobody pays for an index of a table into which nothing comes
                yield Finding(
                    index,
                    _message(table, found),
                    _help(index, longer, reads, backend.text_of, both=longer in unused)
                    + source_in_words(index, backend.text_of),
                    key=(table.name, index.name, longer.name),
                    related=[
                        Label(
                            longer,
                            f"`{longer.name}` begins with the same fields"
                            if longer.name != index.name
                            else f"`{index.name}` is declared here too",
                        ),
                        *(
                            Label(site, f"`{site.within}` reads with `{index.name}`")
                            for site in list({site.span: site for site in reads}.values())[:3]
                        ),
                    ],
                    confidence=Confidence.HIGH if reads else Confidence.MEDIUM,
                    severity=None if refused or _is_paid_for(backend, table) else Severity.NOTE,
                    table=table.name,
                    index=index.name,
                    component=table.component,
                    cause=() if refused else (table.component, "prefixes"),
                )


def _is_paid_for(backend: Backend, table: Table) -> bool:
    """The table gains rows in the course of use, by functions that something is seen to start, or by a library."""
    if not backend.growth(table).grows:
        return False
    writers = [function for site in backend.writes_of(table) for function in site.functions]
    return not writers or any(map(backend.in_use.regularly, writers)) or any(map(backend.is_started, writers))


def _message(table: Table, found: Redundant) -> str:
    index, longer = found.index, found.longer
    if index.fields == longer.fields and index.name == longer.name:
        return f"The index `{index.name}` of `{table.name}` is declared twice, which Convex refuses."
    if index.fields == longer.fields:
        return (
            f"The index `{index.name}` of `{table.name}` has the same fields as `{longer.name}`, which Convex refuses."
        )
    served = "its readers too" if found.readers else "the same ranges"
    return f"The index `{index.name}` of `{table.name}` is a prefix of `{longer.name}`, which serves {served}."


def _help(index: Index, longer: Index, readers: Sequence[Site[Read]], text_of: TextOf, *, both: bool = False) -> str:
    """`both`: no read uses the longer one either."""
    if index.name == longer.name:
        return f"Remove this one: the other declaration of `{index.name}`, such as that of an edge, is the same index."
    drop = f"Remove `{index.name}`: every index is a copy of the table that each write keeps up to date"
    if both:
        return (
            f"Remove `{index.name}`, and `{longer.name}` as well: every index is a copy of the table that each write keeps up "
            "to date, and nothing in the code that was scanned reads with either."
        )
    if not readers:
        return f"{drop}, and nothing in the code that was scanned reads with this one."
    names = ", ".join(f"`{name}`" for name in dict.fromkeys(site.within for site in readers))
    call = with_index(readers[0].operation, longer.name, "...", text_of)
    return f"{drop}. Read with `{call}` and the same range in {names}."
