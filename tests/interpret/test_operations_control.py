"""Branches, loops and leaving: what is conditional, and how often it runs."""

from __future__ import annotations

import pytest

from tests.interpret.chat import handles, operations, reads
from tests.interpret.programs import said

ID = (
    '{ id: v.id("users"), flag: v.boolean(), ids: v.array(v.id("users")), n: v.number(), more: v.optional(v.number()) }'
)
GET, GET_PERHAPS, GET_LOOP = "get users", "get users?", "get users*"
GO = "await ctx.db.get(args.id);"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (GO, [GET]),
        (f"if (args.flag) {{ {GO} }}", [GET_PERHAPS]),
        (f"if (args.flag) {{}} else {{ {GO} }}", [GET_PERHAPS]),
        (f"if (!args.flag) return; {GO}", [GET_PERHAPS]),
        (f"if (!args.flag) throw new Error('no'); {GO}", [GET]),
        (f"if (true) {{ {GO} }}", [GET]),
        (f"if (false) {{ {GO} }}", []),
        ("args.flag && (await ctx.db.get(args.id));", [GET_PERHAPS]),
        ("const x = args.flag ? await ctx.db.get(args.id) : null;", [GET_PERHAPS]),
        ("const x = args.more ?? (await ctx.db.get(args.id));", [GET_PERHAPS]),
        ("const x = args.n ?? (await ctx.db.get(args.id));", []),
        ("const all = [...await ctx.db.query('teams').collect(), ...await ctx.db.query('teams').order('desc').collect()];"
         " const x = all ?? (await ctx.db.get(args.id));",
         ["query teams by_creation_time[] collect", "query teams by_creation_time[] collect"]),
        (f"if (args.n === undefined) {{ {GO} }}", []),
        (f"if (args.n == null) return; {GO}", [GET]),
        (f"if (args.more !== undefined) {{ {GO} }}", [GET_PERHAPS]),
        (f"switch (args.n) {{ case 1: {GO} break; default: break; }}", [GET_PERHAPS]),
        (f"switch ('a' as string) {{ case 'a': {{ {GO} break; }} case 'b': await ctx.db.query('teams').first(); }}", [GET]),
        (f"switch (args.n) {{ case 1: return; }} {GO}", [GET_PERHAPS]),
        (f"try {{ {GO} }} catch (e) {{ console.error(e) }}", [GET]),
        (f"try {{ await fetch('x') }} catch {{ {GO} }}", ["fetch fetch", GET_PERHAPS]),
        (f"try {{ await fetch('x') }} finally {{ {GO} }}", ["fetch fetch", GET]),
        (f"try {{ return 1 }} finally {{ {GO} }}", [GET]),
        (f"const go = async () => {{ if (args.flag) return; {GO} }}; await go();", [GET_PERHAPS]),
        (f"const go = async () => {{ if (args.flag) return; }}; await go(); {GO}", [GET]),
        (f"outer: {{ if (args.flag) break outer; {GO} }} await ctx.db.query('teams').first();",
         [GET_PERHAPS, "query teams by_creation_time[] first"]),
    ],
)  # fmt: skip
def test_branches(statements: str, expected: list[str]) -> None:
    assert handles(statements, args=ID) == expected


