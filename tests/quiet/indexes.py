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

INDEXES = (
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
