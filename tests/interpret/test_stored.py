"""Ids in stored fields: what the program puts there tells their table where no schema does."""

from __future__ import annotations

import pytest

from convex_lint.model.operation import Write
from convex_lint.model.value import DocumentField
from tests.interpret.programs import HEAD, done, functions, project, reasons

LOST = ["table of an id not known"]
WALK = """
export const f = mutation(async (ctx) => {
  const tree = await ctx.db.query("trees").first();
  const root = await ctx.db.get(tree.root);
  for (const child of root.children) await ctx.db.delete(child);
  await ctx.db.patch(root._id, { by: root.owner });
});
"""
GROW = """
export const grow = mutation(async (ctx) => {
  const root = await ctx.db.insert("nodes", { children: [] });
  await ctx.db.insert("trees", { root });
  const child = await ctx.db.insert("nodes", { children: [] });
  await ctx.db.patch(root, { children: [child] });
});
"""


def test_an_id_is_of_the_table_whose_ids_the_program_stores_in_the_field() -> None:
    facts = project({"m.ts": HEAD + WALK + GROW})
    assert done(facts, "m:f") == [
        "query trees by_creation_time[] first",
        "get nodes",
        "delete nodes*",
        "patch nodes (by)",
    ]
    patch = functions(facts)["m:f"].operations[3]
    assert isinstance(patch, Write)
    assert patch.target == DocumentField("nodes", ("_id",), 1)
    assert patch.values == (("by", DocumentField("nodes", ("owner",), 1)),)
    assert reasons(facts) == []


@pytest.mark.parametrize(
    "stored",
    [
        "ctx.db.insert('trees', { root: await ctx.db.insert('leaves', {}) })",
        "ctx.db.insert('trees', { root: args.id })",
        "ctx.db.insert('trees', { root: `${args.id}!` })",
    ],
    ids=["of another table", "from a client", "a text"],
)
def test_a_field_into_which_something_else_is_stored_tells_nothing(stored: str) -> None:
    other = f"export const other = mutation(async (ctx, args) => {{ await {stored}; }});"
    facts = project({"m.ts": HEAD + WALK + GROW + other})
    assert done(facts, "m:f")[1:3] == ["get None", "delete None*"]
    assert set(reasons(facts)) == set(LOST)


def test_a_field_into_which_nothing_is_stored_tells_nothing() -> None:
    facts = project({"m.ts": HEAD + WALK})
    assert done(facts, "m:f")[1] == "get None"


def test_a_declared_field_of_a_document_found_so_is_what_the_schema_says() -> None:
    facts = project(
        {
            "schema.ts": 'trees: defineTable(v.any()), nodes: defineTable({ children: v.array(v.id("leaves")) }),'
            " leaves: defineTable({ text: v.string() }),",
            "m.ts": HEAD + WALK + GROW,
        }
    )
    assert done(facts, "m:f")[1:3] == ["get nodes", "delete leaves*"]
