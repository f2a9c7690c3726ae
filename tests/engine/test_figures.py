"""Figures of convex-lint.toml in a run: findings quantify, and names that do not exist are noticed."""

from __future__ import annotations

from pathlib import Path

from convex_lint.engine.config import Config, load_config
from convex_lint.engine.lint import lint_sources
from convex_lint.engine.report import Report

APP = {
    "convex/schema.ts": """
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  messages: defineTable({ channelId: v.id("channels"), body: v.string() }).index("by_channel", ["channelId"]),
  channels: defineTable({ name: v.string() }),
});
""",
    "convex/messages.ts": """
import { v } from "convex/values";
import { mutation, query } from "./_generated/server";
export const send = mutation({
  args: { channelId: v.id("channels"), body: v.string() },
  handler: async (ctx, args) => { await ctx.db.insert("messages", args); },
});
export const list = query({
  args: { channelId: v.id("channels") },
  handler: async (ctx, args) =>
    await ctx.db.query("messages").withIndex("by_channel", (q) => q.eq("channelId", args.channelId)).collect(),
});
export const all = query({ args: {}, handler: async (ctx) => await ctx.db.query("messages").collect() });
""",
}


def run(folder: Path, text: str) -> Report:
    file = folder / "convex-lint.toml"
    file.write_text('select = ["unbounded-read"]\n' + text, "utf-8")
    return lint_sources(APP, load_config(file))


def said(report: Report) -> dict[str, tuple[str, str]]:
    return {r.finding.function: (r.severity.value, r.finding.help) for r in report.results}


def test_without_figures_no_finding_has_figures() -> None:
    found = said(lint_sources(APP, Config(select=("unbounded-read",))))
    assert found["messages:list"][0] == "note"
    assert found["messages:all"][0] == "warning"
    assert not any("figures" in help for _, help in found.values())


def test_findings_quantify(tmp_path: Path) -> None:
    text = """
[tables.messages]
rows = 2_000_000
bytes = 900
fanout = { channelId = 40_000 }
[functions."messages:list"]
per_minute = 60
"""
    report = run(tmp_path, text)
    found = said(report)
    assert report.notices == ()
    assert found["messages:list"][0] == "warning", "40,000 rows of one channel are many"
    assert (
        "it reads 40,000 documents and 36 MB a call, 2.1 times what one call may read; at the 60 calls a minute of "
        "`messages:list` that is 2,400,000 documents and 2.16 GB a minute." in found["messages:list"][1]
    )
    assert (
        "it reads 2,000,000 documents and 1.8 GB a call, 107 times what one call may read." in found["messages:all"][1]
    )


def test_small_figures_silence(tmp_path: Path) -> None:
    assert set(said(run(tmp_path, "[tables.messages.fanout]\nchannelId = 40\n"))) == {"messages:all"}
    assert said(run(tmp_path, "[tables.messages]\nrows = 400\n")) == {}


def test_names_that_do_not_exist_are_noticed_with_the_nearest(tmp_path: Path) -> None:
    text = """
[tables.mesages]
rows = 3
[tables.messages.fanout]
chanelId = 3
[functions."messages:lst"]
per_minute = 3
"""
    notices = {(notice.message, notice.help) for notice in run(tmp_path, text).notices}
    begin = "convex-lint.toml:{} has figures for what does not exist: "
    assert notices == {
        (begin.format(3) + "no project has a table `mesages`.", "Did you mean `messages`?"),
        (begin.format(6) + "the table `messages` has no field `chanelId`.", "Did you mean `channelId`?"),
        (begin.format(7) + "no project has a function `messages:lst`.", "Did you mean `messages:list`?"),
    }
