"""Subscriptions: when the rules keep quiet."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, Pair

_APP = "convex/app.ts"
_VIEW = "src/App.tsx"


def _shown(code: str, view: str) -> dict[str, str]:
    return {_APP: code, _VIEW: view}


def _view(body: str, name: str = "App", before: str = "") -> str:
    return f"{before}export function {name}() {{\n{body}\n}}"


_READINGS = SCHEMA.replace(
    "export default defineSchema({",
    "export default defineSchema({\n  readings: defineTable({ sensor: v.string(), value: v.number() }),",
)
_LIST = """
export const list = query({ args: {}, handler: async (ctx) => await ctx.db.query("readings").collect() });
export const %s = internalMutation({ args: { sensor: v.string(), value: v.number() }, handler: async (ctx, args) => {
  await ctx.db.insert("readings", args);
} });"""
_HTTP = """import { httpRouter } from "convex/server";
import { httpAction } from "./_generated/server";
const http = httpRouter();
http.route({ path: "/readings", method: "POST", handler: httpAction(async (ctx, request) => {
  await ctx.runMutation(internal.app.add, await request.json());
  return new Response();
}) });
export default http;"""
_USES = "const all = useQuery(api.app.list); return <p>{all?.length}</p>;"


def listed(writer: str, view: str, name: str = "App") -> dict[str, str]:
    http = {"convex/http.ts": _HTTP} if writer == "add" else {}
    return {"convex/schema.ts": _READINGS, _APP: _LIST % writer, view: _view(_USES, name), **http}


_BEAT = """
export const users = query({ args: {}, handler: async (ctx) => {
  const users = await ctx.db.query("users").take(50);
  return users.map((user) => ({ name: user.name%s }));
} });
export const beat = mutation({ args: { id: v.id("users") }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { seen: Date.now() });
} });"""
_BEATS = """const users = useQuery(api.app.users); const beat = useMutation(api.app.beat);
useEffect(() => { const timer = setInterval(() => beat({ id: me }), 10000); return () => clearInterval(timer); }, [me]);
return <ul>{users?.map((user) => <li>{user.name}%s</li>)}</ul>;"""
_EFFECT = 'import { useEffect } from "react";\n'
_CRON = 'import { cronJobs } from "convex/server";\nconst crons = cronJobs();\ncrons.interval("sync", { seconds: 30 }, internal.app.sync, {});\nexport default crons;'
_SYNC = """
export const top = query({ args: {}, handler: async (ctx) => await ctx.db.query("users").take(50) });
export const store = internalMutation({ args: { id: v.id("users"), score: v.number() }, handler: async (ctx, args) => {
  const user = await ctx.db.get(args.id); if (!user) return;
  %s
} });
export const sync = internalAction({ args: {}, handler: async (ctx) => {
  const found = await (await fetch("https://example.com/scores")).json();
  for (const one of found) await ctx.runMutation(internal.app.store, { id: one.id, score: one.score });
} });"""
_TOP = "const users = useQuery(api.app.top); return <ul>{users?.map((user) => <li>{user.score}</li>)}</ul>;"
_CLOCK = """
export const open = query({ args: { id: v.id("messages") }, handler: async (ctx, args) => {
  const message = await ctx.db.get(args.id);
  %s
} });"""
_OPEN = "const message = useQuery(api.app.open, { id }); return <p>{message?.body}</p>;"
_SINCE = """
export const since = query({ args: { since: v.number() }, handler: async (ctx, args) =>
  await ctx.db.query("messages").withIndex("by_creation_time", (q) => q.gt("_creationTime", args.since)).take(20) });"""
_MEMO = 'import { useMemo } from "react";\n'
_ROW = """
export const rooms = query({ args: {}, handler: async (ctx) => await ctx.db.query("rooms")%s });
export const last = query({ args: { room: v.id("rooms") }, handler: async (ctx, args) =>
  await ctx.db.query("messages").withIndex("by_room", (q) => q.eq("room", args.room)).take(1) });"""
_ROWS = """function Row({ room }) { const last = useQuery(api.app.last, { room: room._id }); return <li>{last?.[0]?.body}</li>; }
export function App() { const rooms = useQuery(api.app.rooms); return <ul>{rooms?.map((room) => <Row key={room._id} room={room} />)}</ul>; }"""

SUBSCRIPTIONS = (
    Pair(
        "broad-subscription",
        "only admin pages subscribe",
        listed("add", _VIEW),
        listed("add", "src/admin/AdminReadings.tsx", "AdminReadings"),
    ),
    Pair("broad-subscription", "nothing writes after seeding", listed("add", _VIEW), listed("seed", _VIEW)),
    Pair(
        "hot-field",
        "the client shows the field",
        _shown(_BEAT % "", _view(_BEATS % "", before=_EFFECT)),
        _shown(_BEAT % ", seen: user.seen", _view(_BEATS % " {user.seen}", before=_EFFECT)),
    ),
    Pair(
        "churning-subscription",
        "compare before write",
        {
            "convex/crons.ts": _CRON,
            **_shown(_SYNC % "await ctx.db.patch(args.id, { score: args.score });", _view(_TOP)),
        },
        {
            "convex/crons.ts": _CRON,
            **_shown(
                _SYNC % "if (user.score !== args.score) await ctx.db.patch(args.id, { score: args.score });",
                _view(_TOP),
            ),
        },
    ),
    *(
        Pair(
            "clock-in-query",
            words,
            _shown(_CLOCK % "if (message && message.until < Date.now()) return null; return message;", _view(_OPEN)),
            _shown(_CLOCK % code, _view(_OPEN)),
        )
        for words, code in (
            ("only logged", "console.log(Date.now()); return message;"),
            ("Math.random", "return message && Math.random() < 0.5 ? message : null;"),
        )
    ),
    *(
        Pair(
            "unstable-arguments",
            words,
            _shown(
                _SINCE,
                _view("const all = useQuery(api.app.since, { since: Date.now() }); return <p>{all?.length}</p>;"),
            ),
            _shown(_SINCE, _view(f"{code} return <p>{{all?.length}}</p>;", before=_MEMO)),
        )
        for words, code in (
            (
                "memoised",
                "const since = useMemo(() => Date.now(), []); const all = useQuery(api.app.since, { since });",
            ),
            (
                "rounded",
                "const since = Math.floor(Date.now() / 86400000) * 86400000; const all = useQuery(api.app.since, { since });",
            ),
        )
    ),
    Pair(
        "subscription-per-row",
        "a small bounded list",
        _shown(_ROW % ".collect()", _ROWS),
        _shown(_ROW % ".take(5)", _ROWS),
    ),
)
