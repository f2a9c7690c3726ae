"""write -> query -> subscription: which writers re-run which open queries, and how often they run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from convex_lint.analysis.choices import Choices
from convex_lint.analysis.development import in_development_alone
from convex_lint.analysis.entered import passes, passes_surely
from convex_lint.analysis.exposure import Exposure, Exposures, Purpose
from convex_lint.analysis.footprint import Footprint, Touch
from convex_lint.analysis.growth import how_started
from convex_lint.analysis.keyrange import KeyRange
from convex_lint.analysis.overlap import Overlap, meet
from convex_lint.analysis.rates import Rate
from convex_lint.analysis.sites import Site, reads_in
from convex_lint.analysis.versions import Written
from convex_lint.fact import fact
from convex_lint.graph.graph import Edge, EdgeKind, Graph, function_node
from convex_lint.model.function import Function, Kind
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.subscription import ClientCall


@fact
class Writer:
    """A function whose write lands in a range. `rate`: what says that the write happens often, None without any."""

    function: Function
    write: Write
    overlap: Overlap
    rate: Rate | None

    @property
    def sign(self) -> str | None:
        return self.rate.words if self.rate is not None else None

    @property
    def rank(self) -> tuple[int, float]:
        """Smallest for the one that runs most often, as far as the signs say."""
        return (-self.rate.strength, -(self.rate.per_minute or 0.0)) if self.rate is not None else (0, 0.0)


@fact
class OpenRead:
    """A read of a query that clients keep open, of a known table, and the client sites that keep it open."""

    query: Function
    touch: Touch
    read: Read
    table: Table
    subscribers: tuple[ClientCall, ...]


def open_reads(
    functions: Iterable[Function],
    graph: Graph,
    footprint: Callable[[Function], Footprint],
    table_of: Callable[[Read], Table | None],
) -> Iterator[OpenRead]:
    """What the queries that clients keep open read, functions that they run included."""
    for query in functions:
        subscribers = graph.subscribers(query)
        if query.kind is not Kind.QUERY or not subscribers:
            continue
        for touch, read in footprint(query).reads:
            table = None if read.system else table_of(read)
            if table is None or any(map(in_development_alone, (read, *touch.calls))):
                continue
            callers = subscribers if touch.calls else tuple(call for call in subscribers if _gets_to(call, read))
            if callers:
                yield OpenRead(query, touch, read, table, callers)


def _gets_to(call: ClientCall, read: Read) -> bool:
    return call.arguments is None or passes(dict(call.arguments), read.guards)


def surest(opened: OpenRead) -> tuple[ClientCall, ...]:
    """The clients whose arguments are sure to lead to the read, where there are such: of the others nobody can tell."""
    if opened.touch.calls:
        return opened.subscribers
    sure = (call for call in opened.subscribers if call.arguments is not None)
    return (
        tuple(call for call in sure if passes_surely(dict(call.arguments or ()), opened.read.guards))
        or opened.subscribers
    )


def writers_into(
    read: Read,
    writes: Iterable[Site[Write]],
    sign_of: Callable[[Function, Write], Rate | None],
    exposures: Exposures,
    reads_of: Callable[[Function], dict[int, Read]] = reads_in,
    choices: Choices | None = None,
) -> tuple[Writer, ...]:
    """The functions of the product whose writes can land in the range of `read`, each once, those that run often first."""
    among = tuple((choices or {}).items())
    found: dict[str, Writer] = {}
    for site in writes:
        interval = replace(KeyRange.of(read, site.table), among=among)
        for reach in site.reaches:
            if exposures.exposure(reach.function) is Exposure.MANUAL:
                continue
            if exposures.purpose(reach.function) is not Purpose.PRODUCT:
                continue
            verdict = meet(interval, Written.of(reach.operation, reads_of(reach.function))).verdict
            if verdict is Overlap.NEVER or exposures.in_development(reach.operation):
                continue
            writer = Writer(reach.function, reach.operation, verdict, sign_of(reach.function, reach.operation))
            known = found.get(reach.function.id)
            if known is None or writer.rank < known.rank or (writer.rank == known.rank and _rather(writer, known)):
                found[reach.function.id] = writer
    return tuple(sorted(found.values(), key=lambda writer: (writer.rank, writer.function.id)))


def _rather(writer: Writer, known: Writer) -> bool:
    """Of a function that patches a row or deletes it, as often: what stays is written again."""
    return known.write.op is Op.DELETE and writer.write.op in (Op.PATCH, Op.REPLACE)


def invalidation_edges(
    open_reads: Iterable[OpenRead], writers_into: Callable[[Read, Table], Iterable[Writer]]
) -> Iterator[Edge]:
    """From each writer to the open queries that it makes run again, labelled with the table."""
    seen: set[tuple[str, str, str]] = set()
    for opened in open_reads:
        for writer in writers_into(opened.read, opened.table):
            key = (writer.function.id, opened.query.id, opened.table.name)
            if key not in seen:
                seen.add(key)
                ends = function_node(writer.function.id), function_node(opened.query.id)
                yield Edge(*ends, EdgeKind.INVALIDATES, opened.table.name, writer.write.span)


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
