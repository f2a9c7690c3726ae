"""Conditions on rows after they were read, and what becomes of the rows."""

from __future__ import annotations

import pytest

from convex_lint.model.operation import Predicate, Read
from convex_lint.model.value import Argument, Computed, Literal
from tests.interpret.chat import handles, operations, reads

ARGS = "{ id: v.id('users'), name: v.string(), min: v.number(), ids: v.array(v.string()) }"


def read(statements: str, before: str = "") -> Read:
    return reads(operations(statements, before, ARGS))[0]


def said(predicate: Predicate) -> str:
    if predicate.parts:
        return f"{predicate.operator}({', '.join(said(part) for part in predicate.parts)})"
    return f"{predicate.source} {predicate.operator} {predicate.field}"


def residual(statements: str, before: str = "") -> list[str]:
    return [said(predicate) for predicate in read(statements, before).residual]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("q.eq(q.field('name'), 'x')", ["filter eq name"]),
        ("q.eq('x', q.field('name'))", ["filter eq name"]),
        ("q.neq(q.field('name'), 'x')", ["filter neq name"]),
        ("q.gt(3, q.field('sent'))", ["filter lt sent"]),
        ("q.and(q.eq(q.field('a'), 1), q.gte(q.field('b'), 2))", ["filter eq a", "filter gte b"]),
        ("q.or(q.eq(q.field('a'), 1), q.eq(q.field('b'), 2))", ["or(filter eq a, filter eq b)"]),
        ("q.or(...args.ids.map((id) => q.eq(q.field('a'), id)))", ["filter in a"]),
        ("q.or(q.eq(q.field('a'), 1), ...args.ids.map((id) => q.eq(q.field('a'), id)))", ["filter in a"]),
        ("q.or(q.eq(q.field('b'), 1), ...args.ids.map((id) => q.eq(q.field('a'), id)))", []),
        ("q.or(...args.ids.map((id) => q.gt(q.field('a'), id)))", []),
        ("q.and(...args.ids.map((id) => q.eq(q.field('a'), id)))", []),
        ("q.not(q.eq(q.field('a'), 1))", ["filter neq a"]),
        ("q.eq(q.field('meta.read'), true)", ["filter eq meta.read"]),
        ("{ const f = q.field('a'); return q.eq(f, 1) }", ["filter eq a"]),
        ("args.name ? q.eq(q.field('a'), 1) : true", ["given(filter eq a)"]),
        ("args.name ? q.eq(q.field('a'), 1) : q.eq(q.field('b'), 2)", ["given(filter eq a)", "given(filter eq b)"]),
    ],
)
def test_filter_of_the_query(condition: str, expected: list[str]) -> None:
    found = residual(f"await ctx.db.query('messages').filter((q) => {condition}).collect();")
    assert found == expected


def test_filters_add_up() -> None:
    found = residual(
        "await ctx.db.query('messages').filter((q) => q.eq(q.field('a'), 1)).order('desc').filter((q) => q.eq(q.field('b'), 2)).first();"
    )
    assert found == ["filter eq a", "filter eq b"]


def test_value_of_a_predicate() -> None:
    [predicate] = read(
        "await ctx.db.query('users').filter((q) => q.eq(q.field('name'), args.name)).collect();"
    ).residual
    assert predicate.value == Argument(("name",))
    [predicate] = read("(await ctx.db.query('users').collect()).filter((u) => u.name === args.name);").residual
    assert predicate.value == Argument(("name",))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("(m) => m.channel === 'x'", ["js eq channel"]),
        ("(m) => 'x' == m.channel", ["js eq channel"]),
        ("(m) => m.channel !== 'x' && m.sent > args.min", ["js neq channel", "js gt sent"]),
        ("(m) => m.channel === 'x' || m.channel === 'y'", ["or(js eq channel, js eq channel)"]),
        ("(m) => !(m.channel === 'x')", ["js neq channel"]),
        ("(m) => m.meta.read", ["js eq meta.read"]),
        ("(m) => !m.meta.read", ["js neq meta.read"]),
        ("({ channel }) => channel === 'x'", ["js eq channel"]),
        ("function (m) { return m.channel === 'x' }", ["js eq channel"]),
        ("(m) => { const c = m.channel; return c === 'x' }", ["js eq channel"]),
        ("isOf('x')", ["js eq channel"]),
        ("(m) => m.body.includes('x')", ["js computed None"]),
        ("(m) => m.sent > m.meta.score", ["js computed None"]),
        ("(m) => ['a', 'b'].includes(m.channel)", ["js in channel"]),
        ("() => true", []),
    ],
)
def test_filter_in_code(condition: str, expected: list[str]) -> None:
    before = "const isOf = (c) => (m) => m.channel === c;"
    assert (
        residual(f"const all = await ctx.db.query('messages').collect(); return all.filter({condition});", before)
        == expected
    )
    assert (
        residual(f"return (await ctx.db.query('messages').collect()).filter({condition}).map((m) => m._id);", before)
        == expected
    )


