"""Where the time of day decides what an open query gives: no write tells it that time has passed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from convex_lint.analysis.surroundings import Surroundings
from convex_lint.analysis.tally import only_counts
from convex_lint.analysis.turning import Turn, of_parts, turns
from convex_lint.graph.graph import Graph
from convex_lint.model.function import Function, Kind
from convex_lint.model.operation import Bound, Guard, Op, Operation, Platform, Predicate, Read
from convex_lint.model.value import Clock, Computed, Literal, Value
from convex_lint.source import Span
from convex_lint.syntax import tree


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
    from the first of the queries, `within` is the function or helper in whose text it stands. `leave`: rows drop out of the
    answer as time passes, and none come in. `counted`: nothing but how many rows there are is asked. `turns` are the comparisons with the clock, as far as they
    are known; `guards` lead there."""

    span: Span
    decides: Decides
    fields: tuple[str, ...]
    within: str
    component: str
    queries: tuple[Function, ...]
    via: tuple[Span, ...]
    table: str | None
    leave: bool = False
    counted: bool = False
    turns: tuple[Turn, ...] = ()
    guards: tuple[Guard, ...] = ()


def moments(functions: Iterable[Function], graph: Graph) -> tuple[Moment, ...]:
    """One for each place, with all open queries that get there."""
    found: dict[tuple[Span, Decides], list[tuple[Function, Moment]]] = defaultdict(list)
    for query in functions:
        if query.kind is Kind.QUERY and graph.subscribers(query):
            for operation in query.operations:
                for moment in _in(query, operation):
                    known = replace(moment, guards=operation.guards)
                    found[(moment.span, moment.decides)].append((query, known))
    merged = []
    for group in found.values():
        queries = {query.id: query for query, _ in group}
        fields = dict.fromkeys(field for _, moment in group for field in moment.fields)
        turned = dict.fromkeys(turn for _, moment in group for turn in moment.turns)
        merged.append(
            replace(
                group[0][1],
                queries=tuple(queries.values()),
                fields=tuple(fields),
                turns=tuple(turned),
                leave=all(moment.leave for _, moment in group),
            )
        )
    return tuple(merged)


def _in(query: Function, operation: Operation) -> Iterator[Moment]:
    where = (operation.within, operation.component, (query,), operation.via)
    if isinstance(operation, Read):
        yield from _of_read(operation, where)
    elif isinstance(operation, Platform) and operation.op is Op.CLOCK and operation.method in ("branch", "result"):
        decides = Decides.BRANCH if operation.method == "branch" else Decides.RESULT
        known = tuple(dict.fromkeys(turn for value in operation.arguments for turn in turns(value)))
        fields = tuple(dict.fromkeys(turn.field for turn in known))
        yield Moment(operation.span, decides, fields, *where, None, turns=known)


def _of_read(read: Read, where: tuple[str, str, tuple[Function, ...], tuple[Span, ...]]) -> Iterator[Moment]:
    counted = read.terminal == "count" or {use.kind for use in read.uses} - {"filter"} == {"length"}
    timed = [bound for bound in read.bounds if _is_time(bound.value)]
    if timed:
        fields = tuple(dict.fromkeys(bound.field for bound in timed))
        yield Moment(
            read.span, Decides.RANGE, fields, *where, read.table, _leave(timed), counted, of_parts(read.table, timed)
        )
    for predicate in read.residual:
        fields = tuple(dict.fromkeys(_timed(predicate)))
        if fields:
            parts = list(_parts(predicate))
            known = of_parts(read.table, parts)
            yield Moment(predicate.span, Decides.FILTER, fields, *where, read.table, _leave(parts), counted, known)


def timed_parts(read: Read) -> list[Bound | Predicate]:
    """The bounds and conditions of a read that compare with the clock."""
    bounds: list[Bound | Predicate] = [bound for bound in read.bounds if _is_time(bound.value)]
    return [*bounds, *(part for predicate in read.residual for part in _parts(predicate))]


def _leave(parts: Sequence[Bound | Predicate]) -> bool:
    return all(part.operator in ("gt", "gte") for part in parts)


def is_counted(around: Surroundings, moment: Moment) -> bool:
    """The condition only counts: `if (row.deadline < now) overdue++`."""
    for node in around.around(moment.span):
        if type(node) is tree.If and node.test.start <= moment.span.start < node.test.end:
            return only_counts(node)
    return False


def behind(value: Value) -> float | None:
    """The seconds by which a time lies before now: 3600 for `Date.now() - 60 * 60 * 1000`."""
    if isinstance(value, Clock):
        return 0.0
    if isinstance(value, Computed) and value.operator in ("+", "-") and len(value.parts) == 2:
        start, step = behind(value.parts[0]), _number(value.parts[1])
        if start is not None and step is not None:
            return start + step / 1000 if value.operator == "-" else start - step / 1000
    return None


def _number(value: Value) -> float | None:
    if isinstance(value, Literal):
        return float(value.value) if isinstance(value.value, (int, float)) else None
    if isinstance(value, Computed) and value.operator == "*":
        product = 1.0
        for part in value.parts:
            factor = _number(part)
            if factor is None:
                return None
            product *= factor
        return product
    return None


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
