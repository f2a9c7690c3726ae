"""Statements, variables, function and class declarations. `else if` chains are walked, not recursed into."""

from __future__ import annotations

from collections.abc import Mapping

from convex_lint.syntax.grammar import Node
from convex_lint.syntax.lower_declarations import DECLARATIONS
from convex_lint.syntax.lower_functions import class_, function
from convex_lint.syntax.lower_namespaces import namespace
from convex_lint.syntax.lowering import MAX_DEPTH, Lowering, LowerStatement
from convex_lint.syntax.tree import (
    Assign,
    Await,
    Block,
    Break,
    Case,
    ClassDeclaration,
    Constant,
    Continue,
    Declarator,
    Expression,
    ExpressionStatement,
    For,
    ForEach,
    FunctionDeclaration,
    If,
    Labeled,
    Opaque,
    Return,
    Statement,
    Switch,
    Throw,
    Try,
    Variables,
    While,
)

_EMPTY = frozenset(("empty_statement", ";"))


def _variables(cx: Lowering, node: Node) -> Variables:
    fields = cx.fields
    kind = node.child_by_field_id(fields.kind) or node.children[0]
    declarators = []
    for child in node.named_children:
        if cx.kinds[child.kind_id] == "variable_declarator":
            target = cx.target(child, fields.name)
            annotation = cx.annotation(child, fields.type)
            value = cx.optional(child, fields.value)
            declarators.append(Declarator(child.start_byte, child.end_byte, target, annotation, value))
    return Variables(node.start_byte, node.end_byte, cx.text(kind), tuple(declarators))


def _expression(cx: Lowering, node: Node) -> Statement | None:
    inside = cx.first(node)
    if inside is None or cx.kinds[inside.kind_id] in ("internal_module", "module"):
        return namespace(cx, inside) if inside is not None else None
    start, end = node.start_byte, node.end_byte
    using = cx.data.startswith((b"using", b"await"), start) and _is_using(cx, inside)
    value = cx.expression(inside)
    if using:
        assigned = value.value if isinstance(value, Await) else value
        if isinstance(assigned, Assign):
            declarator = Declarator(assigned.target.start, assigned.end, assigned.target, None, assigned.value)
            return Variables(start, end, "using", (declarator,))
    return ExpressionStatement(start, end, value)


def _is_using(cx: Lowering, node: Node) -> bool:
    """The grammar takes `using x = y` for an assignment with an odd word in front."""
    if cx.kinds[node.kind_id] == "await_expression":
        inside = cx.first(node)
        if inside is None:
            return False
        node = inside
    return cx.kinds[node.kind_id] == "assignment_expression" and cx.kinds[node.children[0].kind_id] == "using"


def _function(cx: Lowering, node: Node) -> FunctionDeclaration:
    return FunctionDeclaration(node.start_byte, node.end_byte, function(cx, node))


def _class(cx: Lowering, node: Node) -> ClassDeclaration:
    return ClassDeclaration(node.start_byte, node.end_byte, class_(cx, node))


def _return(cx: Lowering, node: Node) -> Return:
    value = cx.first(node)
    return Return(node.start_byte, node.end_byte, None if value is None else cx.expression(value))


def _throw(cx: Lowering, node: Node) -> Throw:
    value = cx.first(node)
    return Throw(node.start_byte, node.end_byte, None if value is None else cx.expression(value))


def _if(cx: Lowering, node: Node) -> If:
    kinds, fields, depth = cx.kinds, cx.fields, cx.depth
    links = [node]
    other: Statement | None = None
    while True:
        clause = node.child_by_field_id(fields.alternative)
        following = None if clause is None else cx.first(clause)
        if following is None:
            break
        if kinds[following.kind_id] != "if_statement":
            cx.depth = depth + len(links)
            other = cx.statement(following) or Block(following.start_byte, following.end_byte, ())
            break
        if depth + len(links) >= MAX_DEPTH:
            start, end = following.start_byte, following.end_byte
            other = ExpressionStatement(start, end, cx.too_deep(start, end))
            break
        node = following
        links.append(node)
    lowered: If | None = None
    for i in range(len(links) - 1, -1, -1):
        cx.depth = depth + i
        link = links[i]
        test, then = cx.operand(link, fields.condition), cx.body(link, fields.consequence)
        other = lowered = If(link.start_byte, link.end_byte, test, then, other)
    cx.depth = depth
    assert lowered is not None
    return lowered


