"""When rules about conflicts warn, and when they only note: what the pages' marks do not show."""

from __future__ import annotations

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources

SCHEMA = """
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  caches: defineTable({ session: v.string() }).index("by_session", ["session"]),
  posts: defineTable({ views: v.number(), votes: v.number() }),
  ballots: defineTable({ post: v.id("posts"), user: v.string() }),
});
"""

CACHES = """
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { action, internalMutation, internalQuery } from "./_generated/server";
export const find = internalQuery({
  args: { session: v.string() },
  handler: async (ctx, args) =>
    await ctx.db.query("caches").withIndex("by_session", (q) => q.eq("session", args.session)).first(),
});
export const add = internalMutation({
  args: { session: v.string() },
  handler: async (ctx, args) => { await ctx.db.insert("caches", { session: args.session }); },
});
export const open = action({
  args: { session: v.string() },
  handler: async (ctx, args) => {
    const known = await ctx.runQuery(internal.caches.find, args);
    if (known === null) await ctx.runMutation(internal.caches.add, args);
  },
});
"""

CLICK = """
import { useAction } from "convex/react";
import { api } from "../convex/_generated/api";
export function Page() {
  const open = useAction(api.caches.open);
  return <button onClick={() => open({ session: "s" })}>Open</button>;
}
"""

APPEARS = """
import { useEffect } from "react";
import { useAction } from "convex/react";
import { api } from "../convex/_generated/api";
export function Page() {
  const open = useAction(api.caches.open);
  useEffect(() => { open({ session: "s" }); }, [open]);
  return null;
}
"""

VOTE = """
import { v } from "convex/values";
import { mutation } from "./_generated/server";
export const vote = mutation({
  args: { post: v.id("posts") },
  handler: async (ctx, args) => {
    const identity = await ctx.auth.getUserIdentity();
    const post = await ctx.db.get(args.post);
    if (identity === null || post === null) throw new Error("no");
    await ctx.db.insert("ballots", { post: args.post, user: identity.subject });
    await ctx.db.patch(args.post, { votes: post.votes + 1 });
  },
});
"""

VIEW = """
export const look = mutation({
  args: { post: v.id("posts") },
  handler: async (ctx, args) => {
    const post = await ctx.db.get(args.post);
    if (post !== null) await ctx.db.patch(args.post, { views: post.views + 1 });
  },
});
"""

LOOKS = """
import { useEffect } from "react";
import { useMutation } from "convex/react";
import { api } from "../convex/_generated/api";
export function Post({ id }) {
  const look = useMutation(api.posts.look);
  const vote = useMutation(api.posts.vote);
  useEffect(() => { look({ post: id }); }, [id]);
  return <button onClick={() => vote({ post: id })}>Vote</button>;
}
"""

ACTIONS = """
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { action, internalAction } from "./_generated/server";
export const send = internalAction({
  args: { to: v.string() },
  handler: async (ctx, args) => { await fetch("https://mail.example.com", { method: "POST", body: args.to }); },
});
export const one = action({
  args: { to: v.string() },
  handler: async (ctx, args) => { await ctx.runAction(internal.mail.send, args); },
});
"""

EACH = """
export const all = action({
  args: { to: v.array(v.string()) },
  handler: async (ctx, args) => {
    for (const to of args.to) await ctx.runAction(internal.mail.send, { to });
  },
});
"""

UNTIL = """
export const any = action({
  args: { to: v.array(v.string()) },
  handler: async (ctx, args) => {
    for (const to of args.to) {
      await ctx.runAction(internal.mail.send, { to });
      return to;
    }
  },
});
"""


IMPORTS = """
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { action, internalMutation } from "./_generated/server";
export const post = internalMutation({
  args: { old: v.optional(v.id("posts")) },
  handler: async (ctx, args) => args.old ?? (await ctx.db.insert("posts", { views: 0, votes: 0 })),
});
export const ballot = internalMutation({
  args: { post: v.id("posts"), user: v.string() },
  handler: async (ctx, args) => { await ctx.db.insert("ballots", args); },
});
export const known = internalMutation({
  args: { session: v.string() },
  handler: async (ctx, args) => {
    const row = await ctx.db.query("caches").withIndex("by_session", (q) => q.eq("session", args.session)).first();
    return row?._id ?? (await ctx.db.insert("caches", args));
  },
});
export const again = action({
  args: { users: v.array(v.string()) },
  handler: async (ctx, args) => {
    for (const user of args.users) {
      const post = await ctx.runMutation(internal.imports.post, {});
      await ctx.runMutation(internal.imports.ballot, { post, user });
    }
  },
});
export const found = action({
  args: { users: v.array(v.string()) },
  handler: async (ctx, args) => {
    for (const user of args.users) {
      const post = await ctx.runMutation(internal.imports.known, { session: user });
      await ctx.runMutation(internal.imports.ballot, { post, user });
    }
  },
});
export const once = action({
  args: { user: v.string() },
  handler: async (ctx, args) => {
    await fetch("https://example.com");
    const post = await ctx.runMutation(internal.imports.post, {});
    await ctx.runMutation(internal.imports.ballot, { post, user: args.user });
  },
});
"""


SENDS = """
import { useAction } from "convex/react";
import { api } from "../convex/_generated/api";
export function Send() {
  const all = useAction(api.mail.all);
  const any = useAction(api.mail.any);
  return <button onClick={() => all({ to: [] }).then(() => any({ to: [] }))}>Send</button>;
}
"""


