"""Calls, member chains, objects and arrays, and the table of all expressions."""

from __future__ import annotations

from collections.abc import Mapping
from sys import intern

from convex_lint.syntax.grammar import Node
from convex_lint.syntax.lower_functions import FUNCTIONS, method
from convex_lint.syntax.lower_literals import LITERALS, property_key
from convex_lint.syntax.lower_operators import OPERATORS, operator
from convex_lint.syntax.lowering import BROKEN, MAX_DEPTH, LowerExpression, Lowering
from convex_lint.syntax.tree import (
    Array,
    Await,
    Call,
    Cast,
    Constant,
    Expression,
    ImportCall,
    Member,
    Name,
    New,
    Object,
    Opaque,
    Property,
    Spread,
    Subscript,
    Type,
    TypeName,
    Unary,
)

_TRANSPARENT = frozenset(("parenthesized_expression", "non_null_expression", "instantiation_expression"))


def _inner(cx: Lowering, node: Node) -> Expression:
    """What stands in parentheses, before `!`, or before type arguments."""
    inside: Node | None = node
    while inside is not None and cx.kinds[inside.kind_id] in _TRANSPARENT:
        node = inside
        inside = cx.first(inside)
    return Opaque(node.start_byte, node.end_byte, BROKEN) if inside is None else cx.expression(inside)


def _instantiation(cx: Lowering, node: Node) -> Expression:
    """`f<T>`; and `x as import("y").A<T>`, of which the grammar gives the type arguments to the whole."""
    value = _inner(cx, node)
    if type(value) is Cast and type(value.type) is TypeName and not value.type.arguments:
        given = _types(cx, node)
        return value._replace(end=node.end_byte, type=value.type._replace(end=node.end_byte, arguments=given))
    return value


def _chain(cx: Lowering, node: Node) -> Expression:
    """`a.b(c)[d]...`: from the outermost link down to the base, then back up, without recursion."""
    kinds, fields, depth = cx.kinds, cx.fields, cx.depth
    links: list[Node] = []
    fence = 0  # how many links stand outside of the innermost parentheses
    prefixes: list[Node] = []
    bare = False  # was the last thing passed a link, or a prefix?
    at: Node | None = node
    while at is not None:
        node = at
        kind = kinds[node.kind_id]
        if kind == "member_expression" or kind == "subscript_expression" or kind == "nested_identifier":
            at = node.child_by_field_id(fields.object)
        elif kind == "call_expression":
            at = node.child_by_field_id(fields.function)
            if at is not None and kinds[at.kind_id] == "import":
                break
        elif kind in _TRANSPARENT:
            if kind == "parenthesized_expression":
                if prefixes:
                    break
                fence, bare = len(links), False
            at = cx.first(node)
            continue
        elif kind in _PREFIXES and bare and (prefixes or _is_generic(cx, links[-1])):
            prefixes.append(node)
            at = cx.first(node)
            continue
        else:
            break
        links.append(node)
        bare = not prefixes
    room = MAX_DEPTH - depth
    value: Expression
    if len(links) > room:
        value = cx.too_deep(node.start_byte, links[room].end_byte)
        del links[room:]
    else:
        cx.depth = depth + len(links)
        if at is None:
            value = Opaque(node.start_byte, node.end_byte, BROKEN)
        elif kinds[node.kind_id] == "call_expression":
            value = _import_call(cx, node)
        else:
            value = cx.expression(node)
    for i in range(len(links) - 1, -1, -1):
        cx.depth = depth + i
        link = links[i]
        kind = kinds[link.kind_id]
        start = node.start_byte if prefixes and i >= fence else link.start_byte
        if kind == "member_expression" or kind == "nested_identifier":
            value = _member(cx, link, value, start)
        elif kind == "call_expression":
            value = _call(cx, link, value, start)
        else:
            optional = link.child_by_field_id(fields.optional_chain) is not None
            value = Subscript(start, link.end_byte, value, cx.operand(link, fields.index), optional)
        if prefixes and i == fence:
            value = _prefixed(cx, prefixes, value, link.end_byte)
    cx.depth = depth
    return value


_PREFIXES = frozenset(("await_expression", "unary_expression"))


def _is_generic(cx: Lowering, node: Node) -> bool:
    """The grammar reads `await f<T>(x)` as `(await f)<T>(x)`, and `!f<T>(x)` likewise."""
    return cx.kinds[node.kind_id] == "call_expression" and node.child_by_field_id(cx.fields.type_arguments) is not None


def _prefixed(cx: Lowering, prefixes: list[Node], value: Expression, end: int) -> Expression:
    for prefix in reversed(prefixes):
        if cx.kinds[prefix.kind_id] == "await_expression":
            value = Await(prefix.start_byte, end, value)
        else:
            value = Unary(prefix.start_byte, end, operator(cx, prefix), value)
    return value


