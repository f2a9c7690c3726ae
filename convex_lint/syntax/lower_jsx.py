"""JSX elements and fragments, in the one grammar that has them."""

from __future__ import annotations

from collections.abc import Mapping

from convex_lint.syntax.grammar import Node
from convex_lint.syntax.lowering import LowerExpression, Lowering
from convex_lint.syntax.tree import Constant, Expression, Jsx, Property, Spread

_ELEMENTS = frozenset(("jsx_element", "jsx_self_closing_element"))


def _element(cx: Lowering, node: Node) -> Jsx:
    children: list[Expression] = []
    opening = node.child_by_field_id(cx.fields.open_tag)
    if opening is None:
        tag, host, attributes = _opening(cx, node)
    else:
        tag, host, attributes = _opening(cx, opening)
        for child in node.named_children:
            kind = cx.kinds[child.kind_id]
            if kind in _ELEMENTS:
                children.append(cx.expression(child))
            elif kind == "jsx_expression":
                held = _held(cx, child)
                if held is not None:
                    children.append(held.value if isinstance(held, Spread) else held)
    return Jsx(node.start_byte, node.end_byte, tag, host, attributes, tuple(children))


def _opening(cx: Lowering, node: Node) -> tuple[Expression | None, str, tuple[Property | Spread, ...]]:
    """Component, host element and attributes; a fragment has none of them."""
    name = node.child_by_field_id(cx.fields.name)
    if name is None:
        return None, "", ()
    tag: Expression | None = None
    host = ""
    text = cx.text(name)
    kind = cx.kinds[name.kind_id]
    if kind == "jsx_namespace_name" or (kind == "identifier" and (text[:1].islower() or "-" in text)):
        host = text
    else:
        tag = cx.expression(name)
    attributes: list[Property | Spread] = []
    for child in node.named_children:
        kind = cx.kinds[child.kind_id]
        if kind == "jsx_attribute":
            attributes.append(_attribute(cx, child))
        elif kind == "jsx_expression":
            held = _held(cx, child)
            if isinstance(held, Spread):
                attributes.append(held)
    return tag, host, tuple(attributes)


def _attribute(cx: Lowering, node: Node) -> Property:
    start, end = node.start_byte, node.end_byte
    parts = cx.children(node)
    name = cx.text(parts[0]) if parts else ""
    value: Expression = Constant(start, end, True)
    if len(parts) > 1:
        part = parts[1]
        kind = cx.kinds[part.kind_id]
        if kind == "string":
            value = Constant(part.start_byte, part.end_byte, _text(cx, part))
        elif kind == "jsx_expression":
            held = _held(cx, part)
            if held is not None and not isinstance(held, Spread):
                value = held
        else:
            value = cx.expression(part)
    return Property(start, end, name, value, "init")


def _text(cx: Lowering, node: Node) -> str:
    """A quoted attribute: entities, no escapes."""
    text = cx.data[node.start_byte + 1 : node.end_byte - 1].decode("utf-8", "replace")
    if "&" not in text:
        return text
    from html import unescape

    return unescape(text)


def _held(cx: Lowering, node: Node) -> Expression | Spread | None:
    """What `{...}` holds: nothing, a value or a spread."""
    inside = cx.first(node)
    if inside is None:
        return None
    if cx.kinds[inside.kind_id] == "spread_element":
        return Spread(inside.start_byte, inside.end_byte, cx.only(inside))
    return cx.expression(inside)


JSX: Mapping[str, LowerExpression] = {"jsx_element": _element, "jsx_self_closing_element": _element}
