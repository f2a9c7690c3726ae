"""Rows that a call counts against a limit before it inserts the next one."""

from __future__ import annotations

import pytest

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources

SCHEMA = """
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  users: defineTable({ email: v.string(), access: v.string(), gone: v.optional(v.number()) }).index("by_access", ["access"]),
});
"""
USERS = """
import { v } from "convex/values";
import { mutation } from "./_generated/server";
export const enter = mutation({ args: { email: v.string(), staff: v.boolean(), limit: v.number() }, handler: async (ctx, args) => {
  if (!args.staff) {
    const all = await ctx.db.query("users").withIndex("by_access", (q) => q.eq("access", "guest")).collect();
    const count = all.filter((one) => one.gone === undefined).length;
    %s
  }
  await ctx.db.insert("users", { email: args.email, access: args.staff ? "staff" : "guest" });
} });
%s"""
PAGE = """
import { useMutation } from "convex/react";
import { api } from "../convex/_generated/api";
export function App() {
  const enter = useMutation(api.users.enter);
  const invite = useMutation(api.users.invite);
  if (location.hash) void invite({ email: "b" });
  return <button onClick={() => enter({ email: "a", staff: false, limit: 3 })}>Enter</button>;
}
"""
INVITE = """export const invite = mutation({ args: { email: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("users", { email: args.email, access: "guest" });
} });"""
FULL = 'if (count >= args.limit) throw new Error("full");'


def _severity(test: str, more: str = "") -> str:
    files = {"convex/schema.ts": SCHEMA, "convex/users.ts": USERS % (test, more), "src/App.tsx": PAGE}
    (result,) = lint_sources(files, Config(select=("count-by-collect",))).results
    return str(result.severity.value)


MOVE = """export const move = mutation({ args: { id: v.id("users") }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { access: "%s" });
} });"""


def test_no_more_rows_than_the_limit_lets_in() -> None:
    assert _severity(FULL) == "note"
    assert _severity(FULL, MOVE % "staff") == "note"


@pytest.mark.parametrize(
    ("test", "more"),
    [
        ("console.log(count);", ""),
        ('if (count >= 100000) throw new Error("full");', ""),
        ('if (count >= args.limit) console.log("full");', ""),
        (FULL, INVITE),
        (FULL, MOVE % "guest"),
    ],
)
def test_nothing_holds_the_rows_back(test: str, more: str) -> None:
    assert _severity(test, more) == "warning"
