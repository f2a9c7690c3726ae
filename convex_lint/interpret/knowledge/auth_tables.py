"""`getAuthTables` of better-auth: its tables, and which of their fields are unique (npm @better-auth/core `db/get-tables.ts`,
better-auth `plugins/*/schema.ts`). Fields that are not unique are left out: nothing asks for them."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.knowledge.acting import Module, ask, native
from convex_lint.interpret.values import TRUE, UNDEFINED, UNKNOWN, Arr, Call, Obj, Value
from convex_lint.model.value import Literal

_CORE = {"user": ("email",), "session": ("token",), "account": (), "verification": ()}
_PLUGINS: dict[str, dict[str, tuple[str, ...]]] = {
    "two-factor": {"user": (), "twoFactor": ()},
    "anonymous": {"user": ()},
    "username": {"user": ("username",)},
    "phone-number": {"user": ("phoneNumber",)},
    "jwt": {"jwks": ()},
    "oidc-provider": {
        "oauthApplication": ("clientId",), "oauthAccessToken": ("accessToken", "refreshToken"), "oauthConsent": (),
    },
    **{name: {} for name in ("magic-link", "email-otp", "generic-oauth", "bearer", "one-time-token")},
}  # fmt: skip
_NAMES = {"email-otp": "emailOTP", "generic-oauth": "genericOAuth"}


def _exported(name: str) -> str:
    first, *others = name.split("-")
    return _NAMES.get(name) or first + "".join(part.capitalize() for part in others)


def _fields(unique: tuple[str, ...]) -> Obj:
    return Obj({name: Obj({"unique": TRUE}) for name in unique})


def _plugin(name: str, tables: dict[str, tuple[str, ...]]) -> Value:
    def make(m: Any, call: Call) -> Value:
        if ask(m, call.arg(0), "schema", call) is not UNDEFINED:
            return UNKNOWN  # it renames tables and fields
        return Obj({"schema": Obj({table: Obj({"fields": _fields(own)}) for table, own in tables.items()})}, UNKNOWN)

    return native(name, make)


def _auth_tables(m: Any, call: Call) -> Value:
    """What is not known of the options, or of a plugin, may be unique in any table."""
    options = call.arg(0)
    plugins = ask(m, options, "plugins", call)
    if type(options) is not Obj or options.rest is not None or not (plugins is UNDEFINED or type(plugins) is Arr):
        return UNKNOWN
    tables = {name: (_model(m, options, name, call), dict(_fields(own).props)) for name, own in _CORE.items()}
    for name, (_, fields) in tables.items():
        fields.update(_added(ask(m, ask(m, options, name, call), "additionalFields", call)))
    for plugin in plugins.items if type(plugins) is Arr else ():
        schema = ask(m, plugin, "schema", call) if type(plugin) is Obj else UNKNOWN
        if schema is not UNDEFINED and (type(schema) is not Obj or schema.rest is not None):
            return UNKNOWN
        for name, table in schema.props.items() if type(schema) is Obj else ():
            model = ask(m, table, "modelName", call)
            tables.setdefault(name, (Literal(name) if model is UNDEFINED else model, {}))
            tables[name][1].update(_added(ask(m, table, "fields", call)))
    limits = ask(m, options, "rateLimit", call)
    if ask(m, limits, "storage", call) == Literal("database"):
        tables["rateLimit"] = (_model(m, options, "rateLimit", call), dict(_fields(("key",)).props))
    return Obj({name: Obj({"modelName": model, "fields": Obj(fields)}) for name, (model, fields) in tables.items()})


def _model(m: Any, options: Obj, name: str, call: Call) -> Value:
    given = ask(m, ask(m, options, name, call), "modelName", call)
    return Literal(name) if given is UNDEFINED else given


def _added(fields: Value) -> dict[str, Value]:
    return (
        {name: field for name, field in fields.props.items() if not name.startswith("\0")}
        if type(fields) is Obj
        else {}
    )


DATABASE: Module = {"getAuthTables": native("getAuthTables", _auth_tables)}
_ALL = {name: _plugin(_exported(name), tables) for name, tables in _PLUGINS.items()}
MODULES: dict[str, Module] = {
    "better-auth/db": DATABASE,
    "@better-auth/core/db": DATABASE,
    "better-auth/plugins": {_exported(name): made for name, made in _ALL.items()},
    **{f"better-auth/plugins/{name}": {_exported(name): made} for name, made in _ALL.items()},
}
