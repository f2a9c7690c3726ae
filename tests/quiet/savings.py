"""Reads whose repair saves little: the same code is a warning where it saves more."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, WRITERS, Pair

_MEMBER = """export const app = mutation({ args: { room: v.id("rooms"), email: v.string() }, handler: async (ctx, args) => {
  const known = await ctx.db.query("users").withIndex("by_email", (q) => q.eq("email", args.email)).first();
  %s
  await ctx.db.patch(args.room, { title: "new" });
} });"""
_ROOM = """export const app = mutation({ args: { room: v.id("rooms"), other: v.id("rooms") }, handler: async (ctx, args) => {
  const known = await ctx.db.get(args.room);
  await ctx.db.patch(args.%s, { title: "new" });
} });"""

_ADD = """export const app = mutation({ args: { room: v.id("rooms"), line: v.string() }, handler: async (ctx, args) => {
  const room = await ctx.db.get(args.room);
  if (!room) return;
  await ctx.db.patch(args.room, { history: [...room.history, args.line] });
} });"""
_KEEP = SCHEMA.replace("history: v.array(v.string())", "history: v.array(v.string()), errors: v.array(v.string())")
_ERRORS = _ADD.replace("history", "errors")

_CLIENT = """export default function Page() {
  const call = useMutation(api.app.%s); return <button onClick={() => call({})}>x</button>;
}"""

_CALLS = SCHEMA.replace(
    "export default defineSchema({",
    """export default defineSchema({
  activities: defineTable({ room: v.id("rooms"), note: v.string(), at: v.number() }).index("by_room", ["room"]),""",
)
_NOTED = """export const note = mutation({ args: { room: v.id("rooms"), note: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("activities", { ...args, at: Date.now() });
} });
export const app = query({ args: { room: v.id("rooms"), limit: v.number() }, handler: async (ctx, args) =>
  await ctx.db.query("activities")%s.take(args.limit) });"""
_OF_ROOM = '.withIndex("by_room", (q) => q.eq("room", args.room))'

_KIND = """export const app = query({ args: {}, handler: async (ctx) => {
  const texts = await ctx.db.query("messages").filter((q) => q.eq(q.field("kind"), "%s")).collect();
  %s
  return texts.map((one) => one.body);
} });"""
_LOOK = """export const look = mutation({ args: { id: v.id("messages") }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { kind: "image" });
} });
"""
_BESIDE = "const every = await ctx.db.query('messages').collect(); console.log(every.length);"
_BY_KIND = SCHEMA.replace(
    '.index("by_room", ["room"]).search', '.index("by_room", ["room"]).index("by_kind", ["kind"]).search'
)

_CALLED = """export default function Page() {
  const [join, open, say, enqueue, %s] = [
    useMutation(api.app.join), useMutation(api.app.open), useMutation(api.app.say), useMutation(api.app.enqueue), %s,
  ];
  const shown = useQuery(api.app.app, {});
  return <button onClick={() => { join({}); open({}); say({}); enqueue({}); %s }}>{shown?.length}</button>;
}"""
_LOOKED = _CALLED % ("look", "useMutation(api.app.look)", "look({})")
_UNSEEN = _CALLED % ("none", "null", "")

_SHIFTS = SCHEMA.replace(
    "export default defineSchema({",
    """export default defineSchema({
  shifts: defineTable({ author: v.id("users"), room: v.id("rooms"), endedAt: v.optional(v.number()) }).index("by_end", ["endedAt"]),""",
)
_BOARD = """export const begin = mutation({ args: { author: v.id("users"), room: v.id("rooms") }, handler: async (ctx, args) => {
  await ctx.db.insert("shifts", args);
} });
%s
export const app = query({ args: {}, handler: async (ctx) => {
  const shifts = await ctx.db.query("shifts").withIndex("by_end", (q) => q.eq("endedAt", undefined)).collect();
  return await Promise.all(shifts.map(async (one) => ({ one, author: await ctx.db.get(one.author), room: await ctx.db.get(one.room) })));
} });"""
_END = """export const end = mutation({ args: { id: v.id("shifts") }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { endedAt: Date.now() });
} });"""


def _app(schema: str, code: str) -> dict[str, str]:
    return {"convex/schema.ts": schema, "convex/app.ts": code}


_LIVE = SCHEMA.replace(
    "export default defineSchema({",
    """export default defineSchema({
  sessions: defineTable({ author: v.id("users"), room: v.id("rooms"), status: v.string() }).index("by_status", ["status"]),""",
)
_SESSIONS = """export const begin = mutation({ args: { author: v.id("users"), room: v.id("rooms"), status: v.string() },
  handler: async (ctx, args) => { await ctx.db.insert("sessions", args); } });
export const app = query({ args: {}, handler: async (ctx) => {
  const sessions = await ctx.db.query("sessions").withIndex("by_status", (q) => q.eq("status", "%s")).collect();
  return await Promise.all(sessions.map(async (one) => ({ one, author: await ctx.db.get(one.author), room: await ctx.db.get(one.room) })));
} });"""

SAVINGS = (
    Pair(
        "missing-index",
        "nothing that runs gives a row another state",
        {"convex/app.ts": WRITERS + _LOOK + _KIND % ("text", ""), "src/Page.tsx": _LOOKED},
        {"convex/app.ts": WRITERS + _LOOK + _KIND % ("text", ""), "src/Page.tsx": _UNSEEN},
        as_note=True,
    ),
    Pair(
        "missing-index",
        "the same function reads all of the table beside",
        _LOOK + _KIND % ("image", ""),
        _LOOK + _KIND % ("image", _BESIDE),
        as_note=True,
    ),
    Pair(
        "ignored-index",
        "the same function reads all of the table beside",
        {"convex/schema.ts": _BY_KIND, "convex/app.ts": _LOOK + _KIND % ("image", "")},
        {"convex/schema.ts": _BY_KIND, "convex/app.ts": _LOOK + _KIND % ("image", _BESIDE)},
        as_note=True,
    ),
    Pair(
        "read-per-row",
        "episodes that are under way",
        _app(_LIVE, _SESSIONS % "ended"),
        _app(_LIVE, _SESSIONS % "live"),
        as_note=True,
    ),
    Pair(
        "unused-read",
        "the function reads all of the table anyway",
        _MEMBER % "",
        _MEMBER % 'const all = await ctx.db.query("users").collect(); if (all.length > 9) throw new Error("full");',
        as_note=True,
    ),
    Pair("unused-read", "the document is written, which reads it", _ROOM % "other", _ROOM % "room", as_note=True),
    Pair(
        "unbounded-array",
        "nothing is seen to call the function",
        {**_app(_KEEP, _ERRORS), "src/Page.tsx": _CLIENT % "app"},
        {**_app(_KEEP, _ERRORS), "src/Page.tsx": _CLIENT % "other"},
        as_note=True,
    ),
    Pair(
        "client-sized-read",
        "the rows of one thing",
        _app(_CALLS, _NOTED % ""),
        _app(_CALLS, _NOTED % _OF_ROOM),
        as_note=True,
    ),
    Pair(
        "read-per-row",
        "rows leave the state in which they are walked",
        _app(_SHIFTS, _BOARD % ""),
        _app(_SHIFTS, _BOARD % _END),
        as_note=True,
    ),
)
