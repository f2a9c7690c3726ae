"""convex-helpers `server/sessions`, `retries`, `rateLimit` and `cors` (helpers:server/*.ts)."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.knowledge.acting import Module, act, ask, native, perhaps, quiet, registered
from convex_lint.interpret.knowledge.convex_server import EXPORTS as CONVEX
from convex_lint.interpret.knowledge.names import literal_names
from convex_lint.interpret.objects import spread_into
from convex_lint.interpret.values import (
    UNDEFINED,
    UNKNOWN,
    Call,
    Obj,
    Prom,
    TableDefinition,
    ValidatorValue,
    Value,
)
from convex_lint.model.schema import Index, Validator
from convex_lint.model.value import Clock, Literal
from convex_lint.source import Span

# ---------------------------------------------------------------- sessions

_SESSION_ID = ValidatorValue(Validator("string"))


def _run_session_functions(m: Any, call: Call) -> Value:
    """`runSessionFunctions(ctx, sessionId)`: a context whose `runSession*` pass the session on."""
    ctx, session = call.arg(0), call.arg(1)

    def through(method: str) -> Value:
        def answer(m: Any, inner: Call) -> Value:
            args = Obj({"sessionId": session})
            spread_into(m, args, inner.arg(1), inner.node)
            return Prom(act(m, ctx, method, inner, inner.arg(0), args))

        return native(method, answer)

    made = Obj()
    spread_into(m, made, ctx, call.node)
    for kind in ("Query", "Mutation", "Action"):
        made.props[f"runSession{kind}"] = through(f"run{kind}")
    return made


SESSIONS: Module = {
    "vSessionId": _SESSION_ID,
    "SessionIdArg": Obj({"sessionId": _SESSION_ID}),
    "runSessionFunctions": native("runSessionFunctions", _run_session_functions),
}

# ---------------------------------------------------------------- retries


def _make_action_retrier(m: Any, call: Call) -> Value:
    """`makeActionRetrier("dir/mod:retry")` -> { runWithRetries, retry }"""
    reference = CONVEX["makeFunctionReference"].run(m, call)
    fields = {
        name: Validator("any")
        for name in ("job", "action", "actionArgs", "waitBackoff", "retryBackoff", "base", "maxFailures")
    }

    def start(m: Any, inner: Call) -> Value:
        return Prom(
            act(m, ask(m, inner.arg(0), "scheduler", inner), "runAfter", inner, Literal(0), reference, inner.arg(2))
        )

    def retry(m: Any, inner: Call) -> Value:
        ctx = inner.arg(0)
        system = ask(m, ask(m, ctx, "db", inner), "system", inner)
        act(m, system, "get", inner, Literal("_scheduled_functions"), UNKNOWN)
        with perhaps(m):
            act(m, ask(m, ctx, "scheduler", inner), "runAfter", inner, UNKNOWN, reference, inner.arg(1))
        return UNDEFINED

    return Obj(
        {
            "runWithRetries": native("runWithRetries", start),
            "retry": registered(m, "mutation", "internal", call, retry, fields),
        }
    )


RETRIES: Module = {
    "makeActionRetrier": native("makeActionRetrier", _make_action_retrier),
    "withJitter": native("withJitter", lambda m, call: UNKNOWN),
}

# ---------------------------------------------------------------- rate limits

_LIMITS = Literal("rateLimits")


def _limit_tables(m: Any) -> Value:
    span = Span(m.frame.file, 0, 0)
    fields = {
        "name": Validator("string"),
        "key": Validator("string", optional=True),
        "value": Validator("float64"),
        "ts": Validator("float64"),
    }
    table = TableDefinition(Validator("object", fields=fields), span)
    table.indexes.append(Index("name", ("name", "key"), False, span))
    return Obj({"rateLimits": table})


def _existing(m: Any, call: Call) -> Value:
    database, request = ask(m, call.arg(0), "db", call), call.arg(1)

    def both(m: Any, inner: Call) -> Value:
        named = act(m, inner.arg(0), "eq", inner, Literal("name"), ask(m, request, "name", call))
        return act(m, named, "eq", inner, Literal("key"), ask(m, request, "key", call))

    query = act(m, act(m, database, "query", call, _LIMITS), "withIndex", call, Literal("name"), native("range", both))
    return act(m, query, "unique", call)


def _check_limit(m: Any, call: Call) -> Value:
    _existing(m, call)
    return Prom(Obj(rest=UNKNOWN))


def _limit(m: Any, call: Call) -> Value:
    database, request = ask(m, call.arg(0), "db", call), call.arg(1)
    found = _existing(m, call)
    state = {"ts": Clock(), "value": UNKNOWN}
    with perhaps(m):
        act(m, database, "patch", call, ask(m, found, "_id", call), Obj(dict(state)))
        keys = {"name": ask(m, request, "name", call), "key": ask(m, request, "key", call)}
        act(m, database, "insert", call, _LIMITS, Obj({**keys, **state}))
    return Prom(Obj(rest=UNKNOWN))


def _reset_limit(m: Any, call: Call) -> Value:
    found = _existing(m, call)
    with perhaps(m):
        act(m, ask(m, call.arg(0), "db", call), "delete", call, ask(m, found, "_id", call))
    return Prom(UNDEFINED)


_LIMITERS: Module = {
    "rateLimit": native("rateLimit", _limit),
    "checkRateLimit": native("checkRateLimit", _check_limit),
    "resetRateLimit": native("resetRateLimit", _reset_limit),
}


def rate_limit(m: Any, name: str) -> Value:
    if name == "rateLimitTables":
        return _limit_tables(m)
    if name == "defineRateLimits":
        return native(name, lambda m, call: Obj(dict(_LIMITERS)))
    if name == "isRateLimitError":
        return quiet(name)
    return _LIMITERS.get(name, UNKNOWN)


# ---------------------------------------------------------------- CORS


def _cors_router(m: Any, call: Call) -> Value:
    """`corsRouter(http, config)`: its `route` adds the route, and one that answers OPTIONS."""
    http = call.arg(0)

    def route(m: Any, inner: Call) -> Value:
        act(m, http, "route", inner, inner.arg(0))
        path = ask(m, inner.arg(0), "path", inner)
        place = {"path": path} if path is not UNDEFINED else {"pathPrefix": ask(m, inner.arg(0), "pathPrefix", inner)}
        answer = registered(m, "http", "public", inner, lambda m, last: UNKNOWN)
        known = [literal_names(value) for value in place.values()]
        if _unanswered(m, http, known):
            act(m, http, "route", inner, Obj({**place, "method": Literal("OPTIONS"), "handler": answer}))
        return UNDEFINED

    return Obj({"http": http, "route": native("corsRouter.route", route)}, http)


def _unanswered(m: Any, http: Value, path: list[list[str | None]]) -> bool:
    """One OPTIONS route answers for all methods of a path."""
    for spec, _ in getattr(http, "routes", ()):
        if type(spec) is Obj and spec.props.get("method") == Literal("OPTIONS"):
            place = spec.props.get("path", spec.props.get("pathPrefix", UNDEFINED))
            if [literal_names(place)] == path:
                return False
    return True


CORS: Module = {"corsRouter": native("corsRouter", _cors_router), "default": native("corsRouter", _cors_router)}
