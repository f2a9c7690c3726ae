"""Conditions on rows that the index range holds already. See redundant_filter.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.exposure import Weight
from convex_lint.analysis.comparison import compare
from convex_lint.analysis.sites import Site
from convex_lint.analysis.story import callers_in_words, fields_in_words, stands_in
from convex_lint.model.operation import Predicate, Read
from convex_lint.rule import Finding, Label, Rule, Severity
from convex_lint.source import Span

ALWAYS = ("equal", "same-call")


class RedundantFilter(Rule):
    default_severity: ClassVar[Severity] = Severity.NOTE
    tags: ClassVar[tuple[str, ...]] = ("reads",)

    def check(self, backend: Backend) -> Iterator[Finding]:
        seen: set[Span] = set()
        for site in backend.reads:
            if backend.weight(site) is Weight.NONE:
                continue
            for predicate in _repeated(site):
                if predicate.span not in seen:
                    seen.add(predicate.span)
                    yield _finding(site, predicate)


def _repeated(site: Site[Read]) -> Iterator[Predicate]:
    """The conditions that every way to this read repeats."""
    for number, predicate in enumerate(site.operation.residual):
        if all(_holds(reach.operation.residual[number], reach.operation) for reach in site.reaches):
            yield predicate


def _holds(predicate: Predicate, read: Read) -> bool:
    """Every row of the range meets it."""
    if not read.range_known or predicate.field is None:
        return False
    for key in read.eq:
        if key.field != predicate.field:
            continue
        outcome = compare(key.value, predicate.value)
        if predicate.operator in ("eq", "gte", "lte"):
            return outcome in ALWAYS
        return predicate.operator == "neq" and outcome == "different"
    return any(
        bound.field == predicate.field
        and bound.operator == predicate.operator
        and compare(bound.value, predicate.value) in ALWAYS
        for bound in read.bounds
    )


def _finding(site: Site[Read], predicate: Predicate) -> Finding:
    read, field = site.operation, predicate.field
    where = "`.filter()`" if predicate.source == "filter" else "code"
    return Finding(
        predicate,
        f"This condition on `{field}` holds for every row of the range, which {_pins(read)} already.",
        f"Remove it from the {where}: it looks as if it narrowed the read of `{site.table.name}`, and drops nothing."
        f"{callers_in_words(site)}",
        key=(stands_in(site), site.table.name, read.index, field),
        related=[Label(read, f"the range of `{read.index}` pins `{field}`")],
        table=site.table.name,
        index=read.index,
        function=read.within,
        component=read.component,
    )


def _pins(read: Read) -> str:
    fields = [key.field for key in read.eq] + list(dict.fromkeys(bound.field for bound in read.bounds))
    return f"is read by {fields_in_words(fields)}"
