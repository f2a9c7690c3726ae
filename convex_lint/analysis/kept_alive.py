"""Rows that are taken as gone when their time is not renewed soon: is a write there to keep one alive?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from convex_lint.analysis.moments import behind, timed_parts
from convex_lint.analysis.turning import turns
from convex_lint.model.operation import Op, Platform
from convex_lint.model.schema import Table

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend

SOON = 900.0
"""A row that is gone after so many seconds has to be written about as often as it is."""


def is_kept_alive(backend: Backend, table: Table, stamps: Iterable[str]) -> bool:
    """Something drops or deletes the rows whose time in one of the fields is some minutes old."""
    fields = frozenset(stamps)
    return any(0 < window <= SOON for window in _windows(backend, table, fields))


def _windows(backend: Backend, table: Table, fields: frozenset[str]) -> Iterator[float]:
    """The seconds after which what reads the rows tells them from others."""
    for site in backend.reads_of(table):
        for part in timed_parts(site.operation):
            late = behind(part.value) if part.field in fields else None
            if late is not None:
                yield late
        for reach in site.reaches:
            for operation in reach.function.operations:
                if isinstance(operation, Platform) and operation.op is Op.CLOCK:
                    for value in operation.arguments:
                        for turn in turns(value):
                            if turn.table == table.name and turn.field in fields and turn.shift is not None:
                                yield turn.shift
