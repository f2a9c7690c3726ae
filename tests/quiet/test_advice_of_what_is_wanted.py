"""Advice for what code wants of all rows: those that hold a text, the different values, the rows of a month, one for each of others."""

from __future__ import annotations

import pytest

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources
from tests.quiet.pair import SCHEMA, files_of
from tests.quiet.test_advice import _ALL_MESSAGES, help_of
from tests.quiet.test_advice_of_lists import said_of

_SEARCH = "Ask the search index `search_body`"
_OF_BODIES = "rows.filter((row) => row.body.toLowerCase().includes(text.toLowerCase()))"


@pytest.mark.parametrize(
    ("code", "start"),
    [
        (f"const text = words(ctx); return {_OF_BODIES}.map((row) => row.kind);", _SEARCH),
        (
            """const text = words(ctx); const found = [];
            for (const row of rows) {
              const all = `${row.room} ${row.body}`.toLowerCase();
              if (all.includes(text)) found.push(row.kind);
            }
            return found;""",
            _SEARCH,
        ),
        (
            """const text = words(ctx); const found = [];
            for (const row of rows) {
              if (!row.kind.toLowerCase().includes(text)) continue;
              found.push({ kind: row.kind, author: await ctx.db.get(row.author) });
            }
            return found;""",
            'Declare `.searchIndex("search_kind", { searchField: "kind" })` and ask it',
        ),
        (
            "const text = words(ctx); return rows.filter((row) => alike(text, row.kind)).map((row) => row.kind);",
            'Declare `.searchIndex("search_kind", { searchField: "kind" })` and ask it',
        ),
        (
            "const text = words(ctx); return rows.filter((row) => fits(text, row.kind)).map((row) => row.kind);",
            "Where a text is looked for: declare `.searchIndex(",
        ),
        (
            f"const text = words(ctx); const some = text ? {_OF_BODIES} : rows; return some.map((row) => row.kind);",
            "Where a text is looked for: ask the search index `search_body`",
        ),
        (
            f"const text = words(ctx); return {_OF_BODIES.replace('row.body', '!text || row.body')}.map((row) => row.kind);",
            "Where a text is looked for: ask the search index `search_body`",
        ),
        (
            'return rows.filter((row) => row.body.toLowerCase().includes("x")).map((row) => row.kind);',
            "Let an index give",
        ),
        (
            """let tagged = 0; const text = words(ctx); const found = [];
            for (const row of rows) {
              if (row.body.toLowerCase().includes(text)) tagged += 1;
              found.push(row.kind);
            }
            return { tagged, found };""",
            "Keep",
        ),
    ],
)
def test_texts_that_are_looked_for_in_all_rows(code: str, start: str) -> None:
    alike = "function alike(one: string, other: string) { return other.toLowerCase().includes(one.toLowerCase()); }"
    alike += alike.replace("alike(", "fits(").replace("{ return", "{ if (!one) return true; return")
    said = help_of("unbounded-read", files_of(alike + _ALL_MESSAGES % ("", code)))
    assert said.startswith(start), said


_DIFFERENT = "Keep the different values of `kind` in a table of their own"


@pytest.mark.parametrize(
    ("code", "start"),
    [
        ("return [...new Set(rows.map((row) => row.kind))].sort();", _DIFFERENT),
        ("const kinds = new Set(rows.map((row) => row.kind)); return Array.from(kinds);", _DIFFERENT),
        (
            "const kinds = new Set<string>(); for (const row of rows) kinds.add(row.kind); return [...kinds];",
            _DIFFERENT,
        ),
        ("return new Set(rows.map((row) => row.kind ?? '')).size;", _DIFFERENT),
        (
            "return [...new Set(rows.map((row) => row.room))];",
            'Step from one value to the next with `.withIndex("by_room", (q) => q.gt("room", last)).first()`',
        ),
        ("return [...new Set(rows.map((row) => row._id))];", "Look up by an index only"),
        ("const kinds = new Set(rows.map((row) => row.kind)); return kinds.has('a');", "Look up by an index only"),
        (
            "return { kinds: [...new Set(rows.map((row) => row.kind))], all: rows.map((row) => row.body) };",
            "Read one page",
        ),
    ],
)
def test_different_values(code: str, start: str) -> None:
    said = said_of(code)
    assert said.startswith(start), said


