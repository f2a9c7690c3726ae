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


_TRACKS = _schema("tracks: defineTable({ title: v.string(), sort: v.string(), shown: v.boolean(), file: v.string() }),")
_TRACK = """
export const add = internalMutation({ args: { title: v.string(), sort: v.string(), shown: v.boolean() },
  handler: async (ctx, args) => { await ctx.db.insert("tracks", { ...args, file: "" }); } });
export const send = mutation({ args: { title: v.string() }, handler: async (ctx, args) => {
  const sort = args.title.length > 9 ? "long" : "short";
  await ctx.runMutation(internal.app.add, { title: args.title, %s });
} });
export const seedTracks = internalMutation({ args: { tracks: v.array(v.any()) }, handler: async (ctx, args) => {
  for (const one of args.tracks) await ctx.db.insert("tracks", { title: one.title, sort: one.sort, shown: one.shown, file: "" });
} });
export const list = query({ args: {}, handler: async (ctx) =>
  await ctx.db.query("tracks").filter((q) => q.eq(q.field("sort"), "long")).%s });"""
_TRACKLIST = """export function App() {
  const tracks = useQuery(api.app.list, {});
  const send = useMutation(api.app.send);
  return <button onClick={() => send({ title: "a" })}>{tracks?.length}</button>; }"""


def _tracks(given: str, end: str = "collect()") -> dict[str, str]:
    return {"convex/schema.ts": _TRACKS, _APP: _TRACK % (given, end), "src/App.tsx": _TRACKLIST}


_VARIED = "shown: true, sort"
_ONE_SORT = 'shown: true, sort: "long"'

_PAYMENTS = _schema(
    'payments: defineTable({ payer: v.id("users"), amount: v.number(), state: v.string(), transfer: v.optional(v.string()) }),'
)
_PAYMENT = """
export const pay = mutation({ args: { payer: v.id("users"), amount: v.number() }, handler: async (ctx, args) => {
  await ctx.db.insert("payments", { ...args, state: "open" });
} });
export const settle = mutation({ args: { id: v.id("payments"), transfer: v.string() }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { %s });
} });
export const find = query({ args: { transfer: v.string() }, handler: async (ctx, args) =>
  await ctx.db.query("payments").filter((q) => q.eq(q.field("transfer"), args.transfer)).first() });"""
_PAYING = """export function App({ id, transfer }) {
  const found = useQuery(api.app.find, { transfer });
  const pay = useMutation(api.app.pay);
  const settle = useMutation(api.app.settle);
  return <button onClick={() => (found ? settle({ id, transfer }) : pay({ payer: id, amount: 1 }))}>ok</button>; }"""


def _payments(given: str) -> dict[str, str]:
    return {"convex/schema.ts": _PAYMENTS, _APP: _PAYMENT % given, "src/App.tsx": _PAYING}


_CALLS = _schema(
    'clients: defineTable({ team: v.optional(v.id("teams")) }), teams: defineTable({ name: v.string() }),\n'
    '  calls: defineTable({ team: v.id("teams"), from: v.id("users") }).index("by_team_and_from", ["team", "from"]),'
)
_CALLED = """
async function inTeam(ctx, id) {
  const client = await ctx.db.get(id);
  if (!client) throw new Error("no client");
  %s
  return client;
}
export const call = mutation({ args: { team: v.id("teams"), from: v.id("users") }, handler: async (ctx, args) => {
  await ctx.db.insert("calls", args);
} });
export const of = query({ args: { client: v.id("clients"), from: v.id("users") }, handler: async (ctx, args) => {
  const { team } = await inTeam(ctx, args.client);
  if (team) return await ctx.db.query("calls").withIndex("by_team_and_from", (q) => q.eq("team", team).eq("from", args.from)).take(9);
  return await ctx.db.query("calls").filter((q) => q.eq(q.field("from"), args.from)).collect();
} });"""


def _calls(check: str) -> dict[str, str]:
    return {"convex/schema.ts": _CALLS, _APP: _CALLED % check}


_THREADS = _schema(
    'teams: defineTable({ name: v.string() }), threads: defineTable({ team: v.id("teams") }).index("by_team", ["team"]),\n'
    '  posts: defineTable({ team: v.id("teams"), thread: v.id("threads"), at: v.number() }).index("by_thread", ["thread", "at"]),'
)
_THREAD = """
export const post = mutation({ args: { team: v.id("teams"), thread: v.id("threads"), at: v.number() }, handler: async (ctx, args) => {
  await ctx.db.insert("posts", args);
} });
export const of = query({ args: { team: v.id("teams"), thread: v.id("threads") }, handler: async (ctx, args) => {
  const thread = await ctx.db.get(args.thread);
  %s
  const posts = await ctx.db.query("posts").withIndex("by_thread", (q) => q.eq("thread", args.thread)).collect();
  return posts.filter((one) => one.team === args.team);
} });"""


def _threads(check: str) -> dict[str, str]:
    return {"convex/schema.ts": _THREADS, _APP: _THREAD % check}


WRITERS = (
    Pair(
        "missing-index",
        "the parent was found to belong to the team that its rows are asked for",
        _threads("if (!thread) return [];"),
        _threads("if (!thread || thread.team !== args.team) return [];"),
    ),
    Pair(
        "missing-index",
        "what the branch asks for was an error before",
        _calls(""),
        _calls('if (!client.team) throw new Error("no team");'),
    ),
    Pair(
        "missing-index",
        "no write gives the field that is looked for",
        _payments('state: "paid", transfer: args.transfer'),
        _payments('state: "paid"'),
        as_note=True,
    ),
    Pair(
        "missing-index",
        "all callers of the writer pass the one value that is asked for, whatever seeds bring",
        _tracks(_VARIED),
        _tracks(_ONE_SORT),
    ),
    Pair(
        "unbounded-read",
        "`.filter(...).take(n)` passes over none, since all rows have that value",
        _tracks(_ONE_SORT),
        _tracks(_ONE_SORT, "take(20)"),
    ),
    Pair(
        "broad-subscription",
        "`.filter(...).take(n)` passes over none, since all rows have that value",
        _tracks(_VARIED, "take(20)"),
        _tracks(_ONE_SORT, "take(20)"),
    ),
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
