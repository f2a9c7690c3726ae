"""Operators: arithmetic, logic, assignment, `await`, `yield`, casts."""

from __future__ import annotations

from collections.abc import Mapping

from convex_lint.syntax.grammar import Node
from convex_lint.syntax.lowering import BROKEN, MAX_DEPTH, LowerExpression, Lowering
from convex_lint.syntax.tree import (
    Assign,
    Await,
    Binary,
    Cast,
    Conditional,
    Expression,
    Opaque,
    Sequence,
    Unary,
    Update,
    Yield,
)


def _binary(cx: Lowering, node: Node) -> Expression:
    """`a + b + c...` leans to the left: down the left edge, then back up, without recursion."""
    kinds, fields, depth = cx.kinds, cx.fields, cx.depth
    end = node.end_byte
    links: list[Node] = []
    at: Node | None = node
    while at is not None and kinds[at.kind_id] == "binary_expression":
        links.append(at)
        at = at.child_by_field_id(fields.left)
    room = MAX_DEPTH - depth
    value: Expression
    if len(links) > room:
        value = cx.too_deep(node.start_byte, links[room].end_byte if room < len(links) else end)
        del links[room:]
    else:
        cx.depth = depth + len(links)
        value = Opaque(node.start_byte, end, BROKEN) if at is None else cx.expression(at)
    for i in range(len(links) - 1, -1, -1):
        cx.depth = depth + i
        link = links[i]
        operator = link.child_by_field_id(fields.operator)
        sign = "" if operator is None else kinds[operator.kind_id]
        value = Binary(link.start_byte, link.end_byte, sign, value, cx.operand(link, fields.right))
    cx.depth = depth
    return value


def _conditional(cx: Lowering, node: Node) -> Conditional:
    fields = cx.fields
    return Conditional(
        node.start_byte,
        node.end_byte,
        cx.operand(node, fields.condition),
        cx.operand(node, fields.consequence),
        cx.operand(node, fields.alternative),
    )


def operator(cx: Lowering, node: Node) -> str:
    operator = node.child_by_field_id(cx.fields.operator)
    return "" if operator is None else cx.kinds[operator.kind_id]


def _unary(cx: Lowering, node: Node) -> Unary:
    return Unary(node.start_byte, node.end_byte, operator(cx, node), cx.operand(node, cx.fields.argument))


def _update(cx: Lowering, node: Node) -> Update:
    return Update(node.start_byte, node.end_byte, operator(cx, node), cx.operand(node, cx.fields.argument))


def _assign(cx: Lowering, node: Node) -> Assign:
    fields = cx.fields
    sign = operator(cx, node) or "="
    target = cx.target(node, fields.left)
    return Assign(node.start_byte, node.end_byte, sign, target, cx.operand(node, fields.right))


def _sequence(cx: Lowering, node: Node) -> Sequence:
    return Sequence(node.start_byte, node.end_byte, tuple([cx.expression(child) for child in cx.children(node)]))


def _await(cx: Lowering, node: Node) -> Await:
    return Await(node.start_byte, node.end_byte, cx.only(node))


def _yield(cx: Lowering, node: Node) -> Yield:
    value = cx.first(node)
    delegate = any(cx.kinds[child.kind_id] == "*" for child in node.children[1:3])
    return Yield(node.start_byte, node.end_byte, None if value is None else cx.expression(value), delegate)


def _cast(cx: Lowering, node: Node) -> Cast:
    """`x as T`, `x satisfies T`."""
    parts = cx.children(node)
    type = cx.type(parts[1]) if len(parts) > 1 else None
    return Cast(node.start_byte, node.end_byte, cx.only(node), type)


def _assertion(cx: Lowering, node: Node) -> Cast:
    """`<T>x`."""
    value: Expression = Opaque(node.start_byte, node.end_byte, BROKEN)
    type = None
    for child in cx.children(node):
        if cx.kinds[child.kind_id] == "type_arguments":
            inside = cx.first(child)
            type = None if inside is None else cx.type(inside)
        else:
            value = cx.expression(child)
    return Cast(node.start_byte, node.end_byte, value, type)


OPERATORS: Mapping[str, LowerExpression] = {
    "binary_expression": _binary,
    "ternary_expression": _conditional,
    "unary_expression": _unary,
    "update_expression": _update,
    "assignment_expression": _assign,
    "augmented_assignment_expression": _assign,
    "sequence_expression": _sequence,
    "await_expression": _await,
    "yield_expression": _yield,
    "as_expression": _cast,
    "satisfies_expression": _cast,
    "type_assertion": _assertion,
}
