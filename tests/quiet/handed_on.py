"""A cron that finds the rows whose time has come, and a mutation of its own that writes each."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, Pair

_SCHEMA = SCHEMA.replace(
    "export default defineSchema({",
    """export default defineSchema({
  subscriptions: defineTable({ user: v.string(), status: v.string(), expiresAt: v.number() })
    .index("by_user", ["user"]).index("by_expires", ["expiresAt"]),""",
)
_APP = """
export const buy = mutation({ args: { user: v.string(), expiresAt: v.number() }, handler: async (ctx, args) => {
  await ctx.db.insert("subscriptions", { ...args, status: "active" });
} });
export const may = query({ args: { user: v.string() }, handler: async (ctx, args) => {
  const found = await ctx.db.query("subscriptions").withIndex("by_user", (q) => q.eq("user", args.user)).unique();
  return found !== null && found.status === "active" && found.expiresAt > Date.now();
} });
export const end = internalMutation({ args: { id: v.id("subscriptions") }, handler: async (ctx, args) => {
  const found = await ctx.db.get(args.id);
  if (found) await ctx.db.patch(found._id, { status: "expired" });
} });
export const sweep = internalMutation({ args: {}, handler: async (ctx) => {
  const over = await ctx.db.query("subscriptions").withIndex("by_expires", (q) => q.RANGE("expiresAt", Date.now())).take(50);
  for (const one of over) await ctx.runMutation(internal.app.end, { id: one._id });
} });"""
_CRONS = """
import { cronJobs } from "convex/server";
const crons = cronJobs();
crons.interval("sweep", { minutes: 30 }, internal.app.sweep, {});
export default crons;"""
_PAGE = (
    "export default function Page() { const buy = useMutation(api.app.buy);"
    ' return <b onClick={() => buy({ user: "a", expiresAt: 5 })}>{useQuery(api.app.may, { user: "a" })}</b>; }'
)


def _app(range_: str) -> dict[str, str]:
    code = _APP.replace("RANGE", range_)
    return {"convex/schema.ts": _SCHEMA, "convex/app.ts": code, "convex/crons.ts": _CRONS, "src/Page.tsx": _PAGE}


HANDED_ON = (Pair("clock-in-query", "the cron hands each row to a mutation that writes it", _app("gt"), _app("lt")),)
