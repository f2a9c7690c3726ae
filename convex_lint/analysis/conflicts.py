"""Mutation against mutation: what one has read and another writes, so that whichever commits last has to start over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from convex_lint.analysis.coarse import coarse_range, coarse_write, found_by
from convex_lint.analysis.footprint import Footprint, Touch
from convex_lint.analysis.keyrange import KeyRange
from convex_lint.analysis.overlap import Meeting, Overlap, meet
from convex_lint.analysis.terms import Reads
from convex_lint.analysis.versions import Written
from convex_lint.graph.graph import Edge, EdgeKind, EntryKind, Graph, function_node
from convex_lint.model.function import Function
from convex_lint.model.operation import Operation, Read, Write
from convex_lint.model.schema import Table


class Party(NamedTuple):
    """A mutation, and what it does to get into a conflict: a read, or a write, which reads its document first."""

    mutation: Function
    touch: Touch


@dataclass(frozen=True, slots=True)
class Clash:
    """A range that some mutations read, and a write of some that can land in it. Whoever reads and whoever writes may be the
    same mutation, called twice."""

    table: Table
    interval: KeyRange
    written: Written
    meeting: Meeting
    readers: tuple[Party, ...]
    writers: tuple[Party, ...]

    @property
    def selves(self) -> tuple[tuple[Party, Party], ...]:
        """The mutations that conflict with another call of themselves, as reader and as writer."""
        writers = {party.mutation.id: party for party in self.writers}
        return tuple((party, writers[party.mutation.id]) for party in self.readers if party.mutation.id in writers)


Footprints = Callable[[Function], Footprint]


def clashes(
    mutations: Iterable[Function],
    footprint: Footprints,
    table_of: Callable[[Read | Write], Table | None],
    reads_in: Callable[[Function], Reads],
) -> tuple[Clash, ...]:
    """All conflicts among some mutations, those that nested runs bring along included, table by table.

    Functions with equal ranges and equal writes are put together first, so that the work is that of the different ranges
    and writes of each table, however many functions share them."""
    intervals: dict[tuple[str, str], dict[KeyRange, dict[str, Party]]] = defaultdict(lambda: defaultdict(dict))
    writings: dict[tuple[str, str], dict[Written, dict[str, Party]]] = defaultdict(lambda: defaultdict(dict))
    tables: dict[tuple[str, str], Table] = {}
    tops: dict[tuple[str, str], frozenset[str]] = {}
    known: dict[tuple[int, int], list[dict[str, Party]]] = {}  # where the parties of an operation belong, by address

    def groups(function: Function, operation: Operation) -> list[dict[str, Party]]:
        if not isinstance(operation, (Read, Write)) or (isinstance(operation, Read) and operation.system):
            return []
        table = table_of(operation)
        if table is None:
            return []
        key = (table.component, table.name)
        if key not in tables:
            tables[key], tops[key] = table, found_by(table)
        own = reads_in(function)
        if isinstance(operation, Read):
            return [intervals[key][coarse_range(KeyRange.of(operation, table, own))]]
        written = writings[key][coarse_write(Written.of(operation, own), tops[key])]
        target = KeyRange.of_target(operation, own)
        return [written, intervals[key][coarse_range(target)]] if target is not None else [written]

    for mutation in mutations:
        id_ = mutation.id
        for touch in footprint(mutation).touches:
            place = (id(touch.function), id(touch.operation))
            if place not in known:
                known[place] = groups(touch.function, touch.operation)
            for parties in known[place]:
                if id_ not in parties:
                    parties[id_] = Party(mutation, touch)
    found = []
    for key in sorted(writings):
        for interval, readers in intervals.get(key, {}).items():
            for written, writers in writings[key].items():
                meeting = meet(interval, written)
                if meeting.verdict is not Overlap.NEVER:
                    sides = tuple(readers.values()), tuple(writers.values())
                    found.append(Clash(tables[key], interval, written, meeting, *sides))
    return tuple(found)


def concurrent(one: Function, other: Function, graph: Graph) -> bool:
    """Whether two calls can run at the same time. A cron starts its next run when the last one has ended; a client waits for
    each mutation of its session, but there are many sessions."""
    if one.id != other.id:
        return True
    return any(entry.kind is not EntryKind.CRON for entry in graph.entries(one))


def meeting_of(reader: Party, writer: Party, table: Table, reads_in: Callable[[Function], Reads]) -> Meeting:
    """What two mutations of a clash have to do with each other, in their own terms."""
    own, theirs = reads_in(reader.touch.function), reads_in(writer.touch.function)
    operation, write = reader.touch.operation, writer.touch.operation
    assert isinstance(write, Write)
    if isinstance(operation, Write):
        interval = KeyRange.of_target(operation, own)
        assert interval is not None
    else:
        assert isinstance(operation, Read)
        interval = KeyRange.of(operation, table, own)
    return meet(interval, Written.of(write, theirs))


def pairs(found: Iterable[Clash], graph: Graph) -> Iterator[tuple[Function, Function, Clash]]:
    """Each pair of a reading and a writing mutation that can run at the same time, with the surest of its clashes on each
    table."""
    best: dict[tuple[str, str, str, str], tuple[Function, Function, Clash]] = {}
    for clash in found:
        for reader in clash.readers:
            for writer in clash.writers:
                ids = (reader.mutation.id, writer.mutation.id, clash.table.component, clash.table.name)
                known = best.get(ids)
                if known is not None and sureness(known[2]) <= sureness(clash):
                    continue
                if known is not None or concurrent(reader.mutation, writer.mutation, graph):
                    best[ids] = (reader.mutation, writer.mutation, clash)
    yield from best.values()


def conflict_edges(found: Iterable[Clash], graph: Graph) -> Iterator[Edge]:
    """From the mutation that has to start over to the one whose write it has seen too late, labelled with the table. Pairs
    of which nothing is known but that they may meet are left out."""
    for reader, writer, clash in pairs([clash for clash in found if sureness(clash) < (2, 0)], graph):
        span = clash.writers[0].touch.operation.span
        for party in clash.writers:
            if party.mutation.id == writer.id:
                span = party.touch.operation.span
        ends = function_node(reader.id), function_node(writer.id)
        yield Edge(*ends, EdgeKind.CONFLICTS, clash.table.name, span)


def sureness(clash: Clash) -> tuple[int, int]:
    """Smallest for what is certain to meet."""
    return _SURENESS[clash.meeting.verdict], len(clash.meeting.doubts)


_SURENESS: Mapping[Overlap, int] = {Overlap.ALWAYS: 0, Overlap.SAME_KEY: 1, Overlap.MAYBE: 2, Overlap.NEVER: 3}
