"""The bench over a history of defects: what counts as found, what as gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import ROOT

HEADING = "repo\tbefore_commit\tfix_commit\tfile\tfunction\tline\ttable\trule\tdecidable\tgone\treason"
SCHEMA = """
import {{ defineSchema, defineTable }} from "convex/server";
import {{ v }} from "convex/values";
export default defineSchema({{
  messages: defineTable({{ channel: v.string(), text: v.string() }}){index},
}});
"""
MESSAGES = """
import { v } from "convex/values";
import { mutation, query } from "./_generated/server";
export const list = query({
  args: { channel: v.string() },
  handler: async (ctx, args) => await ofChannel(ctx, args.channel),
});
export const all = query({ args: {}, handler: async (ctx) => await ctx.db.query("messages").collect() });
export const send = mutation({
  args: { channel: v.string(), text: v.string() },
  handler: async (ctx, args) => { await ctx.db.insert("messages", args); },
});
async function ofChannel(ctx, channel) {
  return await ctx.db.query("messages").RANGE;
}
"""
LATE = 'filter((q) => q.eq(q.field("channel"), channel)).collect()'
EARLY = 'withIndex("by_channel", (q) => q.eq("channel", channel)).collect()'


def git(*arguments: str, cwd: Path) -> str:
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    done = subprocess.run(["git", *who, *arguments], cwd=cwd, env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A folder of clones, the commit with the defect and the one without."""
    folder = tmp_path_factory.mktemp("clones")
    work = tmp_path_factory.mktemp("work")
    git("init", "-q", cwd=work)
    commits = []
    for index, how in (("", LATE), ('.index("by_channel", ["channel"])', EARLY)):
        (work / "convex").mkdir(exist_ok=True)
        (work / "convex/schema.ts").write_text(SCHEMA.format(index=index))
        (work / "convex/messages.ts").write_text(MESSAGES.replace("RANGE", how))
        git("add", ".", cwd=work)
        git("commit", "-qm", "x", cwd=work)
        commits.append(git("rev-parse", "HEAD", cwd=work))
    git("clone", "-q", "--bare", str(work), str(folder / "one__chat"), cwd=work)
    return folder, commits[0], commits[1]


def ask(folder: Path, rows: list[str], out: Path) -> list[dict[str, object]]:
    # The acceptances of the real history name its rows, so the small one runs beside an empty list of them.
    bench = out / "bench"
    bench.mkdir()
    for name in ("fixes.py", "history.py", "snapshots.py", "verdicts.py"):
        (bench / name).write_text((ROOT / "bench" / name).read_text("utf-8"))
    (bench / "acceptances.toml").write_text("row = []\n")
    (out / "rows.tsv").write_text("\n".join([HEADING, *rows]) + "\n")
    options = ("--rows", out / "rows.tsv", "--json", out / "out.json")
    subprocess.run([sys.executable, bench / "fixes.py", folder, *options], check=True, capture_output=True, timeout=120)
    verdicts: list[dict[str, object]] = json.loads((out / "out.json").read_text())
    return verdicts


def test_a_defect_is_found_in_the_helper_and_gone_at_the_fix(clone: tuple[Path, str, str], tmp_path: Path) -> None:
    folder, before, fix = clone

    def row(function: str, rule: str, gone: str = "yes", decidable: str = "yes") -> str:
        place = ("one/chat", before, fix, "convex/messages.ts", function, "15", "messages")
        return "\t".join((*place, rule, decidable, gone, "why"))

    verdicts = ask(
        folder,
        [
            row("messages:list", "missing-index"),  # it stands in the helper that `list` calls
            row("ofChannel", "missing-index"),
            row("messages:list", "sort-in-memory"),  # said by the more specific rule
            row("messages:all", "missing-index"),  # another function's
            row("messages:all", "unbounded-read"),  # not mended
            row("messages:list", "missing-index", decidable="figures"),
            row("messages:list", "-"),
            row("messages:list", "public-reference"),  # another family
        ],
        tmp_path,
    )
    said = [(verdict["way"], verdict["gone"]) for verdict in verdicts]
    assert said == [
        ("the row's rule", "yes"),
        ("the row's rule", "yes"),
        ("precedence", "yes"),
        ("", "-"),
        ("the row's rule", "no"),
    ]
    assert "seen: query messages by_creation_time collect" in str(verdicts[3]["diagnosis"])
