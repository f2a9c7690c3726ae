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
