"""Hono apps as http routers (`convex-helpers/server/hono`): each handler's `c.env` is the action's context (helpers:server/hono.ts)."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.knowledge.acting import Module, native, registered, run
from convex_lint.interpret.knowledge.names import literal_names
from convex_lint.interpret.values import UNKNOWN, Call, Fn, Native, Obj, Prom, Router, Value
from convex_lint.model.value import Literal
from convex_lint.source import Span

_METHODS = ("get", "post", "put", "delete", "patch", "options", "all")


def _app(m: Any, call: Call) -> Value:
    """`new Hono()`; `\\0routes` holds the router that collects its routes."""
    routes: list[tuple[Value, Span]] = []
    made = Obj(kind=None)

    def adding(method: str) -> Native:
        def add(m: Any, inner: Call) -> Value:
            for path in literal_names(inner.arg(0)):
                _add(m, routes, path, method, inner.args[1:], inner)
            return made

        return native(f"hono.{method}", add)

    def on(m: Any, inner: Call) -> Value:
        for method in literal_names(inner.arg(0)):
            for path in literal_names(inner.arg(1)):
                _add(m, routes, path, (method or "all").lower(), inner.args[2:], inner)
        return made

    def mount(m: Any, inner: Call) -> Value:
        prefix = (literal_names(inner.arg(0))[0] or "").rstrip("/")
        router = inner.arg(1).props.get("\0routes") if type(inner.arg(1)) is Obj else None
        for spec, span in router.routes if type(router) is Router else ():
            path = literal_names(spec.props["path"])[0] if "path" in spec.props else None
            moved = Obj({**spec.props, "path": Literal(prefix + path)}) if path is not None else spec
            routes.append((moved, span))
        return made

    made.props.update({method: adding(method) for method in _METHODS})
    made.props.update(
        {
            "on": native("hono.on", on),
            "route": native("hono.route", mount),
            "use": native("hono.use", lambda m, inner: made),
            "notFound": native("hono.notFound", lambda m, inner: made),
            "onError": native("hono.onError", lambda m, inner: made),
            "basePath": native("hono.basePath", lambda m, inner: made),
            "fetch": native("hono.fetch", lambda m, inner: Prom(UNKNOWN)),
            "\0routes": Router(routes),
        }
    )
    return made


def _add(
    m: Any, routes: list[tuple[Value, Span]], path: str | None, method: str, handlers: list[Value], call: Call
) -> None:
    chain = [handler for handler in handlers if type(handler) in (Fn, Native)]

    def handle(m: Any, inner: Call) -> Value:
        context = Obj({"env": inner.arg(0)}, UNKNOWN)
        for handler in chain:
            run(m, handler, inner, context, native("next", lambda m, last: Prom(UNKNOWN)))
        return UNKNOWN

    place = "pathPrefix" if path is not None and path.endswith("*") else "path"
    where = Literal(path.rstrip("*")) if path is not None else UNKNOWN
    spec = Obj({place: where, "method": Literal("GET" if method == "all" else method.upper())})
    spec.props["handler"] = registered(m, "http", "public", call, handle)
    routes.append((spec, m.span(call.node)))


def _router(m: Any, call: Call) -> Value:
    """`new HttpRouterWithHono(app)`"""
    app = call.arg(0)
    found = app.props.get("\0routes") if type(app) is Obj else None
    return found if type(found) is Router else Router([])


HONO: Module = {"Hono": native("Hono", _app)}
EXPORTS: Module = {**HONO, "HttpRouterWithHono": native("HttpRouterWithHono", _router)}
