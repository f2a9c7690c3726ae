"""Which package exports are known, by import specifier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convex_lint.interpret.knowledge import convex_helpers, convex_server, convex_values
from convex_lint.interpret.knowledge.javascript import GLOBALS
from convex_lint.interpret.values import UNKNOWN, ComponentDefinition, Obj, Value

_VALUES = {"v": convex_values.V, "ConvexError": GLOBALS["ConvexError"]}


def _convex_values(m: Any, name: str) -> Value:
    return _VALUES.get(name, UNKNOWN)


_PACKAGES: dict[str, Callable[[Any, str], Value]] = {
    "convex/values": _convex_values,
    "convex/server": convex_server.export,
    **{specifier: convex_helpers.exporter(specifier) for specifier in convex_helpers.MODULES},
}


def export(m: Any, specifier: str, name: str) -> Value:
    """The value of a package's export; None when the package is not among those known."""
    exporter = _PACKAGES.get(specifier)
    if exporter is None:
        return None
    if name == "*" or name == "default":
        return Obj({"v": convex_values.V}) if specifier == "convex/values" else UNKNOWN
    return exporter(m, name)


def unknown_export(m: Any, package: str, name: str) -> Value:
    """An export of a package that is neither known nor installed."""
    if package.endswith(("/convex.config", "/convex.config.js")) and name == "default":
        return ComponentDefinition(_component_name(package), None, [])
    return UNKNOWN


def _component_name(package: str) -> str:
    """`@convex-dev/rate-limiter/convex.config` -> `rateLimiter`, as the published components name themselves."""
    words = package.rsplit("/", 1)[0].rsplit("/", 1)[-1].split("-")
    return words[0] + "".join(word.capitalize() for word in words[1:])
