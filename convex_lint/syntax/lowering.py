"""One file on its way from tree-sitter's tree to ours: dispatch by node kind, under a budget of depth.

No node of the tree lies deeper than about MAX_DEPTH: long chains are cut as deep nesting is, so that whoever walks,
pickles or compares the tree may recurse.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cache
from sys import intern
from typing import NamedTuple, TypeAlias, TypeVar

from convex_lint.syntax.grammar import Fields, Grammar, Node
from convex_lint.syntax.tree import Block, Expression, ExpressionStatement, Opaque, Pattern, Statement, Type, TypeOpaque

MAX_DEPTH = 400
MAX_CUTS = 20
TOO_DEEP = "too deep"
BROKEN = "syntax error"

_FRAMES_A_LEVEL = 6
_RECURSION_LIMIT = MAX_DEPTH * _FRAMES_A_LEVEL + 1_000

LowerExpression: TypeAlias = Callable[["Lowering", Node], Expression]
LowerPattern: TypeAlias = Callable[["Lowering", Node], Pattern]
LowerStatement: TypeAlias = Callable[["Lowering", Node], Statement | None]
LowerType: TypeAlias = Callable[["Lowering", Node], Type]

_F = TypeVar("_F")


class Rules(NamedTuple):
    """How to lower each kind of node, by the kind's name."""

    expressions: Mapping[str, LowerExpression]
    patterns: Mapping[str, LowerPattern]
    statements: Mapping[str, LowerStatement]
    types: Mapping[str, LowerType]


class _Tables(NamedTuple):
    expressions: dict[int, LowerExpression]
    patterns: dict[int, LowerPattern]
    statements: dict[int, LowerStatement]
    types: dict[int, LowerType]
    silent: frozenset[int]


