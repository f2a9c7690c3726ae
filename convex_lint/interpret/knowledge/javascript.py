"""JavaScript's own globals, as far as they carry values, run callbacks, or touch the clock and the network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convex_lint.interpret import typed
from convex_lint.interpret.arrays import each_element
from convex_lint.interpret.calls import awaited, call_unknown, call_value, run_callback
from convex_lint.interpret.iterables import as_array
from convex_lint.interpret.knowledge.collections import MAP, SET
from convex_lint.interpret.knowledge.extremes import extreme
from convex_lint.interpret.promises import settled
from convex_lint.interpret.values import (
    UNDEFINED,
    UNKNOWN,
    Arg,
    Arr,
    Call,
    Doc,
    Host,
    Native,
    Obj,
    Prom,
    Typed,
    Value,
    join,
)
from convex_lint.model.operation import Op
from convex_lint.model.value import Clock, Computed, Environment, Literal, Random


def _promise_all(m: Any, call: Call) -> Value:
    settled(call.arg(0))
    array = as_array(m, call.arg(0))
    items = [awaited(item) for item in array.items]
    return Prom(Arr(items, exact=array.exact, rows=array.rows, bound=array.bound, part=array.part, per=array.per))


def _promise_settled(m: Any, call: Call) -> Value:
    settled(call.arg(0))
    array = as_array(m, call.arg(0))
    return Prom(Arr([Obj({"status": UNKNOWN, "value": awaited(item)}) for item in array.items], exact=array.exact))


def _promise_any(m: Any, call: Call) -> Value:
    settled(call.arg(0))
    return Prom(join(*[awaited(item) for item in as_array(m, call.arg(0)).items]))


def _new_promise(m: Any, call: Call) -> Value:
    call_value(m, call.arg(0), Call(call.node, [UNKNOWN, UNKNOWN]))
    return Prom(UNKNOWN)


_DESCRIBED = frozenset((Arg, Doc, Typed))


def _object_keys(m: Any, call: Call) -> Value:
    value = call.arg(0)
    names = typed.fields_of(m, value)
    if names is None:
        return Arr([UNKNOWN], exact=False)
    return Arr([Literal(name) for name in names], exact=type(value) is Obj)


def _object_values(m: Any, call: Call) -> Value:
    value = call.arg(0)
    if type(value) is Obj and value.rest is None and value.kind is None:
        plain = [part for name, part in value.props.items() if not name.startswith("\0")]
        if "\0any" in value.props:
            return Arr([*plain, value.props["\0any"]], exact=False)
        return Arr(plain)
    if type(value) is Arr:
        return value
    names = typed.fields_of(m, value) if type(value) in _DESCRIBED else None
    if names is not None:
        return Arr([typed.part_of(m, value, name) for name in names], exact=False)
    return Arr([typed.element_of(m, value)], exact=False)


def _object_entries(m: Any, call: Call) -> Value:
    value = call.arg(0)
    if type(value) is Obj and value.rest is None and value.kind is None and "\0any" not in value.props:
        return Arr([Arr([Literal(n), part]) for n, part in value.props.items() if not n.startswith("\0")])
    if type(value) is Obj and "\0any" in value.props:
        return Arr([Arr([UNKNOWN, join(*value.props.values())])], exact=False)
    names = typed.fields_of(m, value) if type(value) in _DESCRIBED else None
    if names is not None:
        return Arr([Arr([Literal(name), typed.part_of(m, value, name)]) for name in names], exact=False)
    return Arr([Arr([UNKNOWN, typed.element_of(m, value)])], exact=False)


def _from_entries(m: Any, call: Call) -> Value:
    from convex_lint.interpret.patterns import literal_name

    array = as_array(m, call.arg(0))
    made = Obj()
    for item in array.items:
        pair = as_array(m, item)
        if pair.exact and len(pair.items) == 2:
            name = literal_name(pair.items[0])
            if name is not None:
                made.props[name] = pair.items[1]
            else:
                old = made.props.get("\0any")
                made.props["\0any"] = pair.items[1] if old is None else join(old, pair.items[1])
        else:
            made.rest = UNKNOWN
    return made


def _assign(m: Any, call: Call) -> Value:
    from convex_lint.interpret.objects import spread_into
    from convex_lint.interpret.writing import put

    target = call.arg(0)
    if type(target) is not Obj:
        for source in call.args[1:]:
            for name, value in source.props.items() if type(source) is Obj else ():
                put(m, target, name, value)
        return target
    for source in call.args[1:]:
        spread_into(m, target, source, call.node, journal=True)
    return target


def _array_from(m: Any, call: Call) -> Value:
    value = call.arg(0)
    from convex_lint.interpret.knowledge.collections import contents

    array = contents(value) if type(value) is Obj else None
    if array is None:
        if type(value) is Obj:
            size = value.props.get("length", UNKNOWN)
            bound = size.value if type(size) is Literal and isinstance(size.value, int) else None
            array = Arr([UNDEFINED], exact=False, bound=bound)
        else:
            array = as_array(m, value)
    if len(call.args) > 1:
        results = each_element(m, array, call.arg(1), call)
        return Arr(results, exact=array.exact, bound=array.bound)
    return array


def _new_array(m: Any, call: Call) -> Value:
    size = call.arg(0)
    bound = size.value if type(size) is Literal and isinstance(size.value, int) else None
    return Arr([UNDEFINED], exact=False, bound=bound)


def _pass(m: Any, call: Call) -> Value:
    return call.arg(0)


def _computed(name: str) -> Callable[[Any, Call], Value]:
    return lambda m, call: Computed(f"call:{name}", tuple(call.args))


def _now(m: Any, call: Call) -> Value:
    m.record(Op.CLOCK, call.node, method="Date.now", arguments=())
    return Clock()


def _parse(m: Any, call: Call) -> Value:
    """`JSON.parse(JSON.stringify(x))` is a copy of `x`."""
    text = call.arg(0)
    if type(text) is Computed and text.operator == "call:JSON.stringify" and text.parts:
        return text.parts[0]
    return UNKNOWN


def _new_date(m: Any, call: Call) -> Value:
    if not call.args:
        m.record(Op.CLOCK, call.node, method="new Date", arguments=())
        return Clock()
    first = call.arg(0)
    return first if type(first) is Clock else Computed("call:Date", tuple(call.args))


def _fetch(m: Any, call: Call) -> Value:
    return Prom(UNKNOWN, m.record(Op.FETCH, call.node, method="fetch", arguments=tuple(call.args[:1])))


def _timer(m: Any, call: Call) -> Value:
    run_callback(m, call.arg(0), Call(call.node, []))
    return UNKNOWN


def _error(m: Any, call: Call) -> Value:
    return Obj({"message": call.arg(0), "data": call.arg(0)}, UNKNOWN)


def _quiet(m: Any, call: Call) -> Value:
    return UNDEFINED


def _truthy(m: Any, call: Call) -> Value:
    return Computed("!", (Computed("!", (call.arg(0),)),))


_MATH = {name: Native(f"Math.{name}", _computed(f"Math.{name}")) for name in
         ("floor", "ceil", "round", "abs", "sqrt", "pow", "trunc", "sign", "log", "log2", "log10")}  # fmt: skip
_MATH |= {name: Native(f"Math.{name}", extreme(f"Math.{name}")) for name in ("min", "max")}
_MATH["random"] = Native("Math.random", lambda m, call: Random())

_NAMESPACES: dict[str, dict[str, Native]] = {
    "Math": _MATH,
    "Promise": {
        "all": Native("Promise.all", _promise_all),
        "allSettled": Native("Promise.allSettled", _promise_settled),
        "race": Native("Promise.race", _promise_any),
        "any": Native("Promise.any", _promise_any),
        "resolve": Native("Promise.resolve", lambda m, call: Prom(awaited(call.arg(0)))),
        "reject": Native("Promise.reject", lambda m, call: Prom(UNKNOWN)),
    },
    "Object": {
        "keys": Native("Object.keys", _object_keys),
        "values": Native("Object.values", _object_values),
        "entries": Native("Object.entries", _object_entries),
        "fromEntries": Native("Object.fromEntries", _from_entries),
        "assign": Native("Object.assign", _assign),
        "create": Native("Object.create", lambda m, call: Obj(rest=call.arg(0))),
        "freeze": Native("Object.freeze", _pass),
        "seal": Native("Object.seal", _pass),
    },
    "Array": {
        "from": Native("Array.from", _array_from),
        "fromAsync": Native("Array.fromAsync", lambda m, call: Prom(_array_from(m, call))),
        "isArray": Native("Array.isArray", lambda m, call: Literal(True) if type(call.arg(0)) is Arr else UNKNOWN),
        "of": Native("Array.of", lambda m, call: Arr(call.args, exact=not call.open)),
    },
    "Date": {"now": Native("Date.now", _now), "parse": Native("Date.parse", _computed("Date.parse"))},
    "performance": {"now": Native("performance.now", _now)},
    "crypto": {"randomUUID": Native("crypto.randomUUID", lambda m, call: Random())},
    "JSON": {
        "stringify": Native("JSON.stringify", _computed("JSON.stringify")),
        "parse": Native("JSON.parse", _parse),
    },
}
_CONSTRUCTORS = {
    "Promise": _new_promise, "Date": _new_date, "Array": _new_array, "Map": MAP.run, "Set": SET.run,
    "WeakMap": MAP.run, "WeakSet": SET.run, "Error": _error, "ConvexError": _error,
}  # fmt: skip
_FUNCTIONS = {
    "fetch": _fetch, "setTimeout": _timer, "setInterval": _timer, "setImmediate": _timer, "queueMicrotask": _timer,
    "structuredClone": _pass, "String": _computed("String"), "Number": _computed("Number"), "BigInt": _computed("BigInt"),
    "Boolean": _truthy, "parseInt": _computed("parseInt"), "parseFloat": _computed("parseFloat"),
    "encodeURIComponent": _computed("encodeURIComponent"),
}  # fmt: skip
_ERRORS = ("TypeError", "RangeError", "SyntaxError", "AggregateError", "DOMException")


def _global(name: str) -> Value:
    if name in _FUNCTIONS:
        return Native(name, _FUNCTIONS[name])
    constructor = _CONSTRUCTORS.get(name) or (_error if name in _ERRORS else None)
    members = tuple(_NAMESPACES.get(name, {}).items())
    if constructor is not None:
        return Native(name, constructor, members)
    if members:
        return Host(f"global:{name}")
    if name in _HOSTS:
        return Host(f"global:{name}")
    return None


_HOSTS = ("console", "process", "globalThis", "global", "window", "Symbol")
_NAMES = {*_FUNCTIONS, *_CONSTRUCTORS, *_ERRORS, *_NAMESPACES, *_HOSTS}
GLOBALS: dict[str, Value] = {name: _global(name) for name in sorted(_NAMES)}
GLOBALS["NaN"] = GLOBALS["Infinity"] = Literal(float("inf"))


def host_member(m: Any, value: Host, name: str, node: Any) -> Value:
    role = value.role.removeprefix("global:")
    if role == "process":
        return Host("env") if name == "env" else UNKNOWN
    if role == "env":
        return Environment(name)
    if role in ("globalThis", "global", "window"):
        return GLOBALS.get(name, UNKNOWN)
    if role == "Symbol":
        return Literal(f"@@{name}")
    if role == "console":
        return Native(f"console.{name}", _quiet)
    if role == "Math" and name not in _MATH:
        return Literal(3.14)
    return _NAMESPACES.get(role, {}).get(name, UNKNOWN)


def host_invoke(m: Any, value: Host, name: str, call: Call) -> Value:
    found = host_member(m, value, name, call.node)
    if type(found) is Native:
        return found.run(m, call)
    call_unknown(m, call)
    return UNKNOWN
