"""Each query that clients keep open: who does, what it reads, who runs it again, and how often."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from convex_lint.analysis.bound import Extent
from convex_lint.analysis.invalidation import OpenRead, Writer
from convex_lint.analysis.sites import read_form
from convex_lint.model.function import Function
from convex_lint.model.subscription import ClientCall

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend


class WatchedRange(NamedTuple):
    """One range that an open query reads; `writers` run it again, those that run often first."""

    opened: OpenRead
    extent: Extent
    writers: tuple[Writer, ...]


class Watched(NamedTuple):
    """`ranges` are empty for a query that reads no table that is known."""

    query: Function
    subscribers: tuple[ClientCall, ...]
    ranges: tuple[WatchedRange, ...]

    @property
    def writers(self) -> tuple[Writer, ...]:
        """Each function once, with the write by which it runs the query most often."""
        found: dict[str, Writer] = {}
        for writer in sorted((one for part in self.ranges for one in part.writers), key=lambda one: one.rank):
            found.setdefault(writer.function.id, writer)
        return tuple(found.values())


def watched(backend: Backend) -> tuple[Watched, ...]:
    """All queries that clients keep open, those that run again most often first: by the strongest sign, then by how many
    functions write into their ranges."""
    ranges: dict[str, list[WatchedRange]] = {}
    for id, group in groupby(backend.open_reads, key=lambda opened: opened.query.id):
        seen = set()
        for opened in group:
            form = (opened.read.span, opened.read.table, read_form(opened.read), opened.read.eq)
            if form not in seen:
                seen.add(form)
                extent = backend.extent(opened.read, opened.table)
                ranges.setdefault(id, []).append(
                    WatchedRange(opened, extent, backend.writers_into(opened.read, opened.table))
                )
    found = [
        Watched(query, subscribers, tuple(ranges.get(query.id, ())))
        for query in backend.functions
        if query.kind == "query" and (subscribers := backend.graph.subscribers(query))
    ]
    return tuple(sorted(found, key=_order))


def _order(one: Watched) -> tuple[tuple[int, float], int, str]:
    writers = one.writers
    return (writers[0].rank if writers else (1, 0.0), -len(writers), one.query.id)