def test_filter_through_a_helper() -> None:
    before = "const all = (ctx) => ctx.db.query('messages').collect(); const mine = (rows, c) => rows.filter((m) => m.channel === c);"
    assert residual("return mine(await all(ctx), 'x');", before) == ["js eq channel"]


@pytest.mark.parametrize("method", ["find", "some", "findLast"])
def test_search_in_code(method: str) -> None:
    found = read(
        f"const all = await ctx.db.query('messages').collect(); return all.{method}((m) => m.channel === 'x');"
    )
    assert [said(predicate) for predicate in found.residual] == ["js eq channel"]
    assert found.uses[0].kind in ("find", "some")


def test_skipping_in_a_loop() -> None:
    found = residual(
        "for (const m of await ctx.db.query('messages').collect()) { if (m.channel !== 'x') continue; await ctx.db.delete(m._id) }"
    )
    assert found == ["js eq channel"]
    found = residual(
        "for await (const m of ctx.db.query('messages')) { if (m.sent < args.min || m.meta.read) { continue } await ctx.db.delete(m._id) }"
    )
    assert found == ["js gte sent", "js neq meta.read"]


def test_one_if_around_all_that_a_loop_does() -> None:
    loop = "const rows = await ctx.db.query('messages').collect(); let best = 0; for (const m of rows) { %s }"
    assert residual(loop % "if (m.channel === 'x') { await ctx.db.delete(m._id) }") == ["js eq channel"]
    assert residual(loop % "if (m.channel === 'x') await ctx.db.delete(m._id); else best = 1;") == []
    assert residual(loop % "best += 1; if (m.channel === 'x') await ctx.db.delete(m._id);") == []
    assert residual(loop % "if (m.sent > best) { best = m.sent }") == []


def uses(statements: str) -> list[str]:
    return [use.kind + (f" {use.field}" if use.field else "") for use in read(statements).uses]


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("rows.length", ["length"]),
        ("rows.sort((a, b) => b.sent - a.sent)", ["sort sent"]),
        ("[...rows].sort((a, b) => a.body.localeCompare(b.body))", ["sort body"]),
        ("rows.map((m) => m.body)", ["map"]),
        ("rows[0]", ["first"]),
        ("rows.at(0)", ["first"]),
        ("rows.slice(0, 10)", ["take"]),
        ("rows.reduce((sum, m) => sum + m.sent, 0)", ["reduce"]),
        ("rows.forEach((m) => {})", ["iterate"]),
        ("rows.filter((m) => m.channel === 'x').length", ["filter", "length"]),
        (
            "rows.filter((m) => m.sent > 1).sort((a, b) => a.sent - b.sent).slice(0, 3)",
            ["filter", "sort sent", "take"],
        ),
    ],
)
def test_uses_of_rows(use: str, expected: list[str]) -> None:
    found = uses(f"const rows = await ctx.db.query('messages').collect(); return {use};")
    assert [text for text in found if text not in ("returned", "picked")] == expected


def test_uses_of_a_page_and_of_destructured_rows() -> None:
    assert "length" in uses(
        "const { page } = await ctx.db.query('messages').paginate({ numItems: 5, cursor: null }); return page.length;"
    )
    assert "first" in uses("const [first] = await ctx.db.query('messages').take(5); return first;")


def test_rows_that_are_filtered_stay_rows_of_their_read() -> None:
    found = reads(
        operations(
            "const ms = (await ctx.db.query('messages').collect()).filter((m) => m.channel === 'x');"
            " await Promise.all(ms.map((m) => ctx.db.get(m.author)));"
        )
    )
    assert found[1].table == "users"
    assert found[1].loops[0].over == 0


