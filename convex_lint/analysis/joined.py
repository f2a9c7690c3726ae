"""Functions that need the rows of several reads at once: no page of one read is a page of what they answer."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from convex_lint.analysis.branches import never_both
from convex_lint.analysis.surroundings import Surroundings, within
from convex_lint.model.function import Function
from convex_lint.model.operation import Op, Read
from convex_lint.source import Span
from convex_lint.syntax import tree

_NARROWS = frozenset(("filter", "sort", "toSorted", "length", "slice"))


def joined(read: Read, surroundings: Surroundings) -> frozenset[str] | None:
    """The names of the members that the function asks for from where the rows are spread into a list with others; None
    where they are not."""
    for use in read.uses:
        path = surroundings.around(use.span)
        if path and len(_spreads(path[-1])) > 1:
            return _asked_after(path[-1].start, surroundings.functions(use.span)[0])
    name = _variable(read.span, surroundings)
    function = surroundings.functions(read.span)[0] if name is not None else None
    lists = [
        node.start
        for node in within(function)
        if node.start > read.span.end and len(_spreads(node)) > 1 and name in map(_root, _spreads(node))
    ]
    return _asked_after(min(lists), function) if function is not None and lists else None


def is_narrowed(asked: frozenset[str]) -> bool:
    """Some are dropped, or all are counted or put in order, before anybody sees them: each of them is needed."""
    return bool(asked & _NARROWS)


def collects_several(function: Function, read: Read, surroundings: Surroundings) -> bool:
    """The text around a read has the function read several tables whole, of which a query can read one by pages. What a
    check does in another place is another matter."""
    whole = {
        operation.table: operation
        for operation in function.operations
        if isinstance(operation, Read)
        and operation.op is Op.QUERY
        and operation.terminal == "collect"
        and not operation.eq
        and operation.within == read.within
    }
    return any(not never_both(first, second, surroundings) for first, second in combinations(whole.values(), 2))


def _spreads(node: Any) -> list[tree.Spread]:
    return [item for item in node.items if type(item) is tree.Spread] if type(node) is tree.Array else []


def _variable(span: Span, surroundings: Surroundings) -> str | None:
    """The name of the variable that takes what is read at a place."""
    for node in reversed(surroundings.around(span)):
        if type(node) is tree.Function:
            return None
        if type(node) is tree.Declarator:
            return node.target.name if type(node.target) is tree.Name else None
    return None


def _root(spread: tree.Spread) -> str | None:
    """The variable at the beginning of `...name.map(...).flat()`."""
    value: Any = spread.value
    while type(value) in (tree.Member, tree.Call, tree.Subscript, tree.Cast):
        value = value.callee if type(value) is tree.Call else value.value if type(value) is tree.Cast else value.object
    return value.name if type(value) is tree.Name else None


def _asked_after(place: int, function: tree.Function) -> frozenset[str]:
    return frozenset(node.property for node in within(function) if type(node) is tree.Member and node.at > place)
