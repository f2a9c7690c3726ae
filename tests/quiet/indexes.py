"""Indexes: when the rules keep quiet. `ignored-index`, `missing-index` and `redundant-index` have their cases in their pages."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, Pair


def _declared(more: str) -> str:
    return SCHEMA.replace("export default defineSchema({", f"export default defineSchema({{\n  {more},")


_BY_NAME = """
export const named = query({ args: { name: v.string() }, handler: async (ctx, args) => {
  const users = await ctx.db.query("users")%s;
  return users.filter((user) => user.name.toLowerCase() === args.name);
}});"""
_BEST = """
export const best = query({ args: {}, handler: async (ctx) => {
  const users = await ctx.db.query("users")%s;
  return users.sort((a, b) => b.score - a.score);
}});"""
_UNUSED = _declared('notes: defineTable({ text: v.string(), kind: v.string() }).index("by_kind", ["kind"])')
_NOTES = """
export const add = mutation({ args: { text: v.string(), kind: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("notes", args);
}});
export const one = query({ args: { id: v.id("notes"), name: v.string() }, handler: async (ctx, args) => %s });"""
_ODD = 'things: defineTable(%s).index("by_size", ["size"])'
_FIELDS = "{ name: v.string() }"
_LISTED = """
export const list = internalQuery({ args: { kind: v.optional(v.string()) }, handler: async (ctx, args) => {
  if (args.kind) return await ctx.db.query("messages").filter((q) => q.eq(q.field("kind"), args.kind)).first();
  return await ctx.db.query("messages").first();
}});
export const show = query({ args: { kind: v.string() }, handler: async (ctx, args) =>
  await ctx.runQuery(internal.app.list, %s) });"""
_SORTS = _declared(
    'cards: defineTable({ kind: v.union(v.literal("player"), v.literal("guest")), published: v.boolean(), box: v.string(), '
    'of: v.id("users"), slot: v.string(), at: v.number() }).index("by_of", ["of", "slot"])'
)
_CARDS = """
export const make = mutation({ args: { kind: v.union(v.literal("player"), v.literal("guest")), published: v.boolean(), box: v.string(),
  of: v.id("users"), slot: v.string(), at: v.number() }, handler: async (ctx, args) => { await ctx.db.insert("cards", args); } });
export const list = query({ args: { box: v.string(), of: v.id("users"), at: v.number() }, handler: async (ctx, args) => { %s } });
"""
_TURNS = """
export const turn = mutation({ args: { id: v.id("cards") }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { kind: "guest" });
} });"""
_KIND = 'return await ctx.db.query("cards").filter((q) => q.eq(q.field("kind"), "player")).collect();'
_SHOWN = 'return await ctx.db.query("cards").filter((q) => q.eq(q.field("published"), true)).collect();'
_BOX = 'return await ctx.db.query("cards").filter((q) => q.eq(q.field("box"), args.box)).collect();'
_LOCAL = 'if (process.env.DEMO_MODE !== "true") return [];'
_NEAR = _declared(
    'logins: defineTable({ of: v.id("users"), at: v.number() }).index("by_of", ["of"]).index("by_of_at", ["of", "at"])'
)
_ENTER = """
export const enter = %s({ args: { of: v.id("users"), at: v.number() }, handler: async (ctx, args) => {
  await ctx.db.insert("logins", args);
} });"""
_ENTERS = {
    "convex/schema.ts": _NEAR,
    "convex/app.ts": _ENTER % "mutation",
    "src/Page.tsx": "export default function Page() { const enter = useMutation(api.app.enter); return () => enter({}); }",
}

_AUDITS = _declared(
    '%s: defineTable({ room: v.id("rooms"), by: v.id("users"), kind: v.string() }).index("by_room", ["room"])'
)
_AUDITED = """
export const note = mutation({ args: { room: v.id("rooms"), by: v.id("users"), kind: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("%s", args);
} });
export const has = mutation({ args: { room: v.id("rooms"), by: v.id("users") }, handler: async (ctx, args) => {
  const rows = await ctx.db.query("%s").withIndex("by_room", (q) => q.eq("room", args.room)).collect();
  return rows.some((row) => row.by === args.by);
} });"""


def _audited(name: str) -> dict[str, str]:
    return {"convex/schema.ts": _AUDITS % name, "convex/app.ts": _AUDITED % (name, name)}


def _cards(code: str, more: str = "") -> dict[str, str]:
    return {"convex/schema.ts": _SORTS, "convex/app.ts": _CARDS % code + more}


_REPORTS = _declared(
    'reports: defineTable({ by: v.string(), state: v.string() }).index("by_by", ["by"]).index("by_by_state", ["by", "state"])'
)
_REPORT = """
export const order = mutation({ args: { by: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("reports", { by: args.by, state: "open" });
} });
export const list = query({ args: { by: v.optional(v.string()) }, handler: async (ctx, args) => {
  let reports = ctx.db.query("reports");
  %s
  return await reports.order("desc").take(50);
} });"""
_STEP = 'if (args.by) reports = reports.filter((q) => q.eq(q.field("by"), args.by));'
_ORDERS = "export default function Page() { const order = useMutation(api.app.order); return () => order({}); }"


def _reports(code: str) -> dict[str, str]:
    return {"convex/schema.ts": _REPORTS, "convex/app.ts": _REPORT % code, "src/Page.tsx": _ORDERS}


_CHECKS = _declared(
    'teams: defineTable({ name: v.string() }), checks: defineTable({ team: v.id("teams"), public: v.boolean(), state: v.string(), '
    'content: v.optional(v.string()), from: v.number(), to: v.number() }).index("by_team", ["team", "from"])'
)
_CHECK = """
export const add = mutation({ args: { team: v.id("teams"), public: v.optional(v.boolean()), from: v.number(), to: v.number() },
  handler: async (ctx, args) => {
    const id = await ctx.db.insert("checks", { ...args, public: %s, state: "new" });
    %s
  } });
