"""Numbers that are counted up and handed out: a place in a line, the number of an order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.sites import Reach
from convex_lint.analysis.surroundings import Surroundings, within
from convex_lint.model.function import Function, Visibility
from convex_lint.model.operation import Call, Op, Write
from convex_lint.model.value import Computed, DocumentField, Literal, parts_of
from convex_lint.syntax import tree
from convex_lint.syntax.walk import last_of


def hands_out(backend: Backend, reach: Reach[Write], fields: Iterable[str]) -> bool:
    """The helper that counts gives the new number, or the one before it, to whoever called it, and that one does something
    with it; so does an internal mutation, to those that run it. Several documents that share the count have no such number."""
    write, around = reach.operation, backend.surroundings
    places = [write.via[-1]] if write.via else [call.span for call in _runs_of(backend, reach.function)]
    functions = around.functions(write.span)
    if not functions or all(map(around.ignores, places)):
        return False
    counted = {*_stored(around, write), *_read_before(functions[-1], frozenset(fields))}
    return any(
        type(node) is tree.Return and type(node.value) is tree.Name and node.value.name in counted
        for node in within(functions[-1])
    )


def counts_changes(around: Surroundings, write: Write) -> bool:
    """`if (delta === 0) return` stands before the count is read to which `delta` is added: most calls change nothing of what is
    counted, and do not meet."""
    functions = around.functions(write.span)
    body: Any = functions[-1].body if functions else None
    steps = body.body if type(body) is tree.Block else ()
    amounts = {name for step in steps if step.end <= write.span.start for name in _left_at_none(step)}
    sums = (
        (node for node in within(body) if type(node) is tree.Binary and node.operator in ("+", "-")) if amounts else ()
    )
    return any(type(side) is tree.Name and side.name in amounts for node in sums for side in (node.left, node.right))


def _left_at_none(step: Any) -> Iterator[str]:
    """The variable that is 0 where a statement leaves the function."""
    test: Any = step.test if type(step) is tree.If and step.other is None else None
    leaves = test is not None and type(last_of(step.then)) is tree.Return
    if leaves and type(test) is tree.Binary and test.operator in ("===", "=="):
        for side, other in ((test.left, test.right), (test.right, test.left)):
            if type(side) is tree.Name and type(other) is tree.Constant and other.value == 0:
                yield side.name


def _runs_of(backend: Backend, mutation: Function) -> list[Call]:
    """The calls of it in the backend, where nobody else can call it."""
    if mutation.visibility is not Visibility.INTERNAL:
        return []
    return [
        operation
        for caller in backend.graph.callers(mutation)
        for operation in caller.operations
        if isinstance(operation, Call) and operation.target == mutation.id
    ]


def _read_before(function: tree.Function, fields: frozenset[str]) -> Iterator[str]:
    """The variables that take the count as it was: `const value = counter.next`."""
    for node in within(function):
        if type(node) is not tree.Declarator or type(node.target) is not tree.Name:
            continue
        if type(node.value) is tree.Member and node.value.property in fields:
            yield node.target.name


def numbered(write: Write, function: Function, fields: Iterable[str]) -> tuple[str, str] | None:
    """The table and the field in which a row that the same call inserts keeps the count, or the next one, and nothing
    else than what the document that counts has for it (a prefix): its number. A field of the same name is a copy."""
    counted = {tuple(field.split(".")) for field in fields}
    for other in function.operations:
        if not isinstance(other, Write) or other.op is not Op.INSERT or other.table in (None, write.table):
            continue
        for field, value in other.values:
            leaves = {part for part in parts_of(value) if not isinstance(part, (Computed, Literal))}
            paths = [part.path for part in leaves if isinstance(part, DocumentField) and part.table == write.table]
            if len(leaves) == len(paths) and any(path in counted and field not in path for path in paths):
                return str(other.table), field
    return None


def _stored(around: Surroundings, write: Write) -> Iterator[str]:
    """The variables whose values the write stores."""
    calls = (node for node in around.around(write.span) if type(node) is tree.Call)
    objects = (given for call in calls for given in call.arguments if type(given) is tree.Object)
    for given in objects:
        for part in given.members:
            if type(part) is tree.Property and type(part.value) is tree.Name:
                yield part.value.name
