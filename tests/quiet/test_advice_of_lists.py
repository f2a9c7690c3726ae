"""Advice for rows that are read whole: pages only where a list is what the function gives."""

from __future__ import annotations

import pytest

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources
from tests.quiet.pair import SCHEMA, files_of
from tests.quiet.test_advice import _ALL_MESSAGES, help_of


def said_of(code: str) -> str:
    return help_of("unbounded-read", files_of(_ALL_MESSAGES % ("", code)))


@pytest.mark.parametrize(
    ("code", "start"),
    [
        ("return rows.filter((row) => row.kind !== args).map((row) => row.body);", "Let an index give the order"),
        (
            """const texts = rows.filter((row) => row.kind !== "x");
            const sized = await Promise.all(texts.map(async (row) => ({ size: row.body.length })));
            const total = sized.reduce((sum, one) => sum + one.size, 0);
            return { sized, total };""",
            "Keep the figures that all of the rows make",
        ),
        (
            """const told = (key: string, all: any[]) => all.find((one) => one._id === key)?.body ?? "";
            return tell("a", rows.map((row) => ({ _id: row._id, body: row.body })));""",
            "Get the rows that are referred to, each by its id",
        ),
        (
            """const rooms = await ctx.db.query("rooms").take(50);
            const used = new Set(rows.filter((row) => row.until > 0).map((row) => row.room));
            return { empty: rooms.filter((room) => !used.has(room._id)), all: rows.map((row) => row.body) };""",
            "Look up by an index, for each of the others, whether it has its counterpart",
        ),
        (
            """const ranked = rows.filter((row) => row.until > 0).sort((a, b) => b.until - a.until);
            return { place: ranked.findIndex((row) => row.author === "a"), best: ranked[0] };""",
            "Ask the aggregate component",
        ),
        (
            "const [newest] = [rows.filter((row) => row.kind !== 'x').sort((a, b) => b.until - a.until)[0]]; return newest ?? null;",
            "Let an index range hold the rows that pass, in this order",
        ),
        (
            """for (const row of rows) {
              if (row.until === 0) continue;
              const author = await ctx.db.get(row.author);
              if (author) return { name: author.name };
            }
            return null;""",
            "Walk the query itself",
        ),
        (
            "return rows.filter((row) => fold(row.body) === fold('x')).map((row) => row.kind);",
            "Store what is compared in a field of the row",
        ),
        (
            """const bodies = rows.filter((row) => row.until > 0).map((row) => row.body);
            return { text: write(bodies) };""",
            "Read only what is needed of them",
        ),
    ],
)
def test_the_advice_fits_what_is_made_of_the_rows(code: str, start: str) -> None:
    assert said_of(code).startswith(start)


def test_rows_whose_list_is_asked_have_a_table_of_its_elements() -> None:
    schema = SCHEMA.replace("kind: v.string()", "kind: v.string(), teams: v.array(v.string())")
    for test in ('row.teams.includes("a")', 'row.kind !== "x" && row.teams.some((team) => team === "a")'):
        files = files_of(_ALL_MESSAGES % ("", f"return rows.filter((row) => {test}).map((row) => row.body);"))
        said = help_of("unbounded-read", {**files, "convex/schema.ts": schema})
        assert said.startswith("Keep a table with a row for each element of `teams`")
    for loop, told in (
        ('if (row.teams.includes("a") && (await may(ctx, row))) found.push(row.body);', True),
        ('if (!row.teams.includes("a")) continue; found.push(row.body);', True),
        ('if (row.teams.includes("a")) found.push(row.body); n += row.until;', False),
        ('if (row.teams.includes("a")) continue; found.push(row.body);', False),
    ):
        code = f"const found = []; let n = 0; for (const row of rows) {{ {loop} }} return {{ found, n }};"
        files = files_of(_ALL_MESSAGES % ("", code))
        said = help_of("unbounded-read", {**files, "convex/schema.ts": schema})
        assert said.startswith("Keep a table with a row for each element of `teams`") is told, (loop, said)


def test_an_outer_list_has_no_elements_in_the_rows() -> None:
    kept = "const mine = (await ctx.db.query('rooms').take(5)).map((room) => room._id); return rows.some((row) => mine.includes(row.room));"
    said = help_of("count-by-collect", files_of(_ALL_MESSAGES % ("", kept)))
    assert said.startswith("Read one row for each of `mine` with `by_room`")


