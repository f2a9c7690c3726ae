"""Conflicts that the advice would leave, that hurt nobody, or that come one at a time: notes rather than warnings."""

from __future__ import annotations

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources

SCHEMA = """
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  workspaces: defineTable({ name: v.string(), memberCount: v.number() }),
  members: defineTable({ workspace: v.id("workspaces"), user: v.string(), role: v.string() })
    .index("by_workspace", ["workspace"])
    .index("by_workspace_and_user", ["workspace", "user"]),
  walkers: defineTable({ name: v.string(), x: v.number(), seenAt: v.number() }),
  ticks: defineTable({ at: v.number() }),
  numbers: defineTable({ a: v.number() }),
});
"""

TEAM = """
import { v } from "convex/values";
import { mutation } from "./_generated/server";
export const join = mutation({
  args: { workspace: v.id("workspaces"), user: v.string() },
  handler: async (ctx, args) => {
    const workspace = await ctx.db.get(args.workspace);
    if (workspace === null) throw new Error("none");
    FIRST
    await ctx.db.insert("members", { workspace: args.workspace, user: args.user, role: "member" });
    await ctx.db.patch(args.workspace, { memberCount: workspace.memberCount + 1 });
  },
});
"""

ROLE = """
    const membership = await ctx.db
      .query("members")
      .withIndex("by_workspace_and_user", (q) => q.eq("workspace", args.workspace).eq("user", "me"))
      .first();
    if (membership === null || membership.role !== "admin") throw new Error("only admins");
"""
WHOLE = """
    const all = await ctx.db.query("members").withIndex("by_workspace", (q) => q.eq("workspace", args.workspace)).collect();
    if (!all.some((one) => one.role === "admin")) throw new Error("nobody manages it");
"""

JOINS = """
import { useMutation } from "convex/react";
import { useEffect } from "react";
import { api } from "../convex/_generated/api";
export function Join({ id, user }) {
  const join = useMutation(api.team.join);
  HOW
}
"""


def _severities(rule: str, files: dict[str, str]) -> dict[str, str]:
    report = lint_sources({"convex/schema.ts": SCHEMA, **files}, Config(select=(rule,)))
    assert not report.failures
    return {result.finding.key[0]: str(result.severity.value) for result in report.results}


def test_what_admins_of_a_team_do_and_what_reads_all_its_members_gains_nothing_by_shards() -> None:
    opens = "useEffect(() => { join({ workspace: id, user }); }, [id]); return null;"

    def found(first: str, how: str = opens) -> dict[str, str]:
        files = {"convex/team.ts": TEAM.replace("FIRST", first), "src/Join.tsx": JOINS.replace("HOW", how)}
        return _severities("shared-counter", files)

    assert found("") == {"team:join": "warning"}
    assert found("", "return <button onClick={() => join({ workspace: id, user })}>Join</button>;") == {
        "team:join": "note"
    }, "people join a team now and then"
    assert found(ROLE) == {"team:join": "note"}
    assert found(WHOLE) == {"team:join": "note"}


LOOP = """
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalMutation, mutation } from "./_generated/server";
export const start = mutation({
  args: {},
  handler: async (ctx) => { await ctx.scheduler.runAfter(0, internal.world.tick, {}); },
});
export const enter = mutation({
  args: { name: v.string() },
  handler: async (ctx, args) => await ctx.db.insert("walkers", { name: args.name, x: 0, seenAt: 0 }),
});
export const tick = internalMutation({
  args: {},
  handler: async (ctx) => {
    const walkers = await ctx.db.query("walkers").collect();
    WRITES
    await ctx.scheduler.runAfter(500, internal.world.tick, {});
  },
});
export const move = mutation({
  args: { id: v.id("walkers"), x: v.number() },
  handler: async (ctx, args) => {
    const walker = await ctx.db.get(args.id);
    if (walker === null) throw new Error("gone");
    await ctx.db.patch(args.id, { x: args.x });
  },
});
"""

MOVES = """
import { useMutation } from "convex/react";
import { api } from "../convex/_generated/api";
export function World({ id }) {
  const start = useMutation(api.world.start);
  const enter = useMutation(api.world.enter);
  const move = useMutation(api.world.move);
  return (
    <div onMouseMove={(e) => move({ id, x: e.clientX })} onClick={() => start().then(() => enter({ name: "n" }))} />
  );
}
"""


def test_a_loop_that_alone_has_to_start_over_is_a_note() -> None:
    def found(writes: str) -> dict[str, str]:
        files = {"convex/world.ts": LOOP.replace("WRITES", writes), "src/World.tsx": MOVES}
        return _severities("conflicting-mutations", files)

    assert found('await ctx.db.insert("ticks", { at: walkers.length });') == {"world:tick": "note"}
    both = "for (const one of walkers) await ctx.db.patch(one._id, { seenAt: Date.now() });"
    assert found(both) == {"world:tick": "warning"}


