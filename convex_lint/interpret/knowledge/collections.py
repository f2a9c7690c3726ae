"""`Map`, `Set`, `Headers` and other keyed containers: an `Obj` of kind `map` or `set` whose `\\0items` holds what it contains."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.values import TRUE, UNDEFINED, UNKNOWN, Arr, Call, Either, Native, Obj, Value, join
from convex_lint.model.value import Computed, Literal


def make_map(m: Any, call: Call) -> Value:
    from convex_lint.interpret.arrays import item_at
    from convex_lint.interpret.iterables import as_array

    container = Obj(kind="map")
    given = as_array(m, call.arg(0)) if call.args and call.arg(0) is not UNDEFINED else Arr()
    if given.exact and not given.items and given.per is not None:
        container.props["\0empty"] = TRUE  # of the rows of a read that finds none
    for pair in given.items:
        _add(m, container, item_at(m, pair, 0, call.node), item_at(m, pair, 1, call.node))
    return container


def make_set(m: Any, call: Call) -> Value:
    from convex_lint.interpret.iterables import as_array

    container = Obj(kind="set")
    if call.args and call.arg(0) is not UNDEFINED:
        for item in as_array(m, call.arg(0)).items:
            _add(m, container, item, item)
    return container


def _add(m: Any, container: Obj, key: Value, value: Value) -> None:
    for slot, part in (("\0keys", key), ("\0values", value)):
        old = container.props.get(slot)
        m.write(container, slot, part if old is None else join(old, part))


def _held(container: Obj, slot: str) -> Value:
    return container.props.get(slot, UNKNOWN)


def invoke(m: Any, value: Obj, name: str, call: Call) -> Value:
    from convex_lint.interpret.arrays import each_element
    from convex_lint.interpret.calls import call_unknown

    if value.kind in ("map", "set"):
        if name in ("set", "add"):
            _add(m, value, call.arg(0), call.arg(1) if name == "set" else call.arg(0))
            return value
        if name == "get" and "\0empty" in value.props and "\0values" not in value.props:
            m.asked.add(id(value))
            return UNDEFINED
        if name == "get":
            return join(_held(value, "\0values"), UNDEFINED)
        if name in ("values", "keys"):
            empty = "\0keys" not in value.props
            return Arr([] if empty else [_held(value, f"\0{name}")], exact=False)
        if name == "entries":
            return Arr([Arr([_held(value, "\0keys"), _held(value, "\0values")])], exact=False)
        if name == "forEach":
            each_element(m, Arr([_held(value, "\0values")], exact=False), call.arg(0), call)
            return UNDEFINED
        if name == "has":
            return _has(value, call.arg(0))
        if name in ("delete", "clear", "size"):
            return UNKNOWN
    call_unknown(m, call)
    return UNKNOWN


def _has(value: Obj, wanted: Value) -> Value:
    """One of the alternatives, where all that the container holds are literals."""
    held = value.props.get("\0keys")
    if held is None:
        return UNKNOWN
    members = held.options if type(held) is Either else (held,)
    operator = "in" if all(type(member) is Literal for member in members) else "call:has"
    return Computed(operator, (wanted, *members))


def contents(value: Obj) -> Arr | None:
    """What iterating the container gives: a map's entries, a set's members."""
    if value.kind == "map":
        if "\0keys" not in value.props:
            return Arr([], exact=False)
        return Arr([Arr([_held(value, "\0keys"), _held(value, "\0values")])], exact=False)
    if value.kind == "set":
        return Arr([_held(value, "\0values")] if "\0values" in value.props else [], exact=False)
    return None


MAP = Native("Map", make_map)
SET = Native("Set", make_set)
