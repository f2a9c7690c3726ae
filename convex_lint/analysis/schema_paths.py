"""Field paths that code names and a table's validator cannot have; the one thing that a table without rows shows already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from convex_lint.model.operation import Op, Predicate, Read
from convex_lint.model.schema import Index, SearchIndex, Table, VectorIndex
from convex_lint.source import Located

_SYSTEM = ("_id", "_creationTime")


class Impossible(NamedTuple):
    """`place` names `field` in `where` (`the index `by_x``); `reason` completes "..., which "."""

    place: Located
    where: str
    field: str
    reason: str


def exists(table: Table, path: str) -> bool:
    """Can some document of the table have the field? True where the validator is not known, or allows anything."""
    if path in _SYSTEM or table.validator is None or not table.validator.members_flat():
        return True
    return bool(table.validator.at(tuple(path.split("."))))


def in_declarations(table: Table) -> Iterator[Impossible]:
    """What the indexes of a table name that it cannot have, and what the server appends by itself."""
    every: tuple[Index | SearchIndex | VectorIndex, ...] = (
        *table.indexes,
        *table.search_indexes,
        *table.vector_indexes,
    )
    for index in every:
        if isinstance(index, Index):
            kind, fields = "index", index.fields
        elif isinstance(index, SearchIndex):
            kind, fields = "search index", (index.search_field, *index.filter_fields)
        else:
            kind, fields = "vector index", (index.vector_field, *index.filter_fields)
        for field in fields:
            where = f"The {kind} `{index.name}` of `{table.name}`"
            if isinstance(index, Index) and field in _SYSTEM:
                reason = "Convex adds to every index by itself" if field == "_creationTime" else "no index may name"
                yield Impossible(index, where, field, reason)
            elif not exists(table, field):
                yield Impossible(index, where, field, "no document of the table can have")


def in_range(read: Read, table: Table) -> Iterator[Impossible]:
    """The first field of an index range that is not the next of the index."""
    index = table.index(read.index) if read.index is not None else None
    if index is None or not read.range_known or read.op not in (Op.QUERY, Op.PAGINATE):
        return
    fields = (*index.fields, "_creationTime")
    used = [*(key.field for key in read.eq), *dict.fromkeys(bound.field for bound in read.bounds)]
    for place, field in enumerate(used):
        if place < len(fields) and field == fields[place]:
            continue
        where = f"This range of the index `{index.name}` of `{table.name}`"
        if field not in fields:
            yield Impossible(read, where, field, "is no field of that index")
        elif place < len(fields):
            yield Impossible(read, where, field, f"comes after `{fields[place]}` in that index")
        return


def in_filters(read: Read, table: Table) -> Iterator[Impossible]:
    """The fields that a `.filter()` compares and no row has: the comparison is with `undefined`."""
    for predicate in _leaves(read.residual):
        if predicate.source == "filter" and predicate.field is not None and not exists(table, predicate.field):
            where = f"This filter of `{table.name}`"
            yield Impossible(predicate, where, predicate.field, "no document of the table can have")


def _leaves(predicates: Iterable[Predicate]) -> Iterator[Predicate]:
    for predicate in predicates:
        if predicate.parts:
            yield from _leaves(predicate.parts)
        else:
            yield predicate
