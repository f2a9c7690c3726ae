"""Queues of work: who asks decides whether workers meet, and what the rows are for decides what helps."""

from __future__ import annotations

import pytest

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources
from convex_lint.rule import Finding, Severity

SCHEMA = """
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  jobs: defineTable({ state: v.union(v.literal("queued"), v.literal("running")), step: v.string(), priority: v.number() }).index("by_state", ["state"MORE]),
});
"""

JOBS = """
import { mutation } from "./_generated/server";
export const add = mutation({
  args: {},
  handler: async (ctx) => {
    await ctx.db.insert("jobs", { state: "queued", step: "build", priority: 1 });
    SECOND
  },
});
export const claim = mutation({
  args: {},
  handler: async (ctx) => {
    const job = await ctx.db.query("jobs").withIndex("by_state", (q) => q.eq("state", "queued")).first();
    if (job !== null) await ctx.db.patch(job._id, { state: "running" });
    return job;
  },
});
"""

TESTS = 'await ctx.db.insert("jobs", { state: "queued", step: "test", priority: 2 });'

ADDS = """
import { useMutation } from "convex/react";
import { api } from "../convex/_generated/api";
export function Add() {
  const add = useMutation(api.jobs.add);
  return <button onClick={() => add()}>Add</button>;
}
"""

WORKS = """
import { ConvexHttpClient } from "convex/browser";
import { api } from "../convex/_generated/api";
const client = new ConvexHttpClient("https://example.convex.cloud");
export async function POST() {
  return await client.mutation(api.jobs.claim, {});
}
"""


def _found(clients: dict[str, str], second: str = "", more: str = "") -> list[tuple[Severity, Finding]]:
    files = {"convex/schema.ts": SCHEMA.replace("MORE", more), "convex/jobs.ts": JOBS.replace("SECOND", second)}
    report = lint_sources(files | clients, Config(select=("contended-queue",)))
    assert not report.failures
    return [(result.severity, result.finding) for result in report.results]


def test_who_asks_for_work() -> None:
    both = {"src/Add.tsx": ADDS, "src/work.ts": WORKS}
    assert [severity for severity, _ in _found(both)] == [Severity.WARNING]
    assert _found({"src/Add.tsx": ADDS}) == []
    ((severity, finding),) = _found({})
    assert severity is Severity.NOTE
    assert "How many ask" in finding.help


@pytest.mark.parametrize(("second", "more"), [(TESTS, ""), ("", ', "priority"')])
def test_rows_in_order_are_not_picked_at_random(second: str, more: str) -> None:
    ((_, finding),) = _found({"src/work.ts": WORKS}, second, more)
    assert "random" not in finding.help
    assert "maxParallelism" in finding.help
    ((_, free),) = _found({"src/work.ts": WORKS})
    assert "at random" in free.help
