"""An index that leaves little unread, or is written more often than it is read, is noted and not warned of."""

from __future__ import annotations

import pytest

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources

SCHEMA = """
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  users: defineTable({ name: v.string() }),
  bills: defineTable({
    userId: v.id("users"), total: v.number(), createdAt: v.number(), dueAt: v.number(), seenAt: v.number(),
    state: v.union(v.literal("a"), v.literal("b"), v.literal("c"), v.literal("d"), v.literal("e")),
    mood: v.string(), code: v.string(),
  }).index("by_state", ["state"]).index("by_user_created", ["userId", "createdAt"]).index("by_code", ["code"])
    .index("by_mood", ["mood"]),
});
"""

APP = """
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalMutation, mutation, query } from "./_generated/server";
const row = {
  userId: v.id("users"), total: v.number(), createdAt: v.number(), dueAt: v.number(), seenAt: v.number(), code: v.string(),
  mood: v.string(),
};
const state = v.union(v.literal("a"), v.literal("b"), v.literal("c"), v.literal("d"), v.literal("e"));
export const add = mutation({
  args: { rows: v.array(v.object(row)) },
  handler: async (ctx, args) => { for (const one of args.rows) await ctx.db.insert("bills", { ...one, state: "a" }); },
});
export const move = mutation({
  args: { id: v.id("bills"), state },
  handler: async (ctx, args) => { await ctx.db.patch(args.id, { state: args.state }); },
});
export const see = internalMutation({
  args: { id: v.id("bills") },
  handler: async (ctx, args) => {
    await ctx.db.patch(args.id, { seenAt: Date.now() });
    await ctx.scheduler.runAfter(1000, internal.app.see, args);
  },
});
export const start = mutation({
  args: { id: v.id("bills") },
  handler: async (ctx, args) => { await ctx.scheduler.runAfter(0, internal.app.see, args); },
});
"""

PAGE = """
import { useMutation, useQuery } from "convex/react";
import { api } from "../convex/_generated/api";
export function Page({ rows, id, state, at }) {
  const add = useMutation(api.app.add);
  const move = useMutation(api.app.move);
  const start = useMutation(api.app.start);
  const one = CALL;
  return <button onClick={() => { add({ rows }); move({ id, state }); start({ id }); }}>{String(one)}</button>;
}
"""


def _severities(body: str, kind: str = "query", *, also: str = "", page: str = PAGE) -> list[tuple[str, str]]:
    one = f"""
export const one = {kind}({{
  args: {{ userId: v.optional(v.id("users")), at: v.number() }},
  handler: async (ctx, args) => {{ {body} }},
}});
"""
    call = "useQuery(api.app.one, { at })" if kind == "query" else "useMutation(api.app.one)"
    files = {
        "convex/schema.ts": SCHEMA,
        "convex/app.ts": APP + one + also,
        "src/Page.tsx": page.replace("CALL", call),
    }
    report = lint_sources(files, Config(select=("ignored-index", "missing-index")))
    assert not report.failures
    return [(one.rule, str(one.severity.value)) for one in report.results]


ALL = 'const rows = await ctx.db.query("bills").collect();'


@pytest.mark.parametrize(
    ("condition", "severity"),
    [
        ("row._creationTime < Date.now() - 86_400_000 * 30 && row.total > args.at", "note"),
        ("row._creationTime > Date.now() - 86_400_000 * 30 && row.total > args.at", "warning"),
        ('["a", "b", "c"].includes(row.state)', "note"),
        ('["a", "b"].includes(row.state)', "warning"),
        ('["a", "b", "c", "d"].includes(row.mood)', "note"),
        ('["a", "b", "c"].includes(row.mood)', "warning"),
    ],
)
def test_a_range_that_most_rows_are_in(condition: str, severity: str) -> None:
    assert _severities(f"{ALL} return rows.filter((row) => {condition});") == [("ignored-index", severity)]


def test_old_rows_that_are_deleted_are_few() -> None:
    body = f"{ALL} for (const row of rows.filter((row) => row._creationTime < Date.now() - 86_400_000)) await ctx.db.delete(row._id);"
    assert _severities(body, "mutation") == [("ignored-index", "warning")]


def test_old_rows_that_nothing_refers_to_any_more_may_be_few() -> None:
    body = (
        f"{ALL} for (const row of rows.filter((row) => row._creationTime < Date.now() - 86_400_000)) {{"
        " const user = await ctx.db.get(row.userId); if (user) continue; await ctx.db.delete(row._id); }"
    )
    assert _severities(body, "mutation") == [("ignored-index", "note")]


def test_what_nothing_is_seen_to_fill_stays_empty() -> None:
    body = f"{ALL} return rows.filter((row) => row.code === args.code);".replace("args.code", "String(args.at)")
    assert _severities(body) == [("ignored-index", "warning")]
    assert _severities(body, page=PAGE.replace("add({ rows }); ", "").replace("api.app.add", "api.app.start")) == [
        ("ignored-index", "note")
    ]


def test_what_one_has_at_one_moment_is_little() -> None:
    read = (
        'const rows = await ctx.db.query("bills").withIndex("by_user_created", (q) => q.eq("userId", args.userId)PIN).collect();'
        "return rows.filter((row) => row._creationTime > args.at);"
    )
    assert _severities(read.replace("PIN", '.eq("createdAt", args.at)')) == [("ignored-index", "note")]


STATE = 'const rows = await ctx.db.query("bills").withIndex("by_state", (q) => q.eq("state", "VALUE")).collect();'


def test_a_time_among_rows_that_pass_through_a_state() -> None:
    """`a` is the state in which rows are made."""
    body = STATE + " return rows.filter((row) => row.dueAt < Date.now());"
    assert _severities(body.replace("VALUE", "a")) == [("missing-index", "note")]
    assert _severities(body.replace("VALUE", "b")) == [("missing-index", "warning")]


def test_rows_that_are_moved_on_when_they_are_due() -> None:
    body = STATE + " for (const row of rows) if (row.dueAt < Date.now()) await ctx.db.patch(row._id, WHAT);"
    moved = body.replace("VALUE", "b").replace("WHAT", '{ state: "c" }')
    assert _severities(moved, "mutation") == [("missing-index", "note")]
    assert _severities(moved.replace('state: "c"', "total: 1"), "mutation") == [("missing-index", "warning")]


def test_an_index_that_is_written_more_often_than_it_is_read() -> None:
    body = f"{ALL} return rows.filter((row) => row.FIELD > args.at).length;"
    assert _severities(body.replace("FIELD", "seenAt"), "mutation") == [("missing-index", "note")]
    assert _severities(body.replace("FIELD", "dueAt"), "mutation") == [("missing-index", "warning")]
    assert _severities(body.replace("FIELD", "seenAt")) == [("missing-index", "warning")], (
        "each write runs the query again"
    )


def test_a_code_names_one_thing() -> None:
    body = (
        'const rows = await ctx.db.query("bills").withIndex("by_INDEX", (q) => q.eq("INDEX", "x")).collect();'
        "return rows.filter((row) => row.total === args.at);"
    )
    assert _severities(body.replace("INDEX", "code")) == []
    assert _severities(body.replace("INDEX", "mood")) == [("missing-index", "warning")]
