"""What stands around a call in the text: what catches its failure, what is awaited between it and the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from convex_lint.model.operation import Operation
from convex_lint.source import Source, Span
from convex_lint.syntax import tree
from convex_lint.syntax.parser import parse


class Surroundings:
    """Answers for the files of one project; each is parsed when it is first asked for."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self._modules: dict[str, tree.Module | None] = {}
        self._paths: dict[Span, tuple[Any, ...]] = {}

    def around(self, span: Span) -> tuple[Any, ...]:
        """The nodes that hold a place, outermost first, the node at the place itself last; empty for a file that is
        not known."""
        known = self._paths.get(span)
        if known is None:
            module = self._module(span.file)
            known = self._paths[span] = tuple(_descend(module.body, span)) if module is not None else ()
        return known

    def caught(self, operation: Operation) -> bool:
        """Something handles its failure rather than letting it end the function: a `catch`, or `Promise.allSettled`."""
        return any(_catches(node, span) for span in (operation.span, *operation.via) for node in self.around(span))

    def options(self, span: Span, argument: int) -> frozenset[str]:
        """The names in the object that is this argument of the call at `span`; empty where there is none."""
        call = next((node for node in reversed(self.around(span)) if type(node) is tree.Call), None)
        if call is None or len(call.arguments) <= argument:
            return frozenset()
        given = call.arguments[argument]
        members = given.members if type(given) is tree.Object else ()
        return frozenset(part.key for part in members if type(part) is tree.Property and isinstance(part.key, str))

    def statement(self, span: Span) -> tuple[Any, int] | None:
        """The innermost list of statements around a place, as the node that holds it, and the place's number in it."""
        for node in reversed(self.around(span)):
            for number, statement in enumerate(_statements(node)):
                if statement.start <= span.start and span.end <= statement.end:
                    return node, number
        return None

    def in_a_row(self, first: Span, second: Span) -> bool:
        """Both stand in statements of one list, or in one statement, in no branch or loop of their own, and nothing
        between them is awaited but what they do."""
        here, there = self.statement(first), self.statement(second)
        if here is None or there is None or here[0] is not there[0]:
            return False
        between = _statements(here[0])[here[1] : there[1] + 1]
        waits = (
            node for statement in between for node in within(statement) if type(node) in (tree.Await, tree.ForEach)
        )
        return not any(
            first.end < node.start and node.end < second.start
            for node in waits
            if type(node) is tree.Await or node.kind == "await"
        )

    def _module(self, file: str) -> tree.Module | None:
        if file not in self._modules:
            source = self._sources.get(file)
            self._modules[file] = parse(source) if source is not None else None
        return self._modules[file]


def within(node: Any) -> Iterator[Any]:
    """The node and everything inside of it, in no order."""
    pending = [node]
    while pending:
        part = pending.pop()
        if not isinstance(part, tuple):
            continue
        if hasattr(part, "start"):
            yield part
        pending.extend(part)


def _descend(part: Any, span: Span) -> Iterator[Any]:
    while True:
        if hasattr(part, "start"):
            yield part
        part = next((inner for inner in _nodes(part) if inner.start <= span.start and span.end <= inner.end), None)
        if part is None:
            return


def _nodes(part: Any) -> Iterator[Any]:
    """The nodes directly inside of one, through tuples that are none."""
    for inner in part:
        if hasattr(inner, "start"):
            yield inner
        elif isinstance(inner, tuple):
            yield from _nodes(inner)


def _statements(node: Any) -> tuple[Any, ...]:
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
