"""Properties and methods: reading `value.name`, calling `value.name(...)`, and writing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from convex_lint.interpret import arrays, looks
from convex_lint.interpret.calls import call_function, call_unknown, call_value, each
from convex_lint.interpret.iterables import as_array, is_list
from convex_lint.interpret.knowledge import collections, context, convex_server, convex_values, database, queries, texts
from convex_lint.interpret.machine import Machine
from convex_lint.interpret.typed import part_of
from convex_lint.interpret.values import (
    UNDEFINED,
    UNKNOWN,
    Arg,
    Arr,
    Bound,
    Call,
    Cls,
    ComponentDefinition,
    CronTable,
    Ctx,
    Database,
    Doc,
    Either,
    Fn,
    Host,
    Namespace,
    Native,
    NewId,
    Obj,
    Prom,
    Range,
    Reference,
    Registered,
    Router,
    SchemaDefinition,
    TableDefinition,
    TableQuery,
    Typed,
    ValidatorValue,
    Value,
    join,
)
from convex_lint.model.value import Clock, Computed, Environment, Identity, IdOf, Literal, Random

Getter = Callable[[Machine, Any, str, Any], Value]
Invoker = Callable[[Machine, Any, str, Call], Value]


def get(m: Machine, value: Value, name: str, node: Any) -> Value:
    getter = GETTERS.get(type(value))
    return getter(m, value, name, node) if getter is not None else UNKNOWN


def invoke(m: Machine, value: Value, name: str, call: Call) -> Value:
    """Calls a method."""
    invoker = INVOKERS.get(type(value))
    if invoker is not None:
        return invoker(m, value, name, call)
    return call_value(m, get(m, value, name, call.node), call)


# ---------------------------------------------------------------- getters


def _get_object(m: Machine, value: Obj, name: str, node: Any) -> Value:
    found = value.props.get(name)
    if found is not None:
        return found
    kind = value.kind
    if value.getters is not None and name in value.getters:
        return call_function(m, value.getters[name], Call(node, []), value)
    if type(kind) is Cls:
        member = method_of(kind, name)
        if member is not None:
            return Bound(value, name)
        getter = getter_of(kind, name)
        if getter is not None:
            return call_function(m, getter, Call(node, []), value)
    elif kind is not None:
        return Bound(value, name)
    if name in value.hidden:
        return UNDEFINED
    if "\0any" in value.props:
        return value.props["\0any"]
    if "\0methods" in value.props and name in value.props["\0methods"].props:
        return Bound(value, name)
    if value.rest is not None:
        return get(m, value.rest, name, node)
    base = value.props.get("\0base")
    if base is not None:
        return get(m, base, name, node)
    return UNDEFINED


def method_of(cls: Value, name: str) -> Fn | None:
    while type(cls) is Cls:
        if name in cls.methods:
            return cls.methods[name]
        cls = cls.base
    return None


def getter_of(cls: Value, name: str) -> Fn | None:
    while type(cls) is Cls:
        if name in cls.getters:
            return cls.getters[name]
        cls = cls.base
    return None


def _get_class(m: Machine, value: Cls, name: str, node: Any) -> Value:
    cls: Value = value
    while type(cls) is Cls:
        if name in cls.statics:
            return cls.statics[name]
        cls = cls.base
    return get(m, cls, name, node) if cls is not None else UNDEFINED


def _get_function(m: Machine, value: Fn, name: str, node: Any) -> Value:
    found = value.props.get(name)
    if found is not None:
        return found
    return Bound(value, name) if name in ("call", "apply", "bind") else UNDEFINED


def _get_native(m: Machine, value: Native, name: str, node: Any) -> Value:
    for known, part in value.props:
        if known == name:
            return part
    return Bound(value, name) if name in ("call", "apply", "bind") else UNKNOWN


def _get_either(m: Machine, value: Either, name: str, node: Any) -> Value:
    return join(*[get(m, option, name, node) for option in value.options if not _nullish(option)])


def _nullish(value: Value) -> bool:
    return value is UNDEFINED or (type(value) is Literal and value.value is None)


def _get_typed(m: Machine, value: Value, name: str, node: Any) -> Value:
    return part_of(m, value, name)


def _get_document(m: Machine, value: Doc, name: str, node: Any) -> Value:
    if not value.path and value.origin is not None:
        looks.look(m, value.origin, name)
    return part_of(m, value, name)


def _bound(m: Machine, value: Value, name: str, node: Any) -> Value:
    return Bound(value, name)


def _get_registered(m: Machine, value: Registered, name: str, node: Any) -> Value:
    return value.handler if name in ("_handler", "handler") else UNKNOWN


GETTERS: dict[type, Getter] = {
    Obj: _get_object,
    Cls: _get_class,
    Fn: _get_function,
    Native: _get_native,
    Either: _get_either,
    Doc: _get_document,
    Arg: _get_typed,
    Typed: _get_typed,
    Arr: arrays.get,
    Ctx: context.get,
    Host: context.get_host,
    Database: database.get,
    TableQuery: _bound,
    Range: _bound,
    Prom: _bound,
    Router: _bound,
    CronTable: _bound,
    ComponentDefinition: _bound,
    Reference: lambda m, value, name, node: Reference(value.through, value.component, (*value.parts, name)),
    Registered: _get_registered,
    Namespace: lambda m, value, name, node: m.linker.export(m, value.file, name),
    ValidatorValue: convex_values.get,
    TableDefinition: convex_server.get_table,
    SchemaDefinition: convex_server.get_schema,
    Literal: texts.get,
    Identity: lambda m, value, name, node: Identity((*value.path, name)),
    Clock: lambda m, value, name, node: value,
    Computed: lambda m, value, name, node: Computed(f".{name}", (value,)),
}


# ---------------------------------------------------------------- methods


def _invoke_object(m: Machine, value: Obj, name: str, call: Call) -> Value:
    own = value.props.get(name)
    if own is None:
        kind = value.kind
        if type(kind) is Cls:
            method = method_of(kind, name)
            if method is not None:
                return call_function(m, method, call, value)
        elif kind is not None:
            return collections.invoke(m, value, name, call)
        if "\0methods" in value.props and name in value.props["\0methods"].props:
            return call_value(m, value.props["\0methods"].props[name], replace(call, this=value))
        if value.rest is not None and name not in value.hidden:
            return invoke(m, value.rest, name, call)
        base = value.props.get("\0base")
        if base is not None:
            return invoke(m, base, name, call)
        if name in ("toString", "hasOwnProperty"):
            return UNKNOWN
        own = _get_object(m, value, name, call.node)
    if type(own) is Fn:
        return call_function(m, own, call, value if not own.node.arrow else None)
    return call_value(m, own, call)


def _invoke_class(m: Machine, value: Cls, name: str, call: Call) -> Value:
    own = _get_class(m, value, name, call.node)
    if type(own) is Fn:
        return call_function(m, own, call, value)
    return call_value(m, own, call)


def _invoke_function(m: Machine, value: Fn | Native | Bound, name: str, call: Call) -> Value:
    if name == "call":
        return _apply(m, value, Call(call.node, call.args[1:], call.arg(0), open=call.open))
    if name == "apply":
        given = call.arg(1)
        exact = type(given) is Arr and given.exact
        return _apply(m, value, Call(call.node, list(given.items) if exact else [], call.arg(0), open=not exact))
    if name == "bind":
        this, first = call.arg(0), call.args[1:]
        return Native(
            "bound", lambda m, inner: _apply(m, value, Call(inner.node, [*first, *inner.args], this, open=inner.open))
        )
    return call_value(m, get(m, value, name, call.node), call)


def _apply(m: Machine, value: Value, call: Call) -> Value:
    if type(value) is Fn and not value.node.arrow:
        return call_function(m, value, call, call.this)
    return call_value(m, value, call)


def _invoke_either(m: Machine, value: Either, name: str, call: Call) -> Value:
    options = tuple(option for option in value.options if not _nullish(option))
    if len(options) == 1:
        return invoke(m, options[0], name, call)
    return each(m, options, lambda option: invoke(m, option, name, call))


def _invoke_typed(m: Machine, value: Value, name: str, call: Call) -> Value:
    """A method of a document's field or an argument: an array's, or a string's."""
    if name in arrays.METHODS and (name not in texts.METHODS or is_list(value)):
        whole = as_array(m, value)
        if type(value) is Doc and value.path:
            if name in ("push", "unshift"):
                m.pushed.add((value.component, value.table, value.path))
            whole.base = value
        return arrays.invoke(m, whole, name, call)
    if name in texts.METHODS:
        return Computed(f"call:{name}", (value, *[texts.plain(arg) for arg in call.args]))
    part = part_of(m, value, name)
    call_unknown(m, call)
    return UNKNOWN if type(part) in (Doc, Arg, Typed) else part


