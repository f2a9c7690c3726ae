"""How often something happens, and whether it matters: when the rules about subscriptions keep quiet."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, Pair

_APP = "convex/app.ts"
_VIEW = "src/App.tsx"


def _schema(tables: str) -> str:
    return SCHEMA.replace("export default defineSchema({", f"export default defineSchema({{\n  {tables}", 1)


def _view(body: str) -> str:
    return f"export function App({{ code }}) {{\n{body}\n}}"


_LINKS = _schema('links: defineTable({ code: v.string(), until: v.optional(v.number()) }).index("by_code", ["code"]),')
_LINK = """
export const make = mutation({ args: { code: v.string(), until: v.number() }, handler: async (ctx, args) => {
  await ctx.db.insert("links", { code: args.code%s });
} });
export const use = mutation({ args: { code: v.string() }, handler: async (ctx, args) => {
  const link = await ctx.db.query("links").withIndex("by_code", (q) => q.eq("code", args.code)).unique();
  if (link === null%s) throw new Error("over");
  await ctx.db.delete(link._id);
} });
export const get = query({ args: { code: v.string() }, handler: async (ctx, args) => {
  const link = await ctx.db.query("links").withIndex("by_code", (q) => q.eq("code", args.code)).unique();
  if (link !== null && link.until !== undefined && link.until < Date.now()) return null;
  return link;
} });"""
_USE = _view(
    "const link = useQuery(api.app.get, { code }); const use = useMutation(api.app.use);\n"
    "return <button onClick={() => use({ code })}>{link?.code}</button>;"
)
_LOOK = _view("const link = useQuery(api.app.get, { code }); return <b>{link?.code}</b>;")


_SOON = ", until: Date.now() + 3600000"


def _linked(given: str, view: str, asked: str = "") -> dict[str, str]:
    return {"convex/schema.ts": _LINKS, _APP: _LINK % (given, asked), _VIEW: view}


_DUE = """
export const plan = mutation({ args: { room: v.id("rooms"), author: v.id("users"), until: v.number() },
  handler: async (ctx, args) => await ctx.db.insert("messages", { ...args, until: Date.now() + 3600000, body: "", kind: "text" }) });
export const figures = query({ args: { room: v.id("rooms") }, handler: async (ctx, args) => {
  let over = 0; const names = [];
  for (const one of await ctx.db.query("messages").withIndex("by_room", (q) => q.eq("room", args.room)).take(50)) {
    if (one.until < Date.now()) %s
  }
  return { over, names };
} });"""
_FIGURES = _view("const all = useQuery(api.app.figures, { room: code }); return <b>{all?.over}</b>;")

_CRON = """import { cronJobs } from "convex/server";
const crons = cronJobs();
crons.interval("check", { minutes: 1 }, internal.app.check, {});
export default crons;"""
_CHECK = """
export const ids = internalQuery({ args: {}, handler: async (ctx) => {
  const jobs = await ctx.db.query("jobs")%s;
  return jobs.map((job) => job._id);
} });
export const note = internalMutation({ args: { id: v.id("jobs"), shard: v.number() }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { shard: args.shard });
} });
export const check = internalAction({ args: {}, handler: async (ctx) => {
  const ids = await ctx.runQuery(internal.app.ids, {});
  for (const id of ids) await ctx.runMutation(internal.app.note, { id, shard: Math.random() });
} });
export const payload = query({ args: { id: v.id("jobs") }, handler: async (ctx, args) => (await ctx.db.get(args.id))?.payload });"""
_PAYLOAD = _view("return <b>{useQuery(api.app.payload, { id: code })}</b>;")


def _checked(range: str) -> dict[str, str]:
    return {"convex/crons.ts": _CRON, _APP: _CHECK % range, _VIEW: _PAYLOAD}


_POSTS = _schema(
    "posts: defineTable({ text: v.string(), kind: v.string(), at: v.number(), deletedAt: v.optional(v.number()) })"
    '.index("by_time", ["at"]),'
)
_FEED = """
export const feed = query({ args: {}, handler: async (ctx) => await ctx.db.query("posts").withIndex("by_time").order("desc")
  .filter((q) => q.eq(%s)).take(50) });
