"""The declarations that TypeScript adds: enums, type aliases, interfaces, `declare`, `import a = b.c`."""

from __future__ import annotations

from collections.abc import Mapping

from convex_lint.syntax.grammar import Node
from convex_lint.syntax.lower_literals import property_key
from convex_lint.syntax.lower_namespaces import namespace
from convex_lint.syntax.lower_types import type_parameters
from convex_lint.syntax.lowering import Lowering, LowerStatement
from convex_lint.syntax.tree import (
    Declarator,
    Enum,
    Expression,
    Name,
    Statement,
    Type,
    TypeDeclaration,
    TypeIntersection,
    Variables,
)


def _enum(cx: Lowering, node: Node) -> Enum:
    name = node.child_by_field_id(cx.fields.name)
    body = node.child_by_field_id(cx.fields.body)
    members: list[tuple[str, Expression | None]] = []
    for child in () if body is None else cx.children(body):
        assigned = cx.kinds[child.kind_id] == "enum_assignment"
        key = child.child_by_field_id(cx.fields.name) if assigned else child
        member = "" if key is None else property_key(cx, key)
        if isinstance(member, str):
            members.append((member, cx.optional(child, cx.fields.value) if assigned else None))
    return Enum(node.start_byte, node.end_byte, "" if name is None else cx.text(name), tuple(members))


def _type_alias(cx: Lowering, node: Node) -> TypeDeclaration | None:
    name = node.child_by_field_id(cx.fields.name)
    value = node.child_by_field_id(cx.fields.value)
    if name is None or value is None:
        return None
    return TypeDeclaration(node.start_byte, node.end_byte, cx.text(name), type_parameters(cx, node), cx.type(value))


def _interface(cx: Lowering, node: Node) -> TypeDeclaration | None:
    name = node.child_by_field_id(cx.fields.name)
    body = node.child_by_field_id(cx.fields.body)
    if name is None or body is None:
        return None
    bases: list[Type] = []
    for clause in node.named_children:
        if cx.kinds[clause.kind_id] == "extends_type_clause":
            bases.extend(cx.type(base) for base in cx.children(clause))
    own = cx.type(body)
    start, end = node.start_byte, node.end_byte
    whole = TypeIntersection(start, end, (*bases, own)) if bases else own
    return TypeDeclaration(start, end, cx.text(name), type_parameters(cx, node), whole)


def _ambient(cx: Lowering, node: Node) -> Statement | None:
    """`declare` adds nothing to a type; everything else under it does not exist at run time."""
    inside = cx.first(node)
    if inside is not None and cx.kinds[inside.kind_id] in ("type_alias_declaration", "interface_declaration"):
        return cx.statement(inside)
    return None


def _import_alias(cx: Lowering, node: Node) -> Variables | None:
    """`import y = A.B.C`."""
    parts = cx.children(node)
    if len(parts) != 2:
        return None
    start, end = node.start_byte, node.end_byte
    target = Name(parts[0].start_byte, parts[0].end_byte, cx.text(parts[0]))
    return Variables(start, end, "const", (Declarator(start, end, target, None, cx.expression(parts[1])),))


DECLARATIONS: Mapping[str, LowerStatement] = {
    "enum_declaration": _enum,
    "type_alias_declaration": _type_alias,
    "interface_declaration": _interface,
    "ambient_declaration": _ambient,
    "import_alias": _import_alias,
    "internal_module": namespace,
}
