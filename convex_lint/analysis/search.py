"""Searches whose results are dropped afterwards by what the search itself could leave out."""

from __future__ import annotations

from dataclasses import dataclass

from convex_lint.analysis.wish import Equality, late_equalities
from convex_lint.model.operation import Op, Read
from convex_lint.model.schema import SearchIndex, Table, VectorIndex


@dataclass(frozen=True, slots=True)
class LateFilter:
    """`missing` are equalities on fields that the index does not filter by yet, `unused` on those that it does."""

    index: SearchIndex | VectorIndex
    missing: tuple[Equality, ...]
    unused: tuple[Equality, ...]


MAX_FILTER_FIELDS = 16
"""Of one search or vector index (docs:search/text-search.mdx)."""


def late_filter(read: Read, table: Table) -> LateFilter | None:
    """None when nothing is dropped that a filter field could, or when the index is not known."""
    if read.op not in (Op.SEARCH, Op.VECTOR_SEARCH):
        return None
    every: tuple[SearchIndex | VectorIndex, ...] = (*table.search_indexes, *table.vector_indexes)
    index = next((index for index in every if index.name == read.index), None)
    if index is None or index.staged:
        return None
    pinned = {key.field for key in read.eq}
    late = [equality for equality in late_equalities(read, table) if equality.field not in pinned]
    late = [equality for equality in late if equality.field not in ("_id", "_creationTime")]
    if isinstance(index, SearchIndex):  # it combines its filters with `and` alone
        late = [equality for equality in late if len(equality.values) == 1]
    unused = tuple(equality for equality in late if equality.field in index.filter_fields)
    missing = tuple(equality for equality in late if equality.field not in index.filter_fields)
    if len(index.filter_fields) + len(missing) > MAX_FILTER_FIELDS:
        missing = ()
    return LateFilter(index, missing, unused) if missing or unused else None
