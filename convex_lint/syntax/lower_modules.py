"""What only the top level of a file has: imports, exports, the directive prologue."""

from __future__ import annotations

from collections.abc import Mapping

from convex_lint.syntax.grammar import Node
from convex_lint.syntax.lower_functions import class_, function
from convex_lint.syntax.lower_literals import string_value
from convex_lint.syntax.lower_statements import directive
from convex_lint.syntax.lowering import BROKEN, Lowering, LowerStatement
from convex_lint.syntax.tree import (
    Class,
    ClassDeclaration,
    Enum,
    ExportAll,
    ExportDeclaration,
    ExportDefault,
    ExportName,
    ExportNames,
    Function,
    FunctionDeclaration,
    Import,
    ImportName,
    Opaque,
    Statement,
    TypeDeclaration,
    Variables,
)

_QUOTES = b"\"'"


def module_body(cx: Lowering, root: Node) -> tuple[list[Statement], tuple[str, ...]]:
    """Statements and directives of a file. Where a stretch could not be parsed, what was recognised in it."""
    body: list[Statement] = []
    directives: list[str] = []
    prologue = True
    pending = list(reversed(root.named_children))
    while pending:
        node = pending.pop()
        kind = cx.kinds[node.kind_id]
        if kind == "ERROR":
            pending.extend(reversed(node.named_children))
        elif kind == "export_statement":
            body.extend(_export(cx, node))
        elif kind == "import_statement":
            body.extend(_import(cx, node))
        else:
            statement = cx.statement(node)
            if statement is None:
                continue
            text = directive(statement) if prologue and cx.data[node.start_byte] in _QUOTES else None
            if text is not None:
                directives.append(text)
                continue
            body.append(statement)
        prologue = False
    return body + cx.strays, tuple(directives)


def _stray(cx: Lowering, node: Node) -> None:
    """An export or import inside of a block: what follows a brace that was never closed. It counts all the same."""
    cx.strays.extend(_export(cx, node) if cx.kinds[node.kind_id] == "export_statement" else _import(cx, node))


MODULE_STATEMENTS: Mapping[str, LowerStatement] = {"export_statement": _stray, "import_statement": _stray}


def _import(cx: Lowering, node: Node) -> list[Statement]:
    names: list[ImportName] = []
    source = node.child_by_field_id(cx.fields.source)
    type_only = any(cx.kinds[child.kind_id] == "type" for child in node.children[1:2])
    for clause in node.named_children:
        kind = cx.kinds[clause.kind_id]
        if kind == "import_require_clause":
            source = clause.child_by_field_id(cx.fields.source)
            local = cx.first(clause)
            if local is not None:
                names.append(ImportName("*", cx.text(local), type_only))
        elif kind == "import_clause":
            names.extend(_import_names(cx, clause, type_only))
    if source is None:
        return []
    return [Import(node.start_byte, node.end_byte, string_value(cx, source), tuple(names), type_only)]


def _import_names(cx: Lowering, clause: Node, type_only: bool) -> list[ImportName]:
    names: list[ImportName] = []
    for child in cx.children(clause):
        kind = cx.kinds[child.kind_id]
        if kind == "identifier":
            names.append(ImportName("default", cx.text(child), type_only))
        elif kind == "namespace_import":
            local = cx.first(child)
            if local is not None:
                names.append(ImportName("*", cx.text(local), type_only))
        elif kind == "named_imports":
            for given, alias, only in _specifiers(cx, child):
                names.append(ImportName(given, alias, type_only or only))
    return names


def _specifiers(cx: Lowering, node: Node) -> list[tuple[str, str, bool]]:
    """`{ a, b as c, type d }` as (name, alias, whether it says `type`)."""
    found = []
    for child in cx.children(node):
        name = child.child_by_field_id(cx.fields.name)
        if name is not None:
            alias = child.child_by_field_id(cx.fields.alias)
            text = _module_name(cx, name)
            only = cx.kinds[child.children[0].kind_id] == "type"
            found.append((text, text if alias is None else _module_name(cx, alias), only))
    return found


def _module_name(cx: Lowering, node: Node) -> str:
    return string_value(cx, node) if cx.kinds[node.kind_id] == "string" else cx.text(node)


def _export(cx: Lowering, node: Node) -> list[Statement]:
    start, end = node.start_byte, node.end_byte
    fields = cx.fields
    declaration = node.child_by_field_id(fields.declaration)
    value = node.child_by_field_id(fields.value)
    words = [cx.kinds[child.kind_id] for child in node.children]
    if "default" in words:
        if declaration is not None:
            return _default_declaration(cx, node, declaration)
        return [ExportDefault(start, end, Opaque(start, end, BROKEN) if value is None else cx.expression(value))]
    if declaration is not None:
        return _export_declaration(cx, node, declaration)
    if "=" in words:
        return [ExportDefault(start, end, cx.only(node))]
    return _export_names(cx, node)


def _default_declaration(cx: Lowering, node: Node, declaration: Node) -> list[Statement]:
    """A named one is a declaration like any other, exported as `default`."""
    start, end = node.start_byte, node.end_byte
    kind = cx.kinds[declaration.kind_id]
    value: Function | Class | None = None
    if kind.endswith("function_declaration"):
        value = function(cx, declaration)
    elif kind.endswith("class_declaration"):
        value = class_(cx, declaration)
    if value is not None and value.name is None:
        return [ExportDefault(start, end, value)]
    lowered: Statement | None
    if isinstance(value, Function):
        lowered = FunctionDeclaration(value.start, value.end, value)
    elif isinstance(value, Class):
        lowered = ClassDeclaration(value.start, value.end, value)
    else:
        lowered = cx.statement(declaration)
    name = declaration.child_by_field_id(cx.fields.name)
    if lowered is None or name is None:
        return []
    type_only = isinstance(lowered, TypeDeclaration)
    exported = ExportNames(start, end, (ExportName(cx.text(name), "default", type_only),), None, type_only)
    return [lowered, exported]


def _export_declaration(cx: Lowering, node: Node, declaration: Node) -> list[Statement]:
    lowered = cx.statement(declaration)
    if isinstance(lowered, Variables | FunctionDeclaration | ClassDeclaration | Enum | TypeDeclaration):
        return [ExportDeclaration(node.start_byte, node.end_byte, lowered)]
    return []


def _export_names(cx: Lowering, node: Node) -> list[Statement]:
    start, end = node.start_byte, node.end_byte
    given = node.child_by_field_id(cx.fields.source)
    source = None if given is None else string_value(cx, given)
    type_only = cx.data[start:end].split(None, 2)[1:2] == [b"type"]
    alias: str | None = None
    for child in node.children:
        kind = cx.kinds[child.kind_id]
        if kind == "type":
            type_only = True
        elif kind == "export_clause":
            names = tuple([ExportName(name, other, type_only or t) for name, other, t in _specifiers(cx, child)])
            return [ExportNames(start, end, names, source, type_only)]
        elif kind == "namespace_export":
            inside = cx.first(child)
            alias = None if inside is None else _module_name(cx, inside)
    words = [cx.kinds[child.kind_id] for child in node.children]
    if source is not None and ("*" in words or alias is not None):
        return [ExportAll(start, end, source, alias, type_only)]
    return []
