"""Crons and loops that write rows when the time in one of their fields has come: a write that tells open queries of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from convex_lint.analysis.moments import behind
from convex_lint.analysis.rates import Rates, Strength
from convex_lint.analysis.sites import Reach, Site
from convex_lint.fact import fact
from convex_lint.graph.graph import EntryKind, Graph
from convex_lint.model.function import Function
from convex_lint.model.operation import Call, Guard, Op, Predicate, Read, Write
from convex_lint.model.value import Argument, Computed, DocumentField, Value, parts_of


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
            for function, read, guards in _aims(reach, graph, reads_in):
                every = _every(function, graph, rates)
                for value in _compared(read, guards, field) if every is not None else ():
                    late = behind(value)
                    if late is not None and every is not None:
                        yield Sweeper(function, every, late)


def _aims(
    reach: Reach[Write], graph: Graph, reads_in: Callable[[Function], dict[int, Read]]
) -> Iterator[tuple[Function, Read, tuple[Guard, ...]]]:
    """The read that finds the rows which are written, with the function and the conditions: its own, or that of whoever runs
    the function with the id of a row."""
    target, function = reach.operation.target, reach.function
    read = _read_of(target, reads_in(function))
    if read is not None:
        yield function, read, reach.operation.guards
    key = read.key if read is not None and read.op is Op.GET else target
    name = key.path[0] if isinstance(key, Argument) and len(key.path) == 1 else None
    for caller in graph.callers(function) if name is not None else ():
        for call in caller.operations:
            if isinstance(call, Call) and call.target == function.id and call.arguments is not None:
                found = _read_of(dict(call.arguments).get(name or ""), reads_in(caller))
                if found is not None:
                    yield caller, found, call.guards


def _read_of(target: Value | None, reads: dict[int, Read]) -> Read | None:
    return reads.get(target.read) if isinstance(target, DocumentField) and target.read is not None else None


def _every(function: Function, graph: Graph, rates: Rates) -> float | None:
    """The seconds between two runs of a cron, or of a function that schedules itself again."""
    crons = [one.every for one in graph.entries(function) if one.kind is EntryKind.CRON and one.every]
    rate = rates.rate(function)
    if rate is not None and rate.strength is Strength.LOOP and rate.per_minute:
        crons.append(60 / rate.per_minute)
    return min(crons, default=None)


def _compared(read: Read, guards: Iterable[Guard], field: str) -> Iterator[Value]:
    """What the field of the rows has been compared with."""
    yield from (bound.value for bound in read.bounds if bound.field == field and bound.operator in ("lt", "lte"))
    for predicate in read.residual:
        yield from _late(predicate, field)
    for guard in guards:
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
