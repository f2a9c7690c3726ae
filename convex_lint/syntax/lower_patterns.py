"""Binding and assignment targets: names, destructuring, members."""

from __future__ import annotations

from collections.abc import Mapping

from convex_lint.syntax.grammar import Node
from convex_lint.syntax.lower_literals import property_key
from convex_lint.syntax.lowering import BROKEN, Lowering, LowerPattern
from convex_lint.syntax.tree import (
    ArrayPattern,
    Expression,
    Member,
    Name,
    ObjectPattern,
    Opaque,
    Pattern,
    PatternItem,
    PatternProperty,
    Subscript,
)


def _name(cx: Lowering, node: Node) -> Name | Opaque:
    start, end = node.start_byte, node.end_byte
    return Name(start, end, cx.text(node)) if end > start else Opaque(start, end, BROKEN)


def _place(cx: Lowering, node: Node) -> Pattern:
    """`a.b`, `a[b]`."""
    place = cx.expression(node)
    return place if isinstance(place, Member | Subscript | Opaque) else Opaque(place.start, place.end, BROKEN)


def _inner(cx: Lowering, node: Node) -> Pattern:
    """`(a) = ...`, `a! = ...`, `(a as T) = ...`."""
    inside = cx.first(node)
    return Opaque(node.start_byte, node.end_byte, BROKEN) if inside is None else cx.pattern(inside)


def _object(cx: Lowering, node: Node) -> ObjectPattern:
    kinds, fields = cx.kinds, cx.fields
    properties: list[PatternProperty] = []
    rest: Pattern | None = None
    for child in node.named_children:
        kind = kinds[child.kind_id]
        start, end = child.start_byte, child.end_byte
        if kind == "shorthand_property_identifier_pattern":
            name = cx.text(child)
            properties.append(PatternProperty(start, end, name, Name(start, end, name), None))
        elif kind == "pair_pattern":
            key = child.child_by_field_id(fields.key)
            value = child.child_by_field_id(fields.value)
            named = "" if key is None else property_key(cx, key)
            target, default = (Opaque(start, end, BROKEN), None) if value is None else _with_default(cx, value)
            properties.append(PatternProperty(start, end, named, target, default))
        elif kind == "object_assignment_pattern":
            target, default = _with_default(cx, child)
            name = target.name if isinstance(target, Name) else ""
            properties.append(PatternProperty(start, end, name, target, default))
        elif kind == "rest_pattern":
            rest = _inner(cx, child)
    return ObjectPattern(node.start_byte, node.end_byte, tuple(properties), rest)


def _array(cx: Lowering, node: Node) -> ArrayPattern:
    items: list[PatternItem | None] = []
    rest: Pattern | None = None
    filled = False
    for child in node.children:
        kind = cx.kinds[child.kind_id]
        if kind == ",":
            if not filled:
                items.append(None)
            filled = False
        elif kind == "rest_pattern":
            rest = _inner(cx, child)
            filled = True
        elif child.is_named and kind not in ("comment", "html_comment"):
            target, default = _with_default(cx, child)
            items.append(PatternItem(child.start_byte, child.end_byte, target, default))
            filled = True
    return ArrayPattern(node.start_byte, node.end_byte, tuple(items), rest)


def _with_default(cx: Lowering, node: Node) -> tuple[Pattern, Expression | None]:
    if cx.kinds[node.kind_id] not in ("assignment_pattern", "object_assignment_pattern"):
        return cx.pattern(node), None
    return cx.target(node, cx.fields.left), cx.operand(node, cx.fields.right)


PATTERNS: Mapping[str, LowerPattern] = {
    "identifier": _name,
    "undefined": _name,
    "shorthand_property_identifier_pattern": _name,
    "object_pattern": _object,
    "array_pattern": _array,
    "member_expression": _place,
    "subscript_expression": _place,
    "non_null_expression": _inner,
    "parenthesized_expression": _inner,
    "as_expression": _inner,
    "satisfies_expression": _inner,
}
