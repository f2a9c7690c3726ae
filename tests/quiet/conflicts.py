"""Conflicts: when the rules keep quiet."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, Pair


def _function(body: str, kind: str = "mutation", args: str = "", name: str = "app") -> str:
    return f"\nexport const {name} = {kind}({{ args: {{ {args} }}, handler: async (ctx, args) => {{\n{body}\n}} }});"


_CRONS = """import { cronJobs } from "convex/server";
const crons = cronJobs();
crons.interval("app", { minutes: 1 }, internal.app.app, {});
export default crons;"""
_GAME = SCHEMA.replace(
    "export default defineSchema({",
    "export default defineSchema({\n  state: defineTable({ players: v.array(v.string()) }),",
)
_JOIN = """const state = await ctx.db.query("state").first(); if (!state) return;
await ctx.db.patch(state._id, { players: [...state.players, "x"].slice(-9) });"""
_OF_USERS = SCHEMA.replace(
    "export default defineSchema({",
    'export default defineSchema({\n  members: defineTable({ subject: v.string(), sent: v.number() }).index("by_subject", ["subject"]),',
)
_POSTS = SCHEMA.replace(
    "export default defineSchema({",
    "export default defineSchema({\n  posts: defineTable({ title: v.string(), views: v.number() }),",
)
_PARENT = """const post = await ctx.db.get(args.post);
if (post !== null) await ctx.db.patch(args.post, { views: post.views + 1 });"""
_OWN = """const me = await ctx.auth.getUserIdentity(); if (!me) throw new Error("signed out");
const member = await ctx.db.query("members").withIndex("by_subject", (q) => q.eq("subject", me.subject)).unique();
if (!member) return;
await ctx.db.patch(member._id, { sent: member.sent + 1 });"""
_ROOM = 'room: v.id("rooms"), author: v.id("users")'
_SCAN = """const found = await ctx.db.query("users").collect();
if (found.some((user) => user.email === args.email)) throw new Error("taken");
await ctx.db.insert("users", { name: "", email: args.email, score: 0 });"""
_UNIQUE = """const found = await ctx.db.query("users").withIndex("by_email", (q) => q.eq("email", args.email)).collect();
if (found.length > 0) throw new Error("taken");
await ctx.db.insert("users", { name: "", email: args.email, score: 0 });"""
_CLAIM = """const job = await ctx.db.query("jobs").withIndex("by_state", (q) => q.eq("state", "open")).first();
if (!job) return null;
await ctx.db.patch(job._id, { state: "taken" }); return job.payload;"""
_CLAIM_SHARD = """const job = await ctx.db.query("jobs").withIndex("by_shard_and_state", (q) => q.eq("shard", args.shard).eq("state", "open")).first();
if (!job) return null;
await ctx.db.patch(job._id, { state: "taken" }); return job.payload;"""
_KEYS = SCHEMA.replace(
    "export default defineSchema({",
    "export default defineSchema({\n  keys: defineTable({ hash: v.string(), uses: v.number(), lastUsedAt: v.number() })"
    '.index("by_hash", ["hash"]),\n'
    '  parts: defineTable({ key: v.id("keys"), text: v.string() }).index("by_key", ["key"]),',
)
_TOUCHED = """const key = await ctx.db.get(args.id); if (!key) return;
%s"""
_FIND = _function(
    'return await ctx.db.query("keys").withIndex("by_hash", (q) => q.eq("hash", args.hash)).unique();',
    "internalQuery",
    "hash: v.string()",
    "find",
)
_HTTP = """import { httpRouter } from "convex/server";
import { httpAction } from "./_generated/server";
const http = httpRouter();
http.route({ path: "/things", method: "GET", handler: httpAction(async (ctx, request) => {
  const key = await ctx.runQuery(internal.app.find, { hash: request.headers.get("x-key") ?? "" });
  if (key) await ctx.runMutation(internal.app.app, { id: key._id });
  return new Response("[]");
}) });
export default http;"""


_REFILLED = """const old = await ctx.db.query("parts").withIndex("by_key", (q) => q.eq("key", args.id)).collect();
for (const one of old) await ctx.db.delete(one._id);
for (const text of key.hash.split(",")) await ctx.db.insert("parts", { key: args.id, text });
await ctx.db.patch(args.id, { lastUsedAt: Date.now() });"""


def _touching(write: str) -> dict[str, str]:
    code = _FIND + _function(_TOUCHED % write, "internalMutation", 'id: v.id("keys")')
    return {"convex/schema.ts": _KEYS, "convex/app.ts": code, "convex/http.ts": _HTTP}


_READ = _function("return await ctx.db.get(args.room);", "internalQuery", _ROOM, "read")
_SET = _function(
    "await ctx.db.patch(args.room, { count: args.count });", "internalMutation", f"{_ROOM}, count: v.number()", "set"
)
_TOUCH = _function('await ctx.db.patch(args.room, { title: "x" });', "internalMutation", _ROOM, "touch")
_SPLIT = """const room = await ctx.runQuery(internal.app.read, args);
%s"""
_ADD = _function(
    """const room = await ctx.db.get(args.room); if (!room || room.count !== args.seen) return;
