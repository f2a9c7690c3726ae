"""Where the time of day makes an open answer wrong, and where nobody is the worse for it."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, Pair

_APP = "convex/app.ts"
_VIEW = "src/App.tsx"
_TABLES = """
  shows: defineTable({ title: v.string(), hall: v.string(), begins: v.optional(v.number()), endsAt: v.number(), endDate: v.number() })
    .index("by_hall", ["hall"]).index("by_end", ["endsAt"]),
  beats: defineTable({ token: v.string(), at: v.number() }).index("by_token", ["token", "at"]),
  sessions: defineTable({ token: v.string(), expiresAt: v.number() }).index("by_token", ["token"]),
  holds: defineTable({ room: v.string(), state: v.string(), holdExpiresAt: v.optional(v.number()) })
    .index("by_room", ["room", "state"]),"""
_PLAN = """
const HOUR = 60 * 60 * 1000;
export const plan = mutation({
  args: { title: v.string(), hall: v.string(), endsAt: v.number(), endDate: v.number() },
  handler: async (ctx, args) => { await ctx.db.insert("shows", { ...args, endsAt: %s }); },
});"""
_ENTERED = _PLAN % "args.endsAt"
_GIVEN = _PLAN % "Date.now() + 24 * HOUR"
_SHOWN = """
export const shown = query({ args: { hall: v.string() }, handler: async (ctx, args) => {
  const now = Date.now();
  const all = await ctx.db.query("shows").withIndex("by_hall", (q) => q.eq("hall", args.hall)).take(50);
  %s
} });"""
_RANGE = """
export const shown = query({ args: { hall: v.string() }, handler: async (ctx, args) =>
  await ctx.db.query("shows").withIndex("by_end", (q) => q.gte("endsAt", Date.now())).%s
});"""
_FETCHED = """
  const found = await Promise.all(all.map((one) => ctx.db.get(one._id)));
  %s"""
_SHOWS = (
    "export function App({ hall }) { const plan = useMutation(api.app.plan); const shown = useQuery(api.app.shown, { hall });\n"
    '  return <b onClick={() => plan({ title: "a", hall, endsAt: 5, endDate: 5 })}>{shown?.length}</b>; }'
)


def _app(code: str, view: str = _SHOWS) -> dict[str, str]:
    schema = SCHEMA.replace("export default defineSchema({", f"export default defineSchema({{{_TABLES}", 1)
    return {"convex/schema.ts": schema, _APP: code, _VIEW: view}


def _loop(body: str) -> str:
    return _SHOWN % f"const list = []; for (const one of all) {{ {body} }} return list;"


_KEPT = _loop("const open = !one.endsAt || one.endsAt > now; if (open && one.title) list.push(one);")
_FETCHED_STILL = _SHOWN % (
    _FETCHED % "return found.filter((one) => one !== null && one.endsAt > now && one.endsAt < now + 5 * HOUR);"
)
_STATE = _SHOWN % "return all.map((one) => ({ %s, state: one.endsAt > now ? 'on' : 'over' }));"

_SIGN_IN = """
export const signIn = mutation({ args: { token: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("sessions", { token: args.token, expiresAt: Date.now() + %s });
} });
export const rename = mutation({ args: { token: v.string(), room: v.id("rooms") }, handler: async (ctx, args) => {
  const own = await ctx.db.query("sessions").withIndex("by_token", (q) => q.eq("token", args.token)).unique();
  if (own === null%s) throw new Error("signed out");
  await ctx.db.patch(args.room, { title: own._id });
} });
export const me = query({ args: { token: v.string() }, handler: async (ctx, args) => {
  const own = await ctx.db.query("sessions").withIndex("by_token", (q) => q.eq("token", args.token)).unique();
  return own === null || own.expiresAt < Date.now() ? null : own._id;
} });"""
_CHECKED = " || own.expiresAt < Date.now()"
_ME = (
    "export function App({ token }) { const signIn = useMutation(api.app.signIn);\n"
    "  return <b onClick={() => signIn({ token })}>{useQuery(api.app.me, { token })}</b>; }"
)

_HOLD = """
export const hold = action({ args: { id: v.id("holds") }, handler: async (ctx, args) => {
  %s
  await ctx.runMutation(internal.app.take, { id: args.id, until: Date.now() + 15 * 60 * 1000 });
} });
export const reserve = mutation({ args: { room: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("holds", { room: args.room, state: "new" });
} });
export const take = internalMutation({ args: { id: v.id("holds"), until: v.number() }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { state: "held", holdExpiresAt: args.until });
} });
export const release = internalAction({ args: { id: v.id("holds") }, handler: async (ctx, args) => {
  await ctx.runMutation(internal.app.free, { id: args.id });
} });
export const free = internalMutation({ args: { id: v.id("holds") }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { state: "over", holdExpiresAt: undefined });
} });
export const held = query({ args: { room: v.string() }, handler: async (ctx, args) => {
  const all = await ctx.db.query("holds").withIndex("by_room", (q) => q.eq("room", args.room).eq("state", "held")).take(9);
  return all.filter((one) => one.holdExpiresAt > Date.now());
} });"""
_HELD = (
    "export function App({ room, id }) { const hold = useAction(api.app.hold); const reserve = useMutation(api.app.reserve);\n"
    "  return <b onClick={() => { reserve({ room }); hold({ id }); }}>{useQuery(api.app.held, { room })?.length}</b>; }"
).replace("useAction", "useMutation")

_STAMPED = """
export const beat = mutation({ args: { token: v.string(), at: v.number() }, handler: async (ctx, args) => {
  await ctx.db.insert("beats", { token: args.token, at: %s });
} });
export const since = query({ args: { token: v.string() }, handler: async (ctx, args) =>
  await ctx.db.query("beats").withIndex("by_token", (q) => q.eq("token", args.token).lte("at", Date.now())).take(9) });"""
_BEATS = (
    "export function App({ token, at }) { const beat = useMutation(api.app.beat);\n"
    "  return <b onClick={() => beat({ token, at })}>{useQuery(api.app.since, { token })?.length}</b>; }"
)

TIMES = (
    *(
        Pair("clock-in-query", words, _app(_GIVEN + shown), _app(_PLAN % ends + shown), as_note=True)
        for words, ends, shown in (
            ("people enter the time", "args.endsAt", _KEPT),
            ("people enter the time of a range", "args.endsAt", _RANGE % "take(9)"),
            ("people enter the time of rows that were fetched", "args.endsAt", _FETCHED_STILL),
            ("it is days ahead", "Date.now() + 2 * 24 * HOUR", _KEPT),
            ("it is so many hours ahead as somebody says", "Date.now() + args.endDate * HOUR", _KEPT),
        )
    ),
    *(
        Pair("clock-in-query", words, _app(_PLAN % ends + _KEPT), _app(_ENTERED + _KEPT), as_note=True)
        for words, ends in (
            ("of two ways one is soon", "args.endDate > 5 ? args.endsAt : Date.now() + HOUR"),
            ("a number of minutes", "Date.now() + args.endDate * 60 * 1000"),
            ("no later than an hour", "Date.now() + Math.min(args.endDate, HOUR)"),
            ("seconds that become more with each try", "Date.now() + 1000 * 2 ** Math.min(args.endDate, 5)"),
        )
    ),
    *(
        Pair(
            "clock-in-query",
            f"a range ends now, and rows have {words}",
            _app(_STAMPED % "Date.now()", _BEATS),
            _app(_STAMPED % given, _BEATS),
            as_note=True,
        )
        for words, given in (
            ("the days that people enter", "args.at"),
            ("the time of the call or one that is entered", "args.token ? args.at : Date.now()"),
        )
    ),
    Pair(
        "clock-in-query",
        "the time chooses a word beside the row",
        _app(_GIVEN + _STATE % "title: one.title"),
        _app(_GIVEN + _STATE % "...one"),
        as_note=True,
    ),
    *(
        Pair("clock-in-query", words, _app(_SIGN_IN % loud, _ME), _app(_SIGN_IN % quiet, _ME), as_note=True)
        for words, loud, quiet in (
            ("a session of a day is looked at again", ("86400000", ""), ("86400000", _CHECKED)),
            ("a session lives for a day", ("3600000", _CHECKED), ("86400000", _CHECKED)),
        )
    ),
    Pair(
        "clock-in-query",
        "the action that gives the time schedules what ends it",
        _app(_HOLD % "", _HELD),
        _app(_HOLD % "await ctx.scheduler.runAfter(15 * 60 * 1000, internal.app.release, { id: args.id });", _HELD),
    ),
)