def _invoke_symbol(m: Machine, value: Value, name: str, call: Call) -> Value:
    call_unknown(m, call)
    return Computed(f"call:{name}", (value, *[texts.plain(arg) for arg in call.args]))


def _invoke_promise(m: Machine, value: Prom, name: str, call: Call) -> Value:
    from convex_lint.interpret.calls import awaited

    if name == "then":
        result = call_value(m, call.arg(0), Call(call.node, [awaited(value)]))
        if len(call.args) > 1:
            m.branches += 1
            result = join(result, call_value(m, call.arg(1), Call(call.node, [UNKNOWN])))
            m.branches -= 1
        return Prom(awaited(result), value.work)
    if name in ("catch", "finally"):
        m.branches += 1
        other = call_value(m, call.arg(0), Call(call.node, [UNKNOWN] if name == "catch" else []))
        m.branches -= 1
        return Prom(join(awaited(value), awaited(other)) if name == "catch" else awaited(value), value.work)
    call_unknown(m, call)
    return UNKNOWN


INVOKERS: dict[type, Invoker] = {
    Obj: _invoke_object,
    Cls: _invoke_class,
    Fn: _invoke_function,
    Native: _invoke_function,
    Bound: _invoke_function,
    Either: _invoke_either,
    Doc: _invoke_typed,
    Arg: _invoke_typed,
    Typed: _invoke_typed,
    Arr: arrays.invoke,
    Prom: _invoke_promise,
    Ctx: context.invoke,
    Host: context.invoke_host,
    Database: database.invoke,
    TableQuery: queries.invoke_query,
    Range: queries.invoke_range,
    ValidatorValue: convex_values.invoke,
    TableDefinition: convex_server.invoke_table,
    SchemaDefinition: convex_server.invoke_schema,
    Router: convex_server.invoke_router,
    CronTable: convex_server.invoke_crons,
    ComponentDefinition: convex_server.invoke_component,
    Literal: texts.invoke,
    Identity: _invoke_symbol,
    Clock: lambda m, value, name, call: value,
    Random: _invoke_symbol,
    Computed: _invoke_symbol,
    Environment: _invoke_symbol,
    NewId: _invoke_symbol,
    IdOf: _invoke_symbol,
    Registered: lambda m, value, name, call: call_value(m, _get_registered(m, value, name, call.node), call),
}
