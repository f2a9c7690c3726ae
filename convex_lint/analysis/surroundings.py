"""What stands around a call in the text: what catches its failure, what is awaited between it and the next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from convex_lint.analysis.called import function_called
from convex_lint.model.operation import Operation
from convex_lint.source import Source, Span
from convex_lint.syntax import tree
from convex_lint.syntax.walk import path_to
from convex_lint.syntax.walk import within as within


class Surroundings:
    """Answers for the files of one project whose trees it is given as `modules`."""

    def __init__(self, sources: Mapping[str, Source], modules: Mapping[str, tree.Module]) -> None:
        self._sources = sources
        self._modules = modules
        self._paths: dict[Span, tuple[Any, ...]] = {}
        self._lists: dict[Span, bool] = {}
        self._kept: dict[Span, bool] = {}

    def around(self, span: Span) -> tuple[Any, ...]:
        """The nodes that hold a place, outermost first, the node at the place itself last; empty for a file that is
        not known."""
        known = self._paths.get(span)
        if known is None:
            module = self._modules.get(span.file)
            known = self._paths[span] = tuple(path_to(module.body, span.start, span.end)) if module is not None else ()
        return known

    def caught(self, operation: Operation) -> bool:
        """Something handles its failure rather than letting it end the function: a `catch`, or `Promise.allSettled`."""
        return any(_catches(node, span) for span in (operation.span, *operation.via) for node in self.around(span))

    def called(self, file: str, name: str) -> tree.Function | None:
        """The function of the project that a file calls by this name."""
        return function_called(self._modules, file, name)

    def options(self, span: Span, argument: int) -> frozenset[str]:
        """The names in the object that is this argument of the call at `span`; empty where there is none."""
        call = next((node for node in reversed(self.around(span)) if type(node) is tree.Call), None)
        if call is None or len(call.arguments) <= argument:
            return frozenset()
        given = call.arguments[argument]
        members = given.members if type(given) is tree.Object else ()
        return frozenset(part.key for part in members if type(part) is tree.Property and isinstance(part.key, str))

    def functions(self, span: Span) -> tuple[tree.Function, ...]:
        """The functions around a place, outermost first."""
        return tuple(node for node in self.around(span) if type(node) is tree.Function)

    def looks_at(self, span: Span, field: str) -> bool:
        """The condition at this place names the field of a row itself, rather than handing the row to a function."""
        path = self.around(span)
        inside = list(within(path[-1])) if path else []
        rows = {name for node in inside if type(node) is tree.Function for name in names_in(node.parameters)}
        if field in rows:
            return True
        asked = (node.object for node in inside if type(node) is tree.Member and node.property == field)
        return any(type(row) is tree.Name and (not rows or row.name in rows) for row in asked)

    def gathered(self, span: Span) -> bool:
        """The loop at this place walks what was made of a list first, and not its rows one by one: the distinct ones, groups
        of them, the first few."""
        known = self._lists.get(span)
        if known is None:
            known = self._lists[span] = self._gathered(span)
        return known

    def _gathered(self, span: Span) -> bool:
        path = self.around(span)
        body = next((node for node in reversed(path[:-1]) if type(node) is tree.Function), None)
        loop = path[-1] if path else None
        walked = loop.iterable if type(loop) is tree.ForEach else None
        if type(loop) is tree.Call and type(loop.callee) is tree.Member:
            walked = loop.callee.object
        return walked is not None and _gathers(walked, body, 4)

    def at_most_one(self, span: Span) -> bool:
        """The loop at this place has one round at most: `if (xs.length > 1) return ...` stands before `for (const x of xs)`."""
        path = self.around(span)
        loop = path[-1] if path else None
        if type(loop) is not tree.ForEach or type(loop.iterable) is not tree.Name:
            return False
        for node in path:
            for statement in statements_of(node):
                if statement.start >= loop.start or type(statement) is not tree.If:
                    continue
                if _asks_for_more(statement.test, loop.iterable.name) and is_left_by(statement.then):
                    return True
        return False

    def remembers(self, span: Span) -> bool:
        """What is read at this place is kept in a Map, and looked for there first: once for each key."""
        if span not in self._kept:
            around = reversed(self.around(span)[:-1])
            body = next((node for node in around if type(node) in (tree.Function, tree.ForEach)), ())
            asked = {
                (name, method == "set") for name, method, at in _map_calls(body) if method == "set" or at < span.start
            }
            self._kept[span] = any((name, True) in asked for name, sets in asked if not sets)
        return self._kept[span]

    def statement(self, span: Span) -> tuple[Any, int] | None:
        """The innermost list of statements around a place, as the node that holds it, and the place's number in it."""
        for node in reversed(self.around(span)):
            for number, statement in enumerate(statements_of(node)):
                if statement.start <= span.start and span.end <= statement.end:
                    return node, number
        return None

    def in_a_row(self, first: Span, second: Span) -> bool:
        """Both stand in statements of one list, or in one statement, in no branch or loop of their own, and nothing
        between them is awaited but what they do."""
        here, there = self.statement(first), self.statement(second)
        if here is None or there is None or here[0] is not there[0]:
            return False
        between = statements_of(here[0])[here[1] : there[1] + 1]
        waits = (
            node for statement in between for node in within(statement) if type(node) in (tree.Await, tree.ForEach)
        )
        return not any(
            first.end < node.start and node.end < second.start
            for node in waits
            if type(node) is tree.Await or node.kind == "await"
        )

    def ignores(self, span: Span) -> bool:
        """Nothing is done with what the call at this place gives: it stands alone, or the variable that takes it is never
        mentioned again."""
        path = self.around(span)
        body = next((node for node in reversed(path) if type(node) is tree.Function), None)
        inside: Any = path[-1] if path else None
        for node in reversed(path[:-1]):
            if type(node) in (tree.Await, tree.Cast):
                inside = inside if isinstance(inside, int) else node
            elif type(node) is tree.Array:
                inside = node.items.index(inside) if inside in node.items else None
            elif type(node) is tree.Call and isinstance(inside, int):
                continue
            elif type(node) is tree.Declarator:
                return body is not None and _forgets(node, inside, body)
            else:
                return type(node) is tree.ExpressionStatement
        return False

    def fails_without(self, span: Span) -> bool:
        """The code throws when what the call at this place gives is null: by a test, or because it asserts that it is not."""
        path = self.around(span)
        after = self._text(Span(span.file, span.end, span.end + 40))
        if re.match(r"[\s)]*![.\[)]", after):
            return True
        body: Any = None
        named: Any = None
        for node in path:
            if type(node) is tree.Function:
                body = node
                named = None
            elif type(node) is tree.Declarator:
                named = node.target
        return body is not None and type(named) is tree.Name and self._throws_without(named.name, body, span)

    def _throws_without(self, name: str, body: Any, after: Span) -> bool:
        for node in within(body):
            if type(node) is tree.If and node.start > after.end and _tests_absence(node.test, name):
                return any(type(inner) is tree.Throw for inner in within(node.then))
        rest = self._text(Span(after.file, after.end, body.end))
        return re.search(rf"(?<![\w$.]){re.escape(name)}!(?!=)", rest) is not None

    def _text(self, span: Span) -> str:
        source = self._sources.get(span.file)
        return source.data[span.start : span.end].decode("utf-8", "replace") if source is not None else ""


