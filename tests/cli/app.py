"""A small app with one warning and one note, and the program run on it in this process."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from convex_lint.cli import main
from tests.trees import write

FILES = {
    "package.json": "{}",
    "convex/schema.ts": """\
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  messages: defineTable({ author: v.id("users"), body: v.string() })
    .index("by_author", ["author"])
    .index("by_author_and_body", ["author", "body"]),
});
""",
    "convex/messages.ts": """\
import { v } from "convex/values";
import { mutation, query } from "./_generated/server";

export const of = query({
  args: { author: v.id("users") },
  handler: async (ctx, { author }) =>
    await ctx.db.query("messages").withIndex("by_author_and_body", (q) => q.eq("author", author)).take(10),
});

export const send = mutation({
  args: { author: v.id("users"), body: v.string() },
  handler: async (ctx, args) => await ctx.db.insert("messages", args),
});
""",
}
RULE = "redundant-index"
"""What the app's one warning is of."""


def app(folder: Path) -> Path:
    return write(folder, FILES)


def run(*arguments: str | Path, env: dict[str, str | None] | None = None) -> Result:
    return CliRunner(env=env).invoke(main, [str(argument) for argument in arguments])
