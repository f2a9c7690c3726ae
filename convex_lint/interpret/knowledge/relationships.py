"""convex-helpers `server/relationships`: reads through an index named after its field (helpers:server/relationships.ts)."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.arrays import element_of
from convex_lint.interpret.calls import awaited
from convex_lint.interpret.iterables import as_array
from convex_lint.interpret.knowledge.acting import Module, act, ask, native, over, ranged, rows_of, walking
from convex_lint.interpret.knowledge.names import literal_names
from convex_lint.interpret.values import UNDEFINED, Arr, Call, Native, Prom, Value, join
from convex_lint.model.value import Literal


def _field(index: Value, given: Value) -> list[tuple[Value, str | None]]:
    """(index, its first field): the one given, else the index's name without `by_`."""
    if given is not UNDEFINED:
        return [(index, literal_names(given)[0])]
    names = literal_names(index)
    return [
        (Literal(name) if name is not None else index, name.removeprefix("by_") if name else None) for name in names
    ]


def _indexed(m: Any, database: Value, table: Value, index: Value, value: Value, given: Value, call: Call) -> Value:
    """`db.query(table).withIndex(index, q => q.eq(field, value))`"""
    queries = []
    for name, field in _field(index, given):
        query = act(m, database, "query", call, table)
        queries.append(act(m, query, "withIndex", call, name, ranged(query, field, value)))
    return join(*queries)


def _one(m: Any, call: Call) -> Value:
    """`getOneFrom(db, table, index, value, field?)`"""
    query = _indexed(m, call.arg(0), call.arg(1), call.arg(2), call.arg(3), call.arg(4), call)
    return Prom(act(m, query, "unique", call))


def _many(m: Any, call: Call) -> Value:
    query = _indexed(m, call.arg(0), call.arg(1), call.arg(2), call.arg(3), call.arg(4), call)
    return Prom(act(m, query, "collect", call))


def _via(m: Any, call: Call) -> Value:
    """`getManyVia(db, joinTable, toField, index, value, field?)`"""
    database, table, to = call.arg(0), call.arg(1), call.arg(2)
    links = act(m, _indexed(m, database, table, call.arg(3), call.arg(4), call.arg(5), call), "collect", call)
    found = []
    with walking(m, call, rows_of(links)):
        for field in literal_names(to):
            link = ask(m, element_of(links), field or "?", call)
            found.append(act(m, database, "get", call, link))
    return Prom(Arr([join(*found)], exact=False))


def _get_or_throw(m: Any, call: Call) -> Value:
    """`getOrThrow(ctx, table?, id)`"""
    return over(act(m, ask(m, call.arg(0), "db", call), "get", call, *call.args[1:]))


def _all(m: Any, call: Call) -> Value:
    """`getAll(db, table?, ids)`"""
    two = len(call.args) > 2
    table = (call.arg(1),) if two else ()
    ids = as_array(m, awaited(call.arg(2 if two else 1)))
    if not ids.items:
        return Prom(Arr([]))
    with walking(m, call, ids.rows, len(ids.items) if ids.exact else ids.bound):
        found = act(m, call.arg(0), "get", call, *table, element_of(ids))
    return Prom(Arr([found], exact=False, bound=ids.bound))


def _both(name: str, function: Any) -> dict[str, Native]:
    return {name: native(name, function), f"{name}OrThrow": native(f"{name}OrThrow", function)}


EXPORTS: Module = {
    **_both("getOneFrom", _one),
    **_both("getManyFrom", _many),
    **_both("getManyVia", _via),
    **_both("getAll", _all),
    "getOrThrow": native("getOrThrow", _get_or_throw),
}
