"""Where the names of tables and indexes come from, and the tables of ids."""

from __future__ import annotations

import pytest

from convex_lint.interpret.values import UNKNOWN, Either, Range, join
from tests.interpret.chat import TYPES, handler, handles, operations, reads, run
from tests.interpret.programs import done, project, reasons

ID = '{ id: v.id("users") }'
BY_EMAIL = "query users by_email[email] first"


@pytest.mark.parametrize(
    ("before", "table"),
    [
        ("const T = 'users';", "T"),
        ("const T = { users: 'users', x: 'teams' } as const;", "T.users"),
        ("const T = { users: 'users' } satisfies Record<string, TableNames>;", "T['users']"),
        ("enum T { Users = 'users' }", "T.Users"),
        ("const T = Object.freeze({ a: { b: 'users' } });", "T.a.b"),
        ("const { users: T } = { users: 'users' };", "T"),
        ("const [, T] = ['teams', 'users'] as const;", "T"),
        ("const T = `${'us'}ers`;", "T"),
        ("const T = 'us' + 'ers';", "T"),
        ("const name = () => 'users';", "name()"),
        ("const T = ('users' as const)!;", "T"),
        ("const T = <const>'users';", "T"),
        ("class T { static readonly users = 'users' }", "T.users"),
        ('import { USERS as T } from "./names";', "T"),
        ('import * as T from "./names";', "T.USERS"),
    ],
)
def test_names_of_tables(before: str, table: str) -> None:
    found = handles(f"await ctx.db.query({table}).collect();", before, names="export const USERS = 'users';")
    assert found == ["query users by_creation_time[] collect"]


@pytest.mark.parametrize(
    "namespace",
    [
        "namespace T { export const users = 'users' }",
        "export namespace T { const name = 'users'; export const users = name }",
        "module T { export enum users { a = 1 } } namespace T { export function of() {} export const users = 'users' }",
    ],
)
def test_names_in_a_namespace(namespace: str) -> None:
    found = handles("await ctx.db.query(T.users).collect();", namespace)
    assert found == ["query users by_creation_time[] collect"]


@pytest.mark.parametrize(
    "query",
    [
        "ctx.db.query('users').withIndex(INDEX, (q) => q.eq('email', 'x'))",
        "ctx.db.query('users').withIndex(NAMES.email, (q) => q.eq(FIELD, 'x'))",
        "ctx.db.query('users').withIndex(`by_${FIELD}`, (q) => q.eq(FIELD, 'x'))",
        "ctx.db.query('users')['withIndex']('by_email', function (q) { return q.eq('email', 'x') })",
        "ctx.db.query('users').withIndex('by_email', range)",
        "ctx.db.query('users').withIndex('by_email', (q) => { const r = q.eq('email', 'x'); return r })",
        "ctx.db.query('users').withIndex('by_email', (q) => range(q))",
        "ctx.db.query('users').withIndex('by_email', equals('email', 'x'))",
        "ctx.db.query('users').withIndex(...PAIR)",
        "((q) => q.withIndex('by_email', (r) => r.eq('email', 'x')))(ctx.db.query('users'))",
    ],
)
def test_indexes_and_ranges(query: str) -> None:
    before = (
        "const INDEX = 'by_email', FIELD = 'email'; const NAMES = { email: 'by_email' };"
        "const range = (q) => q.eq('email', 'x'); const equals = (f, value) => (q) => q.eq(f, value);"
        "const PAIR = ['by_email', range];"
    )
    assert handles(f"await {query}.first();", before) == [BY_EMAIL]


def test_every_bound() -> None:
    [read] = reads(
        operations(
            "await ctx.db.query('messages').withIndex('by_channel', (q) => q.eq('channel', 'c').gt('sent', 1).lte('sent', 9))"
            ".order('desc').take(3);"
        )
    )
    assert [key.field for key in read.eq] == ["channel"]
    assert [(bound.field, bound.operator) for bound in read.bounds] == [("sent", "gt"), ("sent", "lte")]
    assert (read.order, read.terminal, read.range_known) == ("desc", "take", True)


def test_conditional_range() -> None:
    found = handles(
        "await ctx.db.query('messages').withIndex('by_channel', (q) => args.since ? q.eq('channel', 'c').gt('sent', args.since)"
        " : q.eq('channel', 'c')).collect();",
        args="{ since: v.optional(v.number()) }",
    )
    assert {text.rstrip("?") for text in found} == {
        "query messages by_channel[channel, gt sent] collect",
        "query messages by_channel[channel] collect",
    }


def test_range_of_statements() -> None:
    found = handles(
        "await ctx.db.query('messages').withIndex('by_channel', (q) => { const base = q.eq('channel', 'c');"
        " if (args.after) return base.gt('sent', args.after); return base }).collect();",
        args="{ after: v.optional(v.number()) }",
    )
    assert {text.rstrip("?") for text in found} == {
        "query messages by_channel[channel, gt sent] collect",
        "query messages by_channel[channel] collect",
    }


