"""A program that a rule speaks of, and the same one with what makes the rule keep quiet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

SCHEMA = """\
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  users: defineTable({ name: v.string(), email: v.string(), seen: v.optional(v.number()), score: v.number() })
    .index("by_email", ["email"]),
  rooms: defineTable({ title: v.string(), count: v.number(), history: v.array(v.string()) }),
  messages: defineTable({ room: v.id("rooms"), author: v.id("users"), body: v.string(), kind: v.string(), until: v.number() })
    .index("by_room", ["room"]).searchIndex("search_body", { searchField: "body" }),
  jobs: defineTable({ state: v.string(), shard: v.number(), payload: v.string() }).index("by_state", ["state"])
    .index("by_shard_and_state", ["shard", "state"]),
});
"""
HEAD = """\
import { v } from "convex/values";
import { paginationOptsValidator } from "convex/server";
import { action, internalAction, internalMutation, internalQuery, mutation, query } from "./_generated/server";
import { api, components, internal } from "./_generated/api";
"""
WRITERS = """
export const join = mutation({
  args: { name: v.string(), email: v.string() },
  handler: async (ctx, args) => { await ctx.db.insert("users", { ...args, score: 0 }); },
});
export const open = mutation({
  args: { title: v.string() },
  handler: async (ctx, args) => { await ctx.db.insert("rooms", { title: args.title, count: 0, history: [] }); },
});
export const say = mutation({
  args: { room: v.id("rooms"), author: v.id("users"), body: v.string() },
  handler: async (ctx, args) => { await ctx.db.insert("messages", { ...args, kind: "text", until: 0 }); },
});
export const enqueue = mutation({
  args: { payload: v.string() },
  handler: async (ctx, args) => { await ctx.db.insert("jobs", { ...args, state: "open", shard: 0 }); },
});
"""
PAGE = """\
import { useState } from "react";
import { useMutation, useQuery } from "convex/react";
import { api } from "../convex/_generated/api";
"""


class Pair(NamedTuple):
    """`loud` and `quiet` are `convex/app.ts` behind its imports, or files by path over the small app around it."""

    rule: str
    quiet_when: str
    loud: str | Mapping[str, str]
    quiet: str | Mapping[str, str]
    as_note: bool = False
    """The second is told as a note."""


def files_of(code: str | Mapping[str, str]) -> dict[str, str]:
    files = {"convex/schema.ts": SCHEMA, "convex/writers.ts": HEAD + WRITERS}
    if isinstance(code, str):
        return files | {"convex/app.ts": HEAD + code}
    heads = {".ts": HEAD, ".tsx": PAGE}
    return files | {
        path: text if path.startswith("convex/schema") else _behind(heads[path[path.rindex(".") :]], text)
        for path, text in code.items()
    }


def _behind(head: str, text: str) -> str:
    directive = '"use node";\n' if text.startswith('"use node"') else ""
    return directive + head + text.removeprefix(directive)