def _for(cx: Lowering, node: Node) -> For:
    fields = cx.fields
    first = node.child_by_field_id(fields.initializer)
    init: Variables | Expression | None = None
    if first is not None and cx.kinds[first.kind_id] in ("lexical_declaration", "variable_declaration"):
        init = _variables(cx, first)
    elif first is not None and cx.kinds[first.kind_id] not in _EMPTY:
        init = cx.expression(first)
    condition = node.child_by_field_id(fields.condition)
    test = None if condition is None or cx.kinds[condition.kind_id] in _EMPTY else cx.expression(condition)
    update = cx.optional(node, fields.increment)
    return For(node.start_byte, node.end_byte, init, test, update, cx.body(node, fields.body))


def _for_each(cx: Lowering, node: Node) -> ForEach:
    fields = cx.fields
    operator = node.child_by_field_id(fields.operator)
    kind = "of" if operator is None else cx.text(operator)
    if any(cx.kinds[child.kind_id] == "await" for child in node.children[1:3]):
        kind = "await"
    declares = node.child_by_field_id(fields.kind)
    return ForEach(
        node.start_byte,
        node.end_byte,
        kind,
        "" if declares is None else cx.text(declares),
        cx.target(node, fields.left),
        cx.operand(node, fields.right),
        cx.body(node, fields.body),
    )


def _while(cx: Lowering, node: Node) -> While:
    after = cx.kinds[node.kind_id] == "do_statement"
    test = cx.operand(node, cx.fields.condition)
    return While(node.start_byte, node.end_byte, test, cx.body(node, cx.fields.body), after)


def _try(cx: Lowering, node: Node) -> Try:
    fields = cx.fields
    body = node.child_by_field_id(fields.body)
    handler = node.child_by_field_id(fields.handler)
    caught = None if handler is None else handler.child_by_field_id(fields.parameter)
    return Try(
        node.start_byte,
        node.end_byte,
        Block(node.end_byte, node.end_byte, ()) if body is None else cx.block(body),
        None if caught is None else cx.pattern(caught),
        _clause(cx, handler),
        _clause(cx, node.child_by_field_id(fields.finalizer)),
    )


def _clause(cx: Lowering, node: Node | None) -> Block | None:
    body = None if node is None else node.child_by_field_id(cx.fields.body)
    return None if body is None else cx.block(body)


def _switch(cx: Lowering, node: Node) -> Switch:
    fields = cx.fields
    body = node.child_by_field_id(fields.body)
    cases = []
    for child in () if body is None else body.named_children:
        kind = cx.kinds[child.kind_id]
        if kind == "switch_case" or kind == "switch_default":
            test = cx.operand(child, fields.value) if kind == "switch_case" else None
            statements = cx.statements(child.children_by_field_id(fields.body))
            cases.append(Case(child.start_byte, child.end_byte, test, tuple(statements)))
    return Switch(node.start_byte, node.end_byte, cx.operand(node, fields.value), tuple(cases))


def _label(cx: Lowering, node: Node) -> str | None:
    label = node.child_by_field_id(cx.fields.label)
    return None if label is None else cx.text(label)


def _break(cx: Lowering, node: Node) -> Break:
    return Break(node.start_byte, node.end_byte, _label(cx, node))


def _continue(cx: Lowering, node: Node) -> Continue:
    return Continue(node.start_byte, node.end_byte, _label(cx, node))


def _labeled(cx: Lowering, node: Node) -> Labeled:
    return Labeled(node.start_byte, node.end_byte, _label(cx, node) or "", cx.body(node, cx.fields.body))


def _with(cx: Lowering, node: Node) -> ExpressionStatement:
    """Names under `with` cannot be resolved."""
    start, end = node.start_byte, node.end_byte
    return ExpressionStatement(start, end, Opaque(start, end, "with_statement"))


STATEMENTS: Mapping[str, LowerStatement] = {
    **DECLARATIONS,
    "lexical_declaration": _variables,
    "variable_declaration": _variables,
    "expression_statement": _expression,
    "function_declaration": _function,
    "generator_function_declaration": _function,
    "class_declaration": _class,
    "abstract_class_declaration": _class,
    "statement_block": Lowering.block,
    "return_statement": _return,
    "throw_statement": _throw,
    "if_statement": _if,
    "for_statement": _for,
    "for_in_statement": _for_each,
    "while_statement": _while,
    "do_statement": _while,
    "try_statement": _try,
    "switch_statement": _switch,
    "break_statement": _break,
    "continue_statement": _continue,
    "labeled_statement": _labeled,
    "with_statement": _with,
}


def directive(statement: Statement) -> str | None:
    """The text of a statement that is nothing but a string."""
    if isinstance(statement, ExpressionStatement) and isinstance(statement.value, Constant):
        return statement.value.value if isinstance(statement.value.value, str) else None
    return None