def test_a_row_of_an_id_is_got_and_others_are_looked_up() -> None:
    late = """
export const app = query({ args: { id: v.id("messages"), kind: v.string() }, handler: async (ctx, args) =>
  await ctx.db.query("messages").filter((q) => q.or(q.eq(q.field("_id"), args.id), q.eq(q.field("kind"), args.kind))).first() });"""
    assert help_of("unbounded-read", files_of(late)).startswith("Get the row of the id with `ctx.db.get(id)`, and")


def test_what_no_row_has_is_declared_first() -> None:
    late = """
export const app = query({ args: { id: v.string() }, handler: async (ctx, args) =>
  await ctx.db.query("messages").filter((q) => q.eq(q.field("meta.id"), args.id)).first() });"""
    results = lint_sources(files_of(late), Config(select=("unbounded-read",))).results
    assert any(one.finding.help.startswith("Declare `meta.id` in the schema of `messages`") for one in results)


def test_an_action_asks_for_pages_and_a_query_does_not() -> None:
    inner = """
export const all = internalQuery({ args: {}, handler: async (ctx) => await ctx.db.query("messages").collect() });
export const app = %s({ args: {}, handler: async (ctx) => await ctx.runQuery(internal.app.all, {}) });"""
    asks = "let the action that calls it ask"
    assert asks in help_of("unbounded-read", files_of(inner % "action"))
    assert asks not in help_of("unbounded-read", files_of(inner % "query"))


def test_what_a_timer_brings_for_each_row_is_kept_by_the_day() -> None:
    """The rooms, which people open, are not what is many."""
    checks = """export default defineSchema({
  checks: defineTable({ room: v.id("rooms"), at: v.number() }).index("by_room", ["room", "at"]),"""
    code = """
export const check = internalMutation({ args: { room: v.id("rooms") }, handler: async (ctx, args) => {
  await ctx.db.insert("checks", { room: args.room, at: Date.now() });
} });
export const app = query({ args: { from: v.number() }, handler: async (ctx, args) => {
  const rooms = await ctx.db.query("rooms").collect();
  return await Promise.all(rooms.map(async (room) =>
    (await ctx.db.query("checks").withIndex("by_room", (q) => q.eq("room", room._id).gte("at", args.from)).collect())
      .map((one) => one.at)));
} });"""
    crons = """import { cronJobs } from "convex/server";
const crons = cronJobs();
crons.interval("check", { minutes: 5 }, internal.app.check, { room: "a" });
export default crons;"""
    files = {**files_of(code), "convex/schema.ts": SCHEMA.replace("export default defineSchema({", checks)}
    by_the_day = "Keep what is shown of `checks` in a row for each day"
    timer = {**files, "convex/crons.ts": 'import { internal } from "./_generated/api";\n' + crons}
    assert help_of("read-per-row", timer).startswith(by_the_day)
    by_hand = {**files, "convex/app.ts": files["convex/app.ts"].replace("check = internalMutation", "check = mutation")}
    assert not help_of("read-per-row", by_hand).startswith(by_the_day)


@pytest.mark.parametrize(
    ("reducer", "end"),
    [
        ("(best, one) => ((one.until ?? 0) > best ? (one.until ?? 0) : best)", '`.order("desc").first()`'),
        ("(best, one) => (best > one.until ? best : one.until)", '`.order("desc").first()`'),
        ("(best, one) => (one.until < best ? one.until : best)", "`.first()`"),
        ("(best, one) => (best > one.until ? one.until : best)", "`.first()`"),
    ],
)
def test_the_greatest_value_is_that_of_the_last_row(reducer: str, end: str) -> None:
    code = f"""export const app = mutation({{ args: {{ room: v.id("rooms"), author: v.id("users") }}, handler: async (ctx, args) => {{
      const rows = await ctx.db.query("messages").collect();
      const last = rows.reduce({reducer}, 0);
      await ctx.db.insert("messages", {{ ...args, body: "", kind: "", until: last + 1 }});
    }} }});"""
    assert lint_sources(files_of(code), Config(select=("count-by-collect",))).results == ()
    assert f"end it with {end}" in help_of("missing-index", files_of(code))


_MINE = "const mine = await ctx.db.query('rooms').take(5); "


@pytest.mark.parametrize(
    "code",
    [
        "return rows.filter((row) => mine.some((room) => room._id === row.room));",
        """return (await Promise.all(rows.map(async (row) => {
          const room = mine.find((one) => row.room === one._id);
          if (!room || row.kind === "x") return null;
          return { title: room.title, body: row.body };
        }))).filter(Boolean);""",
        """const found: any[] = [];
        for (const row of rows) {
          const room = mine.find((one) => one._id === row.room);
          if (!room) continue;
          found.push({ title: room.title, body: row.body });
        }
        return found;""",
    ],
)
def test_rows_of_known_parents_have_a_range_for_each(code: str) -> None:
    assert said_of(_MINE + code).startswith("Read the rows of each of ")


