"""Ids in identities, documents and answers of inserts, and those of two tables."""

from __future__ import annotations

from convex_lint.model.operation import Read
from convex_lint.model.value import Identity
from tests.interpret.chat import handles, operations


def test_an_id_that_the_identity_holds_is_of_its_table_and_still_of_the_identity() -> None:
    _, get = operations("const me = await ctx.auth.getUserIdentity(); await ctx.db.get(me.subject as Id<'users'>);")
    assert isinstance(get, Read)
    assert get.key == Identity(("subject",))


def test_ids_in_documents() -> None:
    found = handles(
        "const m = await ctx.db.query('messages').first(); const u = await ctx.db.get(m.author);"
        " const t = await ctx.db.get(u.team); await ctx.db.get(u.best!); await ctx.db.delete(t._id);"
    )
    assert found[1:] == ["get users", "get teams", "get users", "delete teams"]


def test_id_of_an_insert() -> None:
    found = handles(
        "const id = await ctx.db.insert('teams', { title: 't', open: true }); await ctx.db.patch(id, { open: false });"
    )
    assert found == ["insert teams (title, open)", "patch teams (open)"]


def test_an_id_of_two_tables() -> None:
    found = handles("await ctx.db.get(args.id);", args="{ id: v.union(v.id('users'), v.id('teams')) }")
    assert found == ["get users?", "get teams?"]


def test_a_text_that_another_library_let_through_is_the_id_that_its_cast_says() -> None:
    found = handles(
        "const given = z.object({ user: z.string() }).parse(args); await ctx.db.get(given.user as Id<'users'>);",
        before='import { z } from "zod";',
    )
    assert found == ["get users"]


def test_the_text_of_an_id_is_the_id() -> None:
    found = handles(
        "for (const id of Array.from(new Set(args.ids.map(String)))) await ctx.db.get(id as any);"
        " await ctx.db.delete(args.ids[0].toString() as any);",
        args="{ ids: v.array(v.id('teams')) }",
    )
    assert found == ["get teams*", "delete teams"]


def test_a_type_that_is_imported_where_it_stands() -> None:
    found = handles(
        "await ctx.db.get(args.a as import('./_generated/dataModel').Id<'users'>);"
        " const b: import('./_generated/dataModel').Id<'teams'> = args.b as any; await ctx.db.get(b);",
        args="{ a: v.string(), b: v.string() }",
    )
    assert found == ["get users", "get teams"]


def test_a_type_of_a_namespace() -> None:
    found = handles(
        "await ctx.db.get(args.a as model.Id<'users'>);",
        before='import type * as model from "./_generated/dataModel";',
        args="{ a: v.string() }",
    )
    assert found == ["get users"]


def test_an_id_under_a_key_that_is_not_known() -> None:
    found = handles(
        "await ctx.db.get(args.by[args.kind]); for (const kind of args.kinds) await ctx.db.delete(args.by[kind]);",
        args="{ by: v.object({ a: v.id('users'), b: v.id('users') }), kind: v.string(), kinds: v.array(v.string()) }",
    )
    assert found == ["get users", "delete users*"]


def test_getting_nothing_reads_nothing() -> None:
    helper = "async function show(ctx: any, id?: any) { return await ctx.db.get(id); }"
    assert handles("await show(ctx); await show(ctx, args.id);", helper, "{ id: v.id('users') }") == ["get users"]


def test_an_argument_that_the_validator_does_not_know_is_not_given() -> None:
    helper = "async function f2(ctx: any, a: any) { if (a.id) await ctx.db.get(a.id); else await ctx.db.get(a.team); }"
    assert handles("await f2(ctx, args);", helper, "{ team: v.id('teams') }") == ["get teams"]


def test_a_method_of_the_platform_is_there() -> None:
    helper = (
        "async function rows<T>(query: { take?: any; unique?: any }, n: number) {"
        " if (query.take) return query.take(n); return [await query.unique?.()]; }"
    )
    found = handles("const m = await rows<any>(ctx.db.query('messages'), 3); await ctx.db.get(m[0].author);", helper)
    assert found == ["query messages by_creation_time[] take", "get users"]


def test_an_id_that_a_row_is_declared_to_hold() -> None:
    helper = "async function show(ctx: any, user: Doc<'users'>) { return await ctx.db.get(user.team); }"
    assert handles("await show(ctx, { name: 'a', team: JSON.parse(args.text) } as any);", helper)[-1:] == ["get teams"]


def test_rows_that_an_array_is_declared_to_hold() -> None:
    helper = "async function show(ctx: any, users: Doc<'users'>[]) { for (const u of users) await ctx.db.get(u.team); }"
    assert handles("await show(ctx, [JSON.parse('1'), JSON.parse('2')]);", helper) == ["get teams*"]


def test_a_row_that_a_loop_looks_for() -> None:
    found = handles(
        "let user: Doc<'users'> | null = null; for (const name of args.names) {"
        " user = await ctx.db.query('users').withIndex('by_email', (q) => q.eq('email', name)).first(); if (user) break;"
        " user = null; } if (!user) return; await ctx.db.get(user.team);",
        args="{ names: v.array(v.string()) }",
    )
    assert found == ["query users by_email[email] first*", "get teams?"]


def test_many_arrays_are_one() -> None:
    turns = " ".join(f"if (args.n > {i}) rows = rows.filter((r) => r.sent !== {i});" for i in range(8))
    found = handles(
        f"let rows = await ctx.db.query('messages').collect(); {turns} await Promise.all(rows.map(async (r) => ctx.db.get(r.author)));",
        args="{ n: v.number() }",
    )
    assert found == ["query messages by_creation_time[] collect", "get users*?"]


def test_a_cheap_helper_is_run_for_each_of_many_calls() -> None:
    helper = "function same<T>(rows: T[]): T[] { return rows; }"
    calls = " ".join(f"same([{i}]);" for i in range(14))
    found = handles(
        f"{calls} for (const m of same(await ctx.db.query('messages').collect())) await ctx.db.get(m.author);", helper
    )
    assert found[-1] == "get users*"


def test_a_type_that_may_be_null_decides_nothing() -> None:
    found = handles(
        "const given = JSON.parse(args.text) as { user: { name: string } | null } | null;"
        " if (!given?.user) { await ctx.db.query('users').first(); return; } await ctx.db.query('teams').first();",
        args="{ text: v.string() }",
    )
    assert found == ["query users by_creation_time[] first?", "query teams by_creation_time[] first?"]
