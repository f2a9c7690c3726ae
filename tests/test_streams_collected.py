"""A stream whose pieces are collected before each write, and an action that runs when people come back from signing in."""

from __future__ import annotations

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources

SCHEMA = """
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  threads: defineTable({ title: v.string() }),
  messages: defineTable({ threadId: v.id("threads"), text: v.string() }).index("by_thread", ["threadId"]),
});
"""

MESSAGES = """
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalAction, internalMutation, mutation, query } from "./_generated/server";
export const list = query({
  args: { threadId: v.id("threads") },
  handler: async (ctx, args) =>
    await ctx.db.query("messages").withIndex("by_thread", (q) => q.eq("threadId", args.threadId)).collect(),
});
export const send = mutation({
  args: { threadId: v.id("threads"), text: v.string() },
  handler: async (ctx, args) => {
    await ctx.db.insert("messages", args);
    const id = await ctx.db.insert("messages", { threadId: args.threadId, text: "" });
    await ctx.scheduler.runAfter(0, internal.messages.answer, { id });
  },
});
export const write = internalMutation({
  args: { id: v.id("messages"), text: v.string() },
  handler: async (ctx, args) => await ctx.db.patch(args.id, { text: args.text }),
});
export const answer = internalAction({
  args: { id: v.id("messages") },
  handler: async (ctx, args) => {
    const response = await fetch("https://example.com/answer");
    let text = "";
    let flushedAt = 0;
    for await (const piece of response.body!) {
      text += new TextDecoder().decode(piece);
      BEFORE
      flushedAt = Date.now();
      await ctx.runMutation(internal.messages.write, { id: args.id, text });
    }
    await ctx.runMutation(internal.messages.write, { id: args.id, text });
  },
});
"""

THREAD = """
import { useQuery } from "convex/react";
import { api } from "../convex/_generated/api";
export function Thread({ id }) {
  const messages = useQuery(api.messages.list, { threadId: id });
  return <ul>{messages?.map((message) => <li key={message._id}>{message.text}</li>)}</ul>;
}
"""

CALENDARS = """
import { v } from "convex/values";
import { api, internal } from "./_generated/api";
import { action, internalAction } from "./_generated/server";
export const watch = internalAction({
  args: { id: v.string() },
  handler: async (ctx, args) => { await fetch("https://calendar.example.com/watch", { method: "POST", body: args.id }); },
});
export const connect = action({
  args: { code: v.string() },
  handler: async (ctx, args) => {
    const response = await fetch(`https://calendar.example.com/calendars?code=${args.code}`);
    for (const id of await response.json()) await ctx.runAction(internal.calendars.watch, { id });
  },
});
"""

CALLBACK = """
import { useEffect } from "react";
import { useAction } from "convex/react";
import { api } from "../convex/_generated/api";
export function NAME({ code }) {
  const connect = useAction(api.calendars.connect);
  useEffect(() => { void connect({ code }); }, [code]);
  return <p>One moment</p>;
}
"""


def _severity(rule: str, files: dict[str, str]) -> str:
    report = lint_sources({"convex/schema.ts": SCHEMA, **files}, Config(select=(rule,)))
    (result,) = report.results
    return str(result.severity.value)


def test_pieces_that_are_collected_for_some_time_are_a_note() -> None:
    def told(before: str) -> str:
        files = {"convex/messages.ts": MESSAGES.replace("BEFORE", before), "src/Thread.tsx": THREAD}
        return _severity("churning-subscription", files)

    assert told("") == "warning"
    assert told("if (Date.now() - flushedAt < 80) continue;") == "note"


def test_what_comes_with_the_first_piece_is_written_once() -> None:
    def told(guard: str) -> list[str]:
        answer = MESSAGES.replace("BEFORE", "").replace(
            "      flushedAt = Date.now();\n      await ctx.run", f"      {guard} await ctx.run"
        )
        first = answer.replace("text });\n    }", "text }); }\n    }", 1)
        files = {"convex/schema.ts": SCHEMA, "convex/messages.ts": first, "src/Thread.tsx": THREAD}
        return [one.rule for one in lint_sources(files, Config(select=("churning-subscription",))).results]

    assert told("if (piece) {") == ["churning-subscription"]
    assert told("if (!flushedAt && piece) { flushedAt = Date.now();") == []
    assert told("if (flushedAt === 0) { flushedAt = 1;") == []
    assert told("if (flushedAt) { flushedAt = 0; } if (!flushedAt) { flushedAt = 1;") == ["churning-subscription"]


def test_people_come_back_from_signing_in_now_and_then() -> None:
    def told(name: str) -> str:
        files = {"convex/calendars.ts": CALENDARS, f"src/{name}.tsx": CALLBACK.replace("NAME", name)}
        return _severity("same-runtime-action", files)

    assert told("Calendars") == "warning"
    assert told("CalendarCallback") == "note"
