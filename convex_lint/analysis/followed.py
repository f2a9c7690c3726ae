"""The rows of a read, followed through the variables of the code around them: what is made of all of them in the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from convex_lint.analysis.summed import accumulates, starts_a_figure
from convex_lint.analysis.surroundings import Surroundings, method_of, within
from convex_lint.model.operation import Read
from convex_lint.syntax import tree
from convex_lint.syntax.walk import bare

_KEEPING = frozenset(("filter", "map", "flatMap", "flat", "sort", "toSorted", "reverse", "toReversed", "concat"))
"""They make another list of all rows, or of those that pass a test."""

_LISTS = frozenset(("filter", "map", "sort"))
_SORTING = frozenset(("sort", "toSorted"))
_PLACES = frozenset(("findIndex", "indexOf", "findLastIndex"))


class Followed:
    """One function in whose text rows are handled, and the names of the lists that it makes of them."""

    def __init__(self, function: tree.Function, places: set[tuple[int, int]]) -> None:
        self._function = function
        self._places = places
        self._names: set[str] = set()
        nodes = sorted(within(function), key=lambda node: (node.start, -node.end))
        self._values = {
            node.target.name: node.value
            for node in nodes
            if type(node) is tree.Declarator and type(node.target) is tree.Name and node.value is not None
        }
        while self._learns(nodes):
            pass
        self._nodes = nodes

    def _learns(self, nodes: list[Any]) -> bool:
        known = len(self._names)
        for node in nodes:
            if type(node) is tree.Declarator and type(node.target) is tree.ArrayPattern:
                self._names.update(target for target, value in awaited_together(node) if self.holds(value))
            elif type(node) in (tree.Declarator, tree.Assign) and type(node.target) is tree.Name:
                if node.value is not None and self.holds(node.value):
                    self._names.add(node.target.name)
            elif type(node) is tree.ForEach and self.holds(node.iterable):
                self._names.update(_filled(node.body))
            elif method_of(node) == "forEach" and self.holds(node.callee.object):
                self._names.update(_filled(node.arguments))
        return len(self._names) > known

    def holds(self, value: Any) -> bool:
        """It is a list with something for each of the rows, or for each of those that pass a test."""
        kind = type(value)
        if (value.start, value.end) in self._places:
            return True
        if kind is tree.Name:
            return value.name in self._names
        if kind in (tree.Await, tree.Cast, tree.Spread):
            return self.holds(value.value)
        if kind is tree.Conditional:
            return self.holds(value.then) or self.holds(value.other)
        if kind is tree.Binary:
            return value.operator in ("??", "||") and self.holds(value.left)
        if kind is tree.Array:
            return any(type(item) is tree.Spread and self.holds(item.value) for item in value.items)
        if method_of(value) in _KEEPING:
            return self.holds(value.callee.object)
        return method_of(value) in ("all", "from") and bool(value.arguments) and self.holds(value.arguments[0])

    @property
    def is_added_up(self) -> bool:
        """A figure is made of something of each: of rows, or of what was read for each of them."""
        for node in self._nodes:
            if method_of(node) == "reduce" and self.holds(node.callee.object):
                if len(node.arguments) > 1 and starts_a_figure(node.arguments[1]):
                    return True
            elif type(node) is tree.ForEach and self.holds(node.iterable) and accumulates(node.body):
                return True
        return False

    @property
    def sorts(self) -> list[Any]:
        """The calls that put such a list in order."""
        return [node for node in self._nodes if method_of(node) in _SORTING and self.holds(node.callee.object)]

    @property
    def drops(self) -> bool:
        """Some of the list are left out of it again."""
        return any(method_of(node) == "filter" and self.holds(node.callee.object) for node in self._nodes)

    @property
    def variables(self) -> frozenset[str]:
        """What the function declares for one value and reads or is given, the lists of rows left out."""
        awaited = {name for name, value in self._values.items() if type(value) is tree.Await}
        given = {part.name for one in self._function.parameters[1:] for part in within(one) if type(part) is tree.Name}
        return frozenset((awaited | given) - self._names)

    @property
    def is_ranked(self) -> bool:
        """The place of one among all is asked for, and not to begin a page there."""
        return any(self._is_place(node) for node in self._nodes) and not self.is_paged_by_hand

    @property
    def is_paged_by_hand(self) -> bool:
        """`rows.slice(start, start + limit)`, where `start` is the place of the cursor among the rows, or the next one."""
        named = [one for one in self._nodes if type(one) in (tree.Declarator, tree.Assign) and one.value is not None]
        starts: set[str] = set()
        for node in named:
            if type(node.target) is tree.Name and self._is_start(node.value, starts):
                starts.add(node.target.name)
        return any(
            method_of(node) == "slice"
            and len(node.arguments) == 2
            and self.holds(node.callee.object)
            and self._is_start(node.arguments[0], starts)
            for node in self._nodes
        )

    def _is_start(self, value: Any, starts: set[str]) -> bool:
        kind = type(value)
        if kind is tree.Name:
            return value.name in starts
        if kind is tree.Conditional:
            return self._is_start(value.then, starts) or self._is_start(value.other, starts)
        if kind is tree.Binary:
            return value.operator == "+" and type(value.right) is tree.Constant and self._is_start(value.left, starts)
        return self._is_place(value)

    def _is_place(self, node: Any) -> bool:
        return method_of(node) in _PLACES and self.holds(node.callee.object)

    @property
    def is_given(self) -> bool:
        """The function gives such a list, or a part of one, alone or within what it gives."""
        body: Any = self._function.body
        given = [body] if type(body) is not tree.Block else [node.value for node in self._own_returns(body)]
        return any(self._shows(value, 6) for value in given if value is not None)

    @property
    def names_are_looked_up(self) -> bool:
        """Of each row its id is handed to a function with a field or two, `nameOf(key, rows.map(({ _id, name }) => ({ _id, name })))`,
        which looks for some of them: the list is no part of any answer."""
        return any(
            self.holds(given) and _keeps_id(given)
            for node in self._nodes
            if type(node) is tree.Call and type(node.callee) is tree.Name
            for given in node.arguments
        )

    def _shows(self, value: Any, depth: int) -> bool:
        kind = type(value)
        if depth == 0:
            return False
        if self.holds(value):
            return True
        if kind is tree.Name:
            known = self._values.get(value.name)
            return known is not None and self._shows(known, depth - 1)
        if kind in (tree.Await, tree.Cast, tree.Spread):
            return self._shows(value.value, depth)
        if kind is tree.Conditional:
            return self._shows(value.then, depth) or self._shows(value.other, depth)
        if kind is tree.Binary:
            return value.operator in ("??", "||", "&&") and any(
                self._shows(side, depth) for side in (value.left, value.right)
            )
        if kind is tree.Object:
            return any(self._shows(member.value, depth - 1) for member in value.members)
        if kind is tree.Array:
            return any(self._shows(item, depth - 1) for item in value.items if item is not None)
        if method_of(value) in ("all", "from") and value.arguments:
            return self._shows(value.arguments[0], depth)
        return method_of(value) in ("slice", "splice", *_KEEPING) and self._shows(value.callee.object, depth)

    def _own_returns(self, body: Any) -> Iterator[tree.Return]:
        """Those of the function itself, not of functions inside of it."""
        pending: list[Any] = [body]
        while pending:
            node = pending.pop()
            if type(node) is tree.Return:
                yield node
            elif isinstance(node, tuple) and type(node) not in (tree.Function, tree.FunctionDeclaration):
                pending.extend(node)


def awaited_together(declarator: tree.Declarator) -> Iterator[tuple[str, Any]]:
    """The names and values of `const [rows, others] = await Promise.all([a, b])`."""
    value = bare(declarator.value)
    given = value.arguments[0] if method_of(value) == "all" and value.arguments else None
    items = given.items if type(given) is tree.Array else ()
    targets = declarator.target.items if type(declarator.target) is tree.ArrayPattern else ()
    for target, item in zip(targets, items, strict=False):
        if target is not None and item is not None and type(target.target) is tree.Name:
            yield target.target.name, item


def followed(read: Read, surroundings: Surroundings) -> list[Followed]:
    """The functions in whose text the rows are handled, that of the read first."""
    places: dict[tuple[str, int, int], tuple[tree.Function, set[tuple[int, int]]]] = {}
    spans = [read.span] if read.terminal in ("collect", "take") else []
    for span in (*spans, *(use.span for use in read.uses if use.kind in _LISTS)):
        for function in surroundings.functions(span)[-1:]:
            key = (span.file, function.start, function.end)
            places.setdefault(key, (function, set()))[1].add((span.start, span.end))
    for use in (one for one in read.uses if one.kind == "iterate"):
        path = surroundings.around(use.span)
        walked: Any = _walked(path[-1]) if path else None
        for function in surroundings.functions(use.span)[-1:] if walked is not None else ():
            key = (use.span.file, function.start, function.end)
            places.setdefault(key, (function, set()))[1].add((walked.start, walked.end))
    return [Followed(function, inside) for function, inside in places.values()]


def _walked(loop: Any) -> Any:
    if type(loop) is tree.ForEach:
        return loop.iterable
    return loop.callee.object if method_of(loop) == "forEach" else None


def _filled(body: Any) -> Iterator[str]:
    """The lists to which a loop adds: `found.push(...)`."""
    for node in within(body):
        if method_of(node) == "push" and type(node.callee.object) is tree.Name:
            yield node.callee.object.name


_FEW = 3


def _keeps_id(given: Any) -> bool:
    """`rows.map((row) => ({ _id: row._id, name: row.name }))`."""
    test: Any = given.arguments[0] if method_of(given) == "map" and given.arguments else None
    made: Any = test.body if type(test) is tree.Function else None
    while type(made) is tree.Cast:
        made = made.value
    members = made.members if type(made) is tree.Object else ()
    ids = [one for one in members if type(one) is tree.Property and _is_id(one.value)]
    return bool(ids) and len(members) <= _FEW


def _is_id(value: Any) -> bool:
    return (type(value) is tree.Member and value.property == "_id") or (
        type(value) is tree.Name and value.name == "_id"
    )