export const add = internalMutation({ args: { text: v.string(), kind: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("posts", { ...args, at: Date.now() });
} });
export const drop = mutation({ args: { id: v.id("posts") }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { deletedAt: Date.now() });
} });"""
_HTTP = """import { httpRouter } from "convex/server";
import { httpAction } from "./_generated/server";
const http = httpRouter();
http.route({ path: "/posts", method: "POST", handler: httpAction(async (ctx, request) => {
  await ctx.runMutation(internal.app.add, await request.json());
  return new Response();
}) });
export default http;"""
_SEEN = _view("const all = useQuery(api.app.feed); return <p>{all?.length}</p>;")


def _fed(condition: str) -> dict[str, str]:
    return {"convex/schema.ts": _POSTS, _APP: _FEED % condition, "convex/http.ts": _HTTP, _VIEW: _SEEN}


_VISITS = """
export const list = query({ args: {}, handler: async (ctx) => {
  const rooms = await ctx.db.query("rooms").collect();
  return rooms.map((room) => ({ title: room.title }));
} });
export const titles = query({ args: {}, handler: async (ctx) => (await ctx.db.query("rooms").collect()).map((room) => room.title) });
export const visit = mutation({ args: { id: v.id("rooms"), title: v.string() }, handler: async (ctx, args) => {
  const room = await ctx.db.get(args.id);
  if (room !== null) await ctx.db.patch(args.id, { %s });
} });"""
_VISIT = """import { useEffect } from "react";
export function App({ code, title }) {
  const all = useQuery(api.app.list); const visit = useMutation(api.app.visit);
  useEffect(() => { void visit({ id: code, title }); }, [code]);
  return <p>{all?.map((one) => one.title)}</p>;
}"""

_BEAT = """
export const text = query({ args: { id: v.id("messages") }, handler: async (ctx, args) => (await ctx.db.get(args.id))?.body });
export const beat = mutation({ args: { id: v.id("messages") }, handler: async (ctx, args) => {
  const message = await ctx.db.get(args.id);
  if (message === null) return;
  %s
} });"""
_BEATS = """import { useEffect } from "react";
export function App({ id }) {
  const text = useQuery(api.app.text, { id }); const beat = useMutation(api.app.beat);
  useEffect(() => { const timer = setInterval(() => beat({ id }), 10000); return () => clearInterval(timer); }, [id]);
  return <p>{text}</p>;
}"""

PACES: tuple[Pair, ...] = (
    Pair(
        "clock-in-query",
        "nothing sets the time",
        _linked(_SOON, _LOOK),
        _linked("", _LOOK),
    ),
    Pair(
        "clock-in-query",
        "the page's own mutation looks at the time again",
        _linked(_SOON, _USE),
        _linked(_SOON, _USE, " || link.until === undefined || link.until < Date.now()"),
        as_note=True,
    ),
    Pair(
        "clock-in-query",
        "the condition only counts",
        {_APP: _DUE % "names.push(one.body);", _VIEW: _FIGURES},
        {_APP: _DUE % "over++;", _VIEW: _FIGURES},
        as_note=True,
    ),
    Pair(
        "hot-field",
        "a program works off the rows that wait",
        _checked(".collect()"),
        _checked('.withIndex("by_state", (q) => q.eq("state", "open")).collect()'),
    ),
    Pair(
        "broad-subscription",
        "a filter that leaves out what is deleted",
        _fed('q.field("kind"), "news"'),
        _fed('q.field("deletedAt"), undefined'),
    ),
    Pair(
        "broad-subscription",
        "an effect gives the row what it has already",
        {_APP: _VISITS % "count: room.count + 1", _VIEW: _VISIT},
        {_APP: _VISITS % "title: args.title", _VIEW: _VISIT},
    ),
    Pair(
        "hot-field",
        "a beat that only moves what is in one state",
        {
            _APP: _BEAT % 'if (message.kind !== "gone") await ctx.db.patch(message._id, { until: Date.now() });',
            _VIEW: _BEATS,
        },
        {
            _APP: _BEAT % 'if (message.kind === "new") await ctx.db.patch(message._id, { until: Date.now() });',
            _VIEW: _BEATS,
        },
    ),
)
