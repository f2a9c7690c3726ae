"""Conflicts and runs that matter in the course of use, and those that hardly ever come, or that the advice would not end."""

from __future__ import annotations

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources

SCHEMA = """
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  feeds: defineTable({ url: v.string() }).index("by_url", ["url"]),
  threads: defineTable({ name: v.string(), lastPostAt: v.number() })INDEX,
  posts: defineTable({ thread: v.id("threads"), text: v.string(), by: v.string() })
    .index("by_thread_and_author", ["thread", "by"]),
  notices: defineTable({ room: v.string(), readAt: v.optional(v.number()), text: v.string() })
    .index("by_room", ["room"])
    .index("by_room_unread", ["room", "readAt"]),
});
"""

MAIL = """
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { action, internalAction, internalQuery, mutation } from "./_generated/server";
export const send = internalAction({
  args: { to: v.string() },
  handler: async (ctx, args) => { await fetch("https://mail.example.com", { method: "POST", body: args.to }); },
});
export const due = internalQuery({ args: {}, handler: async (ctx) => await ctx.db.query("feeds").TAKEN });
export const all = internalAction({
  args: {},
  handler: async (ctx) => {
    const due = await ctx.runQuery(internal.mail.due, {});
    for (const feed of LISTED) await ctx.runAction(internal.mail.send, { to: feed.url });
  },
});
export const ask = mutation({ args: {}, handler: async (ctx) => { await ctx.scheduler.runAfter(0, internal.mail.all, {}); } });
"""

CRONS = """
import { cronJobs } from "convex/server";
import { internal } from "./_generated/api";
const crons = cronJobs();
crons.SCHEDULE, internal.mail.all, {});
export default crons;
"""

ASKS = """
import { useMutation } from "convex/react";
import { api } from "../convex/_generated/api";
export function Page() {
  const ask = useMutation(api.MODULE.ask);
  return <button onClick={() => ask()}>Ask</button>;
}
"""


def _severities(rule: str, files: dict[str, str], index: str = "") -> dict[str, str]:
    report = lint_sources({"convex/schema.ts": SCHEMA.replace("INDEX", index), **files}, Config(select=(rule,)))
    assert not report.failures
    return {result.finding.key[0]: str(result.severity.value) for result in report.results}


def _sent(listed: str = "due", taken: str = "collect()", **files: str) -> str:
    mail = MAIL.replace("LISTED", listed).replace("TAKEN", taken)
    sources = {
        name.replace("_", "/").replace("/tsx", ".tsx").replace("/ts", ".ts"): text for name, text in files.items()
    }
    return _severities("same-runtime-action", {"convex/mail.ts": mail, **sources})["mail:send"]


def test_what_only_a_daily_cron_starts_is_a_note() -> None:
    every_hour = CRONS.replace("SCHEDULE", 'interval("send", { hours: 1 }')
    every_day = CRONS.replace("SCHEDULE", 'daily("send", { hourUTC: 3, minuteUTC: 0 }')
    every_week = CRONS.replace("SCHEDULE", 'cron("send", "0 6 * * 1"')
    other = ASKS.replace("MODULE", "other")
    asks = ASKS.replace("MODULE", "mail")
    six_hours = CRONS.replace("SCHEDULE", 'interval("send", { hours: 6 }')
    quarters = CRONS.replace("SCHEDULE", 'cron("send", "*/15 * * * *"')
    assert _sent(convex_crons_ts=every_hour) == "warning"
    assert _sent(convex_crons_ts=quarters, src_Other_tsx=other) == "warning"
    assert _sent(convex_crons_ts=six_hours, src_Other_tsx=other) == "note"
    assert _sent(convex_crons_ts=every_day, src_Other_tsx=other) == "note"
    assert _sent(convex_crons_ts=every_week, src_Other_tsx=other) == "note"
    assert _sent(convex_crons_ts=every_week, src_Page_tsx=asks) == "warning"
    # a button of the settings, and a mutation that no client calls
    assert _sent(src_settings_Page_tsx=asks) == "note"
    assert _sent(src_Other_tsx=other) == "note"


def test_a_few_runs_in_a_row_are_a_note() -> None:
    asks = ASKS.replace("MODULE", "mail")
    assert _sent("due", "take(50)", src_Page_tsx=asks) == "warning"
    assert _sent("due", "take(5)", src_Page_tsx=asks) == "note"
    assert _sent("due.slice(0, 50)", src_Page_tsx=asks) == "warning"
    assert _sent("due.slice(0, 10)", src_Page_tsx=asks) == "note"


