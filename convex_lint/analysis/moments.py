"""Where the time of day decides what an open query gives: no write tells it that time has passed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from convex_lint.graph.graph import Graph
from convex_lint.model.function import Function, Kind
from convex_lint.model.operation import Op, Platform, Predicate, Read
from convex_lint.model.value import Clock, Computed, Value
from convex_lint.source import Span


class Decides(IntEnum):
    """What the clock decides, the most serious first: which way the code goes, which rows are dropped, which are read,
    or only what is shown."""

    BRANCH = 0
    FILTER = 1
    RANGE = 2
    RESULT = 3


@dataclass(frozen=True, slots=True)
class Moment:
    """A place where open queries ask for the time, and what comes of it. `fields` are compared with it; `via` leads there
    from the first of the queries, `within` is the function or helper in whose text it stands. `window`: nothing is compared
    with now itself, but only with some time before or after it."""

    span: Span
    decides: Decides
    fields: tuple[str, ...]
    within: str
    component: str
    queries: tuple[Function, ...]
    via: tuple[Span, ...]
    table: str | None
    window: bool = False


def moments(functions: Iterable[Function], graph: Graph) -> tuple[Moment, ...]:
    """One for each place, with all open queries that get there."""
    found: dict[tuple[Span, Decides], list[tuple[Function, Moment]]] = defaultdict(list)
    for query in functions:
        if query.kind is Kind.QUERY and graph.subscribers(query):
            for moment in _in(query):
                found[(moment.span, moment.decides)].append((query, moment))
    merged = []
    for group in found.values():
        first = group[0][1]
        queries = {query.id: query for query, _ in group}
        merged.append(
            Moment(
                first.span, first.decides, first.fields, first.within, first.component, tuple(queries.values()),
                first.via, first.table, first.window,
            )
        )  # fmt: skip
    return tuple(merged)


def _in(query: Function) -> Iterator[Moment]:
    for operation in query.operations:
        where = (operation.within, operation.component, (query,), operation.via)
        if isinstance(operation, Read):
            timed = [bound for bound in operation.bounds if _is_time(bound.value)]
            bounds = list(dict.fromkeys(bound.field for bound in timed))
            window = not any(isinstance(bound.value, Clock) for bound in timed)
            if bounds:
                yield Moment(operation.span, Decides.RANGE, tuple(bounds), *where, operation.table, window)
            for predicate in operation.residual:
                fields = tuple(dict.fromkeys(_timed(predicate)))
                if fields:
                    window = not any(isinstance(part.value, Clock) for part in _parts(predicate))
                    yield Moment(predicate.span, Decides.FILTER, fields, *where, operation.table, window)
        elif isinstance(operation, Platform) and operation.op is Op.CLOCK and operation.method in ("branch", "result"):
            decides = Decides.BRANCH if operation.method == "branch" else Decides.RESULT
            yield Moment(operation.span, decides, (), *where, None)


def _timed(predicate: Predicate) -> Iterator[str]:
    """The fields that a condition compares with the clock."""
    if predicate.field is not None and _is_time(predicate.value):
        yield predicate.field
    for part in predicate.parts:
        yield from _timed(part)


def _parts(predicate: Predicate) -> Iterator[Predicate]:
    """The conditions inside of one that compare with the clock."""
    if predicate.field is not None and _is_time(predicate.value):
        yield predicate
    for part in predicate.parts:
        yield from _parts(part)


def _is_time(value: Value) -> bool:
    """The clock, or a sum with it; a name that the clock makes unique is no time."""
    if isinstance(value, Computed):
        return value.operator in _SUMS and any(_is_time(part) for part in value.parts)
    return isinstance(value, Clock)


_SUMS = frozenset(("+", "-", "*", "/", "either", "call:floor", "call:round", "call:max", "call:min"))
