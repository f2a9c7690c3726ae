"""Rows that come one at a time, or not at all: what the rules then tell as a note."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, Pair

_MORE = """
  teams: defineTable({ name: v.string() }),
  players: defineTable({ teamId: v.id("teams"), user: v.id("users"), no: v.number() }).index("by_team", ["teamId"]),
  audits: defineTable({ teamId: v.id("teams"), room: v.id("rooms"), what: v.string() }).index("by_team", ["teamId"]),
  orders: defineTable({ teamId: v.id("teams"), status: v.string(), deletedAt: v.optional(v.number()), due: v.number() })
    .index("by_team_and_status", ["teamId", "status"]).index("by_status", ["status"]),
  records: defineTable({ patient: v.id("users"), date: v.number(), value: v.number() }).index("by_patient", ["patient"]),
"""
_SCHEMA = SCHEMA.replace("export default defineSchema({", f"export default defineSchema({{{_MORE}")
_FOUND = "export default function Page() { const found = useQuery(api.app.app, %s); %s return <p>{found?.length}</p>; }"


def _app(code: str, arguments: str = '{ team: "t" }', *calls: str) -> dict[str, str]:
    paths = [*(f"app.{call}" for call in calls), "writers.join", "writers.open", "writers.say"]
    does = " ".join(f"const do{at} = useMutation(api.{path});" for at, path in enumerate(paths))
    return {"convex/schema.ts": _SCHEMA, "convex/app.ts": code, "src/Page.tsx": _FOUND % (arguments, does)}


_SIGN = """
export const sign = mutation({ args: { teamId: v.id("teams"), user: v.id("users") }, handler: async (ctx, args) => {
  await ctx.db.insert("players", { ...args, no: 1 });
} });
export const app = query({ args: { team: v.id("teams") }, handler: async (ctx, args) => {
  const players = await ctx.db.query("players").filter((q) => q.%s).collect();
  return await Promise.all(players.map((one) => ctx.db.get(one.user)));
} });"""
_NOTED = """
export const note = mutation({ args: { teamId: v.id("teams"), room: v.id("rooms"), what: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("audits", args);
} });
export const app = query({ args: { team: v.id("teams") }, handler: async (ctx, args) => {
  const audits = await ctx.db.query("audits").withIndex("by_team", (q) => q.eq("teamId", args.team)).collect();
  return await Promise.all(audits.map((one) => ctx.db.get(one.room)));
} });"""
_ORDERS = """
export const order = mutation({ args: { teamId: v.id("teams"), due: v.number() }, handler: async (ctx, args) => {
  await ctx.db.insert("orders", { ...args, status: args.due > 0 ? "%s" : "kept" });
} });
export const move = mutation({ args: { id: v.id("orders") }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { status: "%s" });
} });
export const end = mutation({ args: { id: v.id("orders") }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { status: "done" });
} });
export const app = query({ args: { team: v.id("teams") }, handler: async (ctx, args) => {
  const orders = await ctx.db.query("orders")
    .withIndex("by_team_and_status", (q) => q.eq("teamId", args.team).eq("status", "%s")).collect();
  const left = orders.filter((one) => one.deletedAt === undefined);
  left.sort((a, b) => a._creationTime - b._creationTime);
  return left.slice(0, 20);
} });"""
_SINCE = """
export const add = mutation({ args: { patient: v.id("users"), date: v.number(), value: v.number() }, handler: async (ctx, args) => {
  await ctx.db.insert("records", args);
} });
%s
export const app = query({ args: { patient: v.id("users"), since: v.number() }, handler: async (ctx, args) => {
  const rows = await ctx.db.query("records").withIndex("by_patient", (q) => q.eq("patient", args.patient)).collect();
  return rows.filter((one) => one.date > args.since).map((one) => one.value);
} });"""
_LOADED = """
const ROW = v.object({ date: v.number(), value: v.number() });
export const load = mutation({ args: { patient: v.id("users"), rows: v.array(ROW) }, handler: async (ctx, args) => {
  for (const row of args.rows) await ctx.db.insert("records", { patient: args.patient, ...row });
} });"""
_KINDS = """
export const app = query({ args: { paginationOpts: paginationOptsValidator }, handler: async (ctx, args) => {
  const found = await ctx.db.query("messages").paginate(args.paginationOpts);
  return { ...found, page: found.page.filter((row) => row.kind === "text") };
} });
export const other = query({ args: {}, handler: async (ctx) => await ctx.db.query("messages").first() });"""


_ROOT = """
export const app = mutation({ args: { team: v.id("teams"), room: v.id("rooms") }, handler: async (ctx, args) => {
  const root = await ctx.db.query("players").withIndex("by_team", (q) => q.eq("teamId", args.team))
    .filter((q) => q.eq(q.field("no"), 0)).first();
  const isNew = !root;
  if (!root) %s;
  if (isNew) {
    const others = await ctx.db.query("audits").withIndex("by_team", (q) => q.eq("teamId", args.team))
      .filter((q) => q.eq(q.field("room"), args.room)).collect();
    for (const one of others) await ctx.db.patch(one._id, { what: "moved" });
  }
} });
export const note = mutation({ args: { teamId: v.id("teams"), room: v.id("rooms"), what: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("audits", args);
} });"""
_CALLED = """export default function Page() { const a = useMutation(api.app.app); const b = useMutation(api.app.note);
  return <p onClick={() => { a({}); b({}); }} />; }"""


def _root(made: str) -> dict[str, str]:
    return {"convex/schema.ts": _SCHEMA, "convex/app.ts": _ROOT % made, "src/Page.tsx": _CALLED}


def _kinds(called: str) -> dict[str, str]:
    page = f"""export default function Page() {{ const found = useQuery(api.app.{called}, {{}});
      const say = useMutation(api.writers.say); return <p onClick={{() => say({{}})}}>{{found?.body}}</p>; }}"""
    return {"convex/app.ts": _KINDS, "src/Page.tsx": page}


HANDS = (
    Pair(
        "read-per-row",
        "the rows left are those of one team, signed one by one",
        _app(_SIGN % 'neq(q.field("no"), 0)', '{ team: "t" }', "sign"),
        _app(_SIGN % 'eq(q.field("teamId"), args.team)', '{ team: "t" }', "sign"),
        as_note=True,
    ),
    Pair(
        "read-per-row",
        "nothing calls what would fill the table",
        _app(_NOTED, '{ team: "t" }', "note"),
        _app(_NOTED),
        as_note=True,
    ),
    *(
        Pair(
            "missing-index",
            f"the rest of a backlog, {words}",
            _app(_ORDERS % (first, then, asked), '{ team: "t" }', "order", "move", "end"),
            _app(_ORDERS % (first, then, wanted), '{ team: "t" }', "order", "move", "end"),
            as_note=True,
        )
        for words, first, then, asked, wanted in (
            ("into which rows are moved", "draft", "pending_approval", "done", "pending_approval"),
            ("into which some come at once", "trialing", "open", "done", "trialing"),
        )
    ),
    Pair(
        "missing-index",
        "somebody types in what one person has",
        _app(_SINCE % _LOADED, '{ patient: "p", since: 1 }', "add", "load"),
        _app(_SINCE % "", '{ patient: "p", since: 1 }', "add"),
        as_note=True,
    ),
    Pair(
        "missing-index",
        "once, when the call makes the row that it has looked for",
        _root('await ctx.db.patch(args.team, { name: "" })'),
        _root('await ctx.db.insert("players", { teamId: args.team, user: args.team as any, no: 0 })'),
        as_note=True,
    ),
    Pair("filtered-page", "nothing asks for the page", _kinds("app"), _kinds("other"), as_note=True),
)
