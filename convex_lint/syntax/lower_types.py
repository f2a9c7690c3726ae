"""Types, as far as they can be witnesses: names, literals, unions, object types. The rest is `TypeOpaque`."""

from __future__ import annotations

from collections.abc import Mapping

from convex_lint.syntax.grammar import Node
from convex_lint.syntax.lower_literals import property_key
from convex_lint.syntax.lowering import Lowering, LowerType
from convex_lint.syntax.tree import (
    Constant,
    Type,
    TypeArray,
    TypeFunction,
    TypeIndexed,
    TypeIntersection,
    TypeLiteral,
    TypeMember,
    TypeName,
    TypeObject,
    TypeOpaque,
    TypeQuery,
    TypeTuple,
    TypeUnion,
    Unary,
)


def type_parameters(cx: Lowering, node: Node) -> tuple[str, ...]:
    """The names in `<T, U extends V = W>`."""
    given = node.child_by_field_id(cx.fields.type_parameters)
    names = []
    for child in () if given is None else cx.children(given):
        name = child.child_by_field_id(cx.fields.name)
        if name is not None:
            names.append(cx.text(name))
    return tuple(names)


def _name(cx: Lowering, node: Node) -> TypeName:
    return TypeName(node.start_byte, node.end_byte, cx.text(node), ())


def _predefined(cx: Lowering, node: Node) -> TypeName:
    """`string`, `any`; `unique symbol` is a symbol."""
    return TypeName(node.start_byte, node.end_byte, cx.text(node).removeprefix("unique").strip(), ())


def _dotted(cx: Lowering, node: Node) -> TypeName:
    """`a.b.C`, `import("x").C`."""
    return TypeName(node.start_byte, node.end_byte, "".join(cx.text(node).split()), ())


def _generic(cx: Lowering, node: Node) -> TypeName:
    name = node.child_by_field_id(cx.fields.name)
    given = node.child_by_field_id(cx.fields.type_arguments)
    arguments = () if given is None else tuple([cx.type(child) for child in cx.children(given)])
    text = "" if name is None else "".join(cx.text(name).split())
    return TypeName(node.start_byte, node.end_byte, text, arguments)


def _inner(cx: Lowering, node: Node) -> Type:
    """Parentheses, `: T`, `readonly T`, `T?` in a tuple, `...T` in a tuple."""
    inside = cx.first(node)
    return TypeOpaque(node.start_byte, node.end_byte) if inside is None else cx.type(inside)


def _literal(cx: Lowering, node: Node) -> Type:
    start, end = node.start_byte, node.end_byte
    value = cx.only(node)
    if isinstance(value, Constant):
        return TypeLiteral(start, end, value.value)
    if isinstance(value, Unary) and isinstance(value.operand, Constant):
        number = value.operand.value
        if isinstance(number, int | float):
            return TypeLiteral(start, end, -number if value.operator == "-" else number)
    return TypeName(start, end, cx.text(node), ())


def _template(cx: Lowering, node: Node) -> Type:
    """Without holes it is a literal."""
    if any(cx.kinds[child.kind_id] == "template_type" for child in node.named_children):
        return TypeOpaque(node.start_byte, node.end_byte)
    text = cx.data[node.start_byte + 1 : node.end_byte - 1].decode("utf-8", "replace")
    return TypeLiteral(node.start_byte, node.end_byte, text)


def _operands(cx: Lowering, node: Node, kind: str) -> list[Node]:
    """`A | B | C` leans to the left, and may begin with its operator."""
    found: list[Node] = []
    pending = [node]
    while pending:
        at = pending.pop()
        if cx.kinds[at.kind_id] == kind:
            pending.extend(cx.children(at))
        else:
            found.append(at)
    found.reverse()
    return found


def _union(cx: Lowering, node: Node) -> Type:
    items: list[Type] = []
    for part in _operands(cx, node, "union_type"):
        item = cx.type(part)
        if isinstance(item, TypeUnion):
            items.extend(item.items)
        else:
            items.append(item)
    return items[0] if len(items) == 1 else TypeUnion(node.start_byte, node.end_byte, tuple(items))


def _intersection(cx: Lowering, node: Node) -> Type:
    items = [cx.type(part) for part in _operands(cx, node, "intersection_type")]
    return items[0] if len(items) == 1 else TypeIntersection(node.start_byte, node.end_byte, tuple(items))


def _array(cx: Lowering, node: Node) -> TypeArray:
    return TypeArray(node.start_byte, node.end_byte, _inner(cx, node))


