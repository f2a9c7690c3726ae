"""The small Convex app around generated code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Files: TypeAlias = Mapping[str, str]

SCHEMA = """\
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  users: defineTable({ name: v.string(), team: v.string(), score: v.number() }).index("by_team", ["team"]),
});
"""
HEAD = 'import { query, mutation } from "./_generated/server";\nimport { v } from "convex/values";\n'
LAST = """\
export const last = query({
  args: { team: v.string() },
  handler: async (ctx, { team }) =>
    await ctx.db.query("users").withIndex("by_team", (q) => q.eq("team", team)).take(5),
});
"""
"""Stands behind the hostile code: what is still to be understood there."""

READ = 'await ctx.db.query("users").withIndex("by_team", (q) => q.eq("team", "a")).first()'


def app(code: str, tail: str = LAST, name: str = "a.ts", **more: str) -> dict[str, str]:
    files = {"convex/schema.ts": SCHEMA, f"convex/{name}": f"{HEAD}{code}\n{tail}"}
    return files | {f"convex/{path}.ts": text for path, text in more.items()}


def query(body: str) -> str:
    return f"export const all = query({{ args: {{ team: v.string(), n: v.number() }}, handler: async (ctx, args) => {{\n{body}\n}} }});"
