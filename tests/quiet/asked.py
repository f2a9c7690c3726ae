"""What the clients of a query ask for: writers of other rows run it again in vain, or not at all."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, Pair

_APP = "convex/app.ts"
_VIEW = "src/App.tsx"
_SCHEMA = SCHEMA.replace(
    "export default defineSchema({",
    """export default defineSchema({
  choices: defineTable({ key: v.string(), part: v.string(), value: v.string() }).index("by_key", ["key"]).index("by_part", ["part"]),""",
    1,
)
_CHOOSE = """
export const choose = mutation({ args: { value: v.string(), part: v.string() }, handler: async (ctx, args) => {
  const old = await ctx.db.query("choices").withIndex("by_key", (q) => q.eq("key", "colour")).unique();
  if (old) await ctx.db.patch(old._id, { part: %s, value: args.value });
  else await ctx.db.insert("choices", { key: "colour", part: %s, value: args.value });
} });
export const of = query({ args: { part: v.string() }, handler: async (ctx, args) =>
  await ctx.db.query("choices").withIndex("by_part", (q) => q.eq("part", args.part)).collect() });"""
_SHOWN = """export function App({ part, slim }) {
  const choose = useMutation(api.app.choose); const one = useQuery(api.app.of, { part: %s });
  const other = useQuery(api.app.of, slim ? "skip" : { part: "foot" });
  return <input onPointerMove={(event) => choose({ value: event.clientX, part })} value={[...one, ...other].map((row) => row.value).join()} />;
}"""


def _app(written: str, asked: str) -> dict[str, str]:
    return {"convex/schema.ts": _SCHEMA, _APP: _CHOOSE % (written, written), _VIEW: _SHOWN % asked}


ASKED = (
    Pair(
        "churning-subscription",
        "no client asks for the constant that is written",
        _app('"page"', '"page"'),
        _app('"page"', '"head"'),
    ),
    Pair(
        "churning-subscription", "all clients name what they ask for", _app('"page"', "part"), _app('"page"', '"head"')
    ),
    Pair(
        "churning-subscription",
        "the writer names what it writes",
        _app("args.part", '"head"'),
        _app('"page"', '"head"'),
    ),
)