def _asks_for_more(test: Any, name: str) -> bool:
    """`name.length > 1`, `name.length >= 2`, `name.length !== 1`."""
    if type(test) is not tree.Binary or type(test.left) is not tree.Member or test.left.property != "length":
        return False
    if type(test.left.object) is not tree.Name or test.left.object.name != name:
        return False
    return type(test.right) is tree.Constant and (test.operator, test.right.value) in _MORE


_MORE = ((">", 1), (">=", 2), ("!==", 1), ("!=", 1), (">", 0), (">=", 1))


def is_left_by(statement: Any) -> bool:
    """The last thing that the statement does is to leave the function."""
    if type(statement) is tree.Block:
        return bool(statement.body) and is_left_by(statement.body[-1])
    return type(statement) in (tree.Return, tree.Throw)


def _map_calls(body: Any) -> Iterator[tuple[str, str, int]]:
    """The variables of which `get`, `has` or `set` is called, which of them, and where."""
    for callee in (
        node.callee for node in within(body) if type(node) is tree.Call and type(node.callee) is tree.Member
    ):
        if callee.property in ("get", "has", "set") and type(callee.object) is tree.Name:
            yield callee.object.name, callee.property, callee.start


def _forgets(declarator: Any, place: Any, body: Any) -> bool:
    """The name that a declaration gives to its value, or to the element at `place` of it, is written nowhere else."""
    target = declarator.target
    if type(target) is tree.ArrayPattern:
        if not isinstance(place, int) or place >= len(target.items):
            return False
        item = target.items[place]
        if item is None:
            return True
        target = item.target
    if type(target) is not tree.Name:
        return False
    names = (node for node in within(body.body) if type(node) is tree.Name and node.name == target.name)
    return all(node.start == target.start for node in names)


