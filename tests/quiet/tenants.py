"""Rows that a program writes: when an open query over all of them is only told, or nothing is said."""

from __future__ import annotations

from tests.quiet.pair import Pair

_SCHEMA = """import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  organizations: defineTable({ name: v.string() }),
  contacts: defineTable({ phone: v.string() }),
  chats: defineTable({ organizationId: v.id("organizations"), contact: v.id("contacts"), preview: v.string(), muted: v.boolean() })
    .index("by_organization", ["organizationId"]),
});"""
_HTTP = """import { httpRouter } from "convex/server";
import { httpAction } from "./_generated/server";
const http = httpRouter();
http.route({ path: "/incoming", method: "POST", handler: httpAction(async (ctx, request) => {
  if (request.headers.get("x-key") !== process.env.INCOMING_KEY) return new Response(null, { status: 401 });
  await ctx.runMutation(internal.app.receive, await request.json());
  return new Response();
}) });
export default http;"""
_CHATS = """
export const list = query({ args: { organizationId: v.id("organizations"), muted: v.boolean() }, handler: async (ctx, args) => {
  const chats = await ctx.db.query("chats").withIndex("by_organization", (q) => q.eq("organizationId", args.organizationId)).collect();
  const heard = chats.filter((chat) => chat.preview.trim().length > 0);
  %s
} });
export const receive = internalMutation({ args: { id: v.id("chats"), text: v.string() }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { preview: args.text });
} });
export const open = mutation({ args: { organizationId: v.id("organizations"), contact: v.id("contacts") }, handler: async (ctx, args) => {
  await ctx.db.insert("chats", { ...args, preview: "", muted: false });
} });
export const meet = mutation({ args: { phone: v.string() }, handler: async (ctx, args) => await ctx.db.insert("contacts", args) });
export const found = mutation({ args: { name: v.string() }, handler: async (ctx, args) => await ctx.db.insert("organizations", args) });"""
_EACH = "return await Promise.all(heard.map(async (chat) => ({ ...chat, contact: await ctx.db.get(chat.contact) })));"
_PLAIN = "return heard.map((chat) => ({ preview: chat.preview }));"
_UNMUTED = "return heard.filter((chat) => chat.muted === args.muted);"
_VIEW = """export function Chats({ organizationId }) {
  const chats = useQuery(api.app.list, { organizationId, muted: false }); const open = useMutation(api.app.open);
  const meet = useMutation(api.app.meet); const found = useMutation(api.app.found);
  return <p onClick={() => open({ organizationId, contact: "c" })} onDoubleClick={() => { meet({ phone: "1" }); found({ name: "x" }); }}>
    {chats?.length}</p>;
}"""


def _chats(given: str) -> dict[str, str]:
    return {
        "convex/schema.ts": _SCHEMA,
        "convex/http.ts": _HTTP,
        "convex/app.ts": _CHATS % given,
        "src/Chats.tsx": _VIEW,
    }


_BENEFITS = """import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  benefits: defineTable({ product: v.string(), words: v.string(), at: v.optional(v.number()) }).index("by_product", ["product"]),
});"""
_HOURLY = """import { cronJobs } from "convex/server";
const crons = cronJobs();
crons.interval("sync", { hours: 1 }, internal.app.sync, {});
export default crons;"""
_SYNC = """
export const list = query({ args: {}, handler: async (ctx) => {
  const all = await ctx.db.query("benefits").collect();
  return all.map((one) => ({ product: one.product, words: one.words }));
} });
export const store = internalMutation({ args: { product: v.string(), words: v.string() }, handler: async (ctx, args) => {
  const one = await ctx.db.query("benefits").withIndex("by_product", (q) => q.eq("product", args.product)).unique();
  if (one) await ctx.db.patch(one._id, { words: args.words%s });
  else await ctx.db.insert("benefits", args);
} });
export const sync = internalAction({ args: {}, handler: async (ctx) => {
  const found = await (await fetch("https://example.com/benefits")).json();
  for (const one of found) await ctx.runMutation(internal.app.store, { product: one.id, words: one.words });
} });"""
_SHOWN = """export function Benefits() {
  const benefits = useQuery(api.app.list, {});
  return <ul>{benefits?.map((one) => <li>{one.product}: {one.words}</li>)}</ul>;
}"""


def _synced(beside: str) -> dict[str, str]:
    return {
        "convex/schema.ts": _BENEFITS,
        "convex/crons.ts": _HOURLY,
        "convex/app.ts": _SYNC % beside,
        "src/Benefits.tsx": _SHOWN,
    }


TENANTS = (
    Pair("broad-subscription", "a cron brings what is there already", _synced(", at: Date.now()"), _synced("")),
    Pair("broad-subscription", "nothing is looked up for the rows", _chats(_EACH), _chats(_PLAIN), as_note=True),
    Pair("broad-subscription", "no index would leave fewer rows", _chats(_UNMUTED), _chats(_PLAIN), as_note=True),
)
