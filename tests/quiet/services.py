"""Actions that ask a service between two transactions: one that only looks there writes the same twice."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, Pair

_SCHEMA = SCHEMA.replace(
    "export default defineSchema({",
    "export default defineSchema({\n  orders: defineTable({ customer: v.string(), paid: v.string() }),",
    1,
)
_SYNC = """
export const get = internalQuery({ args: { id: v.id("orders") }, handler: async (ctx, args) => await ctx.db.get(args.id) });
export const set = internalMutation({ args: { id: v.id("orders"), paid: v.string() }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { paid: args.paid });
} });
export const order = mutation({ args: { customer: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("orders", { customer: args.customer, paid: "no" });
} });
export const sync = action({ args: { id: v.id("orders") }, handler: async (ctx, args) => {
  const order = await ctx.runQuery(internal.app.get, { id: args.id });
  if (order.paid === "yes") return;
  const found = await bank.%s({ customer: order.customer });
  await ctx.runMutation(internal.app.set, { id: args.id, paid: found.state });
} });"""
_PAGE = """import { useEffect } from "react"; import { useAction } from "convex/react";
export function Page({ id }) {
  const sync = useAction(api.app.sync); const order = useMutation(api.app.order);
  useEffect(() => { sync({ id }); }, [id]);
  return <button onClick={() => order({ customer: "a" })}>x</button>;
}"""


def _asking(method: str) -> dict[str, str]:
    return {"convex/schema.ts": _SCHEMA, "convex/app.ts": _SYNC % method, "src/Page.tsx": _PAGE}


SERVICES = (
    Pair(
        "split-transaction",
        "the service is only looked at",
        _asking("charges.create"),
        _asking("charges.list"),
        as_note=True,
    ),
)
