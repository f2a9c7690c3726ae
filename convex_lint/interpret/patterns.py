"""Binding values to parameters and destructuring patterns."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret import annotation, generics
from convex_lint.interpret.machine import Machine
from convex_lint.interpret.values import UNDEFINED, UNKNOWN, Arr, Call, Either, Fn, Obj, Value, join
from convex_lint.model.value import Undefined, Unknown
from convex_lint.syntax import tree


def bind_parameters(m: Machine, node: tree.Function, call: Call) -> None:
    for i, parameter in enumerate(node.parameters):
        if parameter.rest:
            value: Value = Arr(call.args[i:], exact=not call.open)
        else:
            value = call.arg(i)
            if type(parameter.target) is tree.Name and parameter.target.name == "this":
                continue
        if parameter.default is not None:
            value = with_default(m, value, parameter.default)
        if parameter.type is not None:
            value = annotation.refine(m, value, parameter.type, m.scope)
            generics.name_parameter(m, parameter.type, value)
        if type(parameter.target) is tree.Name:
            m.write(m.scope, parameter.target.name, value)  # as in JavaScript, a parameter gives a function no name
        else:
            bind(m, parameter.target, value)


def with_default(m: Machine, value: Value, default: tree.Expression) -> Value:
    """The value, or the default where it may be undefined."""
    from convex_lint.interpret.evaluate import evaluate

    if type(value) is Undefined:
        return evaluate(m, default)
    if type(value) is Unknown or (type(value) is Either and UNDEFINED in value.options):
        m.branches += 1
        other = evaluate(m, default)
        m.branches -= 1
        if type(value) is Either:
            value = join(*[option for option in value.options if option is not UNDEFINED])
        return join(value, other) if type(other) is not Undefined else value
    return value


def bind(m: Machine, target: tree.Pattern, value: Value) -> None:
    """Declares the names of a pattern in the current scope."""
    assign_pattern(m, target, value, declare=True)


def assign_pattern(m: Machine, target: Any, value: Value, declare: bool) -> None:
    from convex_lint.interpret.evaluate import evaluate
    from convex_lint.interpret.members import get
    from convex_lint.interpret.writing import set_member

    kind = type(target)
    if kind is tree.Name:
        if type(value) is Fn and not value.label:
            value.label = target.name
        if declare:
            m.write(m.scope, target.name, value)
        else:
            m.assign(target.name, value)
    elif kind is tree.ObjectPattern:
        taken = []
        for part in target.properties:
            if type(part.key) is str:
                name: str | None = part.key
            else:
                name = literal_name(evaluate(m, part.key))
            inner = get(m, value, name, part) if name is not None else UNKNOWN
            if name is not None:
                taken.append(name)
            if part.default is not None:
                inner = with_default(m, inner, part.default)
            assign_pattern(m, part.target, inner, declare)
        if target.rest is not None:
            assign_pattern(m, target.rest, without(value, frozenset(taken)), declare)
    elif kind is tree.ArrayPattern:
        from convex_lint.interpret.arrays import item_at

        for i, item in enumerate(target.items):
            if item is not None:
                inner = item_at(m, value, i, item)
                if item.default is not None:
                    inner = with_default(m, inner, item.default)
                assign_pattern(m, item.target, inner, declare)
        if target.rest is not None:
            rest = value.items[len(target.items) :] if type(value) is Arr and value.exact else None
            assign_pattern(m, target.rest, Arr(rest) if rest is not None else _tail(m, value), declare)
    elif kind is tree.Member or kind is tree.Subscript:
        set_member(m, target, value)


def _tail(m: Machine, value: Value) -> Value:
    from convex_lint.interpret.iterables import as_array

    return as_array(m, value)


def without(value: Value, names: frozenset[str]) -> Value:
    """`{ a, ...rest } = value`: what `rest` is."""
    if type(value) is Either:
        return join(*[without(option, names) for option in value.options])
    if type(value) is Obj:
        copy = Obj({name: part for name, part in value.props.items() if name not in names}, value.rest)
        copy.hidden = value.hidden | names
        return copy
    copy = Obj(rest=value)
    copy.hidden = names
    return copy


def literal_name(value: Value) -> str | None:
    """The property name that a computed key stands for, if it is one known string or number."""
    from convex_lint.model.value import Literal

    if type(value) is Literal and isinstance(value.value, (str, int, float)) and not isinstance(value.value, bool):
        return str(value.value)
    return None
