"""Rows of one parent that people make one at a time are noted, those that programs bring in are warned of."""

from __future__ import annotations

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources
from convex_lint.engine.report import Result

SCHEMA = """
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  users: defineTable({ name: v.string() }),
  teams: defineTable({ name: v.string() }),
  staff: defineTable({ teamId: v.id("teams"), name: v.string() }).index("by_team", ["teamId"]),
  guides: defineTable({ title: v.string(), done: v.boolean() }),
  papers: defineTable({ userId: v.id("users"), title: v.string(), done: v.boolean() })
    .searchIndex("search", { searchField: "title" }),
  parties: defineTable({ teamId: v.id("teams") }).index("by_team", ["teamId"]),
  logs: defineTable({ partyId: v.id("parties") }).index("by_party", ["partyId"]),
  employees: defineTable({ teamId: v.id("teams"), creatorId: v.id("users"), pay: v.number(), read: v.boolean() })
    .index("by_team", ["teamId"]),
});
"""

APP = """
import { v } from "convex/values";
import { mutation, query } from "./_generated/server";
const row = { creatorId: v.id("users"), pay: v.number(), read: v.boolean() };
const team = { teamId: v.id("teams") };
const of = (q, args) => q.eq("teamId", args.teamId);
export const WRITER
export const list = query({
  args: team,
  handler: async (ctx, args) => await ctx.db.query("employees").withIndex("by_team", (q) => of(q, args)).collect(),
});
export const sum = query({
  args: team,
  handler: async (ctx, args) => {
    const rows = await ctx.db.query("employees").withIndex("by_team", (q) => of(q, args)).collect();
    return rows.reduce((sum, row) => sum + row.pay, 0);
  },
});
export const some = query({
  args: { ...team, limit: v.optional(v.number()) },
  handler: async (ctx, args) =>
    await ctx.db.query("employees").withIndex("by_team", (q) => of(q, args)).take(args.limit ?? 200),
});
export const authors = query({
  args: team,
  handler: async (ctx, args) => {
    const rows = await ctx.db.query("employees").withIndex("by_team", (q) => of(q, args)).collect();
    return await Promise.all(rows.map(async (row) => ({ ...row, by: await ctx.db.get(row.creatorId) })));
  },
});
export const close = mutation({
  args: team,
  handler: async (ctx, args) => {
    const rows = await ctx.db.query("employees").withIndex("by_team", (q) => of(q, args)).collect();
    for (const row of rows) await ctx.db.delete(row._id);
  },
});
"""

HIRE = """hire = mutation({
  args: { ...team, ...row },
  handler: async (ctx, args) => { await ctx.db.insert("employees", args); },
});"""

LOAD = """load = mutation({
  args: { ...team, rows: v.array(v.object(row)) },
  handler: async (ctx, { teamId, rows }) => {
    for (const row of rows) await ctx.db.insert("employees", { teamId, ...row });
  },
});"""

REPLACE = """
export const replaceAll = mutation({
  args: { ...team, rows: v.array(v.object(row)) },
  handler: async (ctx, args) => {
    const old = await ctx.db.query("employees").withIndex("by_team", (q) => of(q, args)).collect();
    for (const one of old) await ctx.db.delete(one._id);
    for (const row of args.rows) await ctx.db.insert("employees", { teamId: args.teamId, ...row });
  },
});
"""

MARK = """
export const markAll = mutation({
  args: team,
  handler: async (ctx, args) => {
    const all = await ctx.db.query("employees").withIndex("by_team", (q) => of(q, args)).collect();
    const unread = all.filter((one) => !one.read);
    await Promise.all(unread.map((one) => ctx.db.patch(one._id, { read: true })));
  },
});
"""

OURS = """
export const ours = query({
  args: team,
  handler: async (ctx, args) => {
    const mine = await ctx.db.query("staff").withIndex("by_team", (q) => of(q, args)).collect();
    const names = new Set(mine.map((one) => one.name));
    const rows = await ctx.db.query("employees").collect();
    return rows.filter((row) => names.has(row.creatorId)).reduce((sum, row) => sum + row.pay, 0);
  },
});
"""

ALL = """
export const TABLEAdd = mutation({
  args: { userId: v.id("users"), title: v.string() },
  handler: async (ctx, args) => { await ctx.db.insert("TABLE", { FIELDS title: args.title, done: false }); },
});
export const TABLEClose = mutation({
  args: {},
  handler: async (ctx) => {
    for (const one of await ctx.db.query("TABLE").collect()) await ctx.db.patch(one._id, { done: true });
  },
});
"""

NAMES = (
    "guidesAdd",
    "guidesClose",
    "papersAdd",
    "papersClose",
    "found",
    "show",
    "drop",
    "hold",
    "log",
    "list",
    "sum",
    "some",
    "authors",
    "close",
    "replaceAll",
    "markAll",
    "ours",
)


def _told(*parts: str, together: bool = False) -> dict[tuple[str, str], Result]:
    """By rule and function; each is called on a page of its own unless `together`."""
    text = "".join(parts)
    calls = {
        name: f"  use{'Mutation' if f'{name} = mutation' in text else 'Query'}(api.app.{name}, {{ teamId }});\n"
        for name in (*NAMES, "hire", "load")
        if f"export const {name} =" in text
    }
    pages = {"All": "".join(calls.values())} if together else {f"Page{name}": call for name, call in calls.items()}
    rules = ("unbounded-read", "count-by-collect", "client-sized-read", "read-per-row", "transaction-limit")
    files = {"convex/schema.ts": SCHEMA, "convex/app.ts": text}
    for page, body in pages.items():
        files[f"src/{page}.tsx"] = (
            'import { useMutation, useQuery } from "convex/react";\nimport { api } from "../convex/_generated/api";\n'
            f"export function {page}({{ teamId }}) {{\n{body}  return null;\n}}\n"
        )
    report = lint_sources(files, Config(select=rules))
    assert not report.failures
    return {(one.rule, str(one.finding.key[0]).partition(":")[2]): one for one in report.results}


