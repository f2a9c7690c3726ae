"""`ctx`: what Convex passes to a handler (npm convex `server/registration.ts`, `server/meta.ts`)."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret import looks
from convex_lint.interpret.shapes import shape_of
from convex_lint.interpret.typed import ANY
from convex_lint.interpret.values import (
    UNDEFINED,
    UNKNOWN,
    Bound,
    Call,
    Ctx,
    Doc,
    Either,
    Fn,
    Host,
    Obj,
    Prom,
    Reference,
    Typed,
    Value,
    join,
)
from convex_lint.model.operation import Op
from convex_lint.model.schema import Validator
from convex_lint.model.value import Identity, Literal

_RUN = {"runQuery", "runMutation", "runAction"}
MEMBERS = {
    "query": ("db", "auth", "storage", "runQuery", "meta"),
    "mutation": ("db", "auth", "storage", "scheduler", "runQuery", "runMutation", "meta"),
    "action": ("auth", "storage", "scheduler", "runQuery", "runMutation", "runAction", "vectorSearch", "meta"),
}
MEMBERS["http"] = MEMBERS["action"]


def HOSTS(name: str, component: str) -> Value:  # noqa: N802 - keyed by the platform's type names
    if name == "Auth":
        return Host("auth", component)
    if name == "Scheduler":
        return Host("scheduler", component)
    return Host("storage", component)


def get(m: Any, value: Ctx, name: str, node: Any) -> Value:
    if name == "db":
        if value.kind in ("action", "http", "step"):
            return UNDEFINED
        return m.database(value.component, value.kind == "mutation")
    if name in _RUN or name == "vectorSearch":
        return Bound(value, name)
    if name in ("auth", "storage", "scheduler", "meta"):
        return Host(name, value.component)
    return UNDEFINED


def spread(m: Any, value: Ctx, node: Any) -> dict[str, Value]:
    """The members of a context, one by one, for `{ ...ctx }`."""
    return {
        name: get(m, value, name, node) for name in MEMBERS.get(value.kind, ("runQuery", "runMutation", "runAction"))
    }


def invoke(m: Any, value: Ctx, name: str, call: Call) -> Value:
    from convex_lint.interpret.calls import call_unknown

    if name in _RUN:
        return _run(m, value, name, call)
    if name == "vectorSearch":
        return _vector_search(m, value, call)
    call_unknown(m, call)
    return UNKNOWN


def _run(m: Any, ctx: Ctx, method: str, call: Call) -> Value:
    results = []
    target = call.arg(0)
    looks.whole(m, call.arg(1), "passed", call.node)
    options = target.options if type(target) is Either else (target,)
    m.branches += len(options) > 1
    for option in options:
        path, through = target_of(m, option)
        if path is None:
            m.lost(call.node, "function reference not known")
        work = m.record(
            Op.RUN,
            call.node,
            ctx.component,
            method=method,
            target=path,
            through=through,
            arguments=call.arg(1),
            durable=ctx.kind == "step",
        )
        results.append(Prom(Typed(_result_of(m, path), work), work))
    m.branches -= len(options) > 1
    return join(*results)


def _result_of(m: Any, path: str | None) -> Validator:
    """What calling a function by reference gives, as far as its `returns`, or its handler's type, says."""
    from convex_lint.interpret.annotation import returned

    called = m.linker.functions.get(path)
    if called is None:
        return ANY
    if called.returns is not None:
        return called.returns  # type: ignore[no-any-return]
    told = returned(m, called.handler) if type(called.handler) is Fn else UNKNOWN
    return shape_of(m, told.value if type(told) is Prom else told) or ANY


def target_of(m: Any, value: Value) -> tuple[str | None, str]:
    """(id of the function, how it was named) for a reference."""
    kind = type(value)
    if kind is Prom:
        return target_of(m, value.value)
    if kind is Reference:
        return reference_path(value), value.through
    if kind is Literal and isinstance(value.value, str):
        return string_path(value.value, m.component), "string"
    registered = m.linker.path_of(value)
    if registered is not None:
        return registered, "local"
    return None, "unknown"