@pytest.mark.parametrize(
    ("code", "start"),
    [
        (
            """const kept = new Set(rows.map((row) => row.room));
            return (await ctx.db.query("rooms").take(50)).filter((room) => kept.has(room._id));""",
            "Keep in each of the others, in a field",
        ),
        (
            """const kept = new Set(); for (const row of rows) kept.add(row.room);
            let n = 0; for (const room of await ctx.db.query("rooms").take(50)) { if (kept.has(room._id)) n += 1; }
            return n;""",
            "Keep in each of the others, in a field",
        ),
        (
            """const kept = new Map(rows.map((row) => [row._id, row.body]));
            return (await ctx.db.query("users").take(50)).map((user) => kept.get(user.name));""",
            "Get the rows that are referred to, each by its id",
        ),
        (
            """const kept = new Map(rows.map((row) => [String(row._id), row]));
            return users.map((user) => kept.get(user.name));""",
            "Get the rows that are referred to, each by its id",
        ),
        (
            """const kept = new Map(); for (const row of rows) kept.set(row.room, [...(kept.get(row.room) ?? []), row.body]);
            return (await ctx.db.query("rooms").take(50)).map((room) => kept.get(room._id));""",
            "Look up by an index on `room` only the rows that are asked for",
        ),
        (
            """const kept = new Map(); for (const row of rows) kept.set(row.room, (kept.get(row.room) ?? 0) + row.until);
            return (await ctx.db.query("rooms").take(50)).map((room) => kept.get(room._id));""",
            "Keep what is computed of them",
        ),
        ("const kept = new Set(rows.map((row) => row.room)); return kept.has('a');", "Look up by an index only"),
    ],
)
def test_rows_that_others_are_looked_up_in(code: str, start: str) -> None:
    said = said_of(code)
    assert said.startswith(start), said


@pytest.mark.parametrize(
    ("loop", "told"),
    [
        ("if (mine.has(row.room)) found.push(row.body);", True),
        ("if (!mine.has(row.room)) continue; found.push(row.body);", True),
        ("if (mine.has(row.room)) continue; found.push(row.body);", False),
        ("found.push(row.body); if (mine.has(row.room)) n += 1;", False),
    ],
)
def test_a_loop_keeps_the_rows_of_some_keys(loop: str, told: bool) -> None:
    mine = "const mine = new Set((await ctx.db.query('rooms').take(5)).map((room) => room._id)); const found = []; let n = 0;"
    said = said_of(f"{mine} for (const row of rows) {{ {loop} }} return {{ found, n }};")
    assert said.startswith("Read the rows of each of `mine` with `by_room`") is told, said


def test_different_values_that_are_counted_are_no_list() -> None:
    code = """const authors = new Set(rows.map((row) => row.author)).size;
      const first = await ctx.db.query("rooms").take(3);
      const found = await Promise.all(first.map((room) => ctx.db.get(room._id)));
      return { authors, all: rows.length, found };"""
    assert said_of(code).startswith("Keep what is computed of them")


def test_a_mutation_is_told_of_what_it_looks_for_alone() -> None:
    """What an import goes through besides is another matter."""
    code = """export const app = mutation({ args: { name: v.string() }, handler: async (ctx, args) => {
      const rows = await ctx.db.query("messages").collect();
      const users = await ctx.db.query("users").collect();
      const names = new Set(users.map((user) => user.name));
      const bodies = new Set(rows.map((row) => row.body));
      if (names.has(args.name) && bodies.has(args.name)) await ctx.db.insert("rooms", { title: args.name, count: 0, history: [] });
    } });"""
    assert not lint_sources(files_of(code), Config(select=("unbounded-read",))).results


def test_an_order_that_is_worked_out_for_the_caller() -> None:
    ranked = """const me = await ctx.db.query("users").first();
      const scored = rows.map((row) => ({ ...row, score: %s }));
      scored.sort((a, b) => b.score - a.score);
      return scored.slice(0, 5);"""
    for_caller = "Let an index range leave no rows but those that can match at all"
    assert said_of(ranked % "row.author === me.name ? 1 : 0").startswith(for_caller)
    for own in ("row.until", "row.body.length"):
        assert not said_of(ranked % own).startswith(for_caller)


def test_keys_of_one_list_are_no_rows_of_several() -> None:
    keys = """const ids = [...new Set([...rows.map((row) => row.author), ...rows.map((row) => row.room)])];
      const found = await Promise.all(ids.map((id) => ctx.db.get(id)));
      return rows.filter((row) => row.until > args).map((row) => ({ body: row.body, found: found.length }));"""
    assert "rows of several reads" not in said_of(keys)


_MONTH = "rows.filter((row) => { const day = new Date(row.%s); return day.getFullYear() === year && day.getMonth() === month; })"


