"""Rows that are collected to be sorted by a field of which an index could give the order. See sort_in_memory.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Tier
from convex_lint.analysis.chain_cover import CREATION, MAX_FIELDS
from convex_lint.analysis.fields import can_be_key
from convex_lint.analysis.naming import index_name
from convex_lint.analysis.order import following
from convex_lint.analysis.sites import Site
from convex_lint.analysis.story import callers, callers_in_words, declaration, filler, stands_in
from convex_lint.analysis.terminal import scans_all
from convex_lint.analysis.whole_range import YIELDS_TO, costly
from convex_lint.model.function import Kind
from convex_lint.model.operation import Op, Read
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity


class SortInMemory(Rule):
    default_severity: ClassVar[Severity] = Severity.NOTE
    tags: ClassVar[tuple[str, ...]] = ("performance", "indexes")
    yields_to: ClassVar[tuple[str, ...]] = YIELDS_TO

    def check(self, backend: Backend) -> Iterator[Finding]:
        for site in backend.reads:
            field = _sorted_by(backend, site)
            shown = any(function.kind is Kind.QUERY for function in site.functions)
            found = costly(backend, site) if field is not None and shown else None
            if field is None or found is None:
                continue
            read, table, (growth, extent) = site.operation, site.table, found
            places = (*callers(site), *filler(growth), *declaration(table))
            yield Finding(
                read,
                f"The rows of `{table.name}` are collected and then sorted by `{field}`, "
                f"{'in whose order they come' if _comes_so(backend, site, field) else 'as an index could order them'}.",
                _help(backend, site, field) + callers_in_words(site),
                key=(stands_in(site), table.name, read.index, field),
                related=[Label(place, place.words) for place in places],
                confidence=Confidence.HIGH if extent.tier is Tier.TABLE else Confidence.MEDIUM,
                table=table.name,
                index=read.index,
                cause=(table.name, field),
                impact=backend.impact(site, extent),
            )


def _sorted_by(backend: Backend, site: Site[Read]) -> str | None:
    """The field by which all rows of a read are sorted, when nothing else is done that would need all of them."""
    read, table = site.operation, site.table
    if read.op is not Op.QUERY or read.terminal != "collect" or not scans_all(read) or site.span in backend.narrowings:
        return None
    if read.bounds or read.residual:
        return None
    sorts = [use for use in read.uses if use.kind == "sort"]
    if len({use.field for use in sorts}) != 1 or any(use.kind in ("reduce", "length", "filter") for use in read.uses):
        return None
    field = sorts[0].field
    if field is None or not can_be_key(table, field) or field in {key.field for key in read.eq}:
        return None
    return field


def _comes_so(backend: Backend, site: Site[Read], field: str) -> bool:
    """The range has the order of the field, or of the creation time, which says the same."""
    order = following(site.operation, site.table)
    return order == field or (order == CREATION and field in backend.stamps(site.table).ordered)


def _help(backend: Backend, site: Site[Read], field: str) -> str:
    read, table = site.operation, site.table
    pinned = tuple(key.field for key in read.eq)
    if _comes_so(backend, site, field):
        return (
            'Leave the sort out, with `.order("desc")` where the last come first: then `.take(n)` or a page is enough.'
        )
    fields = pinned if field == CREATION else (*pinned, field)
    known = next((i for i in table.indexes if i.fields[: len(fields)] == fields and not i.staged), None)
    if known is not None:
        return f"Read with `{known.name}`, which has this order, and take as many rows as are shown."
    if len(fields) > MAX_FIELDS:
        return "Take as many rows as are shown, in the order of an index."
    others = [index for other in backend.tables for index in other.indexes]
    name = index_name(table, fields, others)
    listed = ", ".join(f'"{part}"' for part in fields)
    return f'Declare `.index("{name}", [{listed}])` and read with it: then `.take(n)` or a page is enough.'
