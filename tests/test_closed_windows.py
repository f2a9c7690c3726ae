"""A range from a time on, which a filter closes: the index in use can hold both ends."""

from __future__ import annotations

import pytest

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources
from tests.quiet.pair import SCHEMA, files_of

_SCHEMA = SCHEMA.replace(
    "export default defineSchema({",
    """export default defineSchema({
  lessons: defineTable({ start: v.number(), status: v.string(), kind: v.string() }).index("by_start", ["start"]),""",
)
_CODE = """
export const plan = mutation({ args: { start: v.number(), kind: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("lessons", { ...args, status: args.kind });
} });
export const soon = query({ args: {}, handler: async (ctx) => {
  const now = Date.now();
  return await ctx.db.query("lessons")RANGE
    .filter((q) => q.and(q.lte(q.field("start"), now + 600000), q.eq(q.field("status"), "planned"))).collect();
} });"""


@pytest.mark.parametrize(
    ("range_", "rule"),
    [
        ('.withIndex("by_start", (q) => q.gte("start", now))', "ignored-index"),
        ("", "missing-index"),  # most lessons lie before the end: the state is what leaves few
    ],
)
def test_the_other_bound_goes_into_the_range(range_: str, rule: str) -> None:
    files = {"convex/schema.ts": _SCHEMA, "convex/app.ts": _CODE.replace("RANGE", range_)}
    (result,) = lint_sources(files_of(files), Config(select=("missing-index", "ignored-index"))).results
    assert result.rule == rule
    assert ('.gte("start", now).lte("start", now + 600000)' in result.finding.help) is bool(range_)
