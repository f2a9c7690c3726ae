"""Strings and other literals: the methods whose results matter."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.values import UNKNOWN, Arr, Bound, Call, Value
from convex_lint.model.value import Computed, Literal

METHODS = frozenset(
    ("toLowerCase", "toUpperCase", "trim", "trimStart", "trimEnd", "slice", "substring", "substr", "replace", "replaceAll",
     "split", "concat", "startsWith", "endsWith", "includes", "indexOf", "lastIndexOf", "match", "matchAll", "padStart",
     "padEnd", "repeat", "charAt", "charCodeAt", "codePointAt", "normalize", "localeCompare", "toString", "toFixed",
     "toLocaleString", "toLocaleLowerCase", "toISOString", "getTime", "valueOf", "search", "test", "at")
)  # fmt: skip


def plain(value: Value) -> Value:
    """A value that may stand inside of a `Computed`."""
    return value


def get(m: Any, value: Literal, name: str, node: Any) -> Value:
    if isinstance(value.value, str):
        return Literal(len(value.value)) if name == "length" else Bound(value, name)
    return Bound(value, name) if value.value is not None else UNKNOWN


def invoke(m: Any, value: Literal, name: str, call: Call) -> Value:
    text = value.value
    args = [arg.value for arg in call.args if type(arg) is Literal]
    if isinstance(text, str) and len(args) == len(call.args):
        known = _known(text, name, args)
        if known is not None:
            return known
    if name == "split":
        return Arr([UNKNOWN], exact=False)
    return Computed(f"call:{name}", (value, *call.args))


def _known(text: str, name: str, args: list[Any]) -> Value:
    if name in ("toLowerCase", "toLocaleLowerCase"):
        return Literal(text.lower())
    if name in ("toUpperCase", "toLocaleUpperCase"):
        return Literal(text.upper())
    if name == "trim":
        return Literal(text.strip())
    if name == "toString":
        return Literal(text)
    strings = [arg for arg in args if isinstance(arg, str)]
    if len(strings) != len(args) or not strings:
        return None
    if name == "startsWith":
        return Literal(text.startswith(strings[0]))
    if name == "endsWith":
        return Literal(text.endswith(strings[0]))
    if name == "includes":
        return Literal(strings[0] in text)
    if name == "concat":
        return Literal(text + "".join(strings))
    if name == "split" and strings[0]:
        return Arr([Literal(part) for part in text.split(strings[0])])
    if name in ("replace", "replaceAll") and len(strings) == 2:
        return Literal(text.replace(strings[0], strings[1], -1 if name == "replaceAll" else 1))
    return None
