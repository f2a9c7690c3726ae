"""Shapes of `ctx` and `db`."""

from __future__ import annotations

import pytest

from tests.interpret.chat import handler, handles, run
from tests.interpret.programs import done, reasons

ALL_USERS = "query users by_creation_time[] collect"
LOAD = "const load = (c) => c.db.query('users').collect();"


@pytest.mark.parametrize(
    "statements",
    [
        "const { db } = ctx; await db.query('users').collect();",
        "const { db: database } = ctx; await database.query('users').collect();",
        "const context = ctx; await context.db.query('users').collect();",
        "const { query } = ctx.db; await query('users').collect();",
        "const q = ctx.db.query; await q('users').collect();",
        "const q = ctx.db.query.bind(ctx.db); await q('users').collect();",
        "const collect = ctx.db.query('users').collect; await collect();",
        "await ctx['db']['query']('users')['collect']();",
        "await ctx?.db?.query?.('users')?.collect();",
        "await ctx!.db!.query('users').collect();",
        "await (ctx as any).db.query('users').collect();",
        "await (<any>ctx).db.query('users').collect();",
        "let db; db = ctx.db; await db.query('users').collect();",
        "let db; ({ db } = ctx); await db.query('users').collect();",
        "const { ...copy } = ctx; await copy.db.query('users').collect();",
        "const copy = { ...ctx }; await load(copy);",
        "const copy = { ...ctx, extra: 1 }; await load(copy);",
        "const copy = Object.assign({}, ctx, { extra: 1 }); await load(copy);",
        "const copy = { ctx }; await load(copy.ctx);",
        "const copy = { ctx: { inner: { ...ctx } } }; await load(copy.ctx.inner);",
        "const copy = { db: ctx.db }; await load(copy);",
        "const [c] = [ctx]; await load(c);",
        "const m = new Map([['ctx', ctx]]); await load(m.get('ctx'));",
        "const holder = {}; holder.ctx = ctx; await load(holder.ctx);",
        "const c = Math.random() > 2 ? ctx : ctx; await load(c);",
        "const c = ctx ?? null; await load(c);",
        "const c = ctx && ctx; await load(c);",
        "const c = await Promise.resolve(ctx); await load(c);",
        "var c = ctx, d = c; await load(d);",
        "const c = Object.freeze({ ...ctx }); await load(c);",
        "const c = Object.create(ctx); await load(c);",
        "const { db: { query: find } } = ctx; await find('users').collect();",
        "const key = 'db'; await ctx[key].query('users').collect();",
        "const key = 'db'; const { [key]: d } = ctx; await d.query('users').collect();",
        "const q = ctx.db.query('users'); const r = q; await r.order('desc').collect();",
        "await (await ctx.db).query('users').collect();",
        "await ctx.db.query('users').collect().then((rows) => rows);",
        "return await ctx.db.query('users').collect();",
        "const rows = ctx.db.query('users').collect(); await rows;",
        "void ctx.db.query('users').collect();",
    ],
)
def test_shapes_of_ctx(statements: str) -> None:
    assert handles(statements, LOAD) == [ALL_USERS]


def test_db_alone_is_passed() -> None:
    before = "const all = (db: DatabaseReader, table: string) => db.query(table).collect(); const rm = (db, id) => db.delete(id);"
    assert handles("await all(ctx.db, 'users'); await rm(ctx.db, args.id);", before, "{ id: v.id('teams') }") == [
        ALL_USERS,
        "delete teams",
    ]


def test_methods_taken_off() -> None:
    found = handles(
        "const { get, insert, patch, replace, delete: remove } = ctx.db; await get(args.id); await patch(args.id, { name: 'n' });"
        "await replace(args.id, { name: 'n' }); await remove(args.id); await insert('teams', { title: 't' });"
        "const run = ctx.scheduler.runAfter; await run(0, internal.m.g, {}); const { getUserIdentity } = ctx.auth; await getUserIdentity();",
        args="{ id: v.id('users') }",
    )
    assert found == [
        "get users",
        "patch users (name)",
        "replace users (name)",
        "delete users",
        "insert teams (title)",
        "runAfter m:g",
        "auth getUserIdentity",
    ]


def test_wrapped_database() -> None:
    before = (
        "const wrap = (db) => ({ ...db, query: (t) => db.query(t), logged: async (id) => { await db.get(id) } });"
        "const secure = (ctx) => ({ ...ctx, db: { get: (id) => ctx.db.get(id), find: (t) => ctx.db.query(t).collect() } });"
    )
    assert handles("const db = wrap(ctx.db); await db.query('users').collect();", before) == [ALL_USERS]
    assert handles(
        "const c = secure(ctx); await c.db.find('users'); await c.db.get(args.id);", before, "{ id: v.id('users') }"
    ) == [
        ALL_USERS,
        "get users",
    ]


def test_spread_database_keeps_its_methods() -> None:
    found = handles("const db = { ...ctx.db, extra: 1 }; await db.query('users').collect();")
    assert found == [ALL_USERS]


def test_a_proxy_is_told() -> None:
    facts = run(handler("const db = new Proxy(ctx.db, {}); await db.query('users').collect();"))
    assert done(facts, "m:f") == []
    assert reasons(facts) == ["context given to a function that could not be followed"]


def test_what_has_no_database() -> None:
    assert handles("const rows = await ctx.db?.query('users').collect();", kind="action") == []


def test_platform_operations() -> None:
    found = handles(
        "await ctx.storage.getUrl(args.f); await ctx.storage.delete(args.f); await fetch('https://x'); new Date(); new Date(0);"
        " Date.now(); performance.now(); const id = await ctx.auth.getUserIdentity(); crypto.randomUUID();",
        args="{ f: v.id('_storage') }",
    )
    assert found == [
        "storage getUrl",
        "storage delete",
        "fetch fetch",
        "clock new Date",
        "clock Date.now",
        "clock Date.now",
        "auth getUserIdentity",
    ]


def test_objects_that_only_look_like_a_database() -> None:
    found = handles(
        "const redis = { db: { query: (t) => ({ collect: () => [] }), get: (k) => k } }; redis.db.query('users').collect();"
        " redis.db.get('x'); [1].filter((x) => x); new Map().get('y'); new Map().delete('z');"
    )
    assert found == []


@pytest.mark.parametrize(
    ("test", "kind", "told"),
    [
        ('"scheduler" in ctx', "query", False),
        ('"scheduler" in ctx', "mutation", True),
        ('args.flag && "scheduler" in ctx', "query", False),
        ('args.flag && "scheduler" in ctx', "mutation", None),
        ('"runMutation" in ctx', "query", False),
        ('"runAction" in { ...ctx, user: 1 }', "mutation", None),
        ('"scheduler" in { ...ctx, user: 1 }', "mutation", True),
        ('"user" in { ...ctx, user: 1 }', "query", True),
        ('"patch" in ctx.db', "query", False),
        ('"patch" in ctx.db', "mutation", True),
        ('"db" in (args.flag ? ctx : { ...ctx })', "query", True),
        ("args.name in ctx", "mutation", None),
        ('"user" in { user: args.flag ? 1 : undefined }', "mutation", None),
    ],
)
def test_what_is_in_ctx_decides_branches(test: str, kind: str, told: bool | None) -> None:
    statements = f"if ({test}) await ctx.db.query('users').collect(); else await ctx.db.get(args.team);"
    expected = {True: [ALL_USERS], False: ["get teams"], None: [f"{ALL_USERS}?", "get teams?"]}
    args = "{ flag: v.boolean(), name: v.string(), team: v.id('teams') }"
    assert handles(statements, args=args, kind=kind) == expected[told]