def test_rows_of_a_month_are_a_range() -> None:
    start = "const [year, month] = given(ctx);"
    created = _MONTH % "_creationTime"
    said = said_of(f"{start} return {created}.map((row) => row.body);")
    assert said.startswith("Work out the first and the last moment that are meant, and read that range alone")
    assert '`.withIndex("by_creation_time", (q) => q.gte("_creationTime", from).lt("_creationTime", to))`' in said
    counted = help_of("count-by-collect", files_of(_ALL_MESSAGES % ("", f"{start} return {created}.length;")))
    assert counted.startswith("Work out the first and the last moment that are meant")
    said = said_of(f"{start} return {_MONTH % 'until'}.map((row) => row.body);")
    assert 'declare `.index("by_until", ["until"])`' in said
    birthdays = created.replace("day.getFullYear() === year && ", "")
    assert "Work out" not in said_of(f"{start} return {birthdays}.map((row) => row.body);")


_OF_ROOM = """export const app = query({ args: { room: v.optional(v.id("rooms")), kind: v.string() }, handler: async (%s) =>
  await ctx.db.query("messages").collect()%s });"""


def test_an_argument_that_is_never_used() -> None:
    takes = "`app:app` takes `room` and does nothing with it"
    for unused in ("ctx", "ctx, args", "ctx, { kind }"):
        assert help_of("unbounded-read", files_of(_OF_ROOM % (unused, ""))).startswith(takes)
    used = ".then((rows) => rows.map((row) => ({ row, same: row.room === args.room })))"
    assert takes not in help_of("unbounded-read", files_of(_OF_ROOM % ("ctx, args", used)))
    handed_on = ".then((rows) => chosen(rows, args))"
    assert takes not in help_of("unbounded-read", files_of(_OF_ROOM % ("ctx, args", handed_on)))


def test_a_filter_for_an_argument_that_no_client_passes() -> None:
    schema = SCHEMA.replace("kind: v.string()", "kind: v.string(), teams: v.array(v.string())")
    code = """export const app = query({ args: { team: v.optional(v.string()) }, handler: async (ctx, args) => {
      let rows = await ctx.db.query("messages").collect();
      if (args.team) rows = rows.filter((row) => row.teams.includes(args.team!));
      return rows.map((row) => row.body);
    } });"""
    page = "export default function Page() { const rows = useQuery(api.app.app, %s); return <p>{rows}</p>; }"
    files = {"convex/app.ts": code, "convex/schema.ts": schema}
    elements = "Keep a table with a row for each element of `teams`"
    assert help_of("unbounded-read", files_of({**files, "src/Page.tsx": page % '{ team: "a" }'})).startswith(elements)
    assert not help_of("unbounded-read", files_of({**files, "src/Page.tsx": page % "{}"})).startswith(elements)


def test_a_calendar_shows_a_range_of_days() -> None:
    listed = 'export const %s = query({ args: {}, handler: async (ctx) => (await ctx.db.query("messages").collect()).map((row) => ({ title: row.body, start: row.until })) });'
    days = "Take the first and the last day that are shown as arguments"
    assert help_of("unbounded-read", files_of(listed % "getCalendarEvents")).startswith(days)
    assert not help_of("unbounded-read", files_of(listed % "getEvents")).startswith(days)
    people = (
        (listed % "getCalendarPeople")
        .replace('"messages"', '"users"')
        .replace("row.body", "row.name")
        .replace("row.until", "row.seen")
    )
    assert not help_of("unbounded-read", files_of(people)).startswith(days)


def test_what_is_added_up_belongs_to_the_inner_rows() -> None:
    code = """export const app = query({ args: {}, handler: async (ctx) => {
      const rooms = await ctx.db.query("rooms").collect();
      const sizes = await Promise.all(rooms.map(async (room) => {
        const said = await ctx.db.query("messages").withIndex("by_room", (q) => q.eq("room", room._id)).collect();
        let size = 0; for (const one of said) size += one.until;
        return { title: room.title, size };
      }));
      return { sizes, all: sizes.reduce((sum, one) => sum + one.size, 0) };
    } });"""
    results = lint_sources(files_of(code), Config(select=("unbounded-read",))).results
    said = [one.finding.help for one in results if "`rooms`" in one.finding.message]
    assert said[0].startswith("Keep what is added up of `messages` with each of `rooms`"), said


def test_an_index_loop_counts_nothing() -> None:
    loop = "const found = []; for (let i = 0; i < rows.length; i++) found.push(rows[i].body); return { found, first: rows[0] };"
    assert "keep the total" not in said_of(loop)
