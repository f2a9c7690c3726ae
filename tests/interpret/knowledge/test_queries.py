"""Query builders of Convex itself."""

from __future__ import annotations

from tests.interpret.programs import HEAD, done, project, reasons


def test_a_range_that_may_be_absent() -> None:
    facts = project(
        {
            "schema.ts": 'files: defineTable({ key: v.string() }).index("key", ["key"]),',
            "m.ts": HEAD
            + """
export const f = query({ args: { all: v.boolean() }, handler: async (ctx, { all }) =>
  ctx.db.query("files").withIndex("key", all ? undefined : (q) => q.eq("key", "k")).collect() });
""",
        }
    )
    assert done(facts, "m:f") == ["query files key[] collect?", "query files key[key] collect?"]
    assert reasons(facts) == []
