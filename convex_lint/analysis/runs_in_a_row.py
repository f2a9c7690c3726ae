"""Runs of queries or mutations that an action could make one: one after the other, or one for each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from convex_lint.analysis.branches import exclusive
from convex_lint.analysis.leaving import throws_between
from convex_lint.analysis.runs import RunSite
from convex_lint.analysis.surroundings import Surroundings, within
from convex_lint.analysis.vocabulary import BATCHES, RENEWING, words_of
from convex_lint.model.function import Function, Kind
from convex_lint.model.operation import Call, Op
from convex_lint.model.value import Clock, Result, parts_of
from convex_lint.source import Span
from convex_lint.syntax import tree

LIST_METHODS = frozenset(("map", "forEach", "flatMap"))
MERGEABLE = frozenset(("runQuery", "runMutation"))
DONE = RENEWING | {"synced", "checked", "fetched"}
"""In names of times at which something was done that is done again after a while."""


@dataclass(frozen=True, slots=True)
class Row:
    """`calls` follow one another in `function`, or are started at the same time (`together`); a single one stands in a
    loop of its own (`looped`), which does nothing else."""

    function: Function
    calls: tuple[Call, ...]
    looped: bool = False
    together: bool = False


def rows_of(function: Function, inside: Mapping[tuple[Span, str], RunSite], around: Surroundings) -> Iterator[Row]:
    """The rows of runs in one action, each run in one row at most."""
    if function.kind not in (Kind.ACTION, Kind.HTTP):
        return
    runs = [
        operation
        for operation in function.operations
        if isinstance(operation, Call)
        and operation.op is Op.RUN
        and operation.method in MERGEABLE
        and (operation.span, operation.target) in inside
        and not _after_failure(operation, around)
    ]
    taken: set[Span] = set()
    for run in runs:
        if run.span not in taken and run.loops and not around.caught(run) and _one_a_row(run, around):
            taken.add(run.span)
            yield Row(function, (run,), looped=True)
    chain: list[Call] = []
    for run in runs:
        if run.span in taken:
            continue
        if chain and not _follows(chain[-1], run, function, around):
            yield from _row(function, chain, around)
            chain = []
        chain.append(run)
    yield from _row(function, chain, around)


def _after_failure(run: Call, around: Surroundings) -> bool:
    """It stands in a `catch`: what one of the runs there has noted is to stay, also when the next one fails."""
    return any(
        type(node) is tree.Try and node.handler is not None and node.handler.start <= span.start < node.handler.end
        for span in (run.span, *run.via)
        for node in around.around(span)
    )


def _row(function: Function, chain: list[Call], around: Surroundings) -> Iterator[Row]:
    if len({call.span for call in chain}) < 2:
        return
    gathered = {starts_all(call.span, around) for call in chain}
    if gathered == {None}:
        yield Row(function, tuple(chain))
    elif len(gathered) == 1 and chain[0].method == "runMutation":
        yield Row(function, tuple(chain), together=True)


def ends_with_the_first(span: Span, around: Surroundings) -> bool:
    """`await ctx.runAction(...);`, whose result nobody looks at and whose failure nobody catches."""
    path = around.around(span)
    statements = [node for node in path if type(node) is tree.ExpressionStatement]
    caught = any(type(node) is tree.Try and node.handler is not None for node in path)
    return bool(statements) and type(statements[-1].value) is tree.Await and not caught


def starts_all(span: Span, around: Surroundings) -> Span | None:
    """The `Promise.all` that the call at this place is started in: who writes it does not want one call to wait for
    another."""
    for node in reversed(around.around(span)):
        callee = node.callee if type(node) is tree.Call else None
        if type(callee) is tree.Member and type(callee.object) is tree.Name and callee.object.name == "Promise":
            return Span(span.file, node.start, node.end)
    return None


def _follows(before: Call, run: Call, function: Function, around: Surroundings) -> bool:
    """Nothing of the outside world happens between the two, and both can be one transaction."""
    if (before.method, before.via, before.within, before.loops) != (run.method, run.via, run.within, run.loops):
        return False
    if exclusive(before, run) or _waits_for_time(before, run):
        return False
    if before.span == run.span or before.span.file != run.span.file or around.caught(before) != around.caught(run):
        return False
    outside = (Op.FETCH, Op.STORAGE, Op.VECTOR_SEARCH, Op.SCHEDULE, Op.RUN)
    between = (
        operation
        for operation in function.operations
        if before.ordinal < operation.ordinal < run.ordinal and operation.op in outside
    )
    if run.method == "runMutation" and throws_between(around, before.span, run.span):
        return False  # in one transaction, the first would be undone with the second
    return not any(between) and around.in_a_row(before.span, run.span)


def _one_a_row(run: Call, around: Surroundings) -> bool:
    """The innermost loop walks a list, and does nothing in a turn but this run."""
    loop = run.loops[-1]
    if loop.bound is not None:
        return False
    nodes = around.around(run.span)
    at = next((n for n, node in enumerate(nodes) if (node.start, node.end) == (loop.span.start, loop.span.end)), None)
    if at is None:
        return False
    node = nodes[at]
    body: Any
    if type(node) is tree.ForEach and node.kind == "of":
        body, listed = node.body, node.iterable
    elif type(node) is tree.Call and type(node.callee) is tree.Member and node.callee.property in LIST_METHODS:
        body, listed = node.arguments[0], node.callee.object
    else:
        return False
    if _names_batches(listed) or any(type(inner) in (tree.For, tree.While, tree.Try) for inner in nodes[at + 1 :]):
        return False
    waits = [inner for inner in within(body) if type(inner) is tree.Await]
    return all(_only_runs(wait, run) for wait in waits)


def _waits_for_time(before: Call, run: Call) -> bool:
    """Most calls end between the two: by what the first one read, it was done not long ago."""
    for guard in run.guards:
        parts = parts_of(guard.condition)
        stamped = any(isinstance(part, Result) and part.path and words_of(part.path[-1]) & DONE for part in parts)
        timed = any(isinstance(part, Clock) for part in parts)
        if stamped and timed and guard.otherwise == "return" and guard not in before.guards:
            return True
    return False


def once_a_row(run: Call, around: Surroundings) -> bool:
    """It happens for each element of a list, rather than until something is found or has worked."""
    loops = {(loop.span.start, loop.span.end) for loop in run.loops if loop.bound is None}
    for node in around.around(run.span):
        if (node.start, node.end) not in loops:
            continue
        if type(node) is tree.Call and type(node.callee) is tree.Member and node.callee.property in LIST_METHODS:
            return True
        if type(node) is tree.ForEach and node.kind == "of" and not _is_left(node, run.span):
            return not _first_few(node.iterable)
    return False


def _first_few(listed: Any) -> bool:
    """`rows.slice(0, 10)`."""
    if type(listed) is not tree.Call or type(listed.callee) is not tree.Member or listed.callee.property != "slice":
        return False
    ends = [part.value for part in listed.arguments if type(part) is tree.Constant]
    return (
        len(ends) == len(listed.arguments) == 2 and ends[0] == 0 and isinstance(ends[1], (int, float)) and ends[1] <= 10
    )


def _is_left(loop: tree.ForEach, span: Span) -> bool:
    """The loop ends once what stands at `span` is done: a `return`, or a `break` of its own."""
    inner = [node for node in within(loop.body) if type(node) in (tree.ForEach, tree.For, tree.While, tree.Function)]
    return any(
        type(node) in (tree.Return, tree.Break)
        and node.start >= span.end
        and not any(
            part.start <= node.start < part.end and (type(part) is tree.Function or type(node) is tree.Break)
            for part in inner
        )
        for node in within(loop.body)
    )


def needs_no_action(function: Function, around: Surroundings) -> bool:
    """All that the action waits for is queries and mutations that it runs once each: it could be a mutation itself."""
    handler = function.handler
    path = around.around(handler) if handler is not None else ()
    if function.kind is not Kind.ACTION or function.node or handler is None or not path:
        return False
    runs = [operation for operation in function.operations if isinstance(operation, Call)]
    if any(run.method not in MERGEABLE or run.loops or run.span.file != handler.file for run in runs):
        return False
    outside = (Op.FETCH, Op.STORAGE, Op.VECTOR_SEARCH)
    if any(operation.op in outside for operation in function.operations):
        return False
    waits = [node for node in within(path[-1]) if type(node) is tree.Await]
    changes = any(run.method == "runMutation" for run in runs)
    return changes and all(any(_is_just(wait, run) for run in runs) for wait in waits)


def _is_just(wait: tree.Await, run: Call) -> bool:
    return wait.start <= run.span.start and run.span.end == wait.end


def _only_runs(wait: tree.Await, run: Call) -> bool:
    return wait.start <= run.span.start and run.span.end <= wait.end


def _names_batches(listed: Any) -> bool:
    names = [node.name for node in within(listed) if type(node) is tree.Name]
    names += [node.property for node in within(listed) if type(node) is tree.Member]
    return any(words_of(name) & BATCHES for name in names)