def _member(cx: Lowering, node: Node, object: Expression, start: int) -> Member:
    children = node.children
    if len(children) == 3:
        property = children[2]
        optional = cx.kinds[children[1].kind_id] == "optional_chain"
    else:
        found = node.child_by_field_id(cx.fields.property)
        property = children[-1] if found is None else found
        optional = node.child_by_field_id(cx.fields.optional_chain) is not None
    at, end = property.start_byte, property.end_byte
    return Member(start, end, object, intern(cx.data[at:end].decode()), optional, at)


def _call(cx: Lowering, node: Node, callee: Expression, start: int) -> Expression:
    end = node.end_byte
    children = node.children
    if len(children) == 2:
        arguments = _arguments(cx, children[1])
        if type(callee) is Name and callee.name == "require" and len(arguments) == 1:
            source = arguments[0]
            if type(source) is Constant and type(source.value) is str:
                return ImportCall(start, end, source, True)
        return Call(start, end, callee, arguments, (), False)
    given = node.child_by_field_id(cx.fields.arguments)
    optional = any(cx.kinds[child.kind_id] == "?." for child in children)
    return Call(start, end, callee, () if given is None else _arguments(cx, given), _types(cx, node), optional)


def _arguments(cx: Lowering, node: Node) -> tuple[Expression | Spread, ...]:
    """Arguments in parentheses; a tagged template hands over its template."""
    if cx.kinds[node.kind_id] == "template_string":
        return (cx.expression(node),)
    kinds = cx.kinds
    items: list[Expression | Spread] = []
    for child in cx.children(node):
        if kinds[child.kind_id] == "spread_element":
            items.append(Spread(child.start_byte, child.end_byte, cx.only(child)))
        else:
            items.append(cx.expression(child))
    return tuple(items)


def _types(cx: Lowering, node: Node) -> tuple[Type, ...]:
    given = node.child_by_field_id(cx.fields.type_arguments)
    return () if given is None else tuple([cx.type(child) for child in cx.children(given)])


def _import_call(cx: Lowering, node: Node) -> Expression:
    given = node.child_by_field_id(cx.fields.arguments)
    arguments = () if given is None else _arguments(cx, given)
    if not arguments or isinstance(arguments[0], Spread):
        return Opaque(node.start_byte, node.end_byte, BROKEN)
    return ImportCall(node.start_byte, node.end_byte, arguments[0])


def _new(cx: Lowering, node: Node) -> New:
    given = node.child_by_field_id(cx.fields.arguments)
    callee = cx.operand(node, cx.fields.constructor)
    arguments = () if given is None else _arguments(cx, given)
    return New(node.start_byte, node.end_byte, callee, arguments, _types(cx, node))


def _array(cx: Lowering, node: Node) -> Array:
    kinds = cx.kinds
    items: list[Expression | Spread | None] = []
    filled = False
    for child in node.children:
        kind = kinds[child.kind_id]
        if kind == ",":
            if not filled:
                items.append(None)
            filled = False
        elif kind == "spread_element":
            items.append(Spread(child.start_byte, child.end_byte, cx.only(child)))
            filled = True
        elif child.is_named and kind not in ("comment", "html_comment"):
            items.append(cx.expression(child))
            filled = True
    return Array(node.start_byte, node.end_byte, tuple(items))


def _object(cx: Lowering, node: Node) -> Object:
    kinds, fields = cx.kinds, cx.fields
    members: list[Property | Spread] = []
    for child in node.named_children:
        kind = kinds[child.kind_id]
        start, end = child.start_byte, child.end_byte
        if kind == "pair":
            key = child.child_by_field_id(fields.key)
            name = "" if key is None else property_key(cx, key)
            members.append(Property(start, end, name, cx.operand(child, fields.value), "init"))
        elif kind == "shorthand_property_identifier":
            text = cx.text(child)
            members.append(Property(start, end, text, Name(start, end, text), "init"))
        elif kind == "method_definition":
            found = method(cx, child)
            members.append(Property(start, end, found.key, found.function, found.kind))
        elif kind == "spread_element":
            members.append(Spread(start, end, cx.only(child)))
    return Object(node.start_byte, node.end_byte, tuple(members))


EXPRESSIONS: Mapping[str, LowerExpression] = {
    **LITERALS,
    **FUNCTIONS,
    **OPERATORS,
    "parenthesized_expression": _inner,
    "non_null_expression": _inner,
    "instantiation_expression": _instantiation,
    "member_expression": _chain,
    "subscript_expression": _chain,
    "nested_identifier": _chain,
    "call_expression": _chain,
    "new_expression": _new,
    "array": _array,
    "object": _object,
}
