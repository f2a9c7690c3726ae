"""Reads of all teams' rows, of a table whose other readers ask for those of one team, by an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convex_lint.analysis.bound import Tier, tier_of_table
from convex_lint.analysis.exposure import Purpose
from convex_lint.analysis.fields import kinds_of
from convex_lint.analysis.sites import Site
from convex_lint.analysis.unasked import unasked
from convex_lint.analysis.vocabulary import TENANTS, words_of
from convex_lint.model.function import Kind
from convex_lint.model.operation import Op, Read
from convex_lint.model.schema import Index, Table

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend


def of_one_team(backend: Backend, site: Site[Read]) -> str | None:
    """The advice to read one team's rows, where nothing tells any of all rows apart, and the pages of the product ask for them.
    Everyone's rows may be meant all the same: what is offered to the public, say."""
    read, table = site.operation, site.table
    if read.op is not Op.QUERY or read.eq or read.bounds or read.residual:
        return None
    if tier_of_table(table.name) is not Tier.ENTITY or unasked(site, backend.surroundings) is not None:
        return None
    called = [function for function in site.functions if backend.graph.client_calls(function)]
    if not called or any(backend.purpose(function) is not Purpose.PRODUCT for function in site.functions):
        return None
    for index in table.indexes:
        if not index.staged and index.fields and _is_of_team(index.fields[0], table):
            like = _asked_so(backend, table, index)
            if like is not None:
                field = index.fields[0]
                return (
                    f'If the rows of one team are meant, read these with `.withIndex("{index.name}", (q) => q.eq("{field}", ...))`, '
                    f"as `{like}` does: now those of all teams are read."
                )
    return None


def _is_of_team(field: str, table: Table) -> bool:
    """Every row has it."""
    kinds = kinds_of(field, table)
    named = any(kind.table is not None and tier_of_table(kind.table) is Tier.TENANT for kind in kinds)
    told = bool(words_of(field) & TENANTS) and all(kind.kind in ("id", "string") for kind in kinds)
    return bool(kinds) and (named or told) and not any(kind.optional for kind in kinds)


def _asked_so(backend: Backend, table: Table, index: Index) -> str | None:
    """A query of the product that clients call, and that reads the rows of one team by the index."""
    for other in backend.reads_of(table):
        if other.operation.index == index.name and any(key.field == index.fields[0] for key in other.operation.eq):
            for function in other.functions:
                known = function.kind is Kind.QUERY and backend.graph.client_calls(function)
                if known and backend.purpose(function) is Purpose.PRODUCT:
                    return function.id
    return None