def _tuple(cx: Lowering, node: Node) -> TypeTuple:
    items: list[Type] = []
    for child in cx.children(node):
        if cx.kinds[child.kind_id] in ("required_parameter", "optional_parameter"):
            named = cx.annotation(child, cx.fields.type)
            items.append(TypeOpaque(child.start_byte, child.end_byte) if named is None else named)
        else:
            items.append(cx.type(child))
    return TypeTuple(node.start_byte, node.end_byte, tuple(items))


def _object(cx: Lowering, node: Node) -> Type:
    """`{ [key: K]: V }` is `Record<K, V>`; a mapped type is opaque; call signatures are left out."""
    start, end = node.start_byte, node.end_byte
    members: list[TypeMember] = []
    parts = cx.children(node)
    for part in parts:
        kind = cx.kinds[part.kind_id]
        if kind == "property_signature" or kind == "method_signature":
            member = _member(cx, part, method=kind == "method_signature")
            if member is not None:
                members.append(member)
        elif kind == "index_signature" and len(parts) == 1:
            key = cx.annotation(part, cx.fields.index_type)
            value = cx.annotation(part, cx.fields.type)
            if key is None or value is None:
                return TypeOpaque(start, end)
            return TypeName(start, end, "Record", (key, value))
    return TypeObject(start, end, tuple(members))


def _member(cx: Lowering, node: Node, *, method: bool) -> TypeMember | None:
    fields = cx.fields
    key = node.child_by_field_id(fields.name)
    name = None if key is None else property_key(cx, key)
    if not isinstance(name, str):
        return None
    marks = [cx.kinds[child.kind_id] for child in node.children]
    optional = "?" in marks
    if not method:
        annotation = cx.annotation(node, fields.type)
        return TypeMember(name, annotation or TypeOpaque(node.start_byte, node.end_byte), optional)
    if "set" in marks[:2]:
        return None
    returns = cx.annotation(node, fields.return_type)
    if "get" in marks[:2]:
        return TypeMember(name, returns or TypeOpaque(node.start_byte, node.end_byte), optional)
    return TypeMember(name, TypeFunction(node.start_byte, node.end_byte, returns), optional)


def _indexed(cx: Lowering, node: Node) -> Type:
    parts = cx.children(node)
    if len(parts) != 2:
        return TypeOpaque(node.start_byte, node.end_byte)
    return TypeIndexed(node.start_byte, node.end_byte, cx.type(parts[0]), cx.type(parts[1]))


def _function(cx: Lowering, node: Node) -> TypeFunction:
    return TypeFunction(node.start_byte, node.end_byte, cx.annotation(node, cx.fields.return_type))


def _query(cx: Lowering, node: Node) -> Type:
    """`typeof a.b`, and `typeof f<T>` without its arguments."""
    inside = cx.first(node)
    if inside is not None and cx.kinds[inside.kind_id] == "instantiation_expression":
        inside = inside.child_by_field_id(cx.fields.function) or cx.first(inside)
    if inside is None:
        return TypeOpaque(node.start_byte, node.end_byte)
    return TypeQuery(node.start_byte, node.end_byte, "".join(cx.text(inside).split()))


TYPES: Mapping[str, LowerType] = {
    "type_annotation": _inner,
    "opting_type_annotation": _inner,
    "adding_type_annotation": _inner,
    "omitting_type_annotation": _inner,
    "parenthesized_type": _inner,
    "readonly_type": _inner,
    "optional_type": _inner,
    "rest_type": _inner,
    "type_identifier": _name,
    "identifier": _name,
    "predefined_type": _predefined,
    "this_type": _name,
    "nested_type_identifier": _dotted,
    "member_expression": _dotted,
    "call_expression": _dotted,
    "generic_type": _generic,
    "literal_type": _literal,
    "template_literal_type": _template,
    "union_type": _union,
    "intersection_type": _intersection,
    "array_type": _array,
    "tuple_type": _tuple,
    "object_type": _object,
    "interface_body": _object,
    "lookup_type": _indexed,
    "function_type": _function,
    "type_query": _query,
    "type_predicate": lambda cx, node: TypeName(node.start_byte, node.end_byte, "boolean", ()),
    "type_predicate_annotation": lambda cx, node: TypeName(node.start_byte, node.end_byte, "boolean", ()),
    "asserts": lambda cx, node: TypeName(node.start_byte, node.end_byte, "void", ()),
    "asserts_annotation": lambda cx, node: TypeName(node.start_byte, node.end_byte, "void", ()),
}