class Lowering:
    """The file's bytes, its grammar, and the four ways down: `expression`, `pattern`, `statement`, `type`."""

    __slots__ = (
        "_expressions",
        "_patterns",
        "_silent",
        "_statements",
        "_types",
        "cuts",
        "data",
        "depth",
        "fields",
        "kinds",
        "strays",
    )

    data: bytes
    depth: int
    cuts: list[tuple[int, int]]
    fields: Fields
    kinds: dict[int, str]

    def __init__(self, data: bytes, grammar: Grammar, rules: Callable[[], Rules]) -> None:
        if sys.getrecursionlimit() < _RECURSION_LIMIT:
            sys.setrecursionlimit(_RECURSION_LIMIT)
        self.data = data
        self.depth = 0
        self.cuts = []
        self.strays: list[Statement] = []
        self.fields = grammar.fields
        self.kinds = grammar.kinds
        self._expressions, self._patterns, self._statements, self._types, self._silent = _tables(grammar, rules)

    def too_deep(self, start: int, end: int) -> Opaque:
        """Stands for what is left out because it is nested too deeply; the first such places are kept in `cuts`."""
        if len(self.cuts) < MAX_CUTS:
            self.cuts.append((start, end))
        return Opaque(start, end, TOO_DEEP)

    def text(self, node: Node) -> str:
        return intern(self.data[node.start_byte : node.end_byte].decode())

    def children(self, node: Node) -> list[Node]:
        """The named children, without comments and without what could not be parsed."""
        silent = self._silent
        return [child for child in node.named_children if child.kind_id not in silent]

    def first(self, node: Node) -> Node | None:
        for child in node.named_children:
            if child.kind_id not in self._silent:
                return child
        return None

    def expression(self, node: Node) -> Expression:
        depth = self.depth
        if depth >= MAX_DEPTH:
            return self.too_deep(node.start_byte, node.end_byte)
        self.depth = depth + 1
        value = self._expressions[node.kind_id](self, node)
        self.depth = depth
        return value

    def operand(self, node: Node, field: int) -> Expression:
        """A part that a well-formed `node` always has."""
        part = node.child_by_field_id(field)
        return Opaque(node.start_byte, node.end_byte, BROKEN) if part is None else self.expression(part)

    def only(self, node: Node) -> Expression:
        """The one expression that a well-formed `node` holds outside of any field."""
        part = self.first(node)
        return Opaque(node.start_byte, node.end_byte, BROKEN) if part is None else self.expression(part)

    def optional(self, node: Node, field: int) -> Expression | None:
        part = node.child_by_field_id(field)
        return None if part is None else self.expression(part)

    def pattern(self, node: Node) -> Pattern:
        depth = self.depth
        if depth >= MAX_DEPTH:
            return self.too_deep(node.start_byte, node.end_byte)
        self.depth = depth + 1
        target = self._patterns[node.kind_id](self, node)
        self.depth = depth
        return target

    def target(self, node: Node, field: int) -> Pattern:
        """A pattern that a well-formed `node` always has."""
        part = node.child_by_field_id(field)
        return Opaque(node.start_byte, node.end_byte, BROKEN) if part is None else self.pattern(part)

    def type(self, node: Node) -> Type:
        depth = self.depth
        if depth >= MAX_DEPTH:
            self.too_deep(node.start_byte, node.end_byte)
            return TypeOpaque(node.start_byte, node.end_byte)
        self.depth = depth + 1
        lowered = self._types[node.kind_id](self, node)
        self.depth = depth
        return lowered

    def annotation(self, node: Node, field: int) -> Type | None:
        part = node.child_by_field_id(field)
        return None if part is None else self.type(part)

    def statement(self, node: Node) -> Statement | None:
        """None for what says nothing at run time: empty statements, overloads, ambient declarations, comments."""
        depth = self.depth
        if depth >= MAX_DEPTH:
            start, end = node.start_byte, node.end_byte
            return ExpressionStatement(start, end, self.too_deep(start, end))
        self.depth = depth + 1
        lowered = self._statements[node.kind_id](self, node)
        self.depth = depth
        return lowered

    def statements(self, nodes: list[Node]) -> list[Statement]:
        """Where a stretch could not be parsed, the statements that were recognised in it."""
        lowered = []
        for node in nodes:
            if node.is_error:
                lowered.extend(self._recognised(node))
            else:
                statement = self.statement(node)
                if statement is not None:
                    lowered.append(statement)
        return lowered

    def body(self, node: Node, field: int) -> Statement:
        """The statement under an `if` or a loop; an empty block where there is none."""
        part = node.child_by_field_id(field)
        lowered = None if part is None else self.statement(part)
        return Block(node.end_byte, node.end_byte, ()) if lowered is None else lowered

    def block(self, node: Node) -> Block:
        return Block(node.start_byte, node.end_byte, tuple(self.statements(node.named_children)))

    def _recognised(self, error: Node) -> list[Statement]:
        depth = self.depth
        if depth >= MAX_DEPTH:
            self.too_deep(error.start_byte, error.end_byte)
            return []
        self.depth = depth + 1
        known = self._statements
        lowered = self.statements([node for node in error.named_children if known[node.kind_id] is not _no_statement])
        self.depth = depth
        return lowered


@cache
def _tables(grammar: Grammar, rules: Callable[[], Rules]) -> _Tables:
    expressions, patterns, statements, types = rules()
    silent = frozenset(id for id, kind in grammar.kinds.items() if kind in ("comment", "html_comment", "ERROR"))
    return _Tables(
        _by_id(grammar, expressions, _no_expression),
        _by_id(grammar, patterns, _no_expression),
        _by_id(grammar, statements, _no_statement),
        _by_id(grammar, types, _no_type),
        silent,
    )


def _by_id(grammar: Grammar, rules: Mapping[str, _F], fallback: _F) -> dict[int, _F]:
    table = {id: rules.get(kind, fallback) if id in grammar.named else fallback for id, kind in grammar.kinds.items()}
    for id, kind in grammar.kinds.items():
        if kind == "ERROR":
            table[id] = rules.get("ERROR", fallback)
    return table


def _no_expression(cx: Lowering, node: Node) -> Opaque:
    kind = cx.kinds[node.kind_id]
    return Opaque(node.start_byte, node.end_byte, BROKEN if kind == "ERROR" else kind)


def _no_statement(cx: Lowering, node: Node) -> None:
    return None


def _no_type(cx: Lowering, node: Node) -> TypeOpaque:
    return TypeOpaque(node.start_byte, node.end_byte)
