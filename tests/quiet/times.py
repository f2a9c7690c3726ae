"""Where the time of day makes an open answer wrong, and where nobody is the worse for it."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, Pair

_APP = "convex/app.ts"
_VIEW = "src/App.tsx"
_TABLES = """
  shows: defineTable({ title: v.string(), hall: v.string(), begins: v.optional(v.number()), endsAt: v.number(), endDate: v.number() })
    .index("by_hall", ["hall"]).index("by_end", ["endsAt"]),
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
_PASSED = _loop("if (one.endsAt <= now) continue; list.push(one);")
_BOTH = _loop("if (one.endsAt <= now) continue; if (one.endDate > now) continue; list.push(one);")
_NOT_YET = _loop("if (one.endsAt > now) continue; list.push(one);")
_FILTERED = _SHOWN % (
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

TIMES = (
    *(
        Pair(
            "clock-in-query",
            f"people enter the time at which a row leaves the list: {words}",
            loud,
            quiet,
            as_note=True,
        )
        for words, loud, quiet in (
            ("a range", _app(_GIVEN + _RANGE % "take(9)"), _app(_ENTERED + _RANGE % "take(9)")),
            ("more than one row", _app(_ENTERED + _RANGE % "first()"), _app(_ENTERED + _RANGE % "collect()")),
            ("a row is kept while it runs", _app(_GIVEN + _KEPT), _app(_ENTERED + _KEPT)),
            ("none comes in", _app(_ENTERED + _NOT_YET), _app(_ENTERED + _PASSED)),
            ("rows that come in are told first", _app(_ENTERED + _BOTH), _app(_ENTERED + _PASSED)),
            ("rows that were fetched", _app(_GIVEN + _FILTERED), _app(_ENTERED + _FILTERED)),
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
            ("a session of days is looked at again", ("30 * 86400000", ""), ("30 * 86400000", _CHECKED)),
            ("a session lives for days", ("3600000", _CHECKED), ("30 * 86400000", _CHECKED)),
        )
    ),
    Pair(
        "clock-in-query",
        "the action that gives the time schedules what ends it",
        _app(_HOLD % "", _HELD),
        _app(_HOLD % "await ctx.scheduler.runAfter(15 * 60 * 1000, internal.app.release, { id: args.id });", _HELD),
    ),
)
