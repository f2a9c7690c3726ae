"""`@convex-dev/better-auth` and `@convex-dev/workos-authkit`: the user is asked of a component
(better-auth:src/client/create-client.ts, before 0.8 src/client/index.ts, npm @convex-dev/workos-authkit `src/client`)."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.knowledge.acting import Module, act, ask, native, perhaps, quiet, run
from convex_lint.interpret.knowledge.components import callbacks_of, client, function, invoke, route
from convex_lint.interpret.knowledge.names import literal_names
from convex_lint.interpret.values import UNDEFINED, UNKNOWN, Call, Obj, Prom, SchemaDefinition, Value
from convex_lint.model.operation import Op
from convex_lint.model.schema import Validator
from convex_lint.model.value import Identity, IdOf, Literal

_ANY = Validator("any")
_MODEL = {"model": Validator("string")}


def _user(m: Any, component: Value, path: str, call: Call) -> Value:
    m.record(Op.AUTH, call.node, m.component, method="getAuthUser", arguments=())
    invoke(m, call.arg(0), component, "Q", path, call)
    return Prom(Identity(("user",)))


def _create_client(m: Any, call: Call) -> Value:
    """`createClient(components.betterAuth, { triggers, authFunctions })`"""
    component = call.arg(0)
    triggers = ask(m, call.arg(1), "triggers", call)

    def user(m: Any, inner: Call) -> Value:
        return _user(m, component, "adapter.findOne", inner)

    def through(kind: str, path: str) -> Any:
        return native(path, lambda m, inner: Prom(invoke(m, inner.arg(0), component, kind, path, inner)))

    def trigger(name: str) -> Any:
        def handle(m: Any, inner: Call) -> Value:
            for model, part in triggers.props.items() if type(triggers) is Obj else ():
                if not model.startswith("\0"):
                    with perhaps(m):
                        run(m, ask(m, part, name, inner), inner, inner.arg(0), Obj(rest=UNKNOWN), Obj(rest=UNKNOWN))
            return UNKNOWN

        return handle

    def triggers_api(m: Any, inner: Call) -> Value:
        one, two = {"doc": _ANY, **_MODEL}, {"oldDoc": _ANY, "newDoc": _ANY, **_MODEL}
        return Obj(
            {
                name: function(m, "internalMutation", inner, trigger(name), two if name == "onUpdate" else one)
                for name in ("onCreate", "onUpdate", "onDelete")
            }
        )

    def client_api(m: Any, inner: Call) -> Value:
        return Obj({"getAuthUser": function(m, "query", inner, user)})

    def get_auth(m: Any, inner: Call) -> Value:
        made = run(m, inner.arg(0), inner, inner.arg(1))
        return Prom(Obj({"auth": made, "headers": UNKNOWN}))

    return Obj(
        {
            "component": component,
            "adapter": native("adapter", lambda m, inner: UNKNOWN),
            "getAuth": native("getAuth", get_auth),
            "getHeaders": through("Q", "adapter.findOne"),
            "getAuthUser": native("getAuthUser", user),
            "safeGetAuthUser": native("safeGetAuthUser", user),
            "getAnyUserById": through("Q", "adapter.findOne"),
            "setUserId": through("M", "adapter.updateOne"),
            "clientApi": native("clientApi", client_api),
            "triggersApi": native("triggersApi", triggers_api),
            "registerRoutes": native("registerRoutes", _routes),
            "registerRoutesLazy": native("registerRoutesLazy", _routes),
            "\0any": quiet("better-auth method"),
        }
    )


def _routes(m: Any, call: Call) -> Value:
    """`authComponent.registerRoutes(http, createAuth, { cors })`"""
    http, create = call.arg(0), call.arg(1)

    def handle(m: Any, inner: Call) -> Value:
        run(m, create, inner, inner.arg(0))
        return UNKNOWN

    base = literal_names(ask(m, call.arg(2), "basePath", call))[0] or "/api/auth"
    route(m, http, "GET", "/.well-known/openid-configuration", call, lambda m, inner: UNKNOWN)
    cors = ask(m, call.arg(2), "cors", call)
    for method in ("GET", "POST", "OPTIONS") if cors is not UNDEFINED else ("GET", "POST"):
        route(m, http, method, f"{base}/*", call, handle)
    return UNDEFINED


_API = {
    "create": ("mutation", "insert"), "findOne": ("query", "first"), "findMany": ("query", "paginate"),
    "updateOne": ("mutation", "patch"), "updateMany": ("mutation", "patch"), "deleteOne": ("mutation", "delete"),
    "deleteMany": ("mutation", "delete"),
}  # fmt: skip


def _create_api(m: Any, call: Call) -> Value:
    """`createApi(schema, createAuthOptions)`: the adapter's functions over every table of the schema. Which table, index and
    range a call touches is decided by its arguments."""
    schema = call.arg(0)
    names = (
        [name for name in schema.tables.props if not name.startswith("\0")] if type(schema) is SchemaDefinition else []
    )

    def over_tables(action: str) -> Any:
        def handle(m: Any, inner: Call) -> Value:
            database = ask(m, inner.arg(0), "db", inner)
            with perhaps(m):
                for name in names:
                    table, row = Literal(name), IdOf(name)
                    if action == "insert":
                        act(m, database, "insert", inner, table, Obj(rest=UNKNOWN))
                        continue
                    found = act(m, database, "query", inner, table)
                    act(m, found, "paginate" if action == "paginate" else "first", inner, UNKNOWN)
                    if action in ("patch", "delete"):
                        act(m, database, action, inner, table, row, *([Obj(rest=UNKNOWN)] if action == "patch" else []))
            return UNKNOWN

        return handle

    fields = {"input": _ANY, "model": Validator("string", optional=True)}
    made = {name: function(m, kind, call, over_tables(action), fields) for name, (kind, action) in _API.items()}
    return Obj(dict(made))


# ---------------------------------------------------------------- before 0.8


def _subject(m: Any, call: Call) -> Value:
    m.record(Op.AUTH, call.node, m.component, method="getAuthUserId", arguments=())
    return Prom(Identity(("subject",)))


def _class(m: Any, made: Obj, call: Call) -> None:
    """`new BetterAuth(components.betterAuth, { authFunctions })`, of the versions before `createClient`."""
    component = call.arg(0)

    def asks(path: str) -> Any:
        return native(path, lambda m, inner: _user(m, component, path, inner))

    def registered(path: str, name: str, opts: Value) -> Any:
        def handle(m: Any, inner: Call) -> Value:
            invoke(m, inner.arg(0), component, "M", path, inner)
            with perhaps(m):
                run(m, ask(m, opts, name, inner), inner, inner.arg(0), UNKNOWN)
            return UNKNOWN

        return handle

    def functions(m: Any, inner: Call) -> Value:
        hooks = {
            "createUser": ("lib.create", "onCreateUser"),
            "updateUser": ("lib.updateOne", "onUpdateUser"),
            "deleteUser": ("lib.deleteOne", "onDeleteUser"),
            "createSession": ("lib.create", "onCreateSession"),
        }
        made = {
            name: function(m, "internalMutation", inner, registered(path, hook, inner.arg(0)), {"input": _ANY})
            for name, (path, hook) in hooks.items()
        }
        return Obj({**made, "isAuthenticated": function(m, "query", inner, _subject)})

    made.props.update(
        {
            "getAuthUser": asks("lib.findOne"),
            "getAuthUserId": native("getAuthUserId", _subject),
            "getHeaders": asks("lib.getCurrentSession"),
            "createAuthFunctions": native("createAuthFunctions", functions),
            "registerRoutes": native("registerRoutes", _routes),
        }
    )


# ---------------------------------------------------------------- WorkOS


def _authkit(m: Any, made: Obj, call: Call) -> None:
    component = call.arg(0)

    def user(m: Any, inner: Call) -> Value:
        return _user(m, component, "lib.getAuthUser", inner)

    def handlers(name: str) -> Any:
        def make(m: Any, inner: Call) -> Value:
            given = inner.arg(0)
            parts = callbacks_of(m, given, inner, *(given.props if type(given) is Obj else ()))

            def handle(m: Any, last: Call) -> Value:
                for part in parts:
                    with perhaps(m):
                        run(m, part, last, last.arg(0), UNKNOWN, UNKNOWN)
                return UNKNOWN

            return Obj({name: function(m, "internalMutation", inner, handle)})

        return native(name, make)

    def routes(m: Any, inner: Call) -> Value:
        for path in ("/workos/webhook", "/workos/action"):
            route(m, inner.arg(0), "POST", path, inner, lambda m, last: UNKNOWN)
        return UNDEFINED

    made.props.update(
        {
            "getAuthUser": native("AuthKit.getAuthUser", user),
            "events": handlers("authKitEvent"),
            "actions": handlers("authKitAction"),
            "utils": native("utils", lambda m, inner: Obj({"backfillUsers": function(m, "internalMutation", inner)})),
            "registerRoutes": native("AuthKit.registerRoutes", routes),
        }
    )


BETTER_AUTH: Module = {
    "BetterAuth": client("BetterAuth", "", _class),
    "createClient": native("createClient", _create_client),
    "createApi": native("createApi", _create_api),
}
WORKOS: Module = {"AuthKit": client("AuthKit", "", _authkit)}