def test_builder_extended_in_branches() -> None:
    found = handles(
        "let q = ctx.db.query('users'); if (args.email) { q = q.withIndex('by_email', (r) => r.eq('email', args.email)) }"
        " else if (args.team) { q = q.withIndex('by_team', (r) => r.eq('team', args.team)) } await q.order('desc').first();",
        args="{ email: v.optional(v.string()), team: v.optional(v.id('teams')) }",
    )
    assert {text.rstrip("?") for text in found} == {
        BY_EMAIL,
        "query users by_team[team] first",
        "query users by_creation_time[] first",
    }


def test_builder_returned_from_a_helper() -> None:
    before = (
        "const base = (ctx) => ctx.db.query('users'); function byEmail(ctx, email) {"
        " return base(ctx).withIndex('by_email', (q) => q.eq('email', email)) }"
    )
    assert handles("await byEmail(ctx, 'x').first();", before) == [BY_EMAIL]


def test_table_and_index_that_depend() -> None:
    found = handles(
        "const table = args.x ? 'users' : 'teams'; await ctx.db.query(table).collect();", args="{ x: v.boolean() }"
    )
    assert found == ["query users by_creation_time[] collect?", "query teams by_creation_time[] collect?"]


def test_search_and_vector_search() -> None:
    assert handles(
        "await ctx.db.query('messages').withSearchIndex('body', (q) => q.search('body', 'x').eq('channel', 'c')).take(5);"
    ) == ["search messages body[channel] take"]
    found = handles(
        "const hits = await ctx.vectorSearch('messages', 'vec', { vector: [], limit: 3,"
        " filter: (q) => q.or(q.eq('channel', 'a'), q.eq('channel', 'b')) });",
        kind="action",
    )
    assert [text.split("[")[0] for text in found] == ["vectorSearch messages vec"]


def test_system_tables() -> None:
    [jobs, file] = reads(
        operations(
            "await ctx.db.system.query('_scheduled_functions').take(3); await ctx.db.system.get(args.f);",
            args="{ f: v.id('_storage') }",
        )
    )
    assert (jobs.table, jobs.system, file.table, file.system) == ("_scheduled_functions", True, "_storage", True)


# ---------------------------------------------------------------- ids


@pytest.mark.parametrize(
    ("text", "args"),
    [
        ("await ctx.db.get(args.id);", ID),
        ("await ctx.db.get('users', args.id);", "{ id: v.any() }"),
        ("const { id } = args; await ctx.db.get(id!);", "{ id: v.optional(v.id('users')) }"),
        ("await ctx.db.get(args.ids[0]);", "{ ids: v.array(v.id('users')) }"),
        ("for (const id of args.ids) await ctx.db.get(id);", "{ ids: v.array(v.id('users')) }"),
        ("await ctx.db.get(args.a.b);", "{ a: v.object({ b: v.union(v.id('users'), v.null()) }) }"),
        (
            "for (const [k, id] of Object.entries(args.map)) await ctx.db.get(id);",
            "{ map: v.record(v.string(), v.id('users')) }",
        ),
        ("await ctx.db.get(args.id as Id<'users'>);", "{ id: v.string() }"),
        ("const id = ctx.db.normalizeId('users', args.id); if (id) await ctx.db.get(id);", "{ id: v.string() }"),
        ("const id: Id<'users'> = JSON.parse(args.id); await ctx.db.get(id);", "{ id: v.string() }"),
        ("await load(ctx, mystery());", "{}"),
        ("await loadDoc(ctx, mystery());", "{}"),
        ("await loadOf(ctx, { id: mystery() });", "{}"),
        ("await getIn(ctx, 'users', mystery());", "{}"),
        ("const m = new Map<string, Id<'users'>>(); m.set('a', args.id); await ctx.db.get(m.get('a')!);", ID),
        ("const s = new Set([args.id]); for (const id of s) await ctx.db.get(id);", ID),
        (
            "const ids = [...new Set(args.ids)]; await Promise.all(ids.map((id) => ctx.db.get(id)));",
            "{ ids: v.array(v.id('users')) }",
        ),
        ("const { _id } = await made(); await ctx.db.get(_id);", "{}"),
        ("await getOf(ctx, 'users', args.id);", "{ id: v.string() }"),
        ("await getOf(ctx, 'users', mystery());", "{}"),
        ("const me = await ctx.auth.getUserIdentity(); await ctx.db.get(me.subject as Id<'users'>);", "{}"),
        ("const me = await ctx.auth.getUserIdentity(); await load(ctx, me.userId);", "{}"),
    ],
)
def test_tables_of_ids(text: str, args: str) -> None:
    before = (
        'import { mystery } from "mystery";'
        "const load = async (ctx: QueryCtx, id: Id<'users'>) => ctx.db.get(id);"
        "const loadDoc = async (ctx: QueryCtx, doc: Doc<'users'>) => ctx.db.get(doc._id);"
        "const loadOf = async (ctx: QueryCtx, { id }: { id: Id<'users'> }) => ctx.db.get(id);"
        "async function getIn<T extends TableNames>(ctx: QueryCtx, table: T, id: Id<T>) { return await ctx.db.get(id) }"
        "async function getOf<T extends TableNames>(c: QueryCtx, table: T, id: Doc<T>['_id']) { return await c.db.get(id) }"
        "async function made(): Promise<Doc<'users'>> { return mystery() }"
    )
    facts = run(before + handler(text, args))
    found = done(facts, "m:f")
    assert [entry.rstrip("?*") for entry in found if entry.startswith("get ")] == ["get users"]
    assert "table of an id not known" not in reasons(facts)


