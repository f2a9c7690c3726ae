"""`@convex-dev/auth`: its tables, the functions that `convexAuth` registers, and who the user is
(npm @convex-dev/auth `src/server/implementation`)."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.iterables import as_array
from convex_lint.interpret.knowledge.acting import Module, act, ask, native, perhaps, ranged, run
from convex_lint.interpret.knowledge.components import function, route
from convex_lint.interpret.values import (
    UNDEFINED,
    UNKNOWN,
    Call,
    Fn,
    Native,
    Obj,
    Prom,
    Reference,
    TableDefinition,
    Value,
)
from convex_lint.model.operation import Op
from convex_lint.model.schema import Index, Validator
from convex_lint.model.value import Identity, Literal
from convex_lint.source import Span

_TABLES = {
    "users": (
        "name?:string image?:string email?:string emailVerificationTime?:float64 phone?:string "
        "phoneVerificationTime?:float64 isAnonymous?:boolean",
        {"email": "email", "phone": "phone"},
    ),
    "authSessions": ("userId:users expirationTime:float64", {"userId": "userId"}),
    "authAccounts": (
        "userId:users provider:string providerAccountId:string secret?:string emailVerified?:string phoneVerified?:string",
        {"userIdAndProvider": "userId provider", "providerAndAccountId": "provider providerAccountId"},
    ),
    "authRefreshTokens": (
        "sessionId:authSessions expirationTime:float64 firstUsedTime?:float64 parentRefreshTokenId?:authRefreshTokens",
        {"sessionId": "sessionId", "sessionIdAndParentRefreshTokenId": "sessionId parentRefreshTokenId"},
    ),
    "authVerificationCodes": (
        "accountId:authAccounts provider:string code:string expirationTime:float64 verifier?:string emailVerified?:string "
        "phoneVerified?:string",
        {"accountId": "accountId", "code": "code"},
    ),
    "authVerifiers": ("sessionId?:authSessions signature?:string", {"signature": "signature"}),
    "authRateLimits": ("identifier:string lastAttemptTime:float64 attemptsLeft:float64", {"identifier": "identifier"}),
}


def _tables(m: Any) -> Value:
    span = Span(m.frame.file, 0, 0)
    return Obj({name: _table(fields, indexes, span) for name, (fields, indexes) in _TABLES.items()})


def _table(fields: str, indexes: dict[str, str], span: Span) -> TableDefinition:
    parts = {}
    for field in fields.split():
        name, kind = field.split(":")
        table = kind if kind in _TABLES else None
        parts[name.rstrip("?")] = Validator("id" if table else kind, name.endswith("?"), table)
    made = TableDefinition(Validator("object", fields=parts), span)
    made.indexes.extend(Index(name, tuple(keys.split()), False, span) for name, keys in indexes.items())
    return made


# ---------------------------------------------------------------- who it is


def _who(table: str, field: str, method: str) -> Native:
    """`getAuthUserId(ctx)`: a part of the identity that is the id of a document."""

    def answer(m: Any, call: Call) -> Value:
        m.record(Op.AUTH, call.node, m.component, method=method, arguments=())
        return Prom(Identity((table, field)))

    return native(method, answer)


_USER = _who("users", "_id", "getAuthUserId")
_SESSION = _who("authSessions", "_id", "getAuthSessionId")

# ---------------------------------------------------------------- what is registered

_CALLBACKS = ("createOrUpdateUser", "afterUserCreatedOrUpdated", "beforeSessionCreation", "redirect")


def _convex_auth(m: Any, call: Call) -> Value:
    """`convexAuth({ providers, callbacks })` -> { auth, signIn, signOut, store, isAuthenticated }"""
    config = call.arg(0)
    providers = ask(m, config, "providers", call)
    callbacks = ask(m, config, "callbacks", call)
    store = Reference("internal", m.component, ("auth", "store"))
    oauth = any(not _password_like(provider) for provider in as_array(m, providers).items)

    def keep(m: Any, inner: Call) -> Value:
        act(m, inner.arg(0), "runMutation", inner, store, Obj(rest=UNKNOWN))
        return Prom(UNKNOWN)

    def sign_in(m: Any, inner: Call) -> Value:
        for provider in as_array(m, providers).items:
            for part in provider.props.values() if type(provider) is Obj else ():
                if type(part) is Fn:
                    with perhaps(m):
                        run(m, part, inner, UNKNOWN, inner.arg(0))
        return keep(m, inner)

    def stored(m: Any, inner: Call) -> Value:
        _store(m, inner, callbacks)
        return Prom(UNKNOWN)

    def known(m: Any, inner: Call) -> Value:
        return act(m, ask(m, inner.arg(0), "auth", inner), "getUserIdentity", inner)

    def add_routes(m: Any, inner: Call) -> Value:
        http = inner.arg(0)
        for path in ("/.well-known/openid-configuration", "/.well-known/jwks.json"):
            route(m, http, "GET", path, inner, lambda m, last: UNKNOWN)
        if oauth:
            route(m, http, "GET", "/api/auth/signin/*", inner, keep)
            for method in ("GET", "POST"):
                route(m, http, method, "/api/auth/callback/*", inner, keep)
        return UNDEFINED

    text = Validator("string", optional=True)
    fields = {
        "provider": text,
        "params": Validator("any", True),
        "verifier": text,
        "refreshToken": text,
        "calledBy": text,
    }
    auth = {"getUserId": _USER, "getSessionId": _SESSION, "addHttpRoutes": native("auth.addHttpRoutes", add_routes)}
    return Obj(
        {
            "auth": Obj(dict(auth)),
            "signIn": function(m, "action", call, sign_in, fields),
            "signOut": function(m, "action", call, keep),
            "store": function(m, "internalMutation", call, stored, {"args": Validator("any")}),
            "isAuthenticated": function(m, "query", call, known),
        }
    )


def _password_like(provider: Value) -> bool:
    return type(provider) is Obj and "\0credentials" in provider.props


def _store(m: Any, call: Call, callbacks: Value) -> None:
    """What every sign-in does to the tables: the account, the user, the session and its refresh tokens."""
    ctx = call.arg(0)
    database = ask(m, ctx, "db", call)

    def find(table: str, index: str, field: str, terminal: str) -> Value:
        query = act(
            m,
            act(m, database, "query", call, Literal(table)),
            "withIndex",
            call,
            Literal(index),
            ranged(UNKNOWN, field, UNKNOWN),
        )
        return act(m, query, terminal, call)

    with perhaps(m):
        account = find("authAccounts", "providerAndAccountId", "provider", "unique")
        asked = {name: ask(m, callbacks, name, call) for name in _CALLBACKS} if type(callbacks) is Obj else {}
        given = Obj({"existingUserId": ask(m, account, "userId", call), "userId": Identity(("users", "_id"))}, UNKNOWN)
        create = asked.pop("createOrUpdateUser", UNDEFINED)
        if create is not UNDEFINED:
            run(m, create, call, ctx, given)
        else:
            profile = Obj({"email": UNKNOWN, "name": UNKNOWN, "image": UNKNOWN, "emailVerificationTime": UNKNOWN})
            act(m, database, "patch", call, Literal("users"), ask(m, account, "userId", call), profile)
            act(m, database, "insert", call, Literal("users"), profile)
        for callback in asked.values():
            run(m, callback, call, ctx, given)
        keys = {"userId": UNKNOWN, "provider": UNKNOWN, "providerAccountId": UNKNOWN, "secret": UNKNOWN}
        act(m, database, "insert", call, Literal("authAccounts"), Obj(dict(keys)))
        session = act(
            m, database, "insert", call, Literal("authSessions"), Obj({"userId": UNKNOWN, "expirationTime": UNKNOWN})
        )
        token = {"sessionId": session, "expirationTime": UNKNOWN, "parentRefreshTokenId": UNKNOWN}
        act(m, database, "insert", call, Literal("authRefreshTokens"), Obj(dict(token)))
        find("authRefreshTokens", "sessionIdAndParentRefreshTokenId", "sessionId", "collect")
        act(m, database, "delete", call, Literal("authSessions"), session)


def _provider(m: Any, call: Call) -> Value:
    """`Password({ profile, ... })` and its kin: sign-in without another site; their callbacks run in `signIn`."""
    made = Obj(dict(call.arg(0).props) if type(call.arg(0)) is Obj else {}, UNKNOWN)
    made.props["\0credentials"] = UNKNOWN
    return made


def _through_store(name: str) -> Native:
    """`createAccount(ctx, ...)`: runs `auth:store`."""

    def answer(m: Any, call: Call) -> Value:
        store = Reference("internal", m.component, ("auth", "store"))
        return Prom(act(m, call.arg(0), "runMutation", call, store, Obj(rest=UNKNOWN)))

    return native(name, answer)


_SERVER: Module = {
    "getAuthUserId": _USER,
    "getAuthSessionId": _SESSION,
    "convexAuth": native("convexAuth", _convex_auth),
    **{
        name: _through_store(name)
        for name in (
            "createAccount",
            "retrieveAccount",
            "modifyAccountCredentials",
            "invalidateSessions",
            "signInViaProvider",
        )
    },
}


def server(m: Any, name: str) -> Value:
    if name == "authTables":
        return _tables(m)
    return _SERVER.get(name, UNKNOWN)


def _kind(name: str) -> Module:
    made = Native(name, _provider, (("\0credentials", UNKNOWN),))
    return {name: made, "default": made}


PROVIDERS: dict[str, Module] = {
    f"@convex-dev/auth/providers/{name}": _kind(name)
    for name in ("Password", "Anonymous", "Email", "Phone", "ConvexCredentials")
}