export const drop = mutation({ args: { id: v.id("checks") }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { state: "gone" });
} });
export const of = query({ args: { team: v.id("teams"), day: v.number() }, handler: async (ctx, args) =>
  await ctx.db.query("checks").withIndex("by_team", (q) => q.eq("team", args.team)).filter((q) => %s).%s() });"""
_PUBLIC = 'q.eq(q.field("public"), true)'
_STATES = 'q.or(q.eq(q.field("state"), "kept"), q.eq(q.field("state"), "gone"))'
_KEEPS = 'await ctx.db.patch(id, { state: "kept" });'
_HOLDS = 'q.and(q.lte(q.field("from"), args.day), q.gte(q.field("to"), args.%s))'
_OPENED = "export default function Page() { const add = useMutation(api.app.add); useQuery(api.app.of, { day: 1 }); return () => add({}); }"


def _checks(
    condition: str, public: str = "args.public ?? true", after: str = "", end: str = "collect"
) -> dict[str, str]:
    return {
        "convex/schema.ts": _CHECKS,
        "convex/app.ts": _CHECK % (public, after, condition, end),
        "src/Page.tsx": _OPENED,
    }


INDEXES = (
    Pair("redundant-index", "a query built by steps should use it", _reports(""), _reports(_STEP)),
    Pair(
        "missing-index",
        "a flag that is true of what is made",
        _checks(_PUBLIC, "args.public ?? false"),
        _checks(_PUBLIC),
        as_note=True,
    ),
    Pair(
        "missing-index",
        "no row stays in the state that is not wanted",
        _checks(_STATES),
        _checks(_STATES, after=_KEEPS),
        as_note=True,
    ),
    Pair(
        "ignored-index",
        "of a stretch of time all that begin earlier are left",
        _checks(_HOLDS.replace("lte", "gte") % "day", end="first"),
        _checks(_HOLDS % "day", end="first"),
        as_note=True,
    ),
    Pair("missing-index", "it drops one of two sorts that rows keep", _cards(_KIND, _TURNS), _cards(_KIND)),
    Pair("missing-index", "all that is shown is wanted", _cards(_SHOWN.replace("true", "false")), _cards(_SHOWN)),
    Pair("missing-index", "what happened to one thing", _audited("roomLogs"), _audited("roomAudits"), as_note=True),
    Pair("missing-index", "only in development", _cards(_BOX), _cards(_LOCAL + _BOX)),
    Pair(
        "ignored-index",
        "only in development",
        _cards(_BOX.replace("box", "of")),
        _cards(_LOCAL + _BOX.replace("box", "of")),
    ),
    Pair(
        "redundant-index",
        "no client calls what fills the table",
        _ENTERS,
        _ENTERS | {"src/Page.tsx": "export default function Page() { return useQuery(api.writers.none, {}); }"},
        as_note=True,
    ),
    Pair("missing-index", "no caller goes into the branch", _LISTED % "{ kind: args.kind }", _LISTED % "{}"),
    Pair("computed-filter", "bounded", _BY_NAME % ".collect()", _BY_NAME % ".take(20)"),
    Pair("sort-in-memory", "bounded", _BEST % ".collect()", _BEST % ".take(20)"),
    Pair(
        "unused-index",
        "any read of the table could not be resolved",
        {"convex/schema.ts": _UNUSED, "convex/app.ts": _NOTES % "ctx.db.get(args.id)"},
        {
            "convex/schema.ts": _UNUSED,
            "convex/app.ts": _NOTES % 'await ctx.db.query("notes").withIndex(args.name as any).first()',
        },
    ),
    Pair(
        "unused-index",
        "a scan should use it",
        {"convex/schema.ts": _UNUSED, "convex/app.ts": _NOTES % "ctx.db.get(args.id)"},
        {
            "convex/schema.ts": _UNUSED,
            "convex/app.ts": _NOTES
            % 'await ctx.db.query("notes").filter((q) => q.eq(q.field("kind"), args.name)).collect()',
        },
    ),
    *(
        Pair(
            "index-field-unknown",
            words,
            {"convex/schema.ts": _declared(_ODD % _FIELDS)},
            {"convex/schema.ts": schema},
        )
        for words, schema in (
            ("v.any()", _declared(_ODD % "v.any()")),
            ("a record", _declared(_ODD % "v.record(v.string(), v.number())")),
            (
                "schema validation off",
                _declared(_ODD % _FIELDS).replace("\n});", "\n}, { schemaValidation: false });"),
            ),
        )
    ),
)