BETWEEN = """
export const both = action({
  args: { user: v.string(), text: v.string() },
  handler: async (ctx, args) => {
    await fetch("https://example.com");
    const post = await ctx.runMutation(internal.imports.post, {});
    if (TEST) throw new Error("no");
    await ctx.runMutation(internal.imports.ballot, { post, user: args.user });
  },
});
"""

SWEEP = """
import { internal } from "./_generated/api";
import { internalMutation, mutation } from "./_generated/server";
import { v } from "convex/values";
export const add = mutation({ args: { session: v.string() }, handler: async (ctx, args) => {
  const all = await ctx.db.query("caches").collect();
  if (all.length < 9) await ctx.db.insert("ballots", { post: "p" as any, user: args.session });
} });
export const make = mutation({ args: {}, handler: async (ctx) => { await ctx.db.insert("caches", { session: "s" }); } });
export const note = internalMutation({ args: { id: v.id("caches"), at: v.string() }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { session: args.at });
} });
export const tick = internalMutation({
  args: {},
  handler: async (ctx) => {
    const one = await ctx.db.query("caches").first();
    if (one === null) throw new Error("none");
    TEST await ctx.runMutation(internal.sweep.note, { id: one._id, at: String(Date.now()) });
  },
});
"""

CRONS = """
import { cronJobs } from "convex/server";
import { internal } from "./_generated/api";
const crons = cronJobs();
crons.interval("tick", { seconds: 1 }, internal.sweep.tick, {});
export default crons;
"""

ADDS = """
import { useMutation } from "convex/react";
import { api } from "../convex/_generated/api";
export function Add() {
  const [add, make] = [useMutation(api.sweep.add), useMutation(api.sweep.make)];
  return <button onClick={() => add({ session: "s" }).then(() => make())}>Add</button>;
}
"""


def _severities(rule: str, files: dict[str, str]) -> dict[str, str]:
    report = lint_sources({"convex/schema.ts": SCHEMA, **files}, Config(select=(rule,)))
    assert not report.failures
    return {result.finding.key[0]: str(result.severity.value) for result in report.results}


def test_a_button_is_pressed_once_and_an_effect_runs_in_every_tab() -> None:
    pressed = _severities("split-transaction", {"convex/caches.ts": CACHES, "src/Page.tsx": CLICK})
    appears = _severities("split-transaction", {"convex/caches.ts": CACHES, "src/Page.tsx": APPEARS})
    assert pressed == {"caches:open": "note"}
    assert appears == {"caches:open": "warning"}


def test_a_vote_is_a_note_and_views_beside_it_are_what_is_to_be_moved() -> None:
    alone = _severities("shared-counter", {"convex/posts.ts": VOTE})
    beside = _severities("shared-counter", {"convex/posts.ts": VOTE + VIEW, "src/Post.tsx": LOOKS})
    assert alone == {"posts:vote": "note"}
    assert beside == {"posts:vote": "note", "posts:look": "warning"}


def test_an_action_is_run_for_each_row() -> None:
    assert _severities("same-runtime-action", {"convex/mail.ts": ACTIONS}) == {"mail:send": "note"}
    each, until = ACTIONS + EACH, ACTIONS + UNTIL
    called = {"src/P.ts": SENDS.replace("useAction(", "client.action(")}
    assert _severities("same-runtime-action", {"convex/mail.ts": each, **called}) == {"mail:send": "warning"}
    assert _severities("same-runtime-action", {"convex/mail.ts": until, **called}) == {"mail:send": "note"}
    assert _severities("same-runtime-action", {"convex/mail.ts": each, "src/P.tsx": SENDS}) == {"mail:send": "note"}
    assert _severities("same-runtime-action", {"convex/mail.ts": each}) == {"mail:send": "note"}


def test_a_page_appears_now_and_then() -> None:
    files = {"convex/mail.ts": ACTIONS, "src/P.tsx": SENDS.replace("onClick={() =>", "ref={() =>")}
    appears = files | {"src/Q.tsx": APPEARS.replace("caches.open", "mail.one")}
    assert _severities("same-runtime-action", appears) == {"mail:send": "note"}


def test_a_row_and_what_refers_to_it_are_made_for_each_of_a_list() -> None:
    assert _severities("sequential-run-calls", {"convex/imports.ts": IMPORTS}) == {
        "imports:again": "warning",
        "imports:found": "note",
        "imports:once": "note",
    }


def test_two_mutations_are_one_unless_an_error_of_its_own_comes_between() -> None:
    asks_of_it, own = (IMPORTS + BETWEEN.replace("TEST", test) for test in ("post === null", "args.text === ''"))
    assert "imports:both" in _severities("sequential-run-calls", {"convex/imports.ts": asks_of_it})
    assert "imports:both" not in _severities("sequential-run-calls", {"convex/imports.ts": own})


def test_what_leads_to_a_write_decides_how_often_it_is_made() -> None:
    def found(test: str) -> bool:
        files = {"convex/sweep.ts": SWEEP.replace("TEST", test), "convex/crons.ts": CRONS, "src/Add.tsx": ADDS}
        return bool(_severities("conflicting-mutations", files))

    assert found("")
    assert not found('if (one.session === "stale")')
