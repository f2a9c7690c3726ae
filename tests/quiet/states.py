"""Indexes on states: when the rules only note that one is lacking, since most rows of the range are in the state."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, Pair

_MORE = """
  teams: defineTable({ name: v.string() }),
  squads: defineTable({ userId: v.id("users"), name: v.string() }),
  squadTeams: defineTable({ userId: v.id("users"), name: v.string() }).index("by_user", ["userId"]),
  people: defineTable({ team: v.id("teams"), status: v.string(), done: v.boolean(), flag: v.boolean(), entity: v.optional(v.id("rooms")),
    content: v.optional(v.string()) })
    .index("by_team", ["team"]),
  scores: defineTable({ team: v.id("squadTeams"), won: v.boolean(), content: v.optional(v.string()) }).index("by_team", ["team"]),
"""
_SCHEMA = SCHEMA.replace("export default defineSchema({", f"export default defineSchema({{{_MORE}")


def _app(code: str, schema: str = _SCHEMA) -> dict[str, str]:
    return {"convex/schema.ts": schema, "convex/app.ts": code}


_HIRE = """
export const hire = mutation({ args: { team: v.id("teams") }, handler: async (ctx, args) => {
  await ctx.db.insert("people", { team: args.team, status: "invited", done: false, flag: false });
} });
export const move = mutation({
  args: { id: v.id("people"), status: v.union(v.literal("invited"), v.literal("active"), v.literal("%s")) },
  handler: async (ctx, args) => { await ctx.db.patch(args.id, { status: args.status }); },
});
export const list = query({ args: { team: v.id("teams") }, handler: async (ctx, args) => {
  const people = await ctx.db.query("people").withIndex("by_team", (q) => q.eq("team", args.team)).collect();
  return people.filter((one) => one.status === "active" || one.status === "invited");
} });"""
_FLAG = """
export const hire = mutation({ args: { team: v.id("teams") }, handler: async (ctx, args) => {
  await ctx.db.insert("people", { team: args.team, status: "", done: false, flag: false });
} });
export const finish = mutation({ args: { id: v.id("people") }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { done: true });
} });
%s
export const list = query({ args: { team: v.id("teams") }, handler: async (ctx, args) =>
  await ctx.db.query("people").withIndex("by_team", (q) => q.eq("team", args.team))
    .filter((q) => q.eq(q.field("done"), true)).collect() });"""
_BACK = """export const reopen = mutation({ args: { id: v.id("people") }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { done: false });
} });"""
_KEYED = """
export const fit = mutation({ args: { team: v.id("teams"), entity: v.optional(v.id("rooms")) }, handler: async (ctx, args) => {
  %s
  await ctx.db.insert("people", { ...args, status: "", done: false, flag: false });
} });
export const rest = query({ args: { team: v.id("teams") }, handler: async (ctx, args) => {
  const people = await ctx.db.query("people").withIndex("by_team", (q) => q.eq("team", args.team)).collect();
  return people.find((one) => one.entity === undefined) ?? null;
} });"""
_LOOK = """const known = await ctx.db.query("people").withIndex("by_entity", (q) => q.eq("entity", args.entity)).unique();
  if (known !== null) return;"""
_BY_ENTITY = _SCHEMA.replace(
    '.index("by_team", ["team"])', '.index("by_team", ["team"]).index("by_entity", ["entity"])', 1
)
_SCORE = """
export const score = mutation({ args: { team: v.id("squadTeams"), won: v.boolean() }, handler: async (ctx, args) => {
  await ctx.db.insert("scores", args);
} });
export const wins = query({ args: { team: v.id("squadTeams") }, handler: async (ctx, args) => {
  const scores = await ctx.db.query("scores").withIndex("by_team", (q) => q.eq("team", args.team)).collect();
  return scores.filter((one) => one.won);
} });"""
_JOINED = _SCHEMA.replace("squads: defineTable({", 'teamMembers: defineTable({ team: v.id("squadTeams"), ')
_CRON = """import { cronJobs } from "convex/server";
const crons = cronJobs();
crons.cron("remind", "%s", internal.app.remind);
export default crons;"""
_REMIND = """
export const remind = internalMutation({ args: {}, handler: async (ctx) => {
  const jobs = await ctx.db.query("messages").filter((q) => q.eq(q.field("kind"), "%s")).take(200);
  for (const job of jobs) await ctx.db.insert("jobs", { state: "open", shard: 0, payload: job.body });
} });
export const say = mutation({ args: { room: v.id("rooms"), author: v.id("users"), kind: v.string() },
  handler: async (ctx, args) => { await ctx.db.insert("messages", { ...args, body: "", until: 0 }); },
});"""


def _daily(schedule: str) -> dict[str, str]:
    return {"convex/app.ts": _REMIND % "urgent", "convex/crons.ts": _CRON % schedule}


STATES = (
    Pair(
        "missing-index",
        "all but those that are out of use are wanted",
        _app(_HIRE % "finished"),
        _app(_HIRE % "deactivated"),
        as_note=True,
    ),
    Pair("missing-index", "nothing sets the flag back", _app(_FLAG % _BACK), _app(_FLAG % ""), as_note=True),
    Pair(
        "missing-index",
        "it is the one row that lacks the key of the others",
        _app(_KEYED % "", _BY_ENTITY),
        _app(_KEYED % _LOOK, _BY_ENTITY),
        as_note=True,
    ),
    Pair("missing-index", "one user has the team", _app(_SCORE, _JOINED), _app(_SCORE), as_note=True),
    Pair("missing-index", "a cron asks once a day", _daily("*/15 * * * *"), _daily("0 8 * * 1"), as_note=True),
    Pair(
        "missing-index",
        "the first of those in the usual state are found soon",
        {"convex/app.ts": _REMIND % "urgent", "convex/crons.ts": _CRON % "* * * * *"},
        {"convex/app.ts": _REMIND % "active", "convex/crons.ts": _CRON % "* * * * *"},
        as_note=True,
    ),
)
