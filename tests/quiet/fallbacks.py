"""All rows are looked through only for the one that no index has."""

from __future__ import annotations

from tests.quiet.pair import Pair

_FIND = """
export const byMail = query({ args: { email: v.string() }, handler: async (ctx, args) => {
  let user = await ctx.db.query("users").withIndex("by_email", (q) => q.eq("email", args.email)).BY;
  if (TEST) {
    const all = await ctx.db.query("users").collect();
    user = all.find((one) => one.email.trim().toLowerCase() === args.email.trim().toLowerCase());
  }
  return user;
} });
export const rename = mutation({ args: { id: v.id("users"), name: v.string() }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { name: args.name });
} });"""
_VIEW = (
    "export function App({ email }) { const user = useQuery(api.app.byMail, { email }); return <b>{user?.name}</b>; }\n"
    'export function Join() { const join = useMutation(api.writers.join); return <b onClick={() => join({ name: "a", email: "b" })} />; }'
)


def _found(test: str, by: str) -> dict[str, str]:
    return {"convex/app.ts": _FIND.replace("TEST", test).replace("BY", by), "src/App.tsx": _VIEW}


_ALWAYS, _ONLY_THEN = _found("user", "first()"), _found("!user", "first()")

_BY_ID = {
    file: text.replace('query("users").withIndex("by_email", (q) => q.eq("email", args.email)).first()', "get(args.id)")
    for file, text in _ONLY_THEN.items()
}

FALLBACKS = tuple(
    Pair(rule, f"the rows are read where a look-up by index found none, {when}", loud, _ONLY_THEN, as_note=True)
    for rule in ("broad-subscription", "unbounded-read")
    for when, loud in (("and not each time", _ALWAYS), ("and not by another key", _BY_ID))
)
