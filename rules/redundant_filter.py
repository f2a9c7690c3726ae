"""Conditions on rows that the index range holds already. See redundant_filter.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.exposure import Weight
from convex_lint.analysis.keyvalue import compare
from convex_lint.analysis.sites import Site
from convex_lint.analysis.story import callers_in_words, fields_in_words, stands_in
from convex_lint.model.operation import Predicate, Read
from convex_lint.model.schema import Table
from convex_lint.model.value import Random, Unknown, Value, parts_of
from convex_lint.rule import Finding, Label, Rule, Severity
from convex_lint.source import Span

Condition = tuple[Span, str | None, str]
"""A condition by its place: rows of several reads may be put to it, and some of those may need it."""


class RedundantFilter(Rule):
    default_severity: ClassVar[Severity] = Severity.NOTE
    tags: ClassVar[tuple[str, ...]] = ("reads",)

    def check(self, backend: Backend) -> Iterator[Finding]:
        found: dict[Condition, tuple[Site[Read], Predicate]] = {}
        needed: set[Condition] = set()
        for site in backend.reads:
            for reach in site.reaches:
                for predicate in reach.operation.residual:
                    condition = (predicate.span, predicate.field, predicate.operator)
                    if _holds(predicate, reach.operation):
                        found.setdefault(condition, (site, predicate))
                    else:
                        needed.add(condition)
        told: set[Span] = set()
        for condition, (site, predicate) in found.items():
            if condition in needed or predicate.span in told or backend.weight(site) is Weight.NONE:
                continue
            if not _narrows_type(site.table, predicate) and _written_there(backend, site, predicate):
                told.add(predicate.span)
                yield _finding(site, predicate)


def _narrows_type(table: Table, predicate: Predicate) -> bool:
    """The rows are of several types that this field tells apart, and TypeScript does not know the range."""
    variants = table.validator.members_flat() if table.validator is not None else ()
    return len(variants) > 1 and predicate.source == "js"


def _written_there(backend: Backend, site: Site[Read], predicate: Predicate) -> bool:
    """The condition is written out after the read, in the same function: not in one that serves others too. Rows that
    were changed in between may need it."""
    if predicate.source == "filter":
        return True
    name = (predicate.field or "").rpartition(".")[2]
    between = backend.text_of(Span(site.span.file, site.span.end, predicate.span.start))
    if not backend.surroundings.looks_at(predicate.span, name) or re.search(rf"\.{re.escape(name)}\s*=[^=]", between):
        return False
    functions = backend.surroundings.functions(site.span)
    return bool(functions) and predicate.span.file == site.span.file and functions[0].end >= predicate.span.end


def _holds(predicate: Predicate, read: Read) -> bool:
    """Every row of the range meets it."""
    if not read.range_known or predicate.field is None:
        return False
    for key in read.eq:
        if key.field != predicate.field:
            continue
        if predicate.operator in ("eq", "gte", "lte"):
            return _same(key.value, predicate.value)
        return predicate.operator == "neq" and compare(key.value, predicate.value) == "different"
    return any(
        bound.field == predicate.field and bound.operator == predicate.operator and _same(bound.value, predicate.value)
        for bound in read.bounds
    )


def _same(left: Value, right: Value) -> bool:
    """One value twice in the same execution; time stands still in it."""
    vague = any(isinstance(part, (Unknown, Random)) for part in parts_of(left))
    return left == right and type(left) is type(right) and not vague


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
