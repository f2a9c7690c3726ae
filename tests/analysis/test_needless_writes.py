"""needless-write where its page has no example: counts to which nothing is added, rows that a webhook brings up to date."""

from __future__ import annotations

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources

HEAD = 'import { v } from "convex/values"; import { httpRouter } from "convex/server";\n' + "".join(
    f'import {{ {name} }} from "./_generated/server";\n' for name in ("httpAction", "internalMutation", "mutation")
)
SCHEMA = """\
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  shops: defineTable({ name: v.string(), items: v.number() }),
  items: defineTable({ shop: v.id("shops"), name: v.string(), hidden: v.boolean() }),
  customers: defineTable({ key: v.string(), userId: v.string(), email: v.string(), updatedAt: v.number() }).index("by_key", ["key"]),
});
"""


def said(functions: str, http: str = "") -> list[str]:
    files = {"convex/schema.ts": SCHEMA, "convex/shop.ts": HEAD + functions}
    if http:
        files["convex/http.ts"] = HEAD + 'import { internal } from "./_generated/api";\n' + http
    report = lint_sources(files, Config(select=("needless-write",)))
    return [result.finding.message for result in report.results]


ROUTE = """\
const http = httpRouter();
http.route({ path: "/p", method: "POST", handler: httpAction(async (ctx, request) => {
  const body = await request.json();
  await ctx.runMutation(internal.shop.TARGET, body);
  return new Response();
}) });
export default http;
"""


def count(guard: str) -> str:
    helper = (
        "async function add(ctx, shop, delta) {"
        f" {guard} const row = await ctx.db.get(shop); if (!row) return;"
        " await ctx.db.patch(shop, { items: row.items + delta }); }\n"
    )
    kinds = {
        "hide": "{ hidden: true }",
        "show": "{ hidden: false }",
        "rename": "{ name: args.name }",
        "clear": "{ name: '' }",
        "star": "{ name: '*' }",
    }
    return helper + "".join(
        f"export const {name} = internalMutation({{ args: {{ id: v.id('items'), name: v.string() }}, handler: async (ctx, args) => {{"
        f" const item = await ctx.db.get(args.id); if (!item) return; await ctx.db.patch(args.id, {patch});"
        " await add(ctx, item.shop, args.name === item.name ? 0 : 1); } });\n"
        for name, patch in kinds.items()
    )


def test_counts_to_which_nothing_is_added() -> None:
    http = ROUTE.replace("TARGET", "rename")
    assert said(count(""), http) == ["`add` adds to counts in `shops` also when there is nothing to add."]
    assert said(count("if (delta === 0) return;"), http) == []


def upsert(guard: str) -> str:
    return (
        "export const event = internalMutation({ args: { key: v.string(), userId: v.string(), email: v.string() },"
        " handler: async (ctx, args) => {"
        " const known = await ctx.db.query('customers').withIndex('by_key', (q) => q.eq('key', args.key)).unique();"
        f" if (known) {{ {guard} await ctx.db.patch(known._id, {{ userId: args.userId, email: args.email, updatedAt: Date.now() }}); }}"
        " else await ctx.db.insert('customers', { ...args, updatedAt: Date.now() });"
        " await ctx.db.insert('shops', { name: args.key, items: 0 }); } });\n"
    )


def test_a_webhook_that_writes_what_is_there() -> None:
    http = ROUTE.replace("TARGET", "event")
    (message,) = said(upsert(""), http)
    assert message.startswith("`shop:event` patches `updatedAt` of `customers` on every call, with ")
    compared = "if (known.userId === args.userId && known.email === args.email) return;"
    assert said(upsert(compared), http) == []