_GATHERING = frozenset(("keys", "values", "entries", "fromEntries", "slice", "splice", "groupBy", "reduce"))


def _gathers(walked: Any, body: Any, depth: int) -> bool:
    """`[...new Set(rows.map(...))]`, `Object.keys(byUser)`, `rows.slice(0, 5)`, and a variable that holds such or a Map."""
    names = set()
    for node in within(walked):
        if type(node) is tree.New and type(node.callee) is tree.Name and node.callee.name in ("Set", "Map"):
            return True
        if type(node) is tree.Call and type(node.callee) is tree.Member and node.callee.property in _GATHERING:
            return True
        if type(node) is tree.Name:
            names.add(node.name)
    if body is None or depth == 0 or not names:
        return False
    values = (
        node.value
        for node in within(body)
        if type(node) is tree.Declarator and type(node.target) is tree.Name and node.target.name in names
    )
    return any(
        value is not None and value.start != walked.start and _gathers(value, body, depth - 1) for value in values
    )


def _tests_absence(test: Any, name: str) -> bool:
    """`!name`, `name === null`, `name == null`, alone or as the first of several that are joined by `||`."""
    if type(test) is tree.Binary and test.operator == "||":
        return _tests_absence(test.left, name)
    if type(test) is tree.Unary:
        return test.operator == "!" and type(test.operand) is tree.Name and test.operand.name == name
    if type(test) is tree.Binary and test.operator in ("===", "=="):
        return type(test.left) is tree.Name and test.left.name == name
    return False


def method_of(node: Any) -> str | None:
    """`push` of `rows.push(...)`; None for what is no call of a method."""
    return node.callee.property if type(node) is tree.Call and type(node.callee) is tree.Member else None


def names_in(parameters: tuple[tree.Parameter, ...]) -> Iterator[str]:
    """The names that the parameters of a callback declare."""
    for node in within(parameters):
        if type(node) is tree.Name:
            yield node.name


def statements_of(node: Any) -> tuple[Any, ...]:
    return node.body if type(node) in (tree.Block, tree.Case) else ()


def _catches(node: Any, span: Span) -> bool:
    if type(node) is tree.Try:
        return node.handler is not None and node.body.start <= span.start and span.end <= node.body.end
    if type(node) is not tree.Call or type(node.callee) is not tree.Member:
        return False
    name, inside = node.callee.property, node.callee.object
    if name == "catch" or (name == "then" and len(node.arguments) > 1):
        return bool(inside.start <= span.start and span.end <= inside.end)
    return name == "allSettled" and span.start > node.callee.end
