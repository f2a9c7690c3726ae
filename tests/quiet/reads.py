"""Reads: when the rules keep quiet."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, Pair


def _query(body: str, args: str = "room: v.id('rooms')") -> str:
    return f"export const app = query({{ args: {{ {args} }}, handler: async (ctx, args) => {{\n{body}\n}} }});"


def _mutation(body: str, args: str = "room: v.id('rooms')", kind: str = "mutation") -> str:
    return f"export const app = {kind}({{ args: {{ {args} }}, handler: async (ctx, args) => {{\n{body}\n}} }});"


_ALL = 'return await ctx.db.query("messages")%s;'
_TAKE = 'return await ctx.db.query("messages").take(%s);'
_SINCE = """const all = ctx.db.query("messages");
const some = args.before === undefined ? all : all.filter((q) => q.lt(q.field("until"), args.before));
return await some.take(51);"""


def _shown(arguments: str, name: str = "App") -> str:
    return f"""export function {name}() {{
  const all = useQuery(api.app.app, {arguments}); return <p>{{all?.map((one) => one.body)}}</p>; }}"""


def _recent(arguments: str) -> dict[str, str]:
    return {"convex/app.ts": _query(_SINCE, "before: v.optional(v.number())"), "src/App.tsx": _shown(arguments)}


def _listed(view: str, name: str) -> dict[str, str]:
    return {"convex/app.ts": _query(_ALL % ".collect()", ""), view: _shown("{}", name)}


_COUNT = 'return (await ctx.db.query("messages")%s).length;'
_AUTHORS = """const found = await ctx.db.query("messages")%s;
return await Promise.all(found.map(async (one) => {
  const room = await ctx.db.query("messages").withIndex("by_room", (q) => q.eq("room", one.room)).collect();
  return room.length;
}));"""
_AGAIN = """
async function me(ctx) {
  const identity = await ctx.auth.getUserIdentity(); if (!identity) throw new Error("signed out");
  return await ctx.db.query("users").withIndex("by_email", (q) => q.eq("email", identity.email)).unique();
}
async function known(ctx) { const user = await me(ctx); if (!user) throw new Error("unknown"); return user; }
export const app = mutation({ args: { room: v.id("rooms"), body: v.string() }, handler: async (ctx, args) => {
  const user = await known(ctx);
  %s
  const again = await me(ctx);
  await ctx.db.insert("messages", { room: args.room, author: again._id, body: args.body, kind: "", until: 0 });
} });"""
_EXISTS = """const user = await ctx.db.query("users").withIndex("by_email", (q) => q.eq("email", args.email)).first();
%s
await ctx.db.insert("users", { name: "", email: args.email, score: 0 });"""
_CLEAR = """const found = await ctx.db.query("messages").withIndex("by_room", (q) => q.eq("room", args.room))%s;
for (const one of found) await ctx.db.delete(one._id);"""
_PAGES = """export const app = query({ args: { a: v.boolean(), paginationOpts: paginationOptsValidator }, handler: async (ctx, args) => {
  %s
} });"""
_STEPS = """const STEPS: Record<string, any> = {
  users: async (ctx, args) => await ctx.db.query("users").paginate(args.paginationOpts),
  messages: async (ctx, args) => await ctx.db.query("messages").paginate(args.paginationOpts),
};
"""
_TAG = "const room = await ctx.db.get(args.room); if (!room) return; await ctx.db.patch(args.room, { history: %s });"
_TAGGED = "room: v.id('rooms'), tag: v.string()"
_NOTES = SCHEMA.replace(
    "export default defineSchema({",
    'export default defineSchema({\n  notes: defineTable({ room: v.id("rooms"), title: v.string(), content: v.string(), gone: v.boolean() })'
    '.index("by_room", ["room"]),',
)
_WRITE = """
export const write = mutation({ args: { room: v.id("rooms"), title: v.string(), content: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("notes", { ...args, gone: false });
} });
export const list = query({ args: { room: v.id("rooms") }, handler: async (ctx, args) => {
  const notes = await ctx.db.query("notes").withIndex("by_room", (q) => q.eq("room", args.room)).collect();
  return notes.map((note) => note.title);
} });
export const room = query({ args: { note: v.id("notes") }, handler: async (ctx, args) => {
  const note = await ctx.db.get(args.note); if (!note) return null;
  const room = await ctx.db.get(note.room);
  return room%s.title;
} });
export const drop = mutation({ args: { room: v.id("rooms") }, handler: async (ctx, args) => { await %s; } });
"""
_DELETE = "ctx.db.delete(args.room)"

READS = (
    *(
        Pair("unbounded-read", words, _query(_ALL % ".collect()"), _query(quiet))
        for words, quiet in (
            ("take", _ALL % ".take(20)"),
            ("first", _ALL % ".first()"),
            ("unique", _ALL % ".unique()"),
            (
                "early break on a count",
                "const found = []; for await (const one of ctx.db.query('messages')) { found.push(one); if (found.length >= 20) break; } return found;",
            ),
        )
    ),
    Pair(
        "unbounded-read",
        "paginate",
        _query(_ALL % ".collect()"),
        _query(_ALL % ".paginate(args.page)", "page: paginationOptsValidator"),
    ),
    *(
        Pair("client-sized-read", words, _query(_TAKE % "args.n", "n: v.number()"), _query(_TAKE % taken, args))
        for words, taken, args in (
            ("clamped", "Math.min(args.n, 100)", "n: v.number()"),
            ("a union of literals", "args.n", "n: v.union(v.literal(10), v.literal(50))"),
        )
    ),
    Pair("unbounded-read", "a filter for an argument that nobody gives", _recent("{ before: 1 }"), _recent("{}")),
    Pair(
        "unbounded-read",
        "pages for administrators",
        _listed("src/App.tsx", "App"),
        _listed("src/admin/AdminMessages.tsx", "AdminMessages"),
        as_note=True,
    ),
    Pair(
        "unbounded-read",
        "internal maintenance",
        _query(_ALL % ".collect()"),
        _mutation(_ALL % ".collect()", kind="internalMutation"),
        as_note=True,
    ),
    Pair("count-by-collect", "bounded", _query(_COUNT % ".collect()"), _query(_COUNT % ".take(100)")),
    Pair(
        "read-per-row",
        "exact keys over a small page",
        _query(_AUTHORS % ".collect()"),
        _query(
            'const found = await ctx.db.query("messages").take(20);\n'
            "return await Promise.all(found.map((one) => ctx.db.get(one.author)));"
        ),
    ),
    Pair(
        "repeated-read",
        "a write between",
        _AGAIN % "",
        _AGAIN % "await ctx.db.patch(user._id, { score: user.score + 1 });",
    ),
    Pair(
        "unused-read",
        "existence check by throw",
        _mutation(_EXISTS % "", "email: v.string()"),
        _mutation(_EXISTS % 'if (user) throw new Error("taken");', "email: v.string()"),
    ),
    *(
        Pair("transaction-limit", words, _mutation(_CLEAR % ".collect()"), quiet)
        for words, quiet in (
            ("every factor is bounded", _mutation(_CLEAR % ".take(100)")),
            (
                "a batch that reschedules itself",
                _mutation(
                    _CLEAR % ".take(500)"
                    + "\nif (found.length === 500) await ctx.scheduler.runAfter(0, internal.app.app, { room: args.room });",
                    kind="internalMutation",
                ),
            ),
        )
    ),
    Pair(
        "repeated-paginate",
        "exclusive branches",
        _PAGES % 'const one = await ctx.db.query("messages").paginate(args.paginationOpts); '
        'if (one.isDone) return await ctx.db.query("users").paginate(args.paginationOpts); return one;',
        _PAGES % 'if (args.a) return await ctx.db.query("users").paginate(args.paginationOpts); '
        'return await ctx.db.query("messages").paginate(args.paginationOpts);',
    ),
    *(
        Pair(
            "repeated-paginate",
            words,
            _STEPS + _PAGES % ("await STEPS.users(ctx, args); " + call),
            _STEPS + _PAGES % ("if (args.a) return null; " + call),
        )
        for words, call in (
            ("one entry of a table of functions", "return await STEPS[args.step](ctx, args);"),
            ("an entry in a variable", "const step = STEPS[args.step]; return await step(ctx, args);"),
        )
    ),
    Pair(
        "repeated-paginate",
        "convex-helpers paginator",
        'import { getPage } from "convex-helpers/server/pagination";\n'
        + _PAGES
        % 'const one = await ctx.db.query("users").paginate(args.paginationOpts); '
        'const two = await ctx.db.query("messages").paginate(args.paginationOpts); return [one, two];',
        'import { paginator } from "convex-helpers/server/pagination";\nimport schema from "./schema";\n'
        + _PAGES
        % 'const one = await paginator(ctx.db, schema).query("users").paginate(args.paginationOpts); '
        'const two = await paginator(ctx.db, schema).query("messages").paginate(args.paginationOpts); return [one, two];',
    ),
    Pair(
        "filtered-page",
        "the filter is on a joined authorisation",
        _PAGES % 'const one = await ctx.db.query("messages").paginate(args.paginationOpts); '
        'return { ...one, page: one.page.filter((row) => row.kind === "text") };',
        _PAGES % 'const one = await ctx.db.query("messages").paginate(args.paginationOpts); '
        "const me = await ctx.auth.getUserIdentity(); "
        "const seen = await Promise.all(one.page.map(async (row) => (await ctx.db.get(row.author))?.email === me?.email)); "
        "return { ...one, page: one.page.filter((row, at) => seen[at]) };",
    ),
    *(
        Pair(
            "unbounded-array",
            words,
            _mutation(_TAG % "[...room.history, args.tag]", _TAGGED),
            _mutation(_TAG % tags, _TAGGED),
        )
        for words, tags in (
            ("slice(-n)", "[...room.history, args.tag].slice(-20)"),
            ("fixed size", "[args.tag, 'new']"),
        )
    ),
    *(
        Pair(
            "orphaned-rows",
            words,
            {"convex/schema.ts": _NOTES, "convex/app.ts": _WRITE % ("!", _DELETE)},
            {"convex/schema.ts": _NOTES, "convex/app.ts": _WRITE % (read, delete)},
        )
        for words, read, delete in (
            ("soft deletes", "!", 'ctx.db.patch(args.room, { title: "" })'),
            ("readers that tolerate null", "?", _DELETE),
        )
    ),
)
