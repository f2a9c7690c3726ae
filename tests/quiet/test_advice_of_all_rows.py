"""Advice for rows that are all read: what picks among them says what to read instead; a page is for lists that are shown."""

from __future__ import annotations

import pytest

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources
from tests.quiet.pair import SCHEMA, files_of
from tests.quiet.test_advice import help_of

_ALL = """export const app = query({ args: { ids: v.array(v.id("rooms")) }, handler: async (ctx, args) => {
  %s
} });"""


def _said(code: str) -> str:
    return help_of("unbounded-read", files_of(_ALL % code))


@pytest.mark.parametrize("ids", ["args.ids", "ids"])
def test_a_filter_for_a_list_of_keys_is_a_range_for_each(ids: str) -> None:
    rooms = 'const rooms = await ctx.db.query("rooms").take(9); const ids = rooms.map((room) => room._id);'
    code = f"""{rooms}
      return await ctx.db.query("messages").filter((q) => q.or(...{ids}.map((id) => q.eq(q.field("room"), id)))).collect();"""
    assert _said(code).startswith("Read the rows of each of `ids` with `by_room`, a range for each")


def test_a_second_page_wants_a_query_of_its_own() -> None:
    rows = 'return await ctx.db.query("messages").collect();'
    page = (
        'const page = await ctx.db.query("users").paginate({ cursor: null, numItems: 9 }); if (page.isDone) return [];'
    )
    own = "these rows want a query of their own."
    assert own in _said(page + rows)
    assert own not in _said(rows)
    branch = 'if (args.ids) return await ctx.db.query("users").paginate({ cursor: null, numItems: 9 }); '
    assert own not in _said(branch + rows)


def test_rows_that_code_picks_besides_are_not_only_looked_up() -> None:
    walk = """const all = await ctx.db.query("messages").collect(); const rooms = await ctx.db.query("rooms").take(99);
      const byRoom = new Map(); const wanted = new Map();
      for (const one of all) {
        byRoom.set(one.room, one);
        %s
      }
      const titles = rooms.map((room) => byRoom.get(room._id)?.until);
      return { titles, bodies: [...wanted.values()].map((one) => one.length) };"""
    assert _said(walk % "").startswith("Look up by an index on `room` only the rows that are asked for")
    assert "only the rows that are asked for" not in _said(
        walk % "if (codeOf(one.body) === 'x') wanted.set(one.author, one.body);"
    )


def test_the_newest_are_offered_of_what_happens() -> None:
    schema = SCHEMA.replace("rooms: defineTable({ title", 'rooms: defineTable({ author: v.id("users"), title')
    writer = """
export const make = mutation({ args: { author: v.id("users"), title: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("rooms", { ...args, count: 0, history: [] });
} });"""
    read = '\nexport const app = query({ args: {}, handler: async (ctx) => await ctx.db.query("%s").collect() });'
    assert "or only the newest with `.take(n)`" in help_of("unbounded-read", files_of(read % "messages"))
    rooms = help_of("unbounded-read", files_of(writer + read % "rooms") | {"convex/schema.ts": schema})
    assert "the newest" not in rooms
    assert "or offers them for choice, a page would lack most" in rooms


def test_what_nobody_looks_at_needs_no_index() -> None:
    code = (
        _ALL
        % """const recent = await ctx.db.query("messages").filter((q) => q.eq(q.field("author"), "a")).collect();
      return %s;"""
    )
    page = "export default function Page() { return useQuery(api.app.app, { ids: [] }); }"

    def rules(result: str) -> set[str]:
        files = files_of({"convex/app.ts": code % result, "src/Page.tsx": page})
        found = lint_sources(files, Config(select=("missing-index", "unused-read"))).results
        return {one.rule for one in found}

    assert rules("recent") == {"missing-index"}
    assert rules("0") == {"unused-read"}


def test_pages_by_hand_become_pages() -> None:
    rows = """const all = await ctx.db.query("messages").collect();
      const sorted = all.filter((one) => !one.body.includes("x")).sort((a, b) => b.until - a.until);
      return { total: sorted.length, page: sorted.slice(args.%s) };"""
    code = _ALL.replace("ids: v.array", "skip: v.number(), limit: v.number(), ids: v.array")

    def said(end: str) -> str:
        return help_of("unbounded-read", files_of(code % (rows % end)))

    assert "in place of the offset, and keep the total" in said("skip, args.skip + args.limit").replace("\n", " ")
    assert "offset" not in _said("const all = await ctx.db.query('messages').collect(); return all;")


def test_the_first_so_many_are_taken() -> None:
    rows = "const all = await ctx.db.query('messages').collect(); return all.slice(0, args.ids.length || all.length);"
    assert _said(rows).startswith("Take as many as are shown with `.take(n)`.")
    assert "aggregate" in _said(rows.replace("return", "const count = all.length; return count > 9 ? [] :"))


def test_what_people_plan_is_read_from_today_on() -> None:
    schema = SCHEMA.replace("rooms: defineTable({ title", "rooms: defineTable({ startDate: v.number(), title")
    writer = """
export const plan = mutation({ args: { startDate: v.number(), title: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("rooms", { startDate: args.startDate, title: args.title, count: 0, history: [] });
} });
export const app = query({ args: {}, handler: async (ctx) => await ctx.db.query("rooms").collect() });"""
    page = """import { useMutation, useQuery } from "convex/react";
import { api } from "../convex/_generated/api";
export function Plan() {
  const plan = useMutation(api.app.plan);
  const next = (useQuery(api.app.app) ?? []).filter((one) => one.%s >= Date.now());
  return <button onClick={() => plan({ startDate: 1, title: "x" })}>{next.length}</button>;
}
"""

    def said(field: str) -> str:
        files = {**files_of(writer), "convex/schema.ts": schema, "src/Plan.tsx": page % field}
        return help_of("unbounded-read", files)

    assert "or, by an index on `startDate`, only those whose time is to come" in said("startDate")
    assert "whose time is to come" not in said("_creationTime")


