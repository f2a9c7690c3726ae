"""convex-helpers: which module of it is known by which file."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.arrays import each_element
from convex_lint.interpret.calls import awaited
from convex_lint.interpret.iterables import as_array
from convex_lint.interpret.knowledge import (
    batch_migrations,
    crud,
    custom_functions,
    helper_server,
    helper_validators,
    hono,
    relationships,
    row_level_security,
    streams,
    triggers,
    zod_functions,
)
from convex_lint.interpret.knowledge.acting import Module, native, quiet
from convex_lint.interpret.knowledge.names import literal_names
from convex_lint.interpret.patterns import without
from convex_lint.interpret.values import Arr, Call, Obj, Prom, Value


def _async_map(m: Any, call: Call) -> Value:
    array = as_array(m, awaited(call.arg(0)))
    results = [awaited(result) for result in each_element(m, array, call.arg(1), call)]
    return Prom(Arr(results, exact=array.exact and len(results) == len(array.items), bound=array.bound))


def _first(m: Any, call: Call) -> Value:
    return call.arg(0)


def _names(m: Any, value: Value) -> frozenset[str]:
    return frozenset(name for item in as_array(m, value).items for name in literal_names(item) if name is not None)


def _pick(m: Any, call: Call) -> Value:
    from convex_lint.interpret.members import get

    return Obj({name: get(m, call.arg(0), name, call.node) for name in sorted(_names(m, call.arg(1)))})


def _omit(m: Any, call: Call) -> Value:
    return without(call.arg(0), _names(m, call.arg(1)))


def _without_system_fields(m: Any, call: Call) -> Value:
    return without(call.arg(0), frozenset(("_id", "_creationTime")))


_ROOT: Module = {
    "asyncMap": native("asyncMap", _async_map),
    "pruneNull": native("pruneNull", _first),
    "nullThrows": native("nullThrows", _first),
    "pick": native("pick", _pick),
    "omit": native("omit", _omit),
    "withoutSystemFields": native("withoutSystemFields", _without_system_fields),
}
_SERVER: Module = {"Table": helper_validators.TABLE, "crud": crud.OLD_CRUD, "deploymentName": quiet("deploymentName")}

MODULES: dict[str, Module] = {
    "convex-helpers": _ROOT,
    "convex-helpers/validators": helper_validators.EXPORTS,
    "convex-helpers/server": _SERVER,
    "convex-helpers/server/customFunctions": custom_functions.EXPORTS,
    "convex-helpers/server/zod": zod_functions.EXPORTS,
    "convex-helpers/server/zod3": zod_functions.EXPORTS,
    "convex-helpers/server/zod4": zod_functions.EXPORTS,
    "convex-helpers/server/triggers": triggers.EXPORTS,
    "convex-helpers/server/rowLevelSecurity": row_level_security.EXPORTS,
    "convex-helpers/server/relationships": relationships.EXPORTS,
    "convex-helpers/server/filter": streams.FILTER,
    "convex-helpers/server/stream": streams.STREAM,
    "convex-helpers/server/pagination": streams.PAGINATION,
    "convex-helpers/server/crud": {"crud": crud.CRUD},
    "convex-helpers/server/sessions": helper_server.SESSIONS,
    "convex-helpers/server/retries": helper_server.RETRIES,
    "convex-helpers/server/cors": helper_server.CORS,
    "convex-helpers/server/hono": hono.EXPORTS,
    "convex-helpers/server/migrations": batch_migrations.HELPERS,
}
