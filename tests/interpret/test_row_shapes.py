"""Ids whose table only their use tells."""

from __future__ import annotations

import pytest

from tests.interpret.chat import handler, run
from tests.interpret.programs import HEAD, done, project, reasons

LOST = "table of an id not known"


def found(statements: str, args: str = "{ id: v.string() }") -> list[str]:
    return done(run(handler(statements, args)), "m:f")


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("const u = await ctx.db.get(args.id as any); return u.email + u.best;", ["get users"]),
        ("const u = await ctx.db.get(args.id as any); return u.email;", ["get None"]),
        ("await ctx.db.patch(args.id as any, { email: 'a' });", ["patch users (email)"]),
        ("await ctx.db.patch(args.id as any, { name: 'a', none: 1 });", ["patch None (name, none)"]),
        (
            "const u = await ctx.db.get(args.id as any); if (u) await ctx.db.patch(u._id, { best: undefined });",
            ["get users", "patch users (best)?"],
        ),
        (
            "const u = await ctx.db.get(args.id as any); const t = await ctx.db.get(u.team); return [u.email, u.best, t];",
            ["get users", "get teams"],
        ),
        (
            "await ctx.db.get(args.id as any);"
            " return await ctx.db.query('messages').withIndex('by_author', (q) => q.eq('author', args.id as any)).first();",
            ["get users", "query messages by_author[author] first"],
        ),
        ("await ctx.db.delete(args.id as any);", ["delete None"]),
    ],
    ids=[
        "fields of one table",
        "one field",
        "a written field",
        "a field of no table",
        "read, then written",
        "an id in the row",
        "compared with ids",
        "no use",
    ],
)
def test_the_use_of_an_id(statements: str, expected: list[str]) -> None:
    assert found(statements) == expected


def test_what_is_told_so_is_not_lost() -> None:
    told = run(handler("await ctx.db.patch(args.id as any, { email: 'a' });", "{ id: v.string() }"))
    assert reasons(told) == []
    assert reasons(run(handler("await ctx.db.delete(args.id as any);", "{ id: v.string() }"))) == [LOST]


KINDS = """
cars: defineTable({ wheels: v.number(), doors: v.number(), price: v.number() }),
bikes: defineTable({ wheels: v.number(), gears: v.number(), price: v.number() }),
"""


def test_a_row_of_one_of_several_tables_is_of_none_of_them() -> None:
    body = handler(
        "const row = await ctx.db.get(args.id as any); return row.wheels + row.price + row.doors;", "{ id: v.string() }"
    )
    assert done(project({"schema.ts": KINDS, "m.ts": HEAD + body}), "m:f") == ["get None"]


def test_a_table_that_may_hold_anything_leaves_it_open() -> None:
    body = handler("await ctx.db.patch(args.id as any, { gears: 1 });", "{ id: v.string() }")
    assert done(project({"schema.ts": KINDS, "m.ts": HEAD + body}), "m:f") == ["patch bikes (gears)"]
    loose = KINDS + "things: defineTable(v.any()),"
    assert done(project({"schema.ts": loose, "m.ts": HEAD + body}), "m:f") == ["patch None (gears)"]