@pytest.mark.parametrize(
    ("test", "served"),
    [
        ("row.kind.startsWith(args.start)", True),
        ("row.kind?.startsWith(`DN-${args.start}-`)", True),
        ("!row.kind.startsWith(args.start)", False),
        ("row.kind.startsWith(args.start) || row.body.endsWith(args.start)", False),
        ("row.kind.toLowerCase().startsWith(args.start)", False),
    ],
)
def test_the_beginning_of_a_text_is_a_range(test: str, served: bool) -> None:
    code = f"""export const app = query({{ args: {{ start: v.string() }}, handler: async (ctx, args) => {{
      const rows = await ctx.db.query("messages").collect();
      return rows.filter((row) => {test}).map((row) => row.body);
    }} }});"""
    (result,) = lint_sources(files_of(code), Config(select=("computed-filter",))).results
    assert ("which the range of an index can tell" in result.finding.message) is served
    assert ('`q.gte("kind", ' in result.finding.help and '+ "\\uffff")`' in result.finding.help) is served


def test_a_page_made_by_hand_is_a_page() -> None:
    code = """export const app = query({ args: { cursor: v.optional(v.string()), kind: v.string() }, handler: async (ctx, args) => {
      const rows = (await ctx.db.query("messages").collect()).filter((row) => row.kind !== args.kind && row.until > 5);
      const place = rows.findIndex((row) => row._id === args.cursor);
      const start = place >= 0 ? place + 1 : 0;
      return { page: rows.slice(%s, start + 20), place };
    } });"""
    assert help_of("unbounded-read", files_of(code % "start")).startswith("Read one page at a time with")
    around = help_of("unbounded-read", files_of(code % "Math.max(0, place - 5)"))
    assert around.startswith("Ask the aggregate component"), "the rows around one"


@pytest.mark.parametrize(
    ("code", "by_id"),
    [
        ("return rows.filter((row) => ids.includes(row._id));", True),
        ("return rows.filter((row) => row.until > 0 && ids.includes(row._id)).map((row) => row.body);", True),
        ("return rows.reduce((all, row) => { if (ids.includes(row._id)) { all[row._id] = row.body; } return all; }, {});", True),
        ("return rows.filter((row) => !ids.includes(row._id));", False),
        ("const some = rows.filter((row) => ids.includes(row._id)); return { some, n: rows.map((row) => row.body) };", False),
    ],
)  # fmt: skip
def test_rows_of_listed_ids_are_got(code: str, by_id: bool) -> None:
    start = """export const app = query({ args: { ids: v.array(v.id("messages")) }, handler: async (ctx, { ids }) => {
      const rows = await ctx.db.query("messages").collect();"""
    said = help_of("unbounded-read", files_of(f"{start} {code} }} }});"))
    assert said.startswith("Get the rows that are referred to, each by its id") is by_id


@pytest.mark.parametrize(
    ("code", "fits"),
    [
        ("return args.kind ? rows.filter((row) => row.kind === args.kind) : rows;", "Put the conditions into filter fields"),
        ("const all = []; for (const row of rows) all.push(row); return all.filter((row) => row.author === me);", "`filterFields`"),
        ("return rows;", "or read page by page with `.paginate(paginationOpts)`. The table"),
    ],
)  # fmt: skip
def test_what_drops_rows_of_a_search_is_part_of_it(code: str, fits: str) -> None:
    start = """export const app = query({ args: { text: v.string(), kind: v.optional(v.string()) }, handler: async (ctx, args) => {
      const me = (await ctx.auth.getUserIdentity())?.subject;
      const rows = await ctx.db.query("messages").withSearchIndex("search_body", (q) => q.search("body", args.text)).collect();"""
    assert fits in help_of("unbounded-read", files_of(f"{start} {code} }} }});"))


def test_a_text_that_is_looked_for_in_the_first_rows_wants_a_search_index() -> None:
    code = """export const app = query({ args: { text: v.string(), limit: v.number() }, handler: async (ctx, args) => {
      const rows = await ctx.db.query("users").take(args.limit * 2);
      return rows.filter((row) => row.name.toLowerCase().includes(args.text)).slice(0, args.limit);
    } });"""
    said = help_of("client-sized-read", files_of(code))
    assert said.startswith('Declare `.searchIndex("search_name", { searchField: "name" })`')
    assert "Cap the number as well, `Math.min(limit, 100)`." in said


@pytest.mark.parametrize(
    ("kind", "unset"),
    [('v.optional(v.id("rooms"))', True), ('v.id("rooms")', False), ("v.optional(v.string())", False)],
)
def test_rows_without_an_id_are_a_range(kind: str, unset: bool) -> None:
    code = """export const app = query({ args: {}, handler: async (ctx) => {
      const rows = await ctx.db.query("messages").collect();
      return { left: rows.filter((row) => !row.room).length };
    } });"""
    schema = SCHEMA.replace('messages: defineTable({ room: v.id("rooms")', f"messages: defineTable({{ room: {kind}")
    said = help_of("count-by-collect", {**files_of(code), "convex/schema.ts": schema})
    assert ('`.withIndex("by_room", (q) => q.eq("room", undefined))`' in said) is unset
