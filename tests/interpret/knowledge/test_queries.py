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


def test_bound_methods_and_bound_arguments() -> None:
    facts = project(
        {
            "schema.ts": 'files: defineTable({ key: v.string() }).index("key", ["key"]),',
            "m.ts": HEAD
            + """
async function add(ctx, key) { await ctx.db.insert("files", { key }); }
export const f = mutation({ args: {}, handler: async (ctx) => {
  const get = ctx.db.query.bind(ctx.db);
  await get("files").first();
  await add.bind(null, ctx)("k");
} });
""",
        }
    )
    assert done(facts, "m:f") == ["query files by_creation_time[] first", "insert files (key)"]
    assert reasons(facts) == []


def test_a_table_that_is_one_of_the_literals_of_an_argument() -> None:
    facts = project(
        {
            "schema.ts": "files: defineTable({ key: v.string() }), users: defineTable({ name: v.string() }),",
            "m.ts": HEAD
            + """
export const f = query({ args: { table: v.union(v.literal("files"), v.literal("users")) }, handler: async (ctx, args) =>
  await ctx.db.query(args.table).first() });
""",
        }
    )
    assert done(facts, "m:f") == [
        "query files by_creation_time[] first?",
        "query users by_creation_time[] first?",
    ]
    assert reasons(facts) == []