@pytest.mark.parametrize(
    "statements",
    [
        "for (const id of args.ids) await ctx.db.get(id);",
        "for (const id of args.ids) { await ctx.db.get(id) }",
        "for await (const id of args.ids) await ctx.db.get(id);",
        "for (const i in args.ids) await ctx.db.get(args.ids[i]);",
        "for (let i = 0; i < args.ids.length; i++) await ctx.db.get(args.ids[i]);",
        "let i = 0; while (i < args.ids.length) { await ctx.db.get(args.ids[i]); i++ }",
        "let i = 0; do { await ctx.db.get(args.ids[i]); i++ } while (i < args.ids.length);",
        "await Promise.all(args.ids.map((id) => ctx.db.get(id)));",
        "await Promise.all(args.ids.map(async (id) => { const u = await ctx.db.get(id); return u }));",
        "await Promise.allSettled(args.ids.map(async (id) => await ctx.db.get(id)));",
        "const found = []; for (const id of args.ids) found.push(ctx.db.get(id)); await Promise.all(found);",
        "args.ids.forEach(async (id) => { await ctx.db.get(id) });",
        "await args.ids.reduce(async (last, id) => { await last; await ctx.db.get(id) }, Promise.resolve());",
        "await Promise.all(args.ids.flatMap((id) => [ctx.db.get(id)]));",
        "await Promise.all([...args.ids].map((id) => ctx.db.get(id)));",
        "await Promise.all(Array.from(args.ids, (id) => ctx.db.get(id)));",
        "await Promise.all(args.ids.filter((x) => !!x).slice(0).map((id) => ctx.db.get(id)));",
        "const get = (id) => ctx.db.get(id); await Promise.all(args.ids.map(get));",
        "const [first, ...rest] = args.ids; await Promise.all(rest.map((id) => ctx.db.get(id)));",
        "for (const [i, id] of args.ids.entries()) await ctx.db.get(id);",
        "outer: for (const id of args.ids) { for (;;) { break outer } await ctx.db.get(id) }",
    ],
)
def test_loops(statements: str) -> None:
    assert [text.rstrip("?") for text in handles(statements, args=ID)] == [GET_LOOP]


def test_jumps_make_the_rest_of_the_body_conditional() -> None:
    for jump in ("continue", "break"):
        found = handles(
            f"for (const id of args.ids) {{ await ctx.db.get(id); if (args.flag) {jump}; await ctx.db.delete(id) }}"
            " await ctx.db.query('teams').first();",
            args=ID,
        )
        assert found == [GET_LOOP, "delete users*?", "query teams by_creation_time[] first"]


def test_a_return_in_a_loop_makes_what_follows_conditional() -> None:
    found = handles(f"for (const id of args.ids) {{ if (args.flag) return; }} {GO}", args=ID)
    assert found == [GET_PERHAPS]


def test_convex_helpers_async_map() -> None:
    found = handles(
        "await asyncMap(args.ids, (id) => ctx.db.get(id));", 'import { asyncMap } from "convex-helpers";', args=ID
    )
    assert found == [GET_LOOP]


def depths(statements: str, before: str = "") -> list[int]:
    return [operation.loop_depth for operation in operations(statements, before, ID)]


def test_depth_of_loops() -> None:
    assert depths("for (const a of args.ids) for (const b of args.ids) await ctx.db.get(b);") == [2]
    assert depths("await Promise.all(args.ids.map((a) => Promise.all(args.ids.map((b) => ctx.db.get(b)))));") == [2]
    before = "async function each(ctx, ids) { for (const id of ids) await ctx.db.get(id) }"
    assert depths("for (const a of args.ids) await each(ctx, args.ids);", before) == [2]
    assert depths(
        "const g = (id) => ctx.db.get(id); await g(args.id); for (const a of args.ids) await g(a);", before
    ) == [0, 1]


def bounds(statements: str) -> list[int | None]:
    return [loop.bound for operation in operations(statements, args=ID)[-1:] for loop in operation.loops]


@pytest.mark.parametrize(
    ("statements", "bound"),
    [
        ("for (const x of [1, 2, 3]) await ctx.db.get(args.id);", 3),
        ("for (let i = 0; i < 10; i++) await ctx.db.get(args.id);", 10),
        ("for (let i = 1; i <= 10; i++) await ctx.db.get(args.id);", 10),
        ("const MAX = 5; for (let i = 0; i < MAX; i += 1) await ctx.db.get(args.id);", 5),
        ("for (let i = 0; i < args.n; i++) await ctx.db.get(args.id);", None),
        ("for (const id of args.ids) await ctx.db.get(id);", None),
        ("for (const id of args.ids.slice(0, 20)) await ctx.db.get(id);", 20),
        ("for (const u of await ctx.db.query('users').take(7)) await ctx.db.get(u.team);", 7),
        ("for (const u of await ctx.db.query('users').collect()) await ctx.db.get(u.team);", None),
        ("await Promise.all(['a', 'b'].map(() => ctx.db.get(args.id)));", 2),
        ("await Promise.all(Array.from({ length: 4 }, () => ctx.db.get(args.id)));", 4),
        ("for (const [k, x] of Object.entries({ a: 1, b: 2 })) await ctx.db.get(args.id);", 2),
        ("while (args.flag) await ctx.db.get(args.id);", None),
    ],
)
def test_bounds_of_loops(statements: str, bound: int | None) -> None:
    assert bounds(statements) == [bound]