@pytest.mark.parametrize(
    "code",
    [
        "return rows.filter((row) => mine.some((room) => room.title === row.kind));",
        """return rows.map((row) => {
          const room = mine.find((one) => row.room === one._id);
          if (!room) return { title: "gone", body: row.body };
          return { title: room.title, body: row.body };
        });""",
        """for (const row of rows) {
          const room = mine.find((one) => row.room === one._id);
          if (!room) return null;
        }
        return rows;""",
    ],
)
def test_rows_that_stay_without_their_parent_are_wanted(code: str) -> None:
    assert not said_of(_MINE + code).startswith("Read the rows of each of ")


def test_a_parent_that_is_missing_among_all_chooses_no_rows() -> None:
    code = """return rows.map((row) => {
      const room = mine.find((one) => row.room === one._id);
      if (!room) return null;
      return { title: room.title, body: row.body };
    });"""
    every = "const mine = await ctx.db.query('rooms').collect(); "
    assert said_of(_MINE + code).startswith("Read the rows of each of ")
    found = lint_sources(files_of(_ALL_MESSAGES % ("", every + code)), Config(select=("unbounded-read",))).results
    assert not any(one.finding.help.startswith("Read the rows of each of ") for one in found)


def test_rows_of_many_ids_are_got_by_these() -> None:
    asked = """.filter((q) => q.or(...args.ids.map((id) => q.eq(q.field("%s"), id)))).collect();"""
    code = """export const app = query({ args: { ids: v.array(v.id("users")) }, handler: async (ctx, args) =>
      await ctx.db.query("messages")%s });"""
    found = help_of("unbounded-read", files_of(code % (asked % "_id")))
    assert found.startswith("Get each of these rows by its id with `ctx.db.get(id)`")


_TEAMS = SCHEMA.replace(
    "export default defineSchema({",
    """export default defineSchema({ teams: defineTable({ name: v.string() }), sheets: defineTable({ teamId: %s, members: v.array(v.string()),
    state: v.string() }).index("by_team", ["teamId"]).index("by_state", ["state"]),""",
)
_SHEETS = """
export const add = mutation({ args: { teamId: v.id("teams"), state: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("sheets", { ...args, members: [] }); } });
export const mine = query({ args: { team: v.id("teams") }, handler: async (ctx, args) =>
  await ctx.db.query("sheets").withIndex("by_team", (q) => q.eq("teamId", args.team)).collect() });
export const app = query({ args: { me: v.string() }, handler: async (ctx, args) => {
  const rows = await ctx.db.query("sheets").collect();
  return %s;
} });"""
_PAGE = """export default function Page() { const a = useQuery(api.app.app, {}); const b = useQuery(api.app.%s, {});
  const add = useMutation(api.app.add); return <p onClick={() => add({})}>{a?.length}{b?.length}</p>; }"""


def _sheets(result: str, *, called: str = "mine", team: str = 'v.id("teams")') -> dict[str, str]:
    return files_of(
        {"convex/schema.ts": _TEAMS % team, "convex/app.ts": _SHEETS % result, "src/Page.tsx": _PAGE % called}
    )


def test_the_rows_of_one_team_have_an_index_that_others_use() -> None:
    said = help_of("unbounded-read", _sheets("rows"))
    assert said.startswith('If the rows of one team are meant, read these with `.withIndex("by_team", ')
    assert "as `app:mine` does" in said
    assert "Otherwise: Read one page at a time" in said
    for files in (_sheets("rows", called="app"), _sheets("rows", team='v.optional(v.id("teams"))')):
        assert "of one team" not in help_of("unbounded-read", files)


def test_an_argument_that_names_the_team_is_told_of_alone() -> None:
    files = _sheets("rows")
    files["convex/app.ts"] = files["convex/app.ts"].replace("me: v.string()", 'teamId: v.id("teams")')
    assert help_of("unbounded-read", files).startswith("`app:app` takes `teamId` and does nothing with it")


def test_a_state_that_most_rows_have_tells_less_than_an_element_of_their_lists() -> None:
    kept = 'rows.filter((row) => row.state === "done" && row.members.includes(args.me))'
    said = help_of("ignored-index", _sheets(kept))
    assert "it is `members` that tells them apart. Keep a table with a row for each element of `members`" in said
    assert "apart" not in help_of("ignored-index", _sheets('rows.filter((row) => row.state === "done")'))
