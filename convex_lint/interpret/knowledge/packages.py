"""Which package exports are known, by import specifier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convex_lint.interpret.knowledge import (
    agent,
    auth_tables,
    batch_migrations,
    better_auth,
    component_clients,
    convex_auth,
    convex_helpers,
    convex_server,
    convex_values,
    durable,
    ents_table,
    helper_server,
    hono,
    zod,
)
from convex_lint.interpret.knowledge.acting import Module
from convex_lint.interpret.knowledge.javascript import GLOBALS
from convex_lint.interpret.values import UNKNOWN, ComponentDefinition, Obj, Value

_VALUES: Module = {"v": convex_values.V, "ConvexError": GLOBALS["ConvexError"]}

_MODULES: dict[str, Module] = {
    "convex/values": _VALUES,
    # Until 0.7 the schema had a package and validators of its own.
    "convex/schema": {**convex_server.EXPORTS, "s": convex_values.V},
    **convex_helpers.MODULES,
    **dict.fromkeys(("zod", "zod/v3", "zod/v4", "zod/mini", "zod/v4-mini"), zod.EXPORTS),
    "hono": hono.HONO,
    "convex-ents": ents_table.EXPORTS,
    **convex_auth.PROVIDERS,
}
"""Known better than from their sources, installed or not."""

_COMPUTED: dict[str, Callable[[Any, str], Value]] = {
    "convex/server": convex_server.export,
    "convex-helpers/server/rateLimit": helper_server.rate_limit,
    "@convex-dev/auth/server": convex_auth.server,
}
_ABSENT: dict[str, Module] = {
    **component_clients.CLIENTS,
    **durable.CLIENTS,
    "@convex-dev/migrations": batch_migrations.COMPONENT,
    "@convex-dev/agent": agent.EXPORTS,
    "@convex-dev/agent-playground": {"definePlaygroundAPI": agent.PLAYGROUND},
    "@convex-dev/agent/playground": {"definePlaygroundAPI": agent.PLAYGROUND},
    "@convex-dev/better-auth": better_auth.BETTER_AUTH,
    "@convex-dev/workos-authkit": better_auth.WORKOS,
    **auth_tables.MODULES,
}
"""Known for where they are not installed: their own source says more."""


def export(m: Any, specifier: str, name: str) -> Value:
    """The value of a package's export; None when it is not among those known."""
    specifier = specifier.removesuffix(".js")
    module = _MODULES.get(specifier)
    if module is not None:
        return _of(module, name)
    computed = _COMPUTED.get(specifier)
    if specifier == "convex/server" and name == "*":
        return Obj(dict(convex_server.EXPORTS), UNKNOWN)
    if computed is not None:
        return computed(m, name) if name not in ("*", "default") else UNKNOWN
    return None


def _of(module: Module, name: str) -> Value:
    return Obj(dict(module), UNKNOWN) if name == "*" else module.get(name)


def unknown_export(m: Any, package: str, name: str) -> Value:
    """An export of a package that is neither known nor installed."""
    if package.endswith(("/convex.config", "/convex.config.js")) and name == "default":
        return ComponentDefinition(_component_name(package), None, [])
    module = _ABSENT.get(package)
    known = _of(module, name) if module is not None else None
    return UNKNOWN if known is None else known


def _component_name(package: str) -> str:
    """`@convex-dev/rate-limiter/convex.config` -> `rateLimiter`, as the published components name themselves."""
    words = package.rsplit("/", 1)[0].rsplit("/", 1)[-1].split("-")
    return words[0] + "".join(word.capitalize() for word in words[1:])
