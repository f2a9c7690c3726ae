"""Clients of published components, for apps where the package is not installed: each method is a call of one of the
component's functions (read from the packages' `src/client`). Their own operations are the component's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convex_lint.interpret.knowledge.acting import act, ask, native, quiet, registered, run
from convex_lint.interpret.knowledge.context import target_of
from convex_lint.interpret.values import UNDEFINED, UNKNOWN, Call, Native, Obj, Prom, Value
from convex_lint.model.operation import Op
from convex_lint.model.schema import Validator
from convex_lint.model.value import Literal

_KINDS = {"Q": "runQuery", "M": "runMutation", "A": "runAction"}
_PUBLIC = {"query": ("query", "public"), "mutation": ("mutation", "public"), "action": ("action", "public"),
           "internalMutation": ("mutation", "internal"), "internalAction": ("action", "internal")}  # fmt: skip


def reach(m: Any, component: Value, path: str, call: Call) -> Value:
    """`component.lib.name`"""
    for part in path.split("."):
        component = ask(m, component, part, call)
    return component


def invoke(m: Any, ctx: Value, component: Value, kind: str, path: str, call: Call) -> Value:
    """`ctx.runQuery(component.lib.name, ...)`, where the context can do that."""
    return act(m, ctx, _KINDS[kind], call, reach(m, component, path, call), Obj(rest=UNKNOWN))


def client(name: str, methods: str, more: Callable[[Any, Obj, Call], None] | None = None) -> Native:
    """A class whose first argument is the component. `methods` lists `name:kind:path`, kind Q, M or A, path inside of the
    component; further steps follow after `+`. What is not listed does nothing that we know of."""
    specs = [spec.split(":", 1) for spec in methods.split()]

    def construct(m: Any, call: Call) -> Value:
        made = Obj({"component": call.arg(0), "options": call.arg(1), "\0any": quiet(f"{name} method")})
        for method, steps in specs:
            made.props[method] = _method(method, call.arg(0), [tuple(step.split(":")) for step in steps.split("+")])
        if more is not None:
            more(m, made, call)
        return made

    return native(name, construct)


def _method(name: str, component: Value, steps: list[Any]) -> Native:
    def answer(m: Any, call: Call) -> Value:
        result: Value = UNKNOWN
        for kind, path in steps:
            result = invoke(m, call.arg(0), component, kind, path, call)
        return Prom(result)

    return native(name, answer)


def function(
    m: Any,
    builder: str,
    call: Call,
    handler: Callable[[Any, Call], Value] | None = None,
    fields: dict[str, Validator] | None = None,
) -> Value:
    """A Convex function that a component's client makes for the app."""
    kind, visibility = _PUBLIC[builder]
    return registered(m, kind, visibility, call, handler or (lambda m, inner: UNKNOWN), fields or {})


def through(component: Value, kind: str, path: str, *callbacks: Value) -> Callable[[Any, Call], Value]:
    """A handler that asks some callbacks of the app first, with its context, and then the component."""

    def handle(m: Any, call: Call) -> Value:
        for callback in callbacks:
            run(m, callback, call, call.arg(0), UNKNOWN, UNKNOWN)
        return invoke(m, call.arg(0), component, kind, path, call) if path else UNKNOWN

    return handle


def enqueue(m: Any, ctx: Value, target: Value, args: Value, call: Call) -> None:
    """The component will run a function of the app."""
    path, way = target_of(m, target)
    if path is None:
        m.lost(call.node, "function reference not known")
    m.record(
        Op.SCHEDULE,
        call.node,
        m.component,
        method="runAfter",
        target=path,
        through=way,
        arguments=args,
        delay=Literal(0),
    )


def route(m: Any, http: Value, method: str, path: str, call: Call, handler: Callable[[Any, Call], Value]) -> None:
    """`http.route(...)`; a path that ends in `*` is a prefix."""
    place = {"pathPrefix": Literal(path[:-1])} if path.endswith("*") else {"path": Literal(path)}
    made = registered(m, "http", "public", call, handler)
    act(m, http, "route", call, Obj({**place, "method": Literal(method), "handler": made}))


def callbacks_of(m: Any, options: Value, call: Call, *names: str) -> list[Value]:
    found = [ask(m, options, name, call) for name in names] if type(options) is Obj else []
    return [callback for callback in found if callback is not UNDEFINED]