def reference_path(value: Reference) -> str | None:
    parts = value.parts
    if value.through == "components":
        if len(parts) < 2:
            return None
        prefix = f"{value.component}/" if value.component else ""
        if parts[-1] == "default":
            return prefix + "/".join(parts[:-1])
        if len(parts) < 3:
            return None
        return f"{prefix}{'/'.join(parts[:-1])}:{parts[-1]}"
    if len(parts) < 2:
        return None
    prefix = f"{value.component}/" if value.component else ""
    if parts[-1] == "default":
        return prefix + "/".join(parts[:-1])
    return f"{prefix}{'/'.join(parts[:-1])}:{parts[-1]}"


def string_path(text: str, component: str) -> str:
    path = text.replace(".js:", ":").replace(".ts:", ":")
    path = path.removesuffix(":default")
    return f"{component}/{path}" if component else path


def _vector_search(m: Any, ctx: Ctx, call: Call) -> Value:
    from convex_lint.interpret.calls import call_value
    from convex_lint.interpret.knowledge.names import literal_names
    from convex_lint.interpret.knowledge.table_names import table_names
    from convex_lint.interpret.members import get as member
    from convex_lint.interpret.values import Arr, Range

    results = []
    options = call.arg(2)
    criteria = member(m, options, "filter", call.node)
    fields: Value = Range()
    if criteria is not UNDEFINED and criteria is not UNKNOWN:
        fields = call_value(m, criteria, Call(call.node, [Host("vector", ctx.component)]))
    for table in table_names(m, ctx.component, call.arg(0)):
        for index in literal_names(call.arg(1)):
            record = m.record(
                Op.VECTOR_SEARCH,
                call.node,
                ctx.component,
                table=table,
                index=index,
                eq=fields.eq if type(fields) is Range else (),
                terminal="take",
                limit=member(m, options, "limit", call.node),
            )
            hit = Obj({"_id": Doc(ctx.component, table, ("_id",), record), "_score": UNKNOWN})
            results.append(Arr([hit], exact=False))
    return Prom(join(*results))


def get_host(m: Any, value: Host, name: str, node: Any) -> Value:
    from convex_lint.interpret.knowledge.javascript import host_member

    if value.role in ("auth", "scheduler", "storage", "meta", "filter", "search", "vector"):
        return Bound(value, name)
    return host_member(m, value, name, node)


def invoke_host(m: Any, value: Host, name: str, call: Call) -> Value:
    role = value.role
    if role == "auth":
        return Prom(Identity(), m.record(Op.AUTH, call.node, value.component, method=name, arguments=()))
    if role == "scheduler":
        return _schedule(m, value, name, call)
    if role == "storage":
        work = m.record(Op.STORAGE, call.node, value.component, method=name, arguments=tuple(call.args))
        return Prom(UNKNOWN, work)
    if role == "meta":
        return Prom(UNKNOWN)
    if role in ("filter", "search", "vector"):
        from convex_lint.interpret.knowledge.queries import invoke_builder

        return invoke_builder(m, value, name, call)
    from convex_lint.interpret.knowledge.javascript import host_invoke

    return host_invoke(m, value, name, call)


def _schedule(m: Any, host: Host, method: str, call: Call) -> Value:
    if method == "cancel":
        return Prom(UNDEFINED)
    target = call.arg(1)
    looks.whole(m, call.arg(2), "passed", call.node)
    options = target.options if type(target) is Either else (target,)
    m.branches += len(options) > 1
    work = None
    for option in options:
        path, through = target_of(m, option)
        if path is None:
            m.lost(call.node, "function reference not known")
        work = m.record(
            Op.SCHEDULE,
            call.node,
            host.component,
            method=method,
            target=path,
            through=through,
            arguments=call.arg(2),
            delay=call.arg(0),
        )
    m.branches -= len(options) > 1
    return Prom(UNKNOWN, work)
