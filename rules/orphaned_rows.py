"""Deletes that leave behind rows which refer to what is gone. See orphaned_rows.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.exposure import Exposure, Purpose
from convex_lint.analysis.references import Reference
from convex_lint.analysis.sites import Reach, Site
from convex_lint.analysis.story import callers_in_words, stands_in
from convex_lint.analysis.vocabulary import YOUNG, words_of
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.schema import Table
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity


class Left(NamedTuple):
    """Rows that stay, and a read that fails on what they point to."""

    reference: Reference
    reader: Reach[Read]


class OrphanedRows(Rule):
    default_severity: ClassVar[Severity] = Severity.NOTE
    tags: ClassVar[tuple[str, ...]] = ("reads", "correctness")

    def check(self, backend: Backend) -> Iterator[Finding]:
        for table in backend.tables:
            pointing = backend.references.to(table)
            if not pointing:
                continue
            for site in backend.writes_of(table):
                if site.operation.op is not Op.DELETE:
                    continue
                used = site.narrowed(lambda reach: _in_use(backend, reach))
                left = _left(backend, used, pointing) if used is not None else []
                if used is not None and left:
                    yield _finding(used, table, left)


def _in_use(backend: Backend, reach: Reach[Write]) -> bool:
    return (
        backend.purpose(reach.function) in (Purpose.PRODUCT, Purpose.ADMIN)
        and backend.exposures.exposure(reach.function) is not Exposure.MANUAL
        and not (words_of(reach.operation.within) | words_of(reach.function.path)) & YOUNG
    )


def _left(backend: Backend, site: Site[Write], pointing: tuple[Reference, ...]) -> list[Left]:
    """The references that no flow through this delete cleans up, each with a reader that cannot do without."""
    found = []
    for reference in pointing:
        if reference.table == site.table or not reference.required or not backend.growth(reference.table).sources:
            continue
        if any(backend.references.cleaned(reach.function, reference) for reach in site.reaches):
            continue
        reader = backend.references.reader(reference, site.table)
        if reader is not None:
            found.append(Left(reference, reader))
    return found


def _finding(site: Site[Write], table: Table, left: list[Left]) -> Finding:
    first, reader = left[0]
    fields = ", ".join(f"`{one.reference.table.name}.{one.reference.field}`" for one in left)
    steps = [f"`{one.reference.table.name}` by `{one.reference.field}`" for one in left]
    return Finding(
        site.operation,
        f"`{stands_in(site)}` deletes rows of `{table.name}` and leaves the rows that refer to them in {fields}.",
        f"Keep the row and mark it as deleted, or else delete the rows of {' and '.join(steps)} in the same mutation, "
        f"in batches that schedule the next one where there can be many. "
        f"`{reader.function.id}` fails on a row of `{first.table.name}` whose `{first.field}` is gone."
        f"{callers_in_words(site)}",
        key=(stands_in(site), table.name, *(one.reference.table.name for one in left)),
        related=[
            *(Label(one.reference.table, f"`{one.reference.table.name}` refers to `{table.name}`") for one in left[:3]),
            Label(reader.operation, f"`{reader.function.id}` needs the row to be there"),
        ],
        confidence=Confidence.MEDIUM,
        table=table.name,
    )
