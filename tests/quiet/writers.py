"""What is known of those who write: which events bring them, which values they give, whether anything runs them."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, Pair

_APP = "convex/app.ts"
_HTTP = "convex/http.ts"


def _schema(tables: str) -> str:
    return SCHEMA.replace("export default defineSchema({", f"export default defineSchema({{\n  {tables}", 1)


_TEAMS = _schema(
    'teams: defineTable({ key: v.string(), members: v.number() }).index("by_key", ["key"]),\n'
    '  people: defineTable({ key: v.string(), seenAt: v.optional(v.number()) }).index("by_key", ["key"]),'
)
_TEAM = """
export const found = mutation({ args: { key: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("teams", { ...args, members: 0 });
  await ctx.db.insert("people", { ...args });
} });
export const enter = internalMutation({ args: { key: v.string() }, handler: async (ctx, args) => {
  const team = await ctx.db.query("teams").withIndex("by_key", (q) => q.eq("key", args.key)).unique();
  if (team) await ctx.db.patch(team._id, { members: team.members + 1 });
} });
export const note = internalMutation({ args: { key: v.string() }, handler: async (ctx, args) => {
  const one = await ctx.db.query("people").withIndex("by_key", (q) => q.eq("key", args.key)).unique();
  if (one) await ctx.db.patch(one._id, { seenAt: Date.now() });
} });"""
_HOOK = """import { httpRouter } from "convex/server";
import { httpAction } from "./_generated/server";
const http = httpRouter();
http.route({ path: "/hook", method: "POST", handler: httpAction(async (ctx, request) => {
  const event = await request.json();
  %s
  return new Response(null);
}) });
export default http;"""
_IF = 'if (event.type === "%s") await ctx.runMutation(internal.app.enter, { key: event.team });'
_CASES = """switch (event.type) {
    case "user.created":
    case "%s":
      await ctx.runMutation(internal.app.note, { key: event.user });
      break;
    default:
      console.log(event);
  }"""


def _hooked(body: str) -> dict[str, str]:
    return {"convex/schema.ts": _TEAMS, _APP: _TEAM, _HTTP: _HOOK % body}


WRITERS = (
    Pair(
        "shared-counter",
        "a route counts only where it is told that somebody has joined",
        _hooked(_IF % "message.created"),
        _hooked(_IF % "organizationMembership.created"),
        as_note=True,
    ),
    Pair(
        "needless-write",
        "a route notes a time only where it is told that somebody has signed in",
        _hooked(_CASES % "message.created"),
        _hooked(_CASES % "session.created"),
    ),
)