def test_loop_over_the_rows_of_a_read() -> None:
    found = reads(operations("for (const u of await ctx.db.query('users').collect()) await ctx.db.get(u.team);"))
    assert found[1].loops[0].over == found[0].ordinal
    found = reads(
        operations(
            "const us = await ctx.db.query('users').take(5); await Promise.all(us.map((u) => ctx.db.get(u.team)));"
        )
    )
    assert found[1].loops[0].over == found[0].ordinal


def test_recursion_ends_and_finds_everything() -> None:
    before = "async function tree(ctx, id) { const u = await ctx.db.get(id); if (u.best) { await tree(ctx, u.best) } await ctx.db.delete(id) }"
    found = handles("await tree(ctx, args.id);", before, ID)
    assert {text.rstrip("?*") for text in found} == {"get users", "delete users"}


def test_a_page_after_the_other() -> None:
    found = handles(
        "let cursor = null; while (true) { const page = await ctx.db.query('users').paginate({ numItems: 5, cursor });"
        " for (const u of page.page) await ctx.db.delete(u._id); if (page.isDone) break; cursor = page.continueCursor }"
    )
    assert [text.rstrip("?") for text in found] == ["paginate users by_creation_time[] paginate*", "delete users*"]


def test_variables_joined_after_branches() -> None:
    found = handles(
        "let id = args.id; if (args.flag) { id = await ctx.db.insert('teams', { title: 't' }) } await ctx.db.delete(id);",
        args=ID,
    )
    assert sorted(found) == ["delete teams?", "delete users?", "insert teams (title)?"]


def test_variable_of_a_try() -> None:
    found = handles(
        "let u; try { u = await ctx.db.get(args.id) } catch { u = null } await ctx.db.delete(u._id);", args=ID
    )
    assert found == [GET, "delete users"]


def test_narrowing_by_comparison() -> None:
    before = "const act = async (ctx, what, id) => { if (what === 'drop') await ctx.db.delete(id); else await ctx.db.get(id) };"
    assert handles("await act(ctx, 'drop', args.id);", before, ID) == ["delete users"]
    assert handles("await act(ctx, 'see', args.id);", before, ID) == [GET]
    before = "const act = async (ctx, id, { dry = false } = {}) => { if (!dry) await ctx.db.delete(id) };"
    assert handles("await act(ctx, args.id, { dry: true });", before, ID) == []
    assert handles("await act(ctx, args.id);", before, ID) == ["delete users"]


def test_after_all_branches_left_nothing_runs() -> None:
    assert handles(f"if (args.flag) {{ return 1 }} else {{ return 2 }} {GO}", args=ID) == []
    assert handles(f"throw new Error('x'); {GO}", args=ID) == []


@pytest.mark.parametrize(
    ("walked", "same"),
    [
        ("rows.map((row) => row.authorId)", True),
        ("await Promise.all(rows.map(async (row) => row.authorId))", True),
        ("[...rows.filter((row) => row.n > 1).map((row) => row.authorId)]", True),
        ("[...new Set(rows.map((row) => row.authorId))]", False),
    ],
)
def test_loop_over_what_was_made_of_each_row(walked: str, same: bool) -> None:
    found = operations(
        f"""const rows = await ctx.db.query("messages").collect();
        for (const id of {walked}) await ctx.db.get(id);"""
    )
    assert (found[1].loops[0].over == found[0].ordinal) is same, "each author once is another number"


def test_a_range_and_a_condition_are_known_in_every_pass_of_a_loop() -> None:
    found = operations(
        'for (const email of ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"])'
        ' await ctx.db.query("users").withIndex("by_email", (q) => q.eq("email", email))'
        '.filter((q) => q.eq(q.field("name"), email)).first();'
    )
    assert [(said(read), read.range_known) for read in found] == [("query users by_email[email] first*", True)]
    [read] = reads(found)
    assert {(predicate.operator, predicate.field) for predicate in read.residual} == {("eq", "name")}
