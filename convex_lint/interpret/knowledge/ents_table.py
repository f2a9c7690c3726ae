"""convex-ents, `ctx.table`: tables, definitions and rules (ents:src/functions.ts)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from convex_lint.interpret.arrays import element_of
from convex_lint.interpret.calls import awaited
from convex_lint.interpret.iterables import as_array
from convex_lint.interpret.knowledge import ents_writer
from convex_lint.interpret.knowledge.acting import Module, act, ask, native, options, run, walking
from convex_lint.interpret.knowledge.ents import World, awaiting, loaded, once, query_object
from convex_lint.interpret.knowledge.ents_schema import SCHEMA, Ent, entities
from convex_lint.interpret.knowledge.hooks import Event, Hook, row_filter
from convex_lint.interpret.knowledge.lazy import lazy
from convex_lint.interpret.knowledge.names import literal_names
from convex_lint.interpret.values import (
    UNDEFINED,
    UNKNOWN,
    Arr,
    Call,
    Database,
    Native,
    Obj,
    SchemaDefinition,
    Value,
    join,
)
from convex_lint.model.value import Literal


def _table(m: Any, world: World, call: Call) -> Value:
    """`ctx.table("users")`, `ctx.table("users", "by_name", q => ...)`"""
    found = []
    for table in literal_names(call.arg(0)):
        if table is None:
            m.lost(call.node, "table name not known")
            continue
        found.append(_one_table(m, world, table, call))
    return join(*found) if found else UNKNOWN


def _one_table(m: Any, world: World, table: str, call: Call) -> Obj:
    name = Literal(table)

    def start(m: Any) -> Value:
        return act(m, world.source(m, table, call), "query", call, name)

    if len(call.args) > 1:
        indexed = once(lambda m: act(m, start(m), "withIndex", call, *call.args[1:]))
        return query_object(m, world, table, indexed, Call(call.node, []))

    def by_index(m: Any, inner: Call) -> Value:
        """`get("email", value)`, `get("by_name", first, last)`"""
        found = []
        for index in literal_names(inner.arg(0)):
            fields = _fields(world.ent(table), index)

            def keys(m: Any, last: Call, fields: list[str] = fields) -> Value:
                built = last.arg(0)
                for field, value in zip(fields, inner.args[1:], strict=False):
                    built = act(m, built, "eq", last, Literal(field), value)
                return built

            query = act(m, start(m), "withIndex", inner, Literal(index), native("keys", keys))
            found.append(act(m, query, "unique", inner))
        return join(*found)

    def get(sure: bool) -> Native:
        def run(m: Any, inner: Call) -> Value:
            if len(inner.args) > 1:
                row = once(lambda m: by_index(m, inner))
                return awaiting(m, world, table, lambda m: ask(m, row(m), "_id", inner), row, inner, sure)
            key = inner.arg(0)
            read = once(lambda m: act(m, world.source(m, table, inner), "get", inner, name, key))
            return awaiting(m, world, table, lambda m: key, read, inner, sure)

        return native("table.get", run)

    def get_many(m: Any, inner: Call) -> Value:
        def settle() -> Value:
            values = as_array(m, awaited(inner.args[-1] if inner.args else UNKNOWN))
            with walking(m, inner, values.rows, len(values.items) if values.exact else values.bound):
                one = element_of(values)
                if len(inner.args) > 1:
                    row = by_index(m, Call(inner.node, [inner.args[0], one]))
                else:
                    row = act(m, world.source(m, table, inner), "get", inner, name, one)
            return Arr([loaded(world, table, row)], exact=False, bound=values.bound)

        return lazy(m, settle)

    def normalize(m: Any, inner: Call) -> Value:
        return act(m, world.database, "normalizeId", inner, name, inner.arg(0))

    made = query_object(m, world, table, start, Call(call.node, []))
    made.props.update(
        {
            "get": get(False),
            "getX": get(True),
            "getMany": native("table.getMany", get_many),
            "getManyX": native("table.getManyX", get_many),
            "insert": native("table.insert", lambda m, inner: ents_writer.insert(m, world, table, inner)),
            "insertMany": native("table.insertMany", lambda m, inner: ents_writer.insert_many(m, world, table, inner)),
            "normalizeId": native("table.normalizeId", normalize),
            "normalizeIdX": native("table.normalizeIdX", normalize),
        }
    )
    return made


def _fields(ent: Ent, index: str | None) -> list[str]:
    declared = next((found for found in ent.table.indexes if found.name == index), None)
    if declared is not None:
        return list(declared.fields)
    return [index] if index is not None else []


def _definitions(m: Any, call: Call) -> Value:
    """`getEntDefinitions(schema)`"""
    schema = call.arg(0)
    return Obj({"\0ents": entities(schema.tables) if type(schema) is SchemaDefinition else {}}, UNKNOWN)


def _with_rules(m: Any, call: Call) -> Value:
    """`addEntRules(entDefinitions, rules)`"""
    held = call.arg(0).props.get("\0ents", {}) if type(call.arg(0)) is Obj else {}
    return Obj({"\0ents": held, "rules": call.arg(1)}, UNKNOWN)


def _factory(m: Any, call: Call) -> Value:
    """`entsTableFactory(ctx, entDefinitions, { scheduledDelete })`"""
    ctx, definitions = call.arg(0), call.arg(1)
    world = _world(m, ctx, definitions, call)
    made = native("ctx.table", lambda m, inner: _table(m, world, inner))
    return Native("ctx.table", made.run, (("system", made),))


def _world(m: Any, ctx: Value, definitions: Value, call: Call) -> World:
    database = ask(m, ctx, "db", call)
    known = definitions.props if type(definitions) is Obj else {}
    world = World(ctx, database, known.get("\0ents", {}), known.get("rules", UNDEFINED))
    if world.rules is not UNDEFINED:
        hook = _reading(world)
        guarded = [replace(o, hooks=(*o.hooks, hook)) if type(o) is Database else o for o in options(database)]
        world.database = join(*guarded)
    return world


def _reading(world: World) -> Hook:
    """Each document that is read is put before the read rule of its table."""
    running: list[str | None] = []

    def readable(m: Any, event: Event, row: Value) -> Value:
        rule = ask(m, ask(m, world.rules, event.table or "", event.call), "read", event.call)
        if rule is UNDEFINED or event.table in running:
            return UNKNOWN
        running.append(event.table)
        try:
            return run(m, rule, event.call, loaded(world, event.table or "", row))
        finally:
            running.pop()

    return row_filter(readable)


def _scheduled(m: Any, call: Call) -> Value:
    definitions = call.arg(0)
    return ents_writer.scheduled_delete(m, lambda m, ctx: _world(m, ctx, definitions, call), call)


EXPORTS: Module = {
    **SCHEMA,
    "getEntDefinitions": native("getEntDefinitions", _definitions),
    "addEntRules": native("addEntRules", _with_rules),
    "entsTableFactory": native("entsTableFactory", _factory),
    "scheduledDeleteFactory": native("scheduledDeleteFactory", _scheduled),
}
