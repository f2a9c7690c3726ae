"""`convex-lint indexes`: its table, its JSON, and a patch that git applies."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import jsonschema

from convex_lint.report.contract_indexes import IndexPlans
from convex_lint.report.json_schema import schema_of
from convex_lint.source import Source
from convex_lint.syntax.parser import parse
from tests.cli.app import run
from tests.trees import write

SCHEMA = """\
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  tasks: defineTable({ team: v.id("teams"), owner: v.id("users"), state: v.string(), title: v.string(),
    steps: v.optional(v.array(v.object({ text: v.string() }))) })
    .index("by_team", ["team"])
    .index("by_owner", ["owner"]) // whose
    .index("by_owner_and_state", ["owner", "state"])
    .index("by_title", ["title"]),
  teams: defineTable({ slug: v.string() }),
  users: defineTable({ email: v.string() }),
});
"""
TASKS = """\
import { v } from "convex/values";
import { mutation, query } from "./_generated/server";

export const add = mutation({
  args: { team: v.id("teams"), owner: v.id("users"), title: v.string() },
  handler: async (ctx, args) => {
    await ctx.db.insert("tasks", { ...args, state: "open" });
  },
});

export const addTeam = mutation({
  args: { slug: v.string() },
  handler: async (ctx, args) => await ctx.db.insert("teams", args),
});

export const teamBySlug = query({
  args: { slug: v.string() },
  handler: async (ctx, args) => await ctx.db.query("teams").filter((q) => q.eq(q.field("slug"), args.slug)).unique(),
});

export const size = query({
  args: { team: v.id("teams") },
  handler: async (ctx, args) => {
    const tasks = await ctx.db.query("tasks").withIndex("by_team", (q) => q.eq("team", args.team)).collect();
    return tasks.length;
  },
});

export const openIn = query({
  args: { team: v.id("teams"), owner: v.id("users") },
  handler: async (ctx, args) =>
    await ctx.db
      .query("tasks")
      .withIndex("by_team", (q) => q.eq("team", args.team))
      .filter((q) => q.eq(q.field("owner"), args.owner))
      .collect(),
});

export const mine = query({
  args: { owner: v.id("users") },
  handler: async (ctx, args) => {
    const tasks = await ctx.db.query("tasks").withIndex("by_owner", (q) => q.eq("owner", args.owner)).collect();
    return tasks.some((task) => task.state === "late");
  },
});

export const late = query({
  args: { owner: v.id("users") },
  handler: async (ctx, args) =>
    await ctx.db
      .query("tasks")
      .withIndex("by_owner_and_state", (q) => q.eq("owner", args.owner).eq("state", "late"))
      .first(),
});
"""


def app(folder: Path) -> Path:
    return write(folder, {"package.json": "{}", "convex/schema.ts": SCHEMA, "convex/tasks.ts": TASKS})


def test_the_table(tmp_path: Path) -> None:
    done = run("indexes", app(tmp_path))
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "tasks: 4 indexes, 2 after the changes"
    assert any(line.split()[-3:] == ["by_team_and_owner", "(to", "declare)"] for line in lines if "openIn" in line)
    assert '  ~ by_team -> .index("by_team_and_owner", ["team", "owner"])' in lines
    assert "  - by_owner: `by_owner_and_state` serves its readers" in lines
    assert "  - by_title: no read names it" in lines
    assert '  + .index("by_slug", ["slug"])' in lines
    assert lines[-1] == "3 tables: 1 to add, 1 to extend, 2 to drop."


def test_the_document(tmp_path: Path) -> None:
    document = json.loads(run("indexes", app(tmp_path), "--format", "json").stdout)
    jsonschema.Draft202012Validator(schema_of(IndexPlans)).validate(document)
    tasks, teams, users = document["tables"]
    assert [(read["function"], read["how"], read["index"]) for read in tasks["reads"]] == [
        ("tasks:size", "range", "by_team"),
        ("tasks:openIn", "missing", "by_team_and_owner"),
        ("tasks:mine", "ignored", "by_owner_and_state"),
        ("tasks:late", "range", "by_owner_and_state"),
    ]
    assert [change["replaces"] for change in tasks["extend"]] == ["by_team"]
    assert [(drop["name"], drop["servedBy"]) for drop in tasks["drop"]] == [
        ("by_owner", "by_owner_and_state"),
        ("by_title", None),
    ]
    assert teams["add"] == [
        {"name": "by_slug", "fields": ["slug"], "replaces": None, "declaration": '.index("by_slug", ["slug"])'}
    ]
    assert (users["reads"], users["add"], users["fewest"]) == ([], [], 0)


def test_the_patch_applies_and_leaves_nothing_to_extend_or_drop(tmp_path: Path) -> None:
    app(tmp_path)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    patch = run("indexes", tmp_path / "convex", "--patch").stdout
    assert patch == run("indexes", tmp_path, "--format", "patch").stdout
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch, text=True, check=True)
    schema, tasks = ((tmp_path / "convex" / name).read_text() for name in ("schema.ts", "tasks.ts"))
    assert (
        """\
    .index("by_team_and_owner", ["team", "owner"])
    .index("by_owner_and_state", ["owner", "state"]),
  teams: defineTable({ slug: v.string() })
    .index("by_slug", ["slug"]),
