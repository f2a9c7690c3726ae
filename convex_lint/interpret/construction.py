"""`new`: instances, fields, constructors, base classes."""

from __future__ import annotations

from convex_lint.interpret import annotation
from convex_lint.interpret.calls import call_function, call_unknown, each
from convex_lint.interpret.machine import Budget, Frame, Machine
from convex_lint.interpret.values import (
    UNDEFINED,
    UNKNOWN,
    Call,
    Cls,
    Either,
    Fn,
    Native,
    Obj,
    Scope,
    Value,
)
from convex_lint.syntax import tree


def construct(m: Machine, callee: Value, call: Call) -> Value:
    """`new callee(...)`."""
    kind = type(callee)
    if kind is Cls:
        return _instance(m, callee, call)
    if kind is Native:
        return callee.run(m, call)
    if kind is Either:
        return each(m, callee.options, lambda option: construct(m, option, call))
    if kind is Fn:
        instance = Obj()
        call_function(m, callee, call, instance)
        return instance
    call_unknown(m, call)
    return UNKNOWN


def _instance(m: Machine, cls: Cls, call: Call) -> Value:
    instance = Obj(kind=cls)
    if m.depth >= Budget.DEPTH:
        m.lost(call.node, "calls nested too deeply")
        return instance
    m.depth += 1
    try:
        build(m, cls, instance, call)
    finally:
        m.depth -= 1
    if "\0self" in instance.props:
        return instance.props["\0self"]
    return instance


def build(m: Machine, cls: Cls, instance: Obj, call: Call) -> None:
    """Runs field initialisers and the constructor; a derived class without one passes its arguments on."""
    from convex_lint.interpret.evaluate import evaluate

    constructor = cls.methods.get("constructor")
    base = cls.base
    if constructor is None and base is not None:
        build_base(m, base, instance, call)
    if cls.fields:
        outer = m.scope, m.frame
        m.scope = Scope(cls.scope, cls.scope.module)
        m.frame = Frame(cls.scope.module.file, m.frame.within, m.scope, m.frame.around)
        m.scope.vars["this"] = instance
        for field in cls.fields:
            if type(field.key) is str:
                value = evaluate(m, field.value) if field.value is not None else UNDEFINED
                if field.type is not None:
                    value = annotation.refine(m, value, field.type, cls.scope)
                if field.value is not None or field.key not in instance.props:
                    m.write(instance, field.key, value)
        m.scope, m.frame = outer
    if constructor is not None:
        call_function(m, constructor, call, instance)
        for parameter, value in zip(constructor.node.parameters, call.args, strict=False):
            if parameter.field and type(parameter.target) is tree.Name:
                m.write(instance, parameter.target.name, annotation.refine(m, value, parameter.type, cls.scope))


def build_base(m: Machine, base: Value, instance: Obj, call: Call) -> None:
    if type(base) is Cls:
        build(m, base, instance, call)
    elif type(base) is Native:
        made = base.run(m, call)
        if type(made) is Obj:
            for name, value in made.props.items():
                m.write(instance, name, value)
        elif made is not UNKNOWN:
            m.write(instance, "\0base", made)
    elif base is not None:
        m.write_rest(instance, UNKNOWN, frozenset())