def test_reads_of_a_filter_callback_run() -> None:
    found = handles(
        "await Promise.all((await ctx.db.query('messages').collect()).filter(async (m) => (await ctx.db.get(m.author)) !== null));"
    )
    assert found == ["query messages by_creation_time[] collect", "get users*"]


def test_computed_condition_names_its_parts() -> None:
    [predicate] = read("(await ctx.db.query('users').collect()).filter((u) => u.name === 'a' + 'b');").residual
    assert predicate.value == Literal("ab")
    [predicate] = read("(await ctx.db.query('users').collect()).filter((u) => u.name === args.name + '!');").residual
    assert predicate.value == Computed("+", (Argument(("name",)), Literal("!")))


@pytest.mark.parametrize(
    "both",
    [
        "[...one, ...other]",
        "one.concat(other)",
        "[one, other].flat()",
        "(await Promise.all([first(), second()])).flat()",
    ],
)
def test_what_is_done_to_rows_put_together_is_done_to_the_rows_of_each(both: str) -> None:
    found = reads(
        operations(
            "const first = () => ctx.db.query('messages').collect();"
            "const second = () => ctx.db.query('users').collect();"
            "const [one, other] = await Promise.all([first(), second()]);"
            f"return {both}.filter((x) => x.name === args.name).sort((a, b) => a.sent - b.sent)[0];",
            "",
            ARGS,
        )
    )
    assert {read.table for read in found} == {"messages", "users"}
    for read in found[-2:]:
        assert [said(predicate) for predicate in read.residual] == ["js eq name"]
        assert [(use.kind, use.field) for use in read.uses] == [
            ("filter", None),
            ("sort", "sent"),
            ("first", None),
            ("picked", None),
        ]


def test_rows_put_together_with_something_else_are_only_elements() -> None:
    found = read(
        "const rows = await ctx.db.query('messages').collect(); return [...rows, args.name].filter((x) => x.a);"
    )
    assert found.residual == ()


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("const OPEN: ReadonlySet<string> = new Set(['new', 'seen']);", ["js in state"]),
        ("const OPEN = new Map([['new', 1], ['seen', 2]]);", ["js in state"]),
        ("const OPEN = new Set([String(process.env.OPEN)]);", ["js computed None"]),
    ],
)
def test_a_test_for_membership_in_a_constant_set(before: str, expected: list[str]) -> None:
    rows = "(await ctx.db.query('messages').collect())"
    assert residual(f"{rows}.some((m) => OPEN.has(m.state));", before) == expected
    assert residual(f"for (const m of {rows}) {{ if (!OPEN.has(m.state)) continue; }}", before) == expected
    assert residual(f"{rows}.filter((m) => !OPEN.has(m.state));", before) == ["js computed None"]


def test_a_use_of_what_a_filter_left() -> None:
    found = read(
        "const rows = await ctx.db.query('messages').collect(); const mine = rows.filter((m) => m.name === args.name);"
        "for (const m of mine) { await ctx.db.delete(m._id); } return rows.length;"
    )
    assert [(use.kind, use.part) for use in found.uses] == [("filter", False), ("iterate", True), ("length", False)]


def test_a_read_and_its_condition_in_one_arm_belong_together() -> None:
    assert residual(
        "if (args.name) { const rows = await ctx.db.query('messages').collect();"
        " return rows.filter((m) => m.name === args.name); }"
    ) == ["js eq name"]


@pytest.mark.parametrize(
    ("compare", "field"),
    [
        ("(a, b) => b.sent - a.sent", "sent"),
        ("(a, b) => { if (a.sent > b.sent) return -1; return 1; }", None),
        ("(a, b) => { if (a.read !== b.read) return a.read ? 1 : -1; return b.sent - a.sent; }", None),
        ("(a, b) => (a.read === b.read ? b.sent - a.sent : 1)", None),
        ("({ sent: x }, { sent: y }) => x - y", "sent"),
    ],
)
def test_the_field_by_which_rows_are_sorted(compare: str, field: str | None) -> None:
    found = read(f"const rows = await ctx.db.query('messages').collect(); return rows.sort({compare});")
    assert [use.field for use in found.uses if use.kind == "sort"] == [field]