def test_types_of_other_modules_and_of_validators() -> None:
    found = handles(
        "await load(ctx, mystery()); await both(ctx, mystery());",
        'import { mystery } from "mystery"; import type { UserId } from "./types"; import type { Infer } from "convex/values";'
        "const pair = v.object({ team: v.id('teams') });"
        "const load = async (ctx, id: UserId) => ctx.db.get(id);"
        "const both = async (ctx, p: Infer<typeof pair>) => ctx.db.get(p.team);",
        types="export type UserId = Id<'users'>;",
    )
    assert found == ["get users", "get teams"]


def test_a_handler_inside_of_unknown_code_is_told() -> None:
    facts = run(
        'import { wrap } from "wrap";'
        "export const f = mutation({ args: {}, handler: wrap(async (c: MutationCtx) => { await c.db.query('users').collect() }) });"
    )
    assert done(facts, "m:f") == []
    assert "handler not followed" in reasons(facts)


def test_index_of_an_unknown_name_is_told() -> None:
    facts = run(
        'import { which } from "x";'
        + handler("await ctx.db.query(which).collect(); await ctx.db.query('users').withIndex(which).first();")
    )
    assert sorted(reasons(facts)) == ["index name not known", "table name not known"]


def test_data_model_of_a_library() -> None:
    facts = project(
        {
            "schema.ts": "users: defineTable({ name: v.string() }),",
            "m.ts": 'import { GenericQueryCtx, queryGeneric as query } from "convex/server"; import { v, GenericId } from "convex/values";'
            + TYPES.replace("QueryCtx, ", "")
            + "const load = async (ctx: GenericQueryCtx<any>, id: GenericId<'users'>) => ctx.db.get(id);"
            "export const f = query({ args: { id: v.string() }, handler: async (ctx, args) => load(ctx, args.id as any) });",
        }
    )
    assert done(facts, "m:f") == ["get users"]


def test_of_the_names_that_generic_code_may_mean_a_table_gets_those_that_it_has() -> None:
    facts = run(
        handler(
            "const t = args.flag ? 'users' : args.other ? 'messages' : 'teams';"
            " const i = args.flag ? 'by_email' : 'by_author'; const f = args.flag ? 'email' : 'author';"
            " return await ctx.db.query(t).withIndex(i, (q) => q.eq(f, args.id)).first();",
            "{ flag: v.boolean(), other: v.boolean(), id: v.string() }",
        )
    )
    assert done(facts, "m:f") == [
        "query users by_email[email] first?",
        "query messages by_author[author] first?",
        "query teams None[] first?",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "await ctx.db.get((args.id + '').trim() as Id<'users'>)",
        "await ctx.db.get('j97ewaqm418zrvb3qq6q25xy' as Id<'users'>);",
        "await Promise.all(['x1', 'x2'].map((id) => ctx.db.get(id as Id<'users'>)));",
        "const known: Record<string, string> = { a: 'x1' }; await ctx.db.get(known[args.id ?? ''] as Id<'users'>);",
        "await ctx.db.get(args.id as Id<'users'>);",
        "const told: { id: string } = JSON.parse(args.id ?? ''); await ctx.db.get(told.id as Id<'users'>);",
        "const { z } = await import('zod'); const told = z.object({ id: z.string() }).parse(args);"
        " await ctx.db.get(told.id as Id<'users'>);",
    ],
)
def test_a_cast_says_the_table_of_any_text(text: str) -> None:
    found = handles(text, args="{ id: v.union(v.string(), v.null()) }")
    assert {operation.rstrip("*") for operation in found} == {"get users"}


def test_a_range_that_generic_code_makes_may_be_of_as_many_fields_as_there_are_tables() -> None:
    ranges = [Range(((f"field{number}", UNKNOWN),)) for number in range(20)]
    assert join(*ranges) == Either(tuple(ranges))
