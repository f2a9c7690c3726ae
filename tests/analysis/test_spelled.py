"""Functions that programs call by their names in text."""

from __future__ import annotations

import pytest

from convex_lint.analysis.spelled import spelled_out
from convex_lint.engine.lint import lint_sources

BACKEND = """\
import { query, internalQuery } from "./_generated/server";
export const list = query({ args: {}, handler: async (ctx) => await ctx.db.query("tasks").take(1) });
export const own = internalQuery({ args: {}, handler: async (ctx) => await ctx.db.query("tasks").take(1) });
"""
CALL = 'import "convex/browser";\nawait fetch(url, { body: JSON.stringify({ path: "tasks:list", args: {} }) });\n'


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("plugins/tasks/index.ts", CALL, True),
        ("plugins/tasks/index.ts", CALL.replace("list", "own"), False),
        ("plugins/tasks/index.ts", CALL.replace("list", "other"), False),
        ("plugins/tasks/index.test.ts", CALL, False),
        ("scripts/list.mjs", CALL, False),
        ("convex/names.ts", CALL, False),
    ],
)
def test_a_program_that_spells_out_the_name(file: str, text: str, found: bool) -> None:
    report = lint_sources({"convex/tasks.ts": BACKEND, file: text})
    (project,) = report.facts
    assert spelled_out(project) == ({"tasks:list"} if found else set())