await ctx.db.patch(args.room, { count: room.count + 1 });""",
    "internalMutation",
    f"{_ROOM}, seen: v.number()",
    "add",
)
_PAGE = _function(
    'return await ctx.db.query("messages").paginate({ cursor: args.cursor, numItems: 10 });',
    "internalQuery",
    "cursor: v.union(v.string(), v.null())",
    "page",
)
_BUSY = """const found = await ctx.db.query("jobs").withIndex("by_shard_and_state", (q) => q.eq("shard", args.shard)).collect();
const same = found.filter((one) => %s);
if (same.length > 100) throw new Error("too many");
await ctx.db.insert("jobs", { state: "open", shard: args.shard, payload: "" });"""
_RUN = "return await ctx.runQuery(internal.app.read, args);"
_TWO = """const room = await ctx.runQuery(internal.app.read, args);
%s
const again = await ctx.runQuery(internal.app.read, args);
return [room, again];"""
_ROOMS = 'rooms: v.array(v.object({ room: v.id("rooms"), author: v.id("users") }))'


def _met(effect: str) -> dict[str, str]:
    view = f"""import {{ useEffect }} from "react";
export function App({{ me }}) {{ const beat = useMutation(api.app.app);
  useEffect(() => {{ const timer = {effect}; return () => clearInterval(timer); }}, [me]);
  return <button onClick={{() => beat({{ id: me }})}} />; }}"""
    beat = _function("await ctx.db.patch(args.id, { seen: Date.now() });", args='id: v.id("users")')
    match = _function(
        """const users = await ctx.db.query("users").collect();