NUMBERS = """
import { v } from "convex/values";
import { mutation } from "./_generated/server";
export const update = mutation({
  args: { a: v.number() },
  handler: async (ctx, { a }) => {
    const one = await ctx.db.query("numbers").first();
    if (one === null) throw new Error("none");
    await ctx.db.patch(one._id, { a });
  },
});
"""

TYPES = """
import { useConvex } from "convex/react";
import { api } from "../convex/_generated/api";
let inFlight = false;
export function Numbers() {
  const convex = useConvex();
  async function publish(a: number) {
    if (inFlight) return;
    inFlight = true;
    await convex.mutation(api.numbers.update, { a });
    inFlight = false;
  }
  return <input onChange={(e) => publish(e.target.valueAsNumber)} />;
}
"""


def test_a_client_that_waits_for_its_last_call_is_no_strong_sign() -> None:
    def found(client: str) -> dict[str, str]:
        return _severities("hot-document", {"convex/numbers.ts": NUMBERS, "src/Numbers.tsx": client})

    assert found(TYPES.replace("if (inFlight) return;", "")) == {"numbers:update": "warning"}
    assert found(TYPES) == {"numbers:update": "note"}


RUNS = """
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { action, internalMutation } from "./_generated/server";
export const check = internalMutation({
  args: { id: v.id("numbers") },
  handler: async (ctx, args) => { if ((await ctx.db.get(args.id)) === null) throw new Error("none"); },
});
export const set = internalMutation({
  args: { id: v.id("numbers") },
  handler: async (ctx, args) => { await ctx.db.patch(args.id, { a: 1 }); },
});
export const run = action({
  args: { id: v.id("numbers") },
  handler: async (ctx, args) => {
    await fetch("https://example.com");
    await ctx.runMutation(internal.runs.FIRST, args);
    await ctx.runMutation(internal.runs.set, args);
  },
});
"""


def test_a_mutation_that_writes_nothing_leaves_nothing_behind() -> None:
    def advice(first: str) -> str:
        files = {"convex/schema.ts": SCHEMA, "convex/runs.ts": RUNS.replace("FIRST", first)}
        report = lint_sources(files, Config(select=("sequential-run-calls",)))
        return report.results[0].finding.help

    assert "the earlier ones stay" in advice("set")
    assert "may have changed when the last one writes" in advice("check")


def test_rows_that_are_only_looked_up_are_read_by_their_ids() -> None:
    def advice(writes: str) -> str:
        files = {"convex/schema.ts": SCHEMA, "convex/world.ts": LOOP.replace("WRITES", writes), "src/World.tsx": MOVES}
        report = lint_sources(files, Config(select=("conflicting-mutations",)))
        return report.results[0].finding.help

    looked_up = "const byId = new Map(walkers.map((one) => [String(one._id), one])); console.log(byId.get('a')?.name);"
    assert "with `ctx.db.get`" in advice(looked_up)
    assert "with `ctx.db.get`" not in advice(f"{looked_up} console.log(walkers.length);")


BUMP = """
export async function bump(ctx: any) {
  const one = await ctx.db.query("numbers").first();
  if (one === null) throw new Error("none");
  await ctx.db.patch(one._id, { a: one.a + 1 });
}
"""

CALLER = """
import { bump } from "./bump";
import { KIND } from "./_generated/server";
export const run = KIND({ args: {}, handler: async (ctx) => { await bump(ctx); } });
"""


def test_what_clients_call_is_named_first_and_what_fills_a_database_last() -> None:
    files = {
        "convex/schema.ts": SCHEMA,
        "convex/bump.ts": BUMP,
        "convex/devSeed.ts": CALLER.replace("KIND", "mutation"),
        "convex/jobs.ts": CALLER.replace("KIND", "internalMutation"),
        "convex/zoo.ts": CALLER.replace("KIND", "mutation"),
    }
    report = lint_sources(files, Config(select=("shared-counter",)))
    assert "Reached from `zoo:run`, `jobs:run`, `devSeed:run`." in report.results[0].finding.help


def test_what_shows_how_something_is_done_is_a_note() -> None:
    def found(module: str) -> list[str]:
        run = CALLER.replace("./bump", f"./{module}").replace("KIND", "mutation")
        report = lint_sources(
            {"convex/schema.ts": SCHEMA, f"convex/{module}.ts": BUMP, "convex/jobs.ts": run},
            Config(select=("shared-counter",)),
        )
        return [str(result.severity.value) for result in report.results]

    assert found("bump") == ["warning"]
    assert found("bumpExample") == ["note"]
