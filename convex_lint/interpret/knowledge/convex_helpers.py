"""convex-helpers: which module of it is known by which file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convex_lint.interpret.arrays import as_array, each_element
from convex_lint.interpret.calls import awaited
from convex_lint.interpret.knowledge import custom_functions
from convex_lint.interpret.values import UNKNOWN, Arr, Call, Native, Obj, Prom, Value


def _async_map(m: Any, call: Call) -> Value:
    array = as_array(m, awaited(call.arg(0)))
    results = [awaited(result) for result in each_element(m, array, call.arg(1), call)]
    return Prom(Arr(results, exact=array.exact and len(results) == len(array.items), bound=array.bound))


def _first(m: Any, call: Call) -> Value:
    return call.arg(0)


def _pick(m: Any, call: Call) -> Value:
    from convex_lint.interpret.knowledge.database import literal_names
    from convex_lint.interpret.members import get

    names = [name for item in as_array(m, call.arg(1)).items for name in literal_names(item) if name is not None]
    return Obj({name: get(m, call.arg(0), name, call.node) for name in names})


def _omit(m: Any, call: Call) -> Value:
    from convex_lint.interpret.knowledge.database import literal_names
    from convex_lint.interpret.patterns import without

    names = [name for item in as_array(m, call.arg(1)).items for name in literal_names(item) if name is not None]
    return without(call.arg(0), frozenset(names))


def _without_system_fields(m: Any, call: Call) -> Value:
    from convex_lint.interpret.patterns import without

    return without(call.arg(0), frozenset(("_id", "_creationTime")))


_ROOT: dict[str, Value] = {
    "asyncMap": Native("asyncMap", _async_map),
    "pruneNull": Native("pruneNull", _first),
    "nullThrows": Native("nullThrows", _first),
    "pick": Native("pick", _pick),
    "omit": Native("omit", _omit),
    "withoutSystemFields": Native("withoutSystemFields", _without_system_fields),
}

MODULES: dict[str, dict[str, Value]] = {
    "convex-helpers": _ROOT,
    "convex-helpers/server/customFunctions": custom_functions.EXPORTS,
}


def exporter(specifier: str) -> Callable[[Any, str], Value]:
    exports = MODULES[specifier]
    return lambda m, name: exports.get(name, UNKNOWN)
