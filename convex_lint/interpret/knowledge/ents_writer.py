"""convex-ents, writing: uniqueness is checked by reading, edges are written beside the ent, deletion cascades along them
(ents:src/writer.ts, deletion.ts)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convex_lint.interpret import typed
from convex_lint.interpret.arrays import element_of
from convex_lint.interpret.iterables import as_array
from convex_lint.interpret.knowledge.acting import act, ask, native, perhaps, ranged, registered, rows_of, run, walking
from convex_lint.interpret.knowledge.ents_schema import Edge
from convex_lint.interpret.knowledge.lazy import lazy
from convex_lint.interpret.patterns import without
from convex_lint.interpret.values import NULL, UNDEFINED, UNKNOWN, Call, Native, Obj, Prom, Reference, Value
from convex_lint.model.schema import Validator
from convex_lint.model.value import Clock, Literal

Making = Callable[[Any], Value]
_DEPTH = 4


def pair_range(edge: Edge, own: Value, other: Value) -> Native:
    """`q => q.eq(field, own).eq(ref, other)` on the compound index of a many:many edge."""

    def both(m: Any, call: Call) -> Value:
        first = act(m, call.arg(0), "eq", call, Literal(edge.field), own)
        return act(m, first, "eq", call, Literal(edge.ref), other)

    return native("pair", both)


def _by(m: Any, world: Any, table: str, index: str, value: Value, terminal: str, call: Call) -> Value:
    query = act(m, world.database, "query", call, Literal(table))
    return act(m, act(m, query, "withIndex", call, Literal(index), ranged(query, index, value)), terminal, call)


# ---------------------------------------------------------------- insert, patch, replace


def insert(m: Any, world: Any, table: str, call: Call) -> Obj:
    document = call.arg(0)

    def settle() -> Value:
        ent = world.ent(table)
        _allowed(m, world, table, "create", UNDEFINED, document, call)
        _unique(m, world, table, document, call)
        fields, edges = _split(m, ent, document)
        made = act(m, world.database, "insert", call, Literal(table), fields)
        for edge, ids in edges:
            _write_edge(m, world, edge, made, ids, call)
        return made

    return _promised_id(m, world, table, lazy(m, settle), call)


def insert_many(m: Any, world: Any, table: str, call: Call) -> Value:
    rows = as_array(m, call.arg(0))
    with walking(m, call, rows.rows, len(rows.items) if rows.exact else rows.bound):
        act_on = insert(m, world, table, Call(call.node, [element_of(rows)]))
        act_on.props["\0await"]()
    return Prom(UNKNOWN)


def _promised_id(m: Any, world: Any, table: str, made: Obj, call: Call) -> Obj:
    """What insert, patch and replace give: the id, or the ent through `.get()`."""
    from convex_lint.interpret.knowledge.ents import awaiting

    def get(m: Any, inner: Call) -> Value:
        key = made.props["\0await"]
        return awaiting(
            m,
            world,
            table,
            lambda m: key(),
            lambda m: act(m, world.database, "get", inner, Literal(table), key()),
            inner,
            True,
        )

    made.props["get"] = native("get", get)
    return made


def patch(m: Any, world: Any, table: str, key: Making, row: Making, call: Call) -> Value:
    return _change(m, world, table, key, "patch", call)


def replace(m: Any, world: Any, table: str, key: Making, row: Making, call: Call) -> Value:
    return _change(m, world, table, key, "replace", call)


def _change(m: Any, world: Any, table: str, key: Making, method: str, call: Call) -> Value:
    document = call.arg(0)

    def settle() -> Value:
        made = key(m)
        _allowed(m, world, table, "update", made, document, call)
        _unique(m, world, table, document, call)
        fields, edges = _split(m, world.ent(table), document)
        act(m, world.database, method, call, Literal(table), made, fields)
        for edge, ids in edges:
            added = ask(m, ids, "add", call) if method == "patch" else ids
            removed = ask(m, ids, "remove", call) if method == "patch" else UNDEFINED
            if removed is not UNDEFINED:
                _unlink(m, world, edge, made, removed, call)
            if added is not UNDEFINED:
                _write_edge(m, world, edge, made, added, call)
        return made

    return _promised_id(m, world, table, lazy(m, settle), call)


def _split(m: Any, ent: Any, document: Value) -> tuple[Value, list[tuple[Edge, Value]]]:
    """The fields of a document, and its edges that are written elsewhere."""
    if type(document) is not Obj:
        return document, []
    edges = [
        (edge, document.props[name])
        for name, edge in ent.edges.items()
        if name in document.props and not (edge.single and edge.stored)
    ]
    return (without(document, frozenset(edge.name for edge, _ in edges)) if edges else document), edges


def _write_edge(m: Any, world: Any, edge: Edge, own: Value, ids: Value, call: Call) -> None:
    others = as_array(m, ids)
    other = ids if edge.single else element_of(others)
    if edge.between:
        with walking(m, call, others.rows, len(others.items) if others.exact else others.bound):
            query = act(m, world.database, "query", call, Literal(edge.table))
            pair = act(m, query, "withIndex", call, Literal(f"{edge.field}_{edge.ref}"), pair_range(edge, own, other))
            act(m, pair, "first", call)
            with perhaps(m):
                for a, b in ((own, other), (other, own)) if edge.symmetric else ((own, other),):
                    act(
                        m,
                        world.database,
                        "insert",
                        call,
                        Literal(edge.table),
                        Obj({edge.field or "?": a, edge.ref or "?": b}),
                    )
        return
    act(m, world.database, "patch", call, Literal(edge.to), other, Obj({edge.ref or "?": own}))


def _unlink(m: Any, world: Any, edge: Edge, own: Value, ids: Value, call: Call) -> None:
    others = as_array(m, ids)
    with walking(m, call, others.rows, len(others.items) if others.exact else others.bound):
        query = act(m, world.database, "query", call, Literal(edge.table))
        both = pair_range(edge, own, element_of(others))
        found = act(m, act(m, query, "withIndex", call, Literal(f"{edge.field}_{edge.ref}"), both), "collect", call)
        link = ask(m, element_of(found), "_id", call)
        act(m, world.database, "delete", call, Literal(edge.table), link)


def _unique(m: Any, world: Any, table: str, document: Value, call: Call) -> None:
    """Unique fields and 1:1 edges are looked up before each write, unique fields even when they are not written."""
    ent = world.ent(table)
    for field in ent.unique:
        _by(m, world, table, field, ask(m, document, field, call), "unique", call)
    names = typed.fields_of(m, document)
    for edge in ent.edges.values():
        field = edge.field
        if edge.single and edge.stored and edge.unique and field is not None and (names is None or field in names):
            _by(m, world, table, field, ask(m, document, field, call), "unique", call)


def _allowed(m: Any, world: Any, table: str, operation: str, key: Value, document: Value, call: Call) -> None:
    """The rules of the table, which see the ent."""
    from convex_lint.interpret.knowledge.ents import loaded

    rules = ask(m, world.rules, table, call)
    write = ask(m, rules, "write", call)
    if write is UNDEFINED and (key is UNDEFINED or ask(m, rules, "read", call) is UNDEFINED):
        return
    row = act(m, world.database, "get", call, Literal(table), key) if key is not UNDEFINED else UNDEFINED
    if write is not UNDEFINED and write is not UNKNOWN:
        ent = loaded(world, table, row) if row is not UNDEFINED else UNDEFINED
        run(m, write, call, Obj({"operation": Literal(operation), "ent": ent, "value": document}))


# ---------------------------------------------------------------- delete


def delete(m: Any, world: Any, table: str, key: Making, row: Making, call: Call) -> Value:
    def settle() -> Value:
        made = key(m)
        _allowed(m, world, table, "delete", made, UNDEFINED, call)
        _delete(m, world, table, made, row, call, "default", frozenset())
        return made

    return lazy(m, settle)


def _delete(
    m: Any, world: Any, table: str, key: Value, row: Making, call: Call, behavior: str, seen: frozenset[str]
) -> None:
    ent = world.ent(table)
    softly = behavior != "hard" and ent.deletion in ("soft", "scheduled")
    below = seen | {table}
    for edge in ent.edges.values():
        if edge.between:
            if not softly:
                _drop_links(m, world, edge, key, call)
        elif edge.single and edge.stored:
            if edge.deletion is not None and (not softly or edge.deletion == "soft"):
                other = ask(m, row(m), edge.field or "?", call)
                _cascade(m, world, edge, other, call, softly, below)
        elif (not softly or edge.deletion == "soft") and edge.ref is not None:
            found = _by(m, world, edge.to, edge.ref, key, "collect", call)
            with walking(m, call, rows_of(found)):
                _cascade(m, world, edge, ask(m, element_of(found), "_id", call), call, softly, below)
    if softly:
        act(m, world.database, "patch", call, Literal(table), key, Obj({"deletionTime": Clock()}))
        if ent.deletion == "scheduled":
            target = ask(m, world.ctx, "scheduledDelete", call)
            if target is UNDEFINED or target is UNKNOWN:
                target = Reference("string", m.component, ("functions", "scheduledDelete"))
            act(m, ask(m, world.ctx, "scheduler", call), "runAfter", call, UNKNOWN, target, Obj(rest=UNKNOWN))
    else:
        act(m, world.database, "delete", call, Literal(table), key)


def _cascade(m: Any, world: Any, edge: Edge, key: Value, call: Call, softly: bool, seen: frozenset[str]) -> None:
    if edge.to == "_storage":
        act(m, ask(m, world.ctx, "storage", call), "delete", call, key)
    elif edge.to not in seen and len(seen) <= _DEPTH and not edge.to.startswith("_"):
        behavior = "soft" if softly and edge.deletion == "soft" else "hard"

        def row(m: Any) -> Value:
            return act(m, world.database, "get", call, Literal(edge.to), key)

        _delete(m, world, edge.to, key, row, call, behavior, seen)


def _drop_links(m: Any, world: Any, edge: Edge, key: Value, call: Call) -> None:
    for field in (edge.field, edge.ref) if edge.symmetric else (edge.field,):
        found = _by(m, world, edge.table or "", field or "?", key, "collect", call)
        with walking(m, call, rows_of(found)):
            act(m, world.database, "delete", call, Literal(edge.table), ask(m, element_of(found), "_id", call))


def scheduled_delete(m: Any, world_of: Callable[[Any, Value], Any], call: Call) -> Value:
    """`scheduledDeleteFactory(entDefinitions)`: deletes ents whose time has come, and what hangs on them, page by page."""

    def handle(m: Any, inner: Call) -> Value:
        world = world_of(m, inner.arg(0))
        for table, ent in world.ents.items():
            if ent.deletion != "scheduled":
                continue
            with perhaps(m):
                key = ask(m, ask(m, inner.arg(1), "origin", inner), "id", inner)
                act(m, world.database, "get", inner, Literal(table), key)
                for edge in ent.edges.values():
                    if edge.between:
                        _drop_links(m, world, edge, key, inner)
                    elif not (edge.single and edge.stored) and edge.ref is not None:
                        found = _by(m, world, edge.to, edge.ref, key, "paginate", inner)
                        rows = ask(m, found, "page", inner)
                        with walking(m, inner, rows_of(rows)):
                            act(
                                m,
                                world.database,
                                "delete",
                                inner,
                                Literal(edge.to),
                                ask(m, element_of(rows), "_id", inner),
                            )
                act(m, world.database, "delete", inner, Literal(table), key)
        return NULL

    fields = {"origin": Validator("any"), "stack": Validator("any"), "inProgress": Validator("boolean")}
    return registered(m, "mutation", "internal", call, handle, fields)
