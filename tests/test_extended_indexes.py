"""An index is extended only where those that read with it can go on as they do."""

from __future__ import annotations

import pytest

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources
from tests.quiet.pair import HEAD, PAGE

SCHEMA = """
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  messages: defineTable({ channel: v.id("channels"), kind: v.string(), slug: v.string(), read: v.boolean() })
    .index("by_channel_read", ["channel", "read"]).index("by_channel", ["channel", "kind"]),
  channels: defineTable({ name: v.string() }),
});
"""
APP = """
export const send = mutation({
  args: { channel: v.id("channels"), kind: v.string(), slug: v.string() },
  handler: async (ctx, args) => { await ctx.db.insert("messages", { ...args, read: false }); },
});
export const find = query({
  args: { channel: v.id("channels"), kind: v.string(), slug: v.string() },
  handler: async (ctx, args) => await ctx.db.query("messages")
    .withIndex("by_channel_read", (q) => q.eq("channel", args.channel).eq("read", false))
    .filter((q) => q.and(q.eq(q.field("kind"), args.kind), q.eq(q.field("slug"), args.slug)))
    .unique(),
});
export const latest = query({
  args: { channel: v.id("channels"), kind: v.string(), since: v.number() },
  handler: async (ctx, args) => {
    const found = await ctx.db.query("messages")
      .withIndex("by_channel", (q) => q.eq("channel", args.channel).eq("kind", args.kind)BOUND).collect();
    return found.filter((message) => message.read).length;
  },
});
"""
OPEN = """export default function Page() {
  const send = useMutation(api.app.send);
  useQuery(api.app.latest, { channel, kind, since });
  return <button onClick={() => send({ channel, kind, slug })}>{useQuery(api.app.find, { channel, kind, slug })}</button>;
}"""


@pytest.mark.parametrize(("bound", "extended"), [("", True), ('.gt("_creationTime", args.since)', False)])
def test_a_range_that_ends_in_the_time_of_creation_keeps_its_index(bound: str, extended: bool) -> None:
    files = {
        "convex/schema.ts": SCHEMA,
        "convex/app.ts": HEAD + APP.replace("BOUND", bound),
        "src/Page.tsx": PAGE + OPEN,
    }
    report = lint_sources(files, Config(select=("missing-index",)))
    assert not report.failures
    (told,) = (result.finding.help for result in report.results if result.finding.function == "app:find")
    assert ("Extend `by_channel`" in told) is extended
