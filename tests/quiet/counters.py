"""Counts of many callers on one document: when the rule keeps quiet, or only takes note."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, Pair

_SEQUENCES = SCHEMA.replace(
    "export default defineSchema({",
    """export default defineSchema({
  sequences: defineTable({ key: v.string(), next: v.number(), takers: v.array(v.string()) }).index("by_key", ["key"]),
  quotes: defineTable({ title: v.string(), label: v.string() }),""",
)
_NEXT = """
export const next = internalMutation({ args: { taker: v.string() }, handler: async (ctx, args) => {
  const one = await ctx.db.query("sequences").withIndex("by_key", (q) => q.eq("key", "quotes")).first();
  if (!one) return 1;
  const value = one.next;
  await ctx.db.patch(one._id, { next: value + 1%s });
  return value;
} });
export const quote = mutation({ args: { title: v.string() }, handler: async (ctx, args) => {
  %sawait ctx.runMutation(internal.app.next, { taker: args.title });
  await ctx.db.insert("quotes", { title: args.title, label: %s });
} });"""

_ADDED = """
async function add(ctx: any, delta: number) {
  %s
  const one = await ctx.db.query("sequences").withIndex("by_key", (q) => q.eq("key", "quotes")).unique();
  if (one) await ctx.db.patch(one._id, { next: one.next + delta });
}
export const quote = mutation({ args: { title: v.string(), by: v.number() }, handler: async (ctx, args) => {
  await ctx.db.insert("quotes", { title: args.title, label: "" });
  await add(ctx, args.by);
} });"""


def _counted(beside: str, taken: str, label: str) -> dict[str, str]:
    return {"convex/schema.ts": _SEQUENCES, "convex/app.ts": _NEXT % (beside, taken, label)}


def _from_page(path: str) -> dict[str, str]:
    page = """export function Quotes() {
  const quote = useMutation(api.app.quote);
  return <button onClick={() => quote({ title: "x", by: 1 })}>Add</button>;
}"""
    return {"convex/schema.ts": _SEQUENCES, "convex/app.ts": _ADDED % "", path: page}


COUNTERS = (
    Pair(
        "shared-counter",
        "operators alone are seen to call it",
        _from_page("src/pages/Quotes.tsx"),
        _from_page("src/app/admin/quotes/page.tsx"),
        as_note=True,
    ),
    Pair(
        "shared-counter",
        "the helper returns before it reads the count where nothing is to be added",
        {"convex/schema.ts": _SEQUENCES, "convex/app.ts": _ADDED % "if (Math.random() === 0) return;"},
        {"convex/schema.ts": _SEQUENCES, "convex/app.ts": _ADDED % "if (delta === 0) return;"},
        as_note=True,
    ),
    Pair(
        "shared-counter",
        "a mutation hands the number to whoever runs it, and that one does something with it",
        _counted("", "", '"none"'),
        _counted("", "const value: number = ", "`Q-${value}`"),
    ),
    Pair(
        "shared-counter",
        "the same patch puts one more into a list",
        _counted("", "", '"none"'),
        _counted(", takers: [...one.takers, args.taker]", "", '"none"'),
        as_note=True,
    ),
)
