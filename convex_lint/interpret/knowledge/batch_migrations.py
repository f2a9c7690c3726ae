"""Migrations over the documents of a table, one batch a call: `convex-helpers/server/migrations` and the component
`@convex-dev/migrations` (helpers:server/migrations.ts, migrations:src/client/index.ts)."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.arrays import element_of
from convex_lint.interpret.knowledge.acting import Module, act, ask, native, perhaps, quiet, rows_of, run, walking
from convex_lint.interpret.knowledge.convex_server import BUILDERS
from convex_lint.interpret.values import NULL, UNDEFINED, UNKNOWN, Call, Native, Obj, Prom, ValidatorValue, Value
from convex_lint.model.schema import Validator
from convex_lint.model.value import Literal

_TEXT = Validator("string", optional=True)
_NUMBER = Validator("float64", optional=True)
_FLAG = Validator("boolean", optional=True)
_CURSOR = Validator("union", optional=True, members=(Validator("string"), Validator("null")))
_ARGS = {
    "fn": _TEXT,
    "cursor": _CURSOR,
    "batchSize": _NUMBER,
    "dryRun": _FLAG,
    "next": Validator("array", True, element=Validator("any")),
}


def _args() -> Value:
    return Obj({name: ValidatorValue(part) for name, part in _ARGS.items()})


def _register(m: Any, builder: Value, call: Call, handler: Native) -> Value:
    from convex_lint.interpret.calls import call_value

    chosen = builder if builder is not UNDEFINED and builder is not UNKNOWN else BUILDERS["internalMutation"]
    return call_value(m, chosen, Call(call.node, [Obj({"args": _args(), "handler": handler})]))


def _migration(m: Any, builder: Value, migrations_table: Value, component: Value, call: Call) -> Value:
    """`define({ table, migrateOne, customRange })`"""
    config = call.arg(0)
    table, migrate = ask(m, config, "table", call), ask(m, config, "migrateOne", call)
    custom = ask(m, config, "customRange", call)

    def handle(m: Any, inner: Call) -> Value:
        ctx, args = inner.arg(0), inner.arg(1)
        database = ask(m, ctx, "db", inner)
        if migrations_table is not UNDEFINED:
            _progress(m, database, migrations_table, inner)
        if component is not UNDEFINED:
            with perhaps(m):
                act(
                    m,
                    ctx,
                    "runMutation",
                    inner,
                    ask(m, ask(m, component, "lib", inner), "migrate", inner),
                    Obj(rest=UNKNOWN),
                )
        query = act(m, database, "query", inner, table)
        if custom is not UNDEFINED:
            query = run(m, custom, inner, query)
        size = ask(m, args, "batchSize", inner)
        page = act(m, query, "paginate", inner, Obj({"numItems": size, "cursor": ask(m, args, "cursor", inner)}))
        rows = ask(m, page, "page", inner)
        with walking(m, inner, rows_of(rows)):
            row = element_of(rows)
            changes = run(m, migrate, inner, ctx, row)
            if changes is not UNDEFINED and changes != NULL:
                with perhaps(m):
                    act(m, database, "patch", inner, table, ask(m, row, "_id", inner), changes)
        return UNKNOWN

    return _register(m, builder, call, Native("migration", handle, (("handler", migrate),)))


def _progress(m: Any, database: Value, table: Value, call: Call) -> None:
    """The row of the migrations table is read, and written back after the batch."""
    by_name = native("range", lambda m, inner: act(m, inner.arg(0), "eq", inner, Literal("name"), UNKNOWN))
    found = act(m, act(m, database, "query", call, table), "withIndex", call, Literal("name"), by_name)
    row = act(m, found, "unique", call)
    state = dict.fromkeys(("name", "table", "isDone", "processed", "latestStart"), UNKNOWN)
    with perhaps(m):
        act(m, database, "insert", call, table, Obj(dict(state)))
        act(
            m,
            database,
            "patch",
            call,
            table,
            ask(m, row, "_id", call),
            Obj(dict.fromkeys(("cursor", "isDone", "processed", "latestEnd"), UNKNOWN)),
        )


def _make_migration(m: Any, call: Call) -> Value:
    """convex-helpers: `makeMigration(internalMutation, { migrationTable })` -> `migration({ table, migrateOne })`"""
    builder, table = call.arg(0), ask(m, call.arg(1), "migrationTable", call)
    return native("migration", lambda m, inner: _migration(m, builder, table, UNDEFINED, inner))


def _migrations(m: Any, call: Call) -> Value:
    """The component: `new Migrations(components.migrations, { internalMutation })`"""
    component = call.arg(0)
    builder = ask(m, call.arg(1), "internalMutation", call)

    def runner(m: Any, inner: Call) -> Value:
        def handle(m: Any, last: Call) -> Value:
            library = ask(m, component, "lib", last)
            act(m, last.arg(0), "runQuery", last, ask(m, library, "getStatus", last), Obj(rest=UNKNOWN))
            act(m, last.arg(0), "runMutation", last, ask(m, library, "migrate", last), Obj(rest=UNKNOWN))
            return UNKNOWN

        return _register(m, UNDEFINED, inner, native("migration runner", handle))

    def through(method: str, name: str) -> Native:
        def answer(m: Any, inner: Call) -> Value:
            target = ask(m, ask(m, component, "lib", inner), name, inner)
            return Prom(act(m, inner.arg(0), method, inner, target, Obj(rest=UNKNOWN)))

        return native(name, answer)

    return Obj(
        {
            "component": component,
            "define": native("Migrations.define", lambda m, inner: _migration(m, builder, UNDEFINED, component, inner)),
            "runner": native("Migrations.runner", runner),
            "runFromCLI": native("Migrations.runFromCLI", runner),
            "runOne": through("runMutation", "migrate"),
            "runSerially": through("runMutation", "migrate"),
            "getStatus": through("runQuery", "getStatus"),
            "cancel": through("runMutation", "cancel"),
            "cancelAll": through("runMutation", "cancelAll"),
            "\0any": quiet("Migrations method"),
        }
    )


def _start(m: Any, call: Call) -> Value:
    """`startMigration(ctx, ref, ...)`, `startMigrationsSerially(ctx, refs)`"""
    from convex_lint.interpret.iterables import as_array
    from convex_lint.interpret.values import Arr

    target = call.arg(1)
    first = as_array(m, target).items[:1] if type(target) is Arr else [target]
    return Prom(act(m, call.arg(0), "runMutation", call, *(first or [UNKNOWN]), Obj(rest=UNKNOWN)))


def _run_to_completion(m: Any, call: Call) -> Value:
    """`runToCompletion(ctx, components.migrations, ref)`: the component runs one batch after the other."""
    ctx, library = call.arg(0), ask(m, call.arg(1), "lib", call)
    act(m, ctx, "runMutation", call, ask(m, library, "migrate", call), Obj(rest=UNKNOWN))
    act(m, ctx, "runMutation", call, call.arg(2), Obj(rest=UNKNOWN))
    return Prom(UNKNOWN)


COMPONENT: Module = {
    "Migrations": native("Migrations", _migrations),
    "runToCompletion": native("runToCompletion", _run_to_completion),
}
HELPERS: Module = {
    "makeMigration": native("makeMigration", _make_migration),
    "startMigration": native("startMigration", _start),
    "startMigrationsSerially": native("startMigrationsSerially", _start),
    "getStatus": quiet("getStatus"),
    "cancelMigration": quiet("cancelMigration"),
}
