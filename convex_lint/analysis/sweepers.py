"""Crons and loops that write rows when the time in one of their fields has come: a write that tells open queries of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from convex_lint.analysis.moments import behind
from convex_lint.analysis.rates import Rates, Strength
from convex_lint.analysis.sites import Reach, Site
from convex_lint.fact import fact
from convex_lint.graph.graph import EntryKind, Graph
from convex_lint.model.function import Function
from convex_lint.model.operation import Op, Predicate, Read, Write
from convex_lint.model.value import Computed, DocumentField, Value, parts_of


@fact
class Sweeper:
    """`function` deletes or changes the rows whose field lies more than `behind` seconds before now, `every` so many."""

    function: Function
    every: float
    behind: float


def sweepers(
    sites: Iterable[Site[Write]],
    field: str,
    graph: Graph,
    rates: Rates,
    reads_in: Callable[[Function], dict[int, Read]],
) -> Iterator[Sweeper]:
    """Those of a table, by the writes of it."""
    for site in sites:
        for reach in site.reaches:
            if reach.operation.op is Op.INSERT:
                continue
            every = _every(reach.function, graph, rates)
            if every is not None:
                for value in _compared(reach, field, reads_in):
                    late = behind(value)
                    if late is not None:
                        yield Sweeper(reach.function, every, late)


def _every(function: Function, graph: Graph, rates: Rates) -> float | None:
    """The seconds between two runs of a cron, or of a function that schedules itself again."""
    crons = [one.every for one in graph.entries(function) if one.kind is EntryKind.CRON and one.every]
    rate = rates.rate(function)
    if rate is not None and rate.strength is Strength.LOOP and rate.per_minute:
        crons.append(60 / rate.per_minute)
    return min(crons, default=None)


def _compared(reach: Reach[Write], field: str, reads_in: Callable[[Function], dict[int, Read]]) -> Iterator[Value]:
    """What the field of the rows that are written has been compared with."""
    target = reach.operation.target
    if not isinstance(target, DocumentField) or target.read is None:
        return
    read = reads_in(reach.function).get(target.read)
    if read is None:
        return
    yield from (bound.value for bound in read.bounds if bound.field == field and bound.operator in ("lt", "lte"))
    for predicate in read.residual:
        yield from _late(predicate, field)
    for guard in reach.operation.guards:
        for part in (guard.condition, *parts_of(guard.condition)):
            if isinstance(part, Computed) and part.operator in ("<", "<=", ">", ">=") and len(part.parts) == 2:
                for own, other in (part.parts, part.parts[::-1]):
                    if isinstance(own, DocumentField) and own.read == read.ordinal and own.path == (field,):
                        yield other


def _late(predicate: Predicate, field: str) -> Iterator[Value]:
    if predicate.field == field and predicate.operator in ("lt", "lte"):
        yield predicate.value
    for part in predicate.parts:
        yield from _late(part, field)
