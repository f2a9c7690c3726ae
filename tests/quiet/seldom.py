"""Rules that seldom speak, and cases that take a whole small application to show: when the rules keep quiet."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, Pair

_APP = "convex/app.ts"
_VIEW = "src/App.tsx"


def _schema(tables: str) -> str:
    return SCHEMA.replace("export default defineSchema({", f"export default defineSchema({{\n  {tables}", 1)


_NOTES = _schema("notes: defineTable({ text: v.string(), words: v.number(), run: v.optional(v.string()) }),")
_SAVE = """
export const start = mutation({ args: {}, handler: async (ctx) => await ctx.db.insert("notes", { text: "", words: 0 }) });
export const save = mutation({ args: { id: v.id("notes"), text: v.string() }, handler: async (ctx, args) => {
  %s
} });
export const count = internalMutation({ args: { id: v.id("notes") }, handler: async (ctx, args) => {
  const note = await ctx.db.get(args.id);
  if (note !== null) await ctx.db.patch(args.id, { words: note.text.split(" ").length });
} });"""
_TYPED = """export function App({ id }) {
  const save = useMutation(api.app.save);
  return <textarea onChange={(event) => save({ id, text: event.target.value })} />; }"""
_SCHEDULED = """await ctx.db.patch(args.id, { text: args.text });
  await ctx.scheduler.runAfter(2000, internal.app.count, { id: args.id });"""
_CANCELLED = """const note = await ctx.db.get(args.id);
  if (note?.run) await ctx.scheduler.cancel(note.run);
  const run = await ctx.scheduler.runAfter(2000, internal.app.count, { id: args.id });
  await ctx.db.patch(args.id, { text: args.text, run });"""
_PENDING = """const note = await ctx.db.get(args.id);
  await ctx.db.patch(args.id, { text: args.text, run: "pending" });
  if (note?.run !== "pending") await ctx.scheduler.runAfter(2000, internal.app.count, { id: args.id });"""


def _typed(body: str) -> dict[str, str]:
    return {"convex/schema.ts": _NOTES, _APP: _SAVE % body, _VIEW: _TYPED}


_ARTICLES = _schema(
    'articles: defineTable({ author: v.id("users"), title: v.string(), content: v.string() }).index("by_author", ["author"]),'
)
_TITLES = """
export const write = mutation({ args: { author: v.id("users"), title: v.string(), content: v.string() },
  handler: async (ctx, args) => await ctx.db.insert("articles", args) });
export const list = query({ args: { author: v.id("users") }, handler: async (ctx, args) => {
  const found = await ctx.db.query("articles").withIndex("by_author", (q) => q.eq("author", args.author)).take(50);
  return found.map((one) => ({ title: one.title%s }));
} });"""


def _titles(more: str) -> dict[str, str]:
    return {"convex/schema.ts": _ARTICLES, _APP: _TITLES % more}


_HTTP = """import { httpRouter } from "convex/server";
import { httpAction } from "./_generated/server";
const http = httpRouter();
http.route({ path: "/hook", method: "POST", handler: httpAction(async (ctx, request) => {
  await ctx.runMutation(internal.app.record, { payload: await request.text() });
  return new Response(null);
}) });
export default http;"""
_RECORD = """
export const record = internalMutation({ args: { payload: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("%s", args);
} });"""
_PRUNE = """
export const prune = internalMutation({ args: {}, handler: async (ctx) => {
  const old = await ctx.db.query("deliveries").withIndex("by_creation_time", (q) => q.lt("_creationTime", Date.now() - 604800000)).take(500);
  for (const one of old) await ctx.db.delete(one._id);
} });"""
_PRUNED = """import { cronJobs } from "convex/server";
const crons = cronJobs();
crons.interval("prune", { hours: 1 }, internal.app.prune, {});
export default crons;"""


def _recorded(table: str, more: str = "", **files: str) -> dict[str, str]:
    schema = _schema(f"{table}: defineTable({{ payload: v.string() }}),")
    crons = {"convex/crons.ts": _PRUNED} if more else {}
    return {"convex/schema.ts": schema, _APP: _RECORD % table + more, "convex/http.ts": _HTTP, **crons}


_SENSORS = _schema(
    '%s: defineTable({ sensor: v.string(), value: v.number() }).index("by_sensor", ["sensor"]),',
)
_MEASURE = """
export const start = mutation({ args: { sensor: v.string() },
  handler: async (ctx, args) => await ctx.scheduler.runAfter(0, internal.app.measure, args) });
