"""Counters that calls meet on, and those of which nothing shows that they do."""

from __future__ import annotations

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources

SCHEMA = """
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  settings: defineTable({ prefix: v.string(), nextNumber: v.number() }),
  invoices: defineTable({ number: v.string(), total: v.number() }),
  skills: defineTable({ name: v.string(), downloads: v.number() }).index("by_name", ["name"]),
});
"""

SKILLS = """
import { v } from "convex/values";
import { mutation, query } from "./_generated/server";
export const downloaded = mutation({
  args: { name: v.string() },
  handler: async (ctx, args) => {
    const skill = await ctx.db.query("skills").withIndex("by_name", (q) => q.eq("name", args.name)).first();
    if (skill) await ctx.db.patch(skill._id, { downloads: skill.downloads + 1 });
  },
});
export const publish = mutation({
  args: { name: v.string() },
  handler: async (ctx, args) => await ctx.db.insert("skills", { name: args.name, downloads: 0 }),
});
export const setUp = mutation({
  args: { prefix: v.string() },
  handler: async (ctx, args) => {
    const settings = await ctx.db.query("settings").first();
    if (settings === null) await ctx.db.insert("settings", { ...args, nextNumber: 1 });
  },
});
export const bill = mutation({
  args: { total: v.number() },
  handler: async (ctx, args) => {
    const settings = await ctx.db.query("settings").first();
    if (!settings) throw new Error("no settings");
    const number = `${settings.prefix}${settings.nextNumber.toString().padStart(4, "0")}`;
    await ctx.db.insert("invoices", { number, total: args.total });
    await ctx.db.patch(settings._id, { nextNumber: settings.nextNumber + 1 });
  },
});
"""

PAGE = """
import { useMutation } from "convex/react";
import { api } from "../convex/_generated/api";
export default function Page() {
  const publish = useMutation(api.skills.publish);
  const bill = useMutation(api.skills.bill);
  const downloaded = useMutation(api.skills.OTHER);
  return <button onClick={() => { publish({ name: "x" }); bill({ total: 1 }); downloaded({ name: "x" }); }}>Go</button>;
}
"""

TOOL = """
export async function install(url: string, name: string) {
  await fetch(`${url}/api/mutation`, { method: "POST", body: JSON.stringify({ path: "skills:downloaded", args: { name } }) });
}
"""


def _severities(page: str) -> dict[str, str]:
    files = {"convex/schema.ts": SCHEMA, "convex/skills.ts": SKILLS, "app/page.tsx": page, "tools/install.ts": TOOL}
    report = lint_sources(files, Config(select=("shared-counter",)))
    return {result.finding.message.split("`")[1]: str(result.severity.value) for result in report.results}


def test_a_number_that_a_row_keeps_has_to_be_whole() -> None:
    assert _severities(PAGE)["skills:bill"] == "note"


def test_what_a_program_names_in_text_is_not_seen_to_run() -> None:
    assert _severities(PAGE.replace("OTHER", "publish"))["skills:downloaded"] == "note"
    assert _severities(PAGE.replace("OTHER", "downloaded"))["skills:downloaded"] == "warning"


def _help(skills: str, schema: str = SCHEMA) -> str:
    files = {
        "convex/schema.ts": schema,
        "convex/skills.ts": skills,
        "app/page.tsx": PAGE.replace("OTHER", "downloaded"),
    }
    results = lint_sources(files, Config(select=("shared-counter",))).results
    return next(one.finding.help for one in results if "`skills:downloaded`" in one.finding.message)


def test_a_number_by_which_an_index_orders_stays_on_the_row() -> None:
    ranks = SCHEMA.replace(
        '.index("by_name", ["name"])', '.index("by_name", ["name"]).index("by_downloads", ["downloads"])'
    )
    popular = """
export const popular = query({ args: {}, handler: async (ctx) =>
  await ctx.db.query("skills").withIndex("by_downloads"%s).take(10) });"""
    said = _help(SKILLS + popular.replace("%s).take", ').order("desc").take'), ranks)
    assert "let a cron add the new ones up" in said
    assert "the index `by_downloads` orders the rows" in said
    assert "sharded counter" not in said
    assert "let a cron" in _help(SKILLS + popular % ', (q) => q.gt("downloads", 100)', ranks)
    assert "sharded counter" in _help(SKILLS, ranks)  # nothing reads by it
    assert "sharded counter" in _help(SKILLS)
