"""Idioms of real handlers, whole."""

from __future__ import annotations

import pytest

from tests.interpret.chat import handler, handles, run
from tests.interpret.programs import done

ARGS = "{ id: v.id('users'), flag: v.boolean(), ids: v.array(v.id('users')) }"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (
            "for (const id of args.ids) { try { await ctx.db.get(id) } catch { continue } await ctx.db.delete(id) }",
            ["get users*", "delete users*?"],
        ),
        (
            "const u = await ctx.db.get(args.id); if (!u) return null; const t = await ctx.db.get(u.team);"
            " if (t?.open === false) { await ctx.db.patch(t._id, { open: true }) }",
            ["get users", "get teams?", "patch teams (open)?"],
        ),
        (
            "const [a, b] = await Promise.all([ctx.db.get(args.id), ctx.db.query('teams').first()]); await ctx.db.delete(b._id)",
            ["get users", "query teams by_creation_time[] first", "delete teams"],
        ),
        (
            "const by = new Map(); for (const id of args.ids) { const u = await ctx.db.get(id); by.set(id, u) }"
            " for (const [id, u] of by) await ctx.db.get(u.team)",
            ["get users*", "get teams*"],
        ),
        (
            "const groups = {}; for (const m of await ctx.db.query('messages').collect()) { (groups[m.channel] ??= []).push(m) }"
            " for (const ms of Object.values(groups)) for (const m of ms) await ctx.db.delete(m._id)",
            ["query messages by_creation_time[] collect", "delete messages*"],
        ),
        (
            "const queue = [args.id]; while (queue.length) { const id = queue.shift()!; const u = await ctx.db.get(id);"
            " if (u.best) queue.push(u.best) }",
            ["get users*"],
        ),
        (
            "const r = await ctx.db.query('users').withIndex('by_email', (q) => q.eq('email', 'x')).unique()"
            " ?? await ctx.db.query('users').first(); await ctx.db.delete(r._id)",
            ["query users by_email[email] unique", "query users by_creation_time[] first?", "delete users"],
        ),
        (
            "async function* pages(q) { let c = null; while (true) { const r = await q.paginate({ cursor: c, numItems: 3 });"
            " yield r.page; if (r.isDone) return; c = r.continueCursor } }"
            " for await (const p of pages(ctx.db.query('users'))) for (const u of p) await ctx.db.delete(u._id)",
            ["paginate users by_creation_time[] paginate*", "delete users*"],
        ),
        (
            "const { page } = await ctx.db.query('messages').paginate({ numItems: 3, cursor: null });"
            " return { page: await Promise.all(page.map(async (m) => ({ ...m, author: await ctx.db.get(m.author) }))) }",
            ["paginate messages by_creation_time[] paginate", "get users*"],
        ),
        (
            "const ids = (await ctx.db.query('messages').collect()).map((m) => m.author); const unique = Array.from(new Set(ids));"
            " const us = await Promise.all(unique.map((id) => ctx.db.get(id))); for (const u of us.filter((u) => u !== null))"
            " await ctx.db.get(u.team)",
            ["query messages by_creation_time[] collect", "get users*", "get teams*"],
        ),
        (
            "const rows = await ctx.db.query('users').collect(); await ctx.db.delete(rows.toSorted()[0]._id);"
            " await ctx.db.delete(rows.at(-1)._id); await ctx.db.delete(rows[rows.length - 1]._id)",
            ["query users by_creation_time[] collect", "delete users", "delete users", "delete users"],
        ),
        (
            "const u = args.ids.length ? await ctx.db.get(args.ids[args.ids.length - 1]) : null; switch (u?.name) {"
            " case 'a': case 'b': await ctx.db.delete(u._id); return; default: await ctx.db.patch(u._id, { name: 'z' }) }",
            ["get users?", "delete users?", "patch users (name)?"],
        ),
    ],
)
def test_idioms(statements: str, expected: list[str]) -> None:
    assert handles(statements, args=ARGS) == expected


def test_a_type_of_a_function_body() -> None:
    facts = run(
        handler(
            "type X = { id: Id<'users'> }; const xs: X[] = JSON.parse('[]'); for (const { id } of xs) await ctx.db.get(id);"
        )
    )
    assert done(facts, "m:f") == ["get users*"]