export const measure = internalMutation({ args: { sensor: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("%(table)s", { sensor: args.sensor, value: 1 });
  await ctx.scheduler.runAfter(1000, internal.app.measure, args);
} });
export const latest = query({ args: { sensor: v.string() }, handler: async (ctx, args) =>
  await ctx.db.query("%(table)s").withIndex("by_sensor", (q) => q.eq("sensor", args.sensor))%(order)s.first() });"""
_GAUGE = "export function App({ sensor }) { return <b>{useQuery(api.app.latest, { sensor })?.value}</b>; }"


def _measured(table: str = "readings", order: str = '.order("desc")') -> dict[str, str]:
    return {
        "convex/schema.ts": _SENSORS % table,
        _APP: _MEASURE % {"table": table, "order": order},
        _VIEW: _GAUGE,
    }


_DRAFTS = _schema(
    'drafts: defineTable({ owner: v.string(), room: v.id("rooms"), text: v.string() })'
    '.index("by_owner", ["owner"]).index("by_room", ["room"]),'
)
_STREAM = """
export const list = query({ args: { room: v.id("rooms") }, handler: async (ctx, args) => {
  %s
} });
export const ask = mutation({ args: { room: v.id("rooms") }, handler: async (ctx, args) => {
  const me = await ctx.auth.getUserIdentity(); if (!me) throw new Error("signed out");
  const id = await ctx.db.insert("drafts", { owner: me.subject, room: args.room, text: "" });
  await ctx.scheduler.runAfter(0, internal.app.answer, { id });
} });
export const write = internalMutation({ args: { id: v.id("drafts"), text: v.string() },
  handler: async (ctx, args) => await ctx.db.patch(args.id, { text: args.text }) });
export const answer = internalAction({ args: { id: v.id("drafts") }, handler: async (ctx, args) => {
  const response = await fetch("https://example.com/stream");
  let text = "";
  for await (const piece of response.body) { text += piece; await ctx.runMutation(internal.app.write, { id: args.id, text }); }
} });"""
_OF_ROOM = (
    'return await ctx.db.query("drafts").withIndex("by_room", (q) => q.eq("room", args.room)).order("desc").collect();'
)
_OF_ME = """const me = await ctx.auth.getUserIdentity(); if (!me) return [];
  return await ctx.db.query("drafts").withIndex("by_owner", (q) => q.eq("owner", me.subject)).order("desc").collect();"""
_OPEN = "export function App({ room }) { return <p>{useQuery(api.app.list, { room })?.map((one) => one.text)}</p>; }"


def _streamed(body: str) -> dict[str, str]:
    return {"convex/schema.ts": _DRAFTS, _APP: _STREAM % body, _VIEW: _OPEN}


_GAMES = _schema('games: defineTable({ name: v.string(), moves: v.array(v.string()) }).index("by_name", ["name"]),')
_MOVE = """
export const move = mutation({ args: { move: v.string() }, handler: async (ctx, args) => {
  const me = await ctx.auth.getUserIdentity(); if (!me) throw new Error("signed out");
  const game = await ctx.db.query("games").withIndex("by_name", (q) => q.eq("name", %s)).unique();
  if (game === null) await ctx.db.insert("games", { name: %s, moves: [args.move] });
  else await ctx.db.patch(game._id, { moves: [...game.moves, args.move].slice(-9) });
} });"""


def _moved(name: str) -> dict[str, str]:
    return {"convex/schema.ts": _GAMES, _APP: _MOVE % (name, name)}


SELDOM = (
    Pair("needless-schedule", "cancelled", _typed(_SCHEDULED), _typed(_CANCELLED)),
    Pair("needless-schedule", "deduplicated", _typed(_SCHEDULED), _typed(_PENDING)),
    Pair("wide-rows", "the large field is used", _titles(""), _titles(", start: one.content.slice(0, 80)")),
    Pair("unpruned-table", "a cron deletes", _recorded("deliveries"), _recorded("deliveries", _PRUNE)),
    Pair("unpruned-table", "an archive", _recorded("deliveries"), _recorded("deliveryArchive")),
    Pair("latest-by-desc", "ascending", _measured(), _measured(order="")),
    Pair("latest-by-desc", "a chat", _measured(), _measured("chatMessages")),
    Pair("churning-subscription", "only the writer subscribes", _streamed(_OF_ROOM), _streamed(_OF_ME)),
    Pair("hot-document", "one user's own row", _moved('"world"'), _moved("me.subject")),
)