await ctx.db.insert("rooms", { title: "", count: users.length, history: [] });""",
        name="match",
    )
    return {"convex/app.ts": beat + match, "src/App.tsx": view}


_MORE = _function("return 1;", "internalAction", "", "more")

CONFLICTS = (
    Pair(
        "hot-document",
        "cron only",
        {"convex/schema.ts": _GAME, "convex/app.ts": _function(_JOIN)},
        {
            "convex/schema.ts": _GAME,
            "convex/app.ts": _function(_JOIN, "internalMutation"),
            "convex/crons.ts": _CRONS,
        },
    ),
    Pair(
        "hot-document",
        "administrators only",
        {"convex/schema.ts": _GAME, "convex/app.ts": _function(_JOIN)},
        {"convex/schema.ts": _GAME, "convex/admin.ts": _function(_JOIN)},
    ),
    Pair(
        "shared-counter",
        "per-user parent",
        {"convex/schema.ts": _POSTS, "convex/app.ts": _function(_PARENT, args='post: v.id("posts")')},
        {"convex/schema.ts": _OF_USERS, "convex/app.ts": _function(_OWN)},
    ),
    Pair(
        "shared-counter",
        "one comment among many",
        {"convex/schema.ts": _POSTS, "convex/app.ts": _function(_PARENT, args='post: v.id("posts")')},
        {
            "convex/schema.ts": _POSTS.replace("posts", "comments"),
            "convex/app.ts": _function(_PARENT, args='post: v.id("comments")'),
        },
    ),
    Pair(
        "wide-read-before-write",
        "only rows of the last day are wanted, and all inserts are of today",
        _function(_BUSY % "one.state === args.state", args="shard: v.number(), state: v.string()"),
        _function(_BUSY % "one._creationTime > args.after", args="shard: v.number(), after: v.number()"),
    ),
    Pair(
        "scan-before-write",
        "guarded uniqueness check on an exact key",
        _function(_SCAN, args="email: v.string()"),
        _function(_UNIQUE, args="email: v.string()"),
    ),
    *(
        Pair("contended-queue", words, _function(_CLAIM), quiet)
        for words, quiet in (
            (
                "a single worker",
                {"convex/app.ts": _function(_CLAIM, "internalMutation"), "convex/crons.ts": _CRONS},
            ),
            ("a sharded claim", _function(_CLAIM_SHARD, args="shard: v.number()")),
        )
    ),
    *(
        Pair(
            "needless-write",
            words,
            _touching("await ctx.db.patch(args.id, { lastUsedAt: Date.now() });"),
            _touching(write),
        )
        for words, write in (
            (
                "guarded",
                "if (key.lastUsedAt < Date.now() - 600_000) await ctx.db.patch(args.id, { lastUsedAt: Date.now() });",
            ),
            ("values change", "await ctx.db.patch(args.id, { uses: key.uses + 1, lastUsedAt: Date.now() });"),
            ("the rows that it tells of are replaced", _REFILLED),
        )
    ),
    *(
        Pair(
            "split-transaction",
            words,
            _READ
            + _SET
            + _function(
                _SPLIT % "if (room) await ctx.runMutation(internal.app.set, { ...args, count: room.count + 1 });",
                "action",
                _ROOM,
            ),
            more + _function(_SPLIT % then, "action", _ROOM),
        )
        for words, more, then in (
            ("no data flows", _READ + _TOUCH, "await ctx.runMutation(internal.app.touch, args); return room;"),
            (
                "the mutation checks again",
                _READ + _ADD,
                "if (room) await ctx.runMutation(internal.app.add, { ...args, seen: room.count });",
            ),
        )
    ),
    *(
        Pair(
            "needless-run-call",
            words,
            _READ + _function(_RUN, args=_ROOM),
            _READ + _PAGE + _function(quiet, args=_ROOM),
        )
        for words, quiet in (
            (
                "the callee reads a page",
                "return await ctx.runQuery(internal.app.page, { cursor: null });",
            ),
            ("a component's function", "return await ctx.runQuery(components.shop.orders.list, {});"),
            (
                "limits of its own",
                "return await ctx.runMutation(internal.app.read, args, { transactionLimits: { documentsRead: 100 } });",
            ),
            ("a stale snapshot", "return await ctx.runQuery(internal.app.read, args, { useStaleSnapshot: true });"),
            ("partial rollback", "try { await ctx.runMutation(internal.app.read, args); } catch { return null; }"),
        )
    ),
    Pair(
        "sequential-run-calls",
        "calls of other services between",
        _READ + _function(_TWO % "", "action", _ROOM),
        _READ + _function(_TWO % 'await fetch("https://example.com", { method: "POST" });', "action", _ROOM),
    ),
    Pair(
        "sequential-run-calls",
        "batches on purpose",
        _READ
        + _function("for (const room of args.rooms) await ctx.runQuery(internal.app.read, room);", "action", _ROOMS),
        _READ
        + _function(
            "for (let at = 0; at < args.rooms.length; at += 100) "
            "await ctx.runQuery(internal.app.read, { rooms: args.rooms.slice(at, at + 100) } as any);",
            "action",
            _ROOMS,
        ),
    ),
    Pair(
        "conflicting-mutations",
        "no sign of a rate",
        _met("setInterval(() => beat({ id: me }), 5000)"),
        _met("document.title"),
        as_note=True,
    ),
    Pair(
        "same-runtime-action",
        "another runtime",
        {"convex/app.ts": _MORE + _function("return await ctx.runAction(internal.app.more, {});", "action")},
        {
            "convex/node.ts": '"use node";\n' + _MORE,
            "convex/app.ts": _function("return await ctx.runAction(internal.node.more, {});", "action"),
        },
    ),
)
