"""TypeScript's namespaces, lowered to what tsc makes of them: a function that is called once and returns what they export."""

from __future__ import annotations

from collections.abc import Iterator

from convex_lint.syntax.grammar import Node
from convex_lint.syntax.lowering import Lowering
from convex_lint.syntax.tree import (
    Block,
    Call,
    ClassDeclaration,
    Declarator,
    Enum,
    Function,
    FunctionDeclaration,
    Name,
    Object,
    Property,
    Return,
    Statement,
    Variables,
)


def namespace(cx: Lowering, node: Node) -> Variables | None:
    """`const N = (() => { ...; return { exported, ... }; })()`; None for one that exports no values, or has no
    simple name (`A.B`, `"module"`)."""
    name, body = node.child_by_field_id(cx.fields.name), node.child_by_field_id(cx.fields.body)
    if name is None or body is None or cx.kinds[name.kind_id] != "identifier":
        return None
    statements: list[Statement] = []
    exported: list[Property] = []
    for child in cx.children(body):
        exports = cx.kinds[child.kind_id] == "export_statement"
        declaration = child.child_by_field_id(cx.fields.declaration) if exports else child
        lowered = cx.statement(declaration) if declaration is not None else None
        if lowered is None:
            continue
        statements.append(lowered)
        if exports:
            exported += [Property(n.start, n.end, n.name, n, "init") for n in _declared(lowered)]
    if not exported:
        return None
    start, end = node.start_byte, node.end_byte
    statements.append(Return(end, end, Object(end, end, tuple(exported))))
    made = Function(start, end, None, (), Block(start, end, tuple(statements)), "", True, None)
    target = Name(name.start_byte, name.end_byte, cx.text(name))
    called = Call(start, end, made, (), (), False)
    return Variables(start, end, "const", (Declarator(start, end, target, None, called),))


def _declared(statement: Statement) -> Iterator[Name]:
    if isinstance(statement, Variables):
        for declarator in statement.declarators:
            if isinstance(declarator.target, Name):
                yield declarator.target
        return
    name: str | None = None
    if isinstance(statement, FunctionDeclaration):
        name = statement.function.name
    elif isinstance(statement, ClassDeclaration):
        name = statement.definition.name
    elif isinstance(statement, Enum):
        name = statement.name
    if name:
        yield Name(statement.start, statement.start, name)
