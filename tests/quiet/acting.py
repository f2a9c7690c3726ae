"""What is done by people, one at a time: when it is no sign that rows are written often, and conflicts are notes."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, Pair

_APP = "convex/app.ts"
_VIEW = "src/App.tsx"


def _schema(tables: str) -> str:
    return SCHEMA.replace("export default defineSchema({", f"export default defineSchema({{\n  {tables}", 1)


def _view(body: str) -> str:
    return f'import {{ useEffect }} from "react";\nexport function App({{ me, room }}) {{\n{body}\n}}'


_PERMITS = _schema("permits: defineTable({ name: v.string(), until: v.number(), made: v.number() }),")
_PERMIT = """
export const grant = mutation({ args: { name: v.string(), until: v.number() }, handler: async (ctx, args) => {
  await ctx.db.insert("permits", { ...args, until: Date.now() + 3600000, made: Date.now() });
} });
export const valid = query({ args: { days: v.number() }, handler: async (ctx, args) => {
  const permits = await ctx.db.query("permits").take(100);
  const names = [];
  for (const one of permits) if (%s) names.push(one.name);
  return names;
} });"""
_PERMITTED = _view(
    "const valid = useQuery(api.app.valid, { days: 3 }); const grant = useMutation(api.app.grant);\n"
    'return <button onClick={() => grant({ name: "a", until: 1 })}>{valid?.length}</button>;'
)

_TYPED = _schema(
    'typing: defineTable({ room: v.id("rooms"), author: v.id("users"), at: v.number() }).index("by_room", ["room"])'
    '.index("by_author", ["author"]),'
)
_TYPES = """
export const type = mutation({ args: { room: v.id("rooms"), author: v.id("users") }, handler: async (ctx, args) => {
  const own = await ctx.db.query("typing").withIndex("by_author", (q) => q.eq("author", args.author)).unique();
  if (own) await ctx.db.patch(own._id, { at: Date.now() });
  else await ctx.db.insert("typing", { ...args, at: Date.now() });
} });
export const typers = query({ args: { room: v.id("rooms") }, handler: async (ctx, args) =>
  await ctx.db.query("typing").withIndex("by_room", (q) => q.eq("room", args.room)).collect() });"""
_TYPERS = """const typers = useQuery(api.app.typers, { room }); const type = useMutation(api.app.type);
%s"""
_KEYS = _view(
    _TYPERS % "return <textarea onChange={() => type({ room, author: me })}>{typers?.map((one) => one.at)}</textarea>;"
)
_SAVED = _view(
    _TYPERS % "const [text, setText] = useState(''); useEffect(() => { type({ room, author: me }); }, [text]);"
    "return <textarea onChange={(e) => setText(e.target.value)}>{typers?.map((one) => one.at)}</textarea>;"
)
_TYPE_AS_ADMIN = _TYPES.replace(
    "args) => {",
    'args) => {\n  const me = await ctx.db.get(args.author);\n  if (me.role !== "admin") throw new Error("no");',
    1,
)
_EVERY = _view(
    _TYPERS
    % "useEffect(() => { const t = setInterval(() => type({ room, author: me }), 2000); return () => clearInterval(t); }, []);"
    "return <p>{typers?.map((one) => one.at)}</p>;"
)

_ITEMS = _schema(
    'checks: defineTable({ name: v.string() }),\n  items: defineTable({ check: v.id("checks"), name: v.string(), answer: v.string(), seenAt: v.number() })'
    '.index("by_check", ["check"]),'
)
_ITEM = """
export const start = mutation({ args: { name: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("checks", args);
} });
export const add = mutation({ args: { check: v.id("checks"), name: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("items", { ...args, answer: "", seenAt: 0 });
} });
export const answer = mutation({ args: { id: v.id("items"), answer: v.string() }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, %s);
} });
export const items = query({ args: { check: v.id("checks") }, handler: async (ctx, args) =>
  await ctx.db.query("items").withIndex("by_check", (q) => q.eq("check", args.check)).collect() });"""
_ITEMIZED = _view(
    "const items = useQuery(api.app.items, { check: room }); const answer = useMutation(api.app.answer);\n"
    "const add = useMutation(api.app.add); const start = useMutation(api.app.start); const one = items?.[0];\n"
    "return <div><textarea onChange={(e) => answer({ id: one._id, answer: e.target.value })} />"
    '<button onClick={() => { start({ name: "a" }); add({ check: room, name: "b" }); }}>{one?.answer}</button></div>;'
)

_SORTS = _schema(
    'sorts: defineTable({ shop: v.id("rooms"), name: v.string(), by: v.string() }).index("by_shop", ["shop"]),'
)
_SORT = """
export const create = mutation({ args: { shop: v.id("rooms"), name: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("sorts", { ...args, by: "" });
} });
export const all = query({ args: {}, handler: async (ctx) => await ctx.db.query("sorts").collect() });"""
_SORTED = _view(
    "const all = useQuery(api.app.all); return <ul>{all?.map((one) => <li key={one._id}>{one.name}</li>)}</ul>;"
)
_HTTP = """
const http = httpRouter();
http.route({ path: "%s", method: "POST", handler: httpAction(async (ctx, request) => {
  %s
  await ctx.runMutation(api.app.create, await request.json());
  return new Response(null, { status: 200 });
}) });
export default http;"""


def _routed(path: str, check: str = "") -> dict[str, str]:
    head = 'import { httpRouter } from "convex/server";\nimport { httpAction } from "./_generated/server";'
    http = head + _HTTP % (path, check)
    return {"convex/schema.ts": _SORTS, _APP: _SORT, "convex/http.ts": http, _VIEW: _SORTED}


_SIGNED = 'if (request.headers.get("x-key") !== process.env.KEY) return new Response(null, { status: 401 });'

_POSTS = _schema(
    'posts: defineTable({ shop: v.id("rooms"), name: v.string(), position: v.number() }).index("by_shop", ["shop"])%s,'
)
_NEXT = """
export const add = mutation({ args: { shop: v.id("rooms"), name: v.string() }, handler: async (ctx, args) => {
  const posts = await ctx.db.query("posts").collect();
  await ctx.db.insert("posts", { ...args, position: posts.length + 1 });
} });"""
_ADDS = _view(
    'const add = useMutation(api.app.add); return <button onClick={() => add({ shop: room, name: "a" })}>add</button>;'
)

_NOTES = _schema(
    'notes: defineTable({ room: v.id("rooms"), text: v.string(), read: v.boolean(), at: v.number() }).index("by_room", ["room"])'
    '.index("by_room_and_read", ["room", "read"]),'
)
_NOTE = """
export const tell = mutation({ args: { room: v.id("rooms"), text: v.string(), read: v.boolean() }, handler: async (ctx, args) => {
  await ctx.db.insert("notes", { ...args, at: 0 });
} });
export const readAll = mutation({ args: { room: v.id("rooms") }, handler: async (ctx, args) => {
  const notes = await ctx.db.query("notes").withIndex("by_room", (q) => q.eq("room", args.room))
    .filter((q) => q.eq(q.field("read"), false)).collect();
  for (const one of notes) await ctx.db.patch(one._id, { read: true });
} });
export const sweep = mutation({ args: { room: v.id("rooms") }, handler: async (ctx, args) => {
  const notes = await ctx.db.query("notes").withIndex(%s).collect();
  for (const one of notes) await ctx.db.patch(one._id, { at: Date.now() });
} });"""
_READS = _view(
    "const readAll = useMutation(api.app.readAll); const sweep = useMutation(api.app.sweep);\n"
    "return <button onClick={() => { readAll({ room }); sweep({ room }); }}>read</button>;"
)
_UNREAD = '"by_room_and_read", (q) => q.eq("room", args.room).eq("read", false)'
_TOLD = _NOTE.replace("...args, at: 0", "...args, read: false, at: 0")

_CLEAN = """
export const clean = %s({ args: {}, handler: async (ctx) => {
  const users = await ctx.db.query("users").collect();
  for (const one of users) if (one.score > 9) await ctx.db.insert("rooms", { title: one.name, count: 0, history: [] });
} });
export const beat = mutation({ args: { id: v.id("users") }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { seen: Date.now() });
} });"""
_CLEANS = _view(
    "const beat = useMutation(api.app.beat); const join = useMutation(api.writers.join); %s\n"
    "useEffect(() => { const t = setInterval(() => beat({ id: me }), 10_000); return () => clearInterval(t); }, [me]);\n"
    'return <button onClick={() => { join({ name: "a", email: "b" }); %s }}>join</button>;'
)
_DAILY = """import { cronJobs } from "convex/server";
const crons = cronJobs();
crons.interval("clean", { hours: 24 }, internal.app.clean, {});
export default crons;"""

ACTING = (
    Pair(
        "conflicting-mutations",
        "a daily cron reads",
        {
            _APP: _CLEAN % "mutation",
            _VIEW: _CLEANS % ("const clean = useMutation(api.app.clean);", "clean({});"),
        },
        {_APP: _CLEAN % "internalMutation", _VIEW: _CLEANS % ("", ""), "convex/crons.ts": _DAILY},
        as_note=True,
    ),
    Pair(
        "scan-before-write",
        "an index gives the last place of a list that people order by hand",
        {"convex/schema.ts": _POSTS % "", _APP: _NEXT, _VIEW: _ADDS},
        {"convex/schema.ts": _POSTS % '.index("by_position", ["position"])', _APP: _NEXT, _VIEW: _ADDS},
        as_note=True,
    ),
    Pair(
        "wide-read-before-write",
        "the other mutation has picked out rows of the narrow range as well",
        {"convex/schema.ts": _NOTES, _APP: _TOLD % '"by_room", (q) => q.eq("room", args.room)', _VIEW: _READS},
        {"convex/schema.ts": _NOTES, _APP: _TOLD % _UNREAD, _VIEW: _READS},
    ),
    Pair(
        "clock-in-query",
        "rows come into a window of days and leave it",
        {"convex/schema.ts": _PERMITS, _APP: _PERMIT % "one.until > Date.now()", _VIEW: _PERMITTED},
        {
            "convex/schema.ts": _PERMITS,
            _APP: _PERMIT % "one.until > Date.now() && one.until < Date.now() + args.days * 86_400_000",
            _VIEW: _PERMITTED,
        },
        as_note=True,
    ),
    Pair(
        "clock-in-query",
        "what is shared for some days, on a page that knows until when",
        {"convex/schema.ts": _PERMITS, _APP: _PERMIT % "one.until > Date.now()", _VIEW: _PERMITTED},
        {
            "convex/schema.ts": _PERMITS.replace("permits", "shares"),
            _APP: _PERMIT.replace("permits", "shares") % "one.until > Date.now()",
            _VIEW: _PERMITTED,
        },
    ),
    Pair(
        "clock-in-query",
        "the days that are left are told",
        {"convex/schema.ts": _PERMITS, _APP: _PERMIT % "one.until < Date.now()", _VIEW: _PERMITTED},
        {
            "convex/schema.ts": _PERMITS,
            _APP: _PERMIT % "Math.floor((one.until - Date.now()) / 86_400_000) <= 30",
            _VIEW: _PERMITTED,
        },
        as_note=True,
    ),
    Pair(
        "churning-subscription",
        "who is typing is told every two seconds",
        {"convex/schema.ts": _TYPED, _APP: _TYPES, _VIEW: _KEYS},
        {"convex/schema.ts": _TYPED, _APP: _TYPES, _VIEW: _EVERY},
    ),
    *(
        Pair(
            "churning-subscription",
            words,
            {"convex/schema.ts": _TYPED, _APP: _TYPES, _VIEW: _KEYS},
            {"convex/schema.ts": _TYPED, _APP: code, _VIEW: view},
            as_note=True,
        )
        for words, code, view in (
            ("an effect saves a state", _TYPES, _SAVED),
            ("administrators alone write", _TYPE_AS_ADMIN, _KEYS),
        )
    ),
    Pair(
        "churning-subscription",
        "somebody fills in the few things of one list",
        {"convex/schema.ts": _ITEMS, _APP: _ITEM % "{ answer: args.answer, seenAt: Date.now() }", _VIEW: _ITEMIZED},
        {"convex/schema.ts": _ITEMS, _APP: _ITEM % "{ answer: args.answer }", _VIEW: _ITEMIZED},
        as_note=True,
    ),
    *(
        Pair("broad-subscription", words, loud, _routed("/sorts/create"))
        for words, loud in (
            ("a route takes a form", _routed("/sorts/sync")),
            ("a route that asks for no key takes a form", _routed("/sorts/create", _SIGNED)),
        )
    ),
)