FEEDS = """
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { action, internalAction, internalMutation, internalQuery } from "./_generated/server";
export const find = internalQuery({
  args: { url: v.string() },
  handler: async (ctx, args) => await ctx.db.query("feeds").withIndex("by_url", (q) => q.eq("url", args.url)).first(),
});
export const add = internalMutation({
  args: { url: v.string() },
  handler: async (ctx, args) => { await ctx.db.insert("feeds", { url: args.url }); },
});
export const fetchAll = internalAction({
  args: { url: v.string() },
  handler: async (ctx, args) => {
    const known = await ctx.runQuery(internal.feeds.find, args);
    if (known === null) await ctx.runMutation(internal.feeds.add, args);
  },
});
export const ask = action({
  args: { url: v.string() },
  handler: async (ctx, args) => { await ctx.runAction(internal.feeds.fetchAll, args); },
});
"""


def test_a_cron_alone_meets_nobody_also_where_a_client_could_call() -> None:
    crons = CRONS.replace("SCHEDULE", 'interval("feeds", { minutes: 30 }').replace(
        "mail.all, {}", 'feeds.fetchAll, { url: "u" }'
    )
    uncalled = {"convex/feeds.ts": FEEDS, "convex/crons.ts": crons, "src/Other.tsx": ASKS.replace("MODULE", "other")}
    called = uncalled | {"src/Page.tsx": ASKS.replace("MODULE", "feeds")}
    assert _severities("split-transaction", uncalled) == {"feeds:fetchAll": "note"}
    assert _severities("split-transaction", called) == {"feeds:fetchAll": "warning"}


POST = """
import { v } from "convex/values";
import { mutation, query } from "./_generated/server";
export const get = query({ args: { id: v.id("threads") }, handler: async (ctx, args) => await ctx.db.get(args.id) });
export const newest = query({ args: {}, handler: async (ctx) => await ctx.db.query("threads").NEWEST.take(20) });
export const open = mutation({
  args: { id: v.id("threads"), by: v.string() },
  handler: async (ctx, args) => {
    FIRST
    await ctx.db.patch(args.id, { lastPostAt: Date.now() });
  },
});
"""

OPENS = """
import { useEffect } from "react";
import { useMutation, useQuery } from "convex/react";
import { api } from "../convex/_generated/api";
export function Thread({ id, by }) {
  const thread = useQuery(api.posts.get, { id });
  const newest = useQuery(api.posts.newest);
  const open = useMutation(api.posts.open);
  useEffect(() => { void open({ id, by }); }, [id, by, open]);
  return <p>{thread?.name}{newest?.length}</p>;
}
"""

INSERTS = 'await ctx.db.insert("posts", { thread: args.id, by: args.by, text: "hello" });'
ONCE = """
    const known = await ctx.db
      .query("posts")
      .withIndex("by_thread_and_author", (q) => q.eq("thread", args.id).eq("by", args.by))
      .first();
    if (known) return;
"""


def test_the_time_of_an_event_is_no_repetition() -> None:
    def found(first: str, newest: str = 'order("desc")', index: str = "") -> dict[str, str]:
        posts = POST.replace("FIRST", first).replace("NEWEST", newest)
        return _severities("needless-write", {"convex/posts.ts": posts, "src/Thread.tsx": OPENS}, index)

    assert found("") == {"posts:open": "note"}
    assert found(INSERTS) == {}
    assert found(f"if (args.by) {INSERTS}") == {"posts:open": "note"}
    assert found(f"{ONCE} if (args.by) {INSERTS}") == {"posts:open": "note"}
    assert found(ONCE + INSERTS) == {}
    by_time = '.index("by_last_post", ["lastPostAt"])'
    assert found("", 'withIndex("by_last_post").order("desc")', by_time) == {}


NOTICES = """
import { v } from "convex/values";
import { mutation } from "./_generated/server";
export const add = mutation({
  args: { room: v.string() },
  handler: async (ctx, args) => { await ctx.db.insert("notices", { room: args.room, text: "hello", SET }); },
});
export const clear = mutation({
  args: { room: v.string() },
  handler: async (ctx, args) => {
    const unread = await ctx.db
      .query("notices")
      .withIndex("by_room", (q) => q.eq("room", args.room))
      .filter((q) => q.eq(q.field("readAt"), undefined))
      .collect();
    for (const one of unread) await ctx.db.patch(one._id, { readAt: 1 });
  },
});
"""

CLEARS = """
import { useMutation } from "convex/react";
import { api } from "../convex/_generated/api";
export function Notices() {
  const [add, clear] = [useMutation(api.notices.add), useMutation(api.notices.clear)];
  return <button onClick={() => add({ room: "r" }).then(() => clear({ room: "r" }))}>Clear</button>;
}
"""


def test_rows_that_land_in_the_narrow_range_conflict_with_it_too() -> None:
    def found(given: str) -> bool:
        files = {"convex/notices.ts": NOTICES.replace("SET", given), "src/N.tsx": CLEARS}
        return bool(_severities("wide-read-before-write", files))

    assert found("readAt: 1")
    assert not found("")
    assert not found("readAt: undefined")
