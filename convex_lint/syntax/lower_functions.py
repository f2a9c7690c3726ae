"""Callables and classes: functions, arrows, methods, parameters, class members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from convex_lint.syntax.grammar import Node
from convex_lint.syntax.lower_literals import property_key
from convex_lint.syntax.lowering import BROKEN, LowerExpression, Lowering
from convex_lint.syntax.tree import Block, Class, ClassMember, Expression, Function, Opaque, Parameter

_FIELD_MARKS = frozenset(("accessibility_modifier", "override_modifier", "readonly"))


class Method(NamedTuple):
    """A method of an object or of a class; `kind` is `method`, `get` or `set`."""

    key: str | Expression
    function: Function
    kind: str
    static: bool


def method(cx: Lowering, node: Node) -> Method:
    kind, static, asynchronous, generator = "method", False, False, False
    name = node.child_by_field_id(cx.fields.name)
    stop = node.end_byte if name is None else name.start_byte
    if node.start_byte != stop:
        for child in node.children:
            if child.start_byte >= stop:
                break
            word = cx.kinds[child.kind_id]
            if word == "async":
                asynchronous = True
            elif word == "*":
                generator = True
            elif word == "static":
                static = True
            elif word == "get" or word == "set":
                kind = word
    key = "" if name is None else property_key(cx, name)
    named = key if isinstance(key, str) else None
    return Method(key, _function(cx, node, named, _flow(asynchronous, generator)), kind, static)


def function(cx: Lowering, node: Node) -> Function:
    """Declarations and expressions introduced by `function`."""
    name = node.child_by_field_id(cx.fields.name)
    asynchronous = cx.kinds[node.children[0].kind_id] == "async"
    generator = cx.kinds[node.kind_id].startswith("generator")
    return _function(cx, node, None if name is None else cx.text(name), _flow(asynchronous, generator))


def _arrow(cx: Lowering, node: Node) -> Function:
    fields = cx.fields
    flow = "async" if cx.kinds[node.children[0].kind_id] == "async" else ""
    single = node.child_by_field_id(fields.parameter)
    if single is not None:
        start, end = single.start_byte, single.end_byte
        parameters: tuple[Parameter, ...] = (Parameter(start, end, cx.pattern(single), None, None, False, False),)
    else:
        parameters = _parameters(cx, node)
    returns = cx.annotation(node, fields.return_type)
    return Function(node.start_byte, node.end_byte, None, parameters, _body(cx, node), flow, True, returns)


def _function(cx: Lowering, node: Node, name: str | None, flow: str) -> Function:
    parameters = _parameters(cx, node)
    returns = cx.annotation(node, cx.fields.return_type)
    return Function(node.start_byte, node.end_byte, name, parameters, _body(cx, node), flow, False, returns)


def _flow(asynchronous: bool, generator: bool) -> str:
    if generator:
        return "async generator" if asynchronous else "generator"
    return "async" if asynchronous else ""


def _body(cx: Lowering, node: Node) -> Block | Expression:
    body = node.child_by_field_id(cx.fields.body)
    if body is None:
        return Opaque(node.end_byte, node.end_byte, BROKEN)
    return cx.block(body) if cx.kinds[body.kind_id] == "statement_block" else cx.expression(body)


def _parameters(cx: Lowering, node: Node) -> tuple[Parameter, ...]:
    """Without TypeScript's `this` parameter, which no call passes."""
    given = node.child_by_field_id(cx.fields.parameters)
    if given is None:
        return ()
    kinds, fields = cx.kinds, cx.fields
    parameters = []
    for child in given.named_children:
        kind = kinds[child.kind_id]
        if kind != "required_parameter" and kind != "optional_parameter":
            continue
        pattern = child.child_by_field_id(fields.pattern)
        if pattern is None or kinds[pattern.kind_id] == "this":
            continue
        start = child.start_byte
        field = start != pattern.start_byte and any(kinds[mark.kind_id] in _FIELD_MARKS for mark in child.children)
        rest = kinds[pattern.kind_id] == "rest_pattern"
        target = (cx.first(pattern) or pattern) if rest else pattern
        annotation = cx.annotation(child, fields.type)
        default = cx.optional(child, fields.value)
        parameters.append(Parameter(start, child.end_byte, cx.pattern(target), annotation, default, rest, field))
    return tuple(parameters)


def class_(cx: Lowering, node: Node) -> Class:
    name = node.child_by_field_id(cx.fields.name)
    body = node.child_by_field_id(cx.fields.body)
    members = () if body is None else _members(cx, body)
    return Class(node.start_byte, node.end_byte, None if name is None else cx.text(name), _base(cx, node), members)


def _base(cx: Lowering, node: Node) -> Expression | None:
    for heritage in node.named_children:
        if cx.kinds[heritage.kind_id] == "class_heritage":
            for clause in heritage.named_children:
                if cx.kinds[clause.kind_id] == "extends_clause":
                    return cx.operand(clause, cx.fields.value)
    return None


def _members(cx: Lowering, body: Node) -> tuple[ClassMember, ...]:
    members = []
    for child in body.named_children:
        kind = cx.kinds[child.kind_id]
        start, end = child.start_byte, child.end_byte
        if kind == "method_definition":
            found = method(cx, child)
            kind = "constructor" if found.key == "constructor" and not found.static else found.kind
            members.append(ClassMember(start, end, found.key, found.function, kind, found.static, None))
        elif kind == "public_field_definition":
            members.append(_field(cx, child))
        elif kind == "class_static_block":
            block = _function(cx, child, None, "")
            members.append(ClassMember(start, end, "", block, "block", True, None))
    return tuple(members)


def _field(cx: Lowering, node: Node) -> ClassMember:
    fields = cx.fields
    name = node.child_by_field_id(fields.name)
    stop = node.end_byte if name is None else name.start_byte
    static = node.start_byte != stop and any(
        cx.kinds[child.kind_id] == "static" for child in node.children if child.start_byte < stop
    )
    key = "" if name is None else property_key(cx, name)
    value = cx.optional(node, fields.value)
    return ClassMember(node.start_byte, node.end_byte, key, value, "field", static, cx.annotation(node, fields.type))


FUNCTIONS: Mapping[str, LowerExpression] = {
    "function_expression": function,
    "generator_function": function,
    "arrow_function": _arrow,
    "class": class_,
}