"""
        in schema
    )
    assert 'by_team"' not in tasks
    assert tasks.count('withIndex("by_team_and_owner", (q) => q.eq("team", args.team))') == 2
    assert 'withIndex("by_owner_and_state", (q) => q.eq("owner", args.owner))' in tasks
    assert parse(Source("schema.ts", schema.encode())).issues == ()
    again = json.loads(run("indexes", tmp_path, "--format", "json").stdout)["tables"]
    assert [table[part] for table in again for part in ("add", "extend", "drop") if table[part]] == []
    assert [read["how"] for read in again[0]["reads"]] == ["range", "ignored", "ignored", "range"]


def test_an_index_that_is_named_elsewhere_keeps_its_name(tmp_path: Path) -> None:
    named = TASKS.replace(
        'withIndex("by_team", (q) => q.eq("team", args.team)).collect()',
        'withIndex(INDEX, (q) => q.eq("team", args.team)).collect()',
    )
    assert named != TASKS
    write(
        tmp_path,
        {"package.json": "{}", "convex/schema.ts": SCHEMA, "convex/tasks.ts": f'const INDEX = "by_team";\n{named}'},
    )
    patch = run("indexes", tmp_path, "--patch").stdout
    assert '+    .index("by_team", ["team", "owner"])' in patch.splitlines()
    assert "by_team_and_owner" not in patch


def test_windows_lines_other_quotes_and_no_last_line_feed(tmp_path: Path) -> None:
    schema = SCHEMA.replace('"', "'").replace("\n", "\r\n").rstrip()
    write(tmp_path, {"package.json": "{}", "convex/tasks.ts": TASKS})
    (tmp_path / "convex" / "schema.ts").write_bytes(schema.encode())
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    patch = run("indexes", tmp_path, "--patch").stdout_bytes
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch, check=True)
    changed = (tmp_path / "convex" / "schema.ts").read_bytes().decode()
    assert "    .index('by_team_and_owner', ['team', 'owner'])\r\n" in changed
    assert "\n    .index('by_slug', ['slug']),\r\n" in changed
    assert not changed.endswith("\n")


def test_nothing_to_change(tmp_path: Path) -> None:
    schema = SCHEMA.replace('["owner"])', '["owner", "title"])')
    write(tmp_path, {"package.json": "{}", "convex/schema.ts": schema})
    assert run("indexes", tmp_path).stdout == "3 tables: nothing to change.\n"
    done = run("indexes", tmp_path, "--patch")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "nothing to change" in done.stderr


def test_an_index_for_the_newest_first_is_not_dropped_again(tmp_path: Path) -> None:
    newest = """\
export const newest = query({
  args: { owner: v.id("users") },
  handler: async (ctx, args) =>
    await ctx.db.query("tasks").filter((q) => q.eq(q.field("owner"), args.owner)).order("desc").take(20),
});
"""
    schema = SCHEMA.replace('    .index("by_owner", ["owner"]) // whose\n', "").replace(
        '    .index("by_title", ["title"])', ""
    )
    tasks = TASKS[: TASKS.index("export const mine")] + newest + TASKS[TASKS.index("export const late") :]
    write(tmp_path, {"package.json": "{}", "convex/schema.ts": schema, "convex/tasks.ts": tasks})
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    patch = run("indexes", tmp_path, "--patch").stdout
    assert '.index("by_owner", ["owner"])' in patch, "by_owner_and_state has the rows in the order of their state"
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch, text=True, check=True)
    assert run("indexes", tmp_path).stdout.splitlines()[-1] == "3 tables: nothing to change."


def test_a_seed_gets_no_index_and_a_better_choice_is_named(tmp_path: Path) -> None:
    schema = """
    import { defineSchema, defineTable } from "convex/server";
    import { v } from "convex/values";
    export default defineSchema({
      marks: defineTable({ user: v.string(), page: v.string(), note: v.string() })
        .index("by_user", ["user"])
        .index("by_page", ["page"])
        .index("by_user_and_page", ["user", "page"]),
    });
    """
    marks = """
    import { v } from "convex/values";
    import { internalMutation, mutation, query } from "./_generated/server";
    export const add = mutation({
      args: { user: v.string(), page: v.string(), note: v.string() },
      handler: async (ctx, args) => await ctx.db.insert("marks", args),
    });
    export const seedMarks = internalMutation({
      args: { note: v.string() },
      handler: async (ctx, args) => await ctx.db.query("marks").filter((q) => q.eq(q.field("note"), args.note)).first(),
    });
    export const mine = query({
      args: { user: v.string() },
      handler: async (ctx, args) => await ctx.db.query("marks").withIndex("by_user", (q) => q.eq("user", args.user)).take(9),
    });
    export const on = query({
      args: { page: v.string() },
      handler: async (ctx, args) => {
        const marks = await ctx.db.query("marks").withIndex("by_page", (q) => q.eq("page", args.page)).collect();
        return marks.length;
      },
    });
    export const one = query({
      args: { user: v.string(), page: v.string() },
      handler: async (ctx, args) =>
        await ctx.db
          .query("marks")
          .withIndex("by_user_and_page", (q) => q.eq("user", args.user).eq("page", args.page))
          .unique(),
    });
    """
    folder = write(tmp_path, {"package.json": "{}", "convex/schema.ts": schema, "convex/marks.ts": marks})
    lines = run("indexes", folder).stdout.splitlines()
    assert lines[0] == "marks: 3 indexes"
    assert "  2 indexes would do for all reads: [page, user], [user]" in lines
    assert lines[-1] == "1 table: nothing to change."
