"""convex-helpers `server/customFunctions`: builders of builders. A custom builder is a native that adds its arguments and
runs `input` before the handler (helpers:server/customFunctions.ts)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from convex_lint.interpret.calls import awaited, call_value
from convex_lint.interpret.knowledge.acting import Module, ask, native, run
from convex_lint.interpret.knowledge.convex_server import handler_span
from convex_lint.interpret.knowledge.convex_values import object_validator
from convex_lint.interpret.objects import spread_into
from convex_lint.interpret.patterns import without
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

_CONFIG = ("handler", "args", "returns", "skipConvexValidation")


def custom_builder(m: Any, call: Call) -> Value:
    """`customQuery(query, customization)`: a builder."""
    underlying, customization = call.arg(0), call.arg(1)
    props = underlying.props if type(underlying) is Native else ()
    return Native("custom builder", lambda m, inner: _build(m, underlying, customization, inner), props)


def _build(m: Any, underlying: Value, customization: Value, call: Call) -> Value:
    given = call.arg(0)
    plain = type(given) in (Fn, Native)
    handler = given if plain else ask(m, given, "handler", call)
    own = UNDEFINED if plain else ask(m, given, "args", call)
    added = ask(m, customization, "args", call)
    inputs = ask(m, customization, "input", call)
    extra = _extra(given) if not plain else Obj()
    fields = object_validator(m, added).fields if added not in (UNDEFINED, UNKNOWN) else {}

    def handle(m: Any, inner: Call) -> Value:
        ctx, args = inner.arg(0), inner.arg(1)
        made: Value = UNDEFINED
        if inputs is not UNDEFINED and inputs is not UNKNOWN:
            made = awaited(call_value(m, inputs, Call(inner.node, [ctx, args, extra])))
        whole = _merged(m, ctx, made, "ctx", inner)
        rest = without(args, frozenset(fields)) if fields else args
        finished = ask(m, made, "onSuccess", inner) if type(made) in (Obj, Either) else UNDEFINED
        result = call_value(m, handler, Call(inner.node, [whole, _merged(m, rest, made, "args", inner)]))
        if finished is not UNDEFINED:
            run(m, finished, inner, Obj({"ctx": ctx, "args": args, "result": awaited(result)}))
        return result

    wrapped = Native("custom handler", handle, (("handler", handler),))
    registered = call_value(m, underlying, Call(call.node, [Obj({"handler": wrapped})]))
    if type(registered) is not Registered:
        return registered
    known: Validator | None = None
    if own is not UNDEFINED or fields:
        known = _with_fields(
            object_validator(m, own) if own not in (UNDEFINED, UNKNOWN) else Validator("object"), fields
        )
    if registered.args is not None:
        known = _with_fields(known or Validator("object"), registered.args.fields)
    returns = UNDEFINED if plain else ask(m, given, "returns", call)
    told = object_validator(m, returns) if returns not in (UNDEFINED, UNKNOWN) else None
    return replace(registered, args=known, returns=told, handler_span=handler_span(handler))


def _with_fields(base: Validator, fields: Mapping[str, Validator]) -> Validator:
    """Each variant of `base` with more fields."""
    if base.kind == "union":
        return replace(base, members=tuple(_with_fields(member, fields) for member in base.members))
    return replace(base, fields={**base.fields, **fields}) if base.kind == "object" else base


def _extra(given: Value) -> Value:
    return without(given, frozenset(_CONFIG)) if type(given) is Obj else Obj(rest=UNKNOWN)


def _merged(m: Any, base: Value, made: Value, part: str, call: Call) -> Value:
    """The context or arguments with what `input` returned laid over them."""
    added = ask(m, made, part, call) if type(made) in (Obj, Either) else UNDEFINED
    if added is UNDEFINED or (type(added) is Obj and not added.props and added.rest is None):
        return base
    merged = Obj()
    spread_into(m, merged, base, call.node)
    spread_into(m, merged, added, call.node)
    return merged


def custom_ctx(m: Any, call: Call) -> Value:
    """`customCtx(modify)`: `input` returns what `modify(ctx)` adds to the context."""
    modify = call.arg(0)

    def answer(m: Any, inner: Call) -> Value:
        made = run(m, modify, inner, inner.arg(0), inner.arg(2))
        return Prom(Obj({"ctx": made, "args": Obj()}))

    return Obj({"args": Obj(), "input": native("customCtx", answer)})


NO_OP = Obj({"args": Obj(), "input": native("NoOp", lambda m, call: Prom(Obj({"ctx": Obj(), "args": Obj()})))})

EXPORTS: Module = {
    **{name: native(name, custom_builder) for name in ("customQuery", "customMutation", "customAction")},
    "customCtx": native("customCtx", custom_ctx),
    "customCtxAndArgs": native("customCtxAndArgs", lambda m, call: call.arg(0)),
    "NoOp": NO_OP,
}
