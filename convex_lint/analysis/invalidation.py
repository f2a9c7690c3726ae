"""write -> query -> subscription: which writers re-run which open queries, and how often they run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from convex_lint.analysis.exposure import Exposure, Exposures, Purpose
from convex_lint.analysis.footprint import Touch
from convex_lint.analysis.growth import how_started
from convex_lint.analysis.overlap import Overlap, overlap
from convex_lint.analysis.sites import Reach, Site, reads_in
from convex_lint.analysis.vocabulary import BEAT, SEEN, words_of
from convex_lint.graph.graph import EntryKind, Graph
from convex_lint.model.function import Function
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.subscription import ClientCall


@dataclass(frozen=True, slots=True)
class Writer:
    """A function whose write lands in a range. `sign`: what says that it runs often, None without any."""

    function: Function
    write: Write
    overlap: Overlap
    sign: str | None
    rank: int


@dataclass(frozen=True, slots=True)
class OpenRead:
    """A read of a query that clients keep open, of a known table, and the client sites that keep it open."""

    query: Function
    touch: Touch
    read: Read
    table: Table
    subscribers: tuple[ClientCall, ...]


def writers_into(
    read: Read,
    writes: Iterable[Site[Write]],
    graph: Graph,
    exposures: Exposures,
    reads_of: Callable[[Function], dict[int, Read]] = reads_in,
) -> tuple[Writer, ...]:
    """The functions of the product whose writes can land in the range of `read`, each once, those that run often first."""
    found: dict[str, Writer] = {}
    for site in writes:
        for reach in site.reaches:
            if exposures.exposure(reach.function) is Exposure.MANUAL:
                continue
            if exposures.purpose(reach.function) is not Purpose.PRODUCT:
                continue
            verdict = overlap(read, reach.operation, reads_of(reach.function))
            if verdict is Overlap.NEVER:
                continue
            sign, rank = rate(reach, graph)
            known = found.get(reach.function.id)
            if known is None or rank < known.rank:
                found[reach.function.id] = Writer(reach.function, reach.operation, verdict, sign, rank)
    return tuple(sorted(found.values(), key=lambda writer: (writer.rank, writer.function.id)))


def rate(reach: Reach[Write], graph: Graph) -> tuple[str | None, int]:
    """The strongest sign that a writer runs often, in words, and its rank: 0 is the strongest, 9 means none."""
    function = reach.function
    entries = graph.entries(function)
    crons = [entry for entry in entries if entry.kind is EntryKind.CRON]
    for entry in sorted(crons, key=lambda entry: entry.every or 1e9):
        if entry.every is not None and entry.every <= 3600:
            return f"the cron `{entry.name}` runs it every {_interval(entry.every)}", 0
    if any(function in ring for ring in _rings(graph, function)):
        return "it schedules itself again", 1
    if words_of(function.path.rpartition(":")[2]) & BEAT:
        return "its name says that clients call it again and again", 2
    beats = [field for field in reach.operation.fields or () if field.lower() in SEEN]
    if beats and reach.operation.op is not Op.INSERT:
        return f"it keeps `{beats[0]}` up to date", 2
    http = next((entry for entry in entries if entry.kind is EntryKind.HTTP), None)
    if http is not None:
        return f"the HTTP route `{http.name}` calls it", 3
    return None, 9


def _rings(graph: Graph, function: Function) -> tuple[tuple[Function, ...], ...]:
    runs = {other.id for other in graph.runs(function)}
    if function.id in runs:
        return ((function,),)
    return tuple((function, other) for other in graph.runs(function) if function in graph.runs(other))


def _interval(seconds: float) -> str:
    for size, word in ((3600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            count = int(seconds // size)
            return word if count == 1 else f"{count} {word}s"
    return f"{seconds:g} seconds"


def describe_writer(writer: Writer, graph: Graph) -> str:
    """`the public mutation `messages:send` inserts into it`."""
    verbs = {
        "insert": "inserts into",
        "patch": "patches rows of",
        "replace": "replaces rows of",
        "delete": "deletes from",
    }
    told = f"{how_started(writer.function, graph)} `{writer.function.id}` {verbs[writer.write.op]} this range"
    return f"{told}, and {writer.sign}" if writer.sign else told
