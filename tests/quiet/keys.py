"""What one key tells apart, and the two arms of a branch."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, Pair

_PAGES = """export const app = query({
  args: { kind: v.union(v.literal("rooms"), v.literal("users")), paginationOpts: paginationOptsValidator },
  handler: async (ctx, args) => {
    if (!(await ctx.auth.getUserIdentity())) return null;
    %s
  },
});"""
_ROOMS = 'ctx.db.query("rooms").paginate(args.paginationOpts)'
_USERS = 'ctx.db.query("users").paginate(args.paginationOpts)'

_GRANTS = SCHEMA.replace(
    "export default defineSchema({",
    """export default defineSchema({
  grants: defineTable({ room: v.id("rooms"), kind: v.string(), state: v.string() }).index("by_room", ["room", "kind"]),""",
)
_GRANT = """
export const grant = internalQuery({ args: { room: v.id("rooms"), kind: v.string() }, handler: async (ctx, args) =>
  await ctx.db.query("grants").withIndex("by_room", (q) => q.eq("room", args.room).eq("kind", args.kind)).unique() });
export const finish = internalMutation({
  args: { room: v.id("rooms"), kind: v.string(), state: v.string() },
  handler: async (ctx, args) => {
    const old = await ctx.db.query("grants").withIndex("by_room", (q) => q.eq("room", args.room)).first();
    if (!old) throw new Error();
    await ctx.db.patch(old._id, { kind: args.kind, state: args.state });
  },
});
export const start = mutation({ args: { room: v.id("rooms"), kind: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("grants", { ...args, state: "open" });
} });
export const app = action({ args: { room: v.id("rooms"), kind: v.string() }, handler: async (ctx, args) => {
  const known = await ctx.runQuery(internal.app.grant, { room: args.room, kind: args.kind });
  if (known?.%s !== "open") throw new Error();
  await fetch("https://example.com");
  await ctx.runMutation(internal.app.finish, { room: args.room, kind: "open", state: "closed" });
} });"""

_SHIFTS = SCHEMA.replace(
    "export default defineSchema({",
    """export default defineSchema({
  shifts: defineTable({ shard: v.number(), day: v.string(), note: v.string() }).index("by_shard", ["shard", "day"]),""",
)
_LINES = """export const app = mutation({
  args: { shard: v.number(), day: v.string(), lines: v.array(v.object({ day: v.string(), note: v.string() })) },
  handler: async (ctx, args) => {
    const known = await ctx.db.query("shifts").withIndex("by_shard", (q) => q.eq("shard", args.shard)).collect();
    %s
  },
});"""
_EACH = """for (const line of args.lines) {
      const old = known.filter((row) => row.day === line.day);
      if (old.length === 0) await ctx.db.insert("shifts", { shard: args.shard, ...line });
    }"""
_ONE = """const old = known.filter((row) => row.day === args.day);
    if (old.length === 0) await ctx.db.insert("shifts", { shard: args.shard, day: "x", note: "y" });"""
_CALLER = """export default function Page() {
  const call = useMutation(api.app.app); return <button onClick={() => call({})}>x</button>;
}"""

_SCORES = SCHEMA.replace(
    '.index("by_email", ["email"])', '.index("by_email", ["email"]).index("by_score", ["score"])', 1
)
_ABOVE = """export const app = query({ args: { least: v.number() }, handler: async (ctx, args) => {
  const all = await ctx.db.query("users").collect();
  return all.filter((user) => user.score > %s).length;
} });"""
_COUNTER = """export default function Page() { return <p>{useQuery(api.app.app, { least })}</p>; }"""

_TASKS = SCHEMA.replace(
    "export default defineSchema({",
    """export default defineSchema({
  orgs: defineTable({ name: v.string() }),
  events: defineTable({ org: v.id("orgs"), status: v.string(), note: v.string() }).index("by_org", ["org"]),""",
)
_STATES = """export const add = mutation({ args: { org: v.id("orgs"), note: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("events", { ...args, status: "open" });
} });
export const close = mutation({ args: { id: v.id("events"), status: v.string() }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { status: args.status });
} });
export const app = query({ args: { org: v.id("orgs") }, handler: async (ctx, args) =>
  await ctx.db.query("events").withIndex("by_org", (q) => q.eq("org", args.org))
    .filter((q) => q.eq(q.field("status"), "%s")).collect() });"""
_BOARD = """export default function Page() {
  const add = useMutation(api.app.add), close = useMutation(api.app.close);
  return <button onClick={() => { add({ org, note }); close({ id, status }); }}>{useQuery(api.app.app, { org })}</button>;
}"""

_LINKS = """export const app = mutation({ args: { room: v.id("rooms"), email: v.string() }, handler: async (ctx, args) => {
  for (const user of await ctx.db.query("users").collect()) {
    if (user.%s)
      await ctx.db.insert("messages", { room: args.room, author: user._id, body: "", kind: "", until: 0 });
  }
} });"""
_ALIKE = (
    _LINKS.replace("of await", "of (await")
    .replace(".collect())", ".collect()).filter((user) => user.email.%s))")
    .replace("if (user.%s)", "")
)
_BUTTON = """export default function Page() {
  const call = useMutation(api.app.app), join = useMutation(api.writers.join);
  return <button onClick={() => { call({ room, email }); join({ name, email }); }}>x</button>;
}"""

KEYS = (
    Pair(
        "ignored-index",
        "how many rows there are past a constant",
        {"convex/schema.ts": _SCORES, "convex/app.ts": _ABOVE % "args.least", "src/Page.tsx": _COUNTER},
        {"convex/schema.ts": _SCORES, "convex/app.ts": _ABOVE % "0", "src/Page.tsx": _COUNTER},
    ),
    Pair(
        "missing-index",
        "the state in which the rows of one team come to rest",
        {"convex/schema.ts": _TASKS, "convex/app.ts": _STATES % "open", "src/Page.tsx": _BOARD},
        {"convex/schema.ts": _TASKS, "convex/app.ts": _STATES % "completed", "src/Page.tsx": _BOARD},
        as_note=True,
    ),
    Pair(
        "transaction-limit",
        "of all rows those of one address are meant",
        {"convex/app.ts": _LINKS % "seen === undefined", "src/Page.tsx": _BUTTON},
        {"convex/app.ts": _LINKS % "email === args.email", "src/Page.tsx": _BUTTON},
        as_note=True,
    ),
    Pair(
        "transaction-limit",
        "of all rows those are meant that are like one in a form that code makes",
        {"convex/app.ts": _ALIKE % "length > 3", "src/Page.tsx": _BUTTON},
        {"convex/app.ts": _ALIKE % "toLowerCase() === args.email", "src/Page.tsx": _BUTTON},
        as_note=True,
    ),
    Pair(
        "repeated-paginate",
        "the arms of one branch, whatever decides between them",
        _PAGES % f"const first = await {_ROOMS}; return args.kind === 'rooms' ? first : await {_USERS};",
        _PAGES % f"return args.kind === 'rooms' ? {_ROOMS} : {_USERS};",
    ),
    Pair(
        "split-transaction",
        "the field by which the row was looked up",
        {"convex/schema.ts": _GRANTS, "convex/app.ts": _GRANT % "state"},
        {"convex/schema.ts": _GRANTS, "convex/app.ts": _GRANT % "kind"},
    ),
    Pair(
        "wide-read-before-write",
        "read once for all elements of a list that is given",
        {"convex/schema.ts": _SHIFTS, "convex/app.ts": _LINES % _ONE, "src/Page.tsx": _CALLER},
        {"convex/schema.ts": _SHIFTS, "convex/app.ts": _LINES % _EACH, "src/Page.tsx": _CALLER},
    ),
)
