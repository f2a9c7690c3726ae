"""Functions whose arguments name one of several tables, and the questions that decide what is done with each."""

from __future__ import annotations

from convex_lint.model.operation import Write
from tests.interpret.chat import handler, run
from tests.interpret.programs import HEAD, done, functions, project, reasons

CHOICE = "{ table: v.union(v.literal('users'), v.literal('teams')), id: v.string(), all: v.array(v.string()) }"
SCHEMA = """
user: defineTable({ email: v.string(), name: v.string(), userId: v.string() }).index("email", ["email"])
  .index("name", ["name"]).index("userId", ["userId"]),
session: defineTable({ token: v.string(), userId: v.string() }).index("token", ["token"]).index("userId", ["userId"]),
account: defineTable({ name: v.string() }).index("name", ["name"]),
"""
CREATE = """
import schema from "./schema";
import { getAuthTables } from "better-auth/db";
import { username } from "better-auth/plugins/username";
const tables = getAuthTables({ plugins: [username(), { schema: { session: { fields: { userId: { type: "string" } } } }PLUGIN] });
const isUnique = (model, field) => {
  const fields = Object.values(tables).find((table) => table.modelName === model)?.fields;
  if (!fields) return false;
  return Object.entries(fields).filter(([, field]) => field.unique).map(([name]) => name).includes(field);
};
export const f = mutation({
  args: { input: v.union(...Object.entries(schema.tables).map(([model, table]) =>
    v.object({ model: v.literal(model), data: v.object(table.validator.fields) }))) },
  handler: async (ctx, args) => {
    const { model, data } = args.input;
    for (const field of Object.keys(data)) {
      if (!isUnique(model, field)) continue;
      const index = schema.tables[model][" indexes"]().find((index) => [field].every((name, i) => name === index.fields[i]));
      await ctx.db.query(model).withIndex(index.indexDescriptor, (q) => q.eq(field, data[field])).unique();
    }
    await ctx.db.insert(model, data);
  },
});
"""


def created(plugin: str = "") -> list[str]:
    facts = project({"schema.ts": SCHEMA, "m.ts": HEAD + CREATE.replace("PLUGIN", plugin)})
    assert reasons(facts) == []
    return done(facts, "m:f")


def test_what_is_done_with_one_table_is_not_done_with_another() -> None:
    body = handler(
        "if (args.table === 'users') await ctx.db.query('messages').first(); await ctx.db.delete(args.table, args.id as any);",
        CHOICE,
    )
    facts = run(body)
    assert done(facts, "m:f") == [
        "query messages by_creation_time[] first?",
        "delete users?",
        "delete teams?",
    ]


def test_fields_of_one_table_are_not_set_in_another() -> None:
    facts = project({"schema.ts": SCHEMA, "m.ts": HEAD + CREATE.replace("PLUGIN", "")})
    writes = [one for one in functions(facts)["m:f"].operations if isinstance(one, Write)]
    assert {one.table: one.fields for one in writes} == {
        "user": ("email", "name", "userId"),
        "session": ("token", "userId"),
        "account": ("name",),
    }


def test_only_unique_fields_are_looked_up() -> None:
    assert [one for one in created() if one.startswith("query")] == [
        "query user email[email] unique*?",
        "query session token[token] unique*?",
    ]


def test_what_a_plugin_of_others_adds_is_not_known() -> None:
    looked_up = [one for one in created(", other()") if one.startswith("query")]
    assert "query account name[name] unique*?" in looked_up


def test_a_choice_that_names_no_table_is_run_once() -> None:
    facts = run(
        handler("await ctx.db.query('users').first();", "{ kind: v.union(v.literal('a'), v.literal('teams')) }")
    )
    assert done(facts, "m:f") == ["query users by_creation_time[] first"]


def test_what_find_and_every_decide() -> None:
    body = handler(
        "const names = ['users', 'teams'].filter((name) => name === args.table);"
        " const found = [{ n: 'users', t: 'messages' }, { n: 'teams', t: 'teams' }].find((one) => one.n === args.table);"
        " if (['users'].every((name) => name === args.table)) await ctx.db.query(found.t).first();"
        " if (names.includes('teams')) await ctx.db.query('users').first();",
        CHOICE,
    )
    assert done(run(body), "m:f") == [
        "query messages by_creation_time[] first?",
        "query users by_creation_time[] first?",
    ]
