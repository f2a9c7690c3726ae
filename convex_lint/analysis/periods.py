"""Does the calendar bound a table? Of periods that may not overlap there are a few more each year, whoever adds them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from convex_lint.analysis.absence import known_empty
from convex_lint.analysis.sites import Reach
from convex_lint.analysis.vocabulary import words_of
from convex_lint.model.operation import Predicate, Read, Write
from convex_lint.model.schema import Table

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend

_DAYS = frozenset(("date", "day", "month", "week"))


def follow_one_another(backend: Backend, table: Table) -> bool:
    """Every insert first makes sure that no row of the whole table has a part of the same days."""
    sources = backend.growth(table).sources
    return bool(sources) and all(_is_kept_apart(backend, reach, table) for reach in sources)


def _is_kept_apart(backend: Backend, reach: Reach[Write], table: Table) -> bool:
    empty = known_empty(reach.operation)
    fields = {field for field in reach.operation.fields or () if words_of(field) & _DAYS}
    return any(
        read.ordinal in empty and not read.eq and _overlaps(read, fields)
        for read in backend.reads_in(reach.function).of(table)
    )


def _overlaps(read: Read, fields: set[str]) -> bool:
    """It asks for rows that begin before some day and end after one."""
    asked = [(part.field, part.operator) for part in _parts(read.residual)]
    asked += [(bound.field, bound.operator) for bound in read.bounds]
    begin = {field for field, operator in asked if operator in ("lt", "lte") and field in fields}
    end = {field for field, operator in asked if operator in ("gt", "gte") and field in fields}
    return bool(begin) and bool(end - begin)


def _parts(predicates: tuple[Predicate, ...]) -> Iterator[Predicate]:
    for predicate in predicates:
        yield predicate
        yield from _parts(predicate.parts)
