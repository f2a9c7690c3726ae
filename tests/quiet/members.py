"""People of one organisation, of whom a mutation asks for those with a role."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, Pair

_SCHEMA = SCHEMA.replace(
    "export default defineSchema({",
    """export default defineSchema({
  organizations: defineTable({ name: v.string() }),
  TABLE: defineTable({ organizationId: v.id("organizations"), user: v.id("users"), role: v.string(),
    content: v.optional(v.string()) }).index("by_organization", ["organizationId"]),""",
)
_APP = """
export const add = mutation({
  args: { organizationId: v.id("organizations"), user: v.id("users"), role: v.string() },
  handler: async (ctx, args) => { await ctx.db.insert("TABLE", args); },
});
export const app = KIND({ args: { id: v.id("organizations"), role: v.string() }, handler: async (ctx, args) => {
  const found = await ctx.db.query("TABLE").withIndex("by_organization", (q) => q.eq("organizationId", args.id))
    .filter((q) => q.eq(q.field("role"), args.role)).collect();
  return found.length;
} });"""
_PAGE = "export default function Page() { const add = useMutation(api.app.add); HOOK return <p>x</p>; }"


def _app(table: str, kind: str) -> dict[str, str]:
    hook = "const app = useMutation(api.app.app);"
    if kind == "query":
        hook = 'const n = useQuery(api.app.app, { id: "o", role: "owner" });'
    return {
        "convex/schema.ts": _SCHEMA.replace("TABLE", table),
        "convex/app.ts": _APP.replace("TABLE", table).replace("KIND", kind),
        "src/Page.tsx": _PAGE.replace("HOOK", hook),
    }


_LOUD, _QUIET = _app("profiles", "query"), _app("profiles", "mutation")
MEMBERS = (
    Pair("missing-index", "only a mutation asks for the members with a role", _LOUD, _QUIET, as_note=True),
    Pair("missing-index", "they are people of one organisation", _app("orders", "mutation"), _QUIET, as_note=True),
    Pair(
        "missing-index",
        "no key tells them apart",
        {path: text.replace("role", "email") for path, text in _app("profiles", "mutation").items()},
        _QUIET,
        as_note=True,
    ),
)
