"""convex-helpers `server/customFunctions`: builders of builders. A custom builder is a native that adds its arguments and
runs `input` before the handler (helpers:server/customFunctions.ts)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from convex_lint.interpret.knowledge.convex_server import handler_span
from convex_lint.interpret.knowledge.convex_values import object_validator
from convex_lint.interpret.values import (
    UNDEFINED,
    UNKNOWN,
    Call,
    Either,
    Fn,
    Native,
    Obj,
    Prom,
    Registered,
    Value,
)
from convex_lint.model.schema import Validator


def custom_builder(m: Any, call: Call) -> Value:
    """`customQuery(query, customization)`: a builder."""
    underlying, customization = call.arg(0), call.arg(1)
    props = underlying.props if type(underlying) is Native else ()
    return Native("custom builder", lambda m, inner: _build(m, underlying, customization, inner), props)


def _build(m: Any, underlying: Value, customization: Value, call: Call) -> Value:
    from convex_lint.interpret.calls import call_value
    from convex_lint.interpret.members import get

    given = call.arg(0)
    plain = type(given) in (Fn, Native)
    handler = given if plain else get(m, given, "handler", call.node)
    added = get(m, customization, "args", call.node)
    inputs = get(m, customization, "input", call.node)
    extra = _without(given, ("handler", "args", "returns")) if not plain else Obj()

    def run(m: Any, inner: Call) -> Value:
        ctx, args = inner.arg(0), inner.arg(1)
        made = UNDEFINED
        if inputs is not UNDEFINED and inputs is not UNKNOWN:
            made = _awaited(call_value(m, inputs, Call(inner.node, [ctx, args, extra])))
        return call_value(m, handler, Call(inner.node, [_merged(m, ctx, made, "ctx", inner), _merged(m, args, made, "args", inner)]))

    wrapped = Native("custom handler", run, (("handler", handler),))
    config = Obj({"handler": wrapped})
    own = UNDEFINED if plain else get(m, given, "args", call.node)
    fields: dict[str, Validator] = {}
    for part in (own, added):
        if part is not UNDEFINED and part is not UNKNOWN:
            fields.update(object_validator(m, part).fields)
    registered = call_value(m, underlying, Call(call.node, [config]))
    if type(registered) is Registered:
        known = Validator("object", fields=fields) if own is not UNDEFINED or fields else None
        if registered.args is not None:
            known = Validator("object", fields={**registered.args.fields, **fields})
        returns = UNDEFINED if plain else get(m, given, "returns", call.node)
        told = object_validator(m, returns) if returns is not UNDEFINED and returns is not UNKNOWN else None
        return replace(registered, args=known, returns=told, handler_span=handler_span(handler))
    return registered


def _without(given: Value, names: tuple[str, ...]) -> Value:
    from convex_lint.interpret.patterns import without

    return without(given, frozenset(names)) if type(given) is Obj else Obj(rest=UNKNOWN)


def _awaited(value: Value) -> Value:
    from convex_lint.interpret.calls import awaited

    return awaited(value)


def _merged(m: Any, base: Value, made: Value, part: str, call: Call) -> Value:
    """The context or arguments with what `input` returned laid over them."""
    from convex_lint.interpret.members import get
    from convex_lint.interpret.objects import spread_into

    added = get(m, made, part, call.node) if type(made) in (Obj, Either) else UNDEFINED
    if added is UNDEFINED or (type(added) is Obj and not added.props and added.rest is None):
        return base
    merged = Obj()
    spread_into(m, merged, base, call.node)
    spread_into(m, merged, added, call.node)
    return merged


def custom_ctx(m: Any, call: Call) -> Value:
    """`customCtx(modify)`: `input` returns what `modify(ctx)` adds to the context."""
    from convex_lint.interpret.calls import call_value

    modify = call.arg(0)

    def run(m: Any, inner: Call) -> Value:
        made = _awaited(call_value(m, modify, Call(inner.node, [inner.arg(0), inner.arg(2)])))
        return Prom(Obj({"ctx": made, "args": Obj()}))

    return Obj({"args": Obj(), "input": Native("customCtx", run)})


def _no_op(m: Any, call: Call) -> Value:
    return Prom(Obj({"ctx": Obj(), "args": Obj()}))


EXPORTS: dict[str, Value] = {
    "customQuery": Native("customQuery", custom_builder),
    "customMutation": Native("customMutation", custom_builder),
    "customAction": Native("customAction", custom_builder),
    "customCtx": Native("customCtx", custom_ctx),
    "customCtxAndArgs": Native("customCtxAndArgs", lambda m, call: call.arg(0)),
    "NoOp": Obj({"args": Obj(), "input": Native("NoOp", _no_op)}),
}