def test_who_makes_the_rows_decides() -> None:
    places = {
        ("count-by-collect", "sum"),
        ("client-sized-read", "some"),
        ("transaction-limit", "close"),
    }
    loaded = {place: str(one.severity.value) for place, one in _told(APP.replace("WRITER", LOAD)).items()}
    reads = {("unbounded-read", "list"), ("unbounded-read", "authors")}
    written = {("transaction-limit", "close"): "note"}  # what one import brings, one transaction may delete
    assert loaded == dict.fromkeys(places | reads, "warning") | written
    hired = {place: str(one.severity.value) for place, one in _told(APP.replace("WRITER", HIRE)).items()}
    assert hired == dict.fromkeys(places | {("read-per-row", "authors")}, "note")


def test_a_number_of_rows_that_the_page_shows_as_well_is_noted() -> None:
    apart = _told(APP.replace("WRITER", LOAD))
    assert str(apart["count-by-collect", "sum"].severity.value) == "warning"
    together = _told(APP.replace("WRITER", LOAD), together=True)
    assert str(together["count-by-collect", "sum"].severity.value) == "note"


def test_a_cap_is_not_below_the_default() -> None:
    told = _told(APP.replace("WRITER", LOAD))
    assert "Math.min(limit, 200)" in told["client-sized-read", "some"].finding.help


def test_no_pages_are_advised_for_a_read_in_a_loop() -> None:
    """A second `.paginate` of one call throws."""
    once = _told(APP.replace("WRITER", LOAD))["client-sized-read", "some"].finding.help
    each = "async (ctx, args) =>\n    await ctx.db.query"
    several = "async (ctx, args) => {\n    for (const n of [1, 2, args.limit]) await ctx.db.query"
    assert each in APP
    looped = APP.replace(each, several).replace("take(args.limit ?? 200),", "take(args.limit ?? 200);\n  },")
    told = _told(looped.replace("WRITER", LOAD))["client-sized-read", "some"].finding.help
    assert ".paginate" in once
    assert ".paginate" not in told


def test_sets_that_are_replaced_and_flags_that_are_set_for_all() -> None:
    told = _told(APP.replace("WRITER", LOAD), REPLACE, MARK)
    assert ("transaction-limit", "close") in told
    assert ("transaction-limit", "replaceAll") not in told
    assert ("transaction-limit", "markAll") not in told


def test_a_list_that_people_keep_row_by_row_and_that_is_nobodys() -> None:
    guides = ALL.replace("TABLE", "guides").replace("FIELDS", "")
    papers = ALL.replace("TABLE", "papers").replace("FIELDS", "userId: args.userId,")
    told = _told(APP.replace("WRITER", LOAD), guides, papers)
    assert str(told["transaction-limit", "guidesClose"].severity.value) == "note"
    assert str(told["transaction-limit", "papersClose"].severity.value) == "warning", "everybody's"


LOGGED = """
export const drop = mutation({
  args: team,
  handler: async (ctx, args) => {
    const rows = await ctx.db.query("parties").withIndex("by_team", (q) => of(q, args)).collect();
    for (const row of rows) {
      const logs = await ctx.db.query("logs").withIndex("by_party", (q) => q.eq("partyId", row._id)).collect();
      for (const one of logs) await ctx.db.delete(one._id);
      await ctx.db.delete(row._id);
    }
  },
});
export const show = query({
  args: team,
  handler: async (ctx, args) => {
    const rows = await ctx.db.query("parties").withIndex("by_team", (q) => of(q, args)).collect();
    return await Promise.all(
      rows.map((row) => ctx.db.query("logs").withIndex("by_party", (q) => q.eq("partyId", row._id)).collect()),
    );
  },
});
export const hold = mutation({
  args: team,
  handler: async (ctx, args) => { await ctx.db.insert("parties", args); },
});
export const log = mutation({
  args: { partyId: v.id("parties") },
  handler: async (ctx, args) => { await ctx.db.insert("logs", args); },
});
"""


def test_a_cascade_is_told_as_its_writes_are() -> None:
    """What people hold one by one, each with a log: to show them all reads all of the log, to delete them is seldom done."""
    told = {place: str(one.severity.value) for place, one in _told(APP.replace("WRITER", HIRE), LOGGED).items()}
    assert told["read-per-row", "show"] == "warning"
    assert told["transaction-limit", "drop"] == "note"


FOUND = """
export const found = query({
  args: { text: v.string() },
  handler: async (ctx, args) => {
    const rows = await ctx.db.query("papers").withSearchIndex("search", (q) => q.search("title", args.text)).collect();
    return await Promise.all(rows.map(async (row) => ({ ...row, by: await ctx.db.get(row.userId) })));
  },
});
"""


def test_look_ups_for_what_a_search_found_are_noted() -> None:
    told = _told(APP.replace("WRITER", LOAD), FOUND)
    assert "up to 1,024 index ranges" in told["read-per-row", "found"].finding.help
    assert str(told["read-per-row", "found"].severity.value) == "note", "of a table that does not grow"


def test_what_each_caller_adds_up_is_no_aggregate() -> None:
    told = _told(APP.replace("WRITER", LOAD), OURS)
    assert ("count-by-collect", "sum") in told
    assert ("count-by-collect", "ours") not in told
