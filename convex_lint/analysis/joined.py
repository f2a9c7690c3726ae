"""Functions that need the rows of several reads at once: no page of one read is a page of what they answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from convex_lint.analysis.branches import never_both
from convex_lint.analysis.each_row import mentions
from convex_lint.analysis.followed import awaited_together
from convex_lint.analysis.surroundings import Surroundings, method_of, within
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
        if path and len(_roots(path[-1])) > 1 and path[-1].start not in _in_sets(path):
            return _asked_after(path[-1].start, surroundings.functions(use.span)[0])
    name = _variable(read.span, surroundings)
    function = surroundings.functions(read.span)[0] if name is not None else None
    keys = _in_sets(within(function)) if function is not None else frozenset()
    lists = [
        node.start
        for node in within(function)
        if node.start > read.span.end and node.start not in keys and len(_roots(node)) > 1 and name in _roots(node)
    ]
    return _asked_after(min(lists), function) if function is not None and lists else None


def is_narrowed(asked: frozenset[str]) -> bool:
    """Some are dropped, or all are counted or put in order, before anybody sees them: each of them is needed."""
    return bool(asked & _NARROWS)


def collects_several(function: Function, read: Read, surroundings: Surroundings) -> bool:
    """The text around a read has the function read several tables whole, and look for what belongs to the rows of one among those of
    another: a query can read one of them by pages. What a check does in another place is another matter."""
    others = _read_whole(function, read, surroundings)
    return any(_are_matched(read, other, surroundings) for other in others)


def stands_beside(function: Function, read: Read, surroundings: Surroundings) -> bool:
    """Lists of several tables, each for itself."""
    others = _read_whole(function, read, surroundings)
    return bool(others) and not any(_are_matched(read, other, surroundings) for other in others)


def _read_whole(function: Function, read: Read, surroundings: Surroundings) -> list[Read]:
    """The other tables that are read whole beside it."""
    if read.eq:
        return []
    return [
        operation
        for operation in function.operations
        if isinstance(operation, Read)
        and operation.op is Op.QUERY
        and operation.terminal == "collect"
        and not operation.eq
        and operation.within == read.within
        and operation.table != read.table
        and operation.span != read.span
        and not never_both(read, operation, surroundings)
    ]


def _are_matched(read: Read, other: Read, surroundings: Surroundings) -> bool:
    """While code goes through the rows of one, it looks at those of the other."""
    around = surroundings.functions(read.span)
    first, second = _variables(read.span, surroundings), _variables(other.span, surroundings)
    if not around or not first or not second:
        return True
    body: Any = around[-1].body
    made = list(_made(body))
    grown = -1
    while grown != len(first) + len(second):
        grown = len(first) + len(second)
        here = {name for name, value in made if mentions(value, first)}
        there = {name for name, value in made if mentions(value, second)}
        first |= here - there - second
        second |= there - here - first
    walked: Any
    inside: Any
    for node in within(body):
        if type(node) is tree.ForEach:
            walked, inside = node.iterable, node.body
        elif type(node) is tree.For:
            walked = inside = node.body
        elif type(node) is tree.Call and type(node.callee) is tree.Member and node.arguments:
            walked, inside = node.callee.object, node.arguments
        else:
            continue
        if any(mentions(walked, one) and mentions(inside, two) for one, two in ((first, second), (second, first))):
            return True
    return False


def _made(body: Any) -> Iterator[tuple[str, Any]]:
    """The variables, each with what it is made of: what it is declared as, or the lists from which a loop fills it."""
    for node in within(body):
        if type(node) is tree.Declarator and type(node.target) is tree.Name and node.value is not None:
            yield node.target.name, node.value
        if type(node) is tree.Assign:
            held: Any = node.target.object if type(node.target) is tree.Subscript else node.target
            if type(held) is tree.Name:
                yield held.name, node.value
        walked: Any = node.iterable if type(node) is tree.ForEach else None
        if method_of(node) == "forEach":
            walked = node.callee.object
        for part in within(node) if walked is not None else ():
            if method_of(part) in _FILLS and type(part.callee.object) is tree.Name:
                yield part.callee.object.name, walked


_FILLS = frozenset(("add", "set", "push"))


def _variables(span: Span, surroundings: Surroundings) -> set[str]:
    """Those that take what is read at a place, alone or as one of what is awaited together."""
    for node in reversed(surroundings.around(span)):
        if type(node) is tree.Declarator:
            if type(node.target) is tree.Name:
                return {node.target.name}
            together = awaited_together(node)
            return {name for name, value in together if value.start <= span.start and span.end <= value.end}
        if type(node) is tree.Assign:
            return {node.target.name} if type(node.target) is tree.Name else set()
        if type(node) is tree.Function:
            break
    return set()


def _spreads(node: Any) -> list[tree.Spread]:
    return [item for item in node.items if type(item) is tree.Spread] if type(node) is tree.Array else []


def _roots(node: Any) -> frozenset[str]:
    """The different variables of which lists are spread into one; each value without a name counts for itself."""
    return frozenset(_root(spread) or str(spread.start) for spread in _spreads(node))


def _in_sets(nodes: Iterable[Any]) -> frozenset[int]:
    """Where lists begin of which only the different values are taken: `new Set([...a.map(idOf), ...b.map(idOf)])`."""
    made = (node for node in nodes if type(node) is tree.New and node.arguments)
    sets = (node for node in made if type(node.callee) is tree.Name and node.callee.name == "Set")
    return frozenset(node.arguments[0].start for node in sets)


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
