"""Advice for reads of everybody's rows: the declared index by which the function could ask for those of one team or user."""

from __future__ import annotations

import pytest

from tests.quiet.pair import SCHEMA, files_of
from tests.quiet.test_advice import help_of
from tests.quiet.test_advice_of_lists import said_of

_TABLES = """
  orgs: defineTable({ name: v.string() }),
  boards: defineTable({ orgId: v.id("orgs"), title: v.string(), pins: v.array(v.id("notes")) }).index("by_org", ["orgId"]),
  notes: defineTable({ orgId: v.id("orgs"), userId: v.id("users"), text: v.string(), open: v.boolean() })
    .index("by_open", ["open"]).index("by_org", ["orgId"]).index("by_user", ["userId"]),"""
_NOTES = """
async function ownOrg(ctx) { return await lookUp(ctx); }
export const write = mutation({ args: { orgId: v.id("orgs"), userId: v.id("users"), text: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("notes", { ...args, open: true });
} });
export const app = query({ args: { board: v.id("boards"), userId: v.id("users"), note: v.optional(v.id("notes")), text: v.string() },
  handler: async (ctx, args) => {
  %s
} });"""
_PINNED = "return notes.filter((note) => board.pins.includes(note._id)).map((note) => note.text);"
_BOARD = "const board = await ctx.db.get(args.board); %s"
_ALL = 'const notes = await ctx.db.query("notes").collect();'
_OPEN = 'const notes = await ctx.db.query("notes").withIndex("by_open", (q) => q.eq("open", true)).collect();'
_OWN = "const mine = notes.filter((note) => note.orgId === org.id);"
_OF_ONE = 'const notes = await ctx.db.query("notes").filter((q) => args.note ? %s : q.eq(q.field("userId"), args.userId)).collect();'


def _said(code: str) -> str:
    schema = SCHEMA.replace("export default defineSchema({", f"export default defineSchema({{{_TABLES}", 1)
    return help_of("unbounded-read", {**files_of(_NOTES % code), "convex/schema.ts": schema})


@pytest.mark.parametrize(
    ("code", "call"),
    [
        (_BOARD % f"await check(ctx, board.orgId); {_ALL} {_PINNED}", '"by_org", (q) => q.eq("orgId", board.orgId)'),
        (
            f"const org = await ownOrg(ctx); {_OPEN} {_OWN} return mine.filter((note) => note.text.includes(args.text));",
            '"by_org", (q) => q.eq("orgId", org.id)',
        ),
        (
            _OF_ONE % 'q.eq(q.field("_id"), args.note)' + " return notes.map((note) => note.text);",
            '"by_user", (q) => q.eq("userId", args.userId)',
        ),
    ],
)
def test_the_index_of_whose_rows_are_wanted(code: str, call: str) -> None:
    said = _said(code)
    assert f"by the declared index, `.withIndex({call})`" in said
    assert said.startswith("Get the row with `ctx.db.get(id)`" if "by_user" in call else "Read the rows of one `orgId`")


@pytest.mark.parametrize(
    "code",
    [
        _BOARD % f"{_ALL} {_PINNED}",
        _BOARD % f"{_ALL} await check(ctx, board.orgId); {_PINNED}",
        f"const org = await ownOrg(ctx); {_ALL} return notes.filter((note) => note.orgId !== org.id).map((note) => note.text);",
        'const notes = await ctx.db.query("notes").filter((q) => q.or(q.neq(q.field("text"), ""), '
        'q.eq(q.field("userId"), args.userId))).collect(); return notes.map((note) => note.text);',
        """const users = await ctx.db.query("users").take(9); const notes = await ctx.db.query("notes").collect();
        return users.map((user) => ({ name: user.name, notes: notes.filter((note) => note.userId === user._id) }));""",
        _OF_ONE % 'q.eq(q.field("open"), true)' + " return notes.map((note) => note.text);",
    ],
)
def test_no_index_where_nobody_knows_whose(code: str) -> None:
    assert "by the declared index" not in _said(code)


def test_an_index_gives_no_random_pick() -> None:
    shuffled = "return rows.sort(() => %s).slice(0, 6).map((row) => row.body);"
    assert said_of(shuffled % "Math.random() - 0.5").startswith("Keep a random number in an indexed field")
    assert not said_of(shuffled % "0.2 - 0.5").startswith("Keep a random number")


def test_rows_that_are_found_by_what_several_fields_make() -> None:
    code = """const found = new Map(); rows.forEach((row) => { const name = `${row.kind} ${row.body}`; found.set(name, %s); });
      const rooms = await ctx.db.query("rooms").take(20);
      return rooms.map((room) => ({ title: room.title, until: found.get(room.title)?.until }));"""
    words = "Keep in each of the others the id of the row that belongs to it"
    assert said_of(code % "row").startswith(words)
    assert not said_of(code % "(found.get(name) ?? 0) + 1").startswith(words)
    grown = code.replace("found.set(name", "let list = found.get(name) ?? []; list.push(row.kind); found.set(name")
    assert not said_of(grown % "list").startswith(words)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("rows?.filter((row) => row.room === room._id).length", True),
        ("rows?.filter((row) => row.until > 0 && room._id === row.room).length", True),
        ('rows?.filter((row) => row.room === "a").length', False),
        ("rows?.filter((row) => row.author === room.owner).length", False),
        ("rows?.map((row) => row.body)", False),
    ],
)
def test_a_client_that_keeps_the_rows_of_one_asks_for_these(code: str, told: bool) -> None:
    """`messages` has an index on `room`, and none on `author`."""
    files = {
        "convex/app.ts": 'export const app = query({ args: {}, handler: async (ctx) => await ctx.db.query("messages").order("desc").collect() });',
        "src/App.tsx": f"export function Chat({{ room }}) {{ const rows = useQuery(api.app.app); return <b>{{{code}}}</b>; }}",
    }
    said = help_of("unbounded-read", files_of(files))
    assert ("`Chat` keeps only the rows of one `room`: read these for it by the declared `by_room`" in said) is told
