"""What an element found among the arguments is: what the callback says of it."""

from __future__ import annotations

import pytest

from tests.interpret.programs import HEAD, done, project

SCHEMA = """things: defineTable({ a: v.string(), b: v.string(), c: v.string() })
  .index("a", ["a"]).index("b", ["b"]).index("c", ["c"]),"""
A, B, C = [f"query things {field}[{field}] first?" for field in "abc"]


def _indexes(test: str) -> list[str]:
    body = f"""const clause = args.where.find((w) => {test});
    if (clause) await ctx.db.query("things").withIndex(clause.field, (q) => q.eq(clause.field, clause.value)).first();"""
    where = 'v.array(v.object({ field: v.union(v.literal("a"), v.literal("b"), v.literal("c")), on: v.boolean(), value: v.string() }))'
    code = (
        f'{HEAD} const UNIQUE = ["a", "b"]; const unique = (field) => UNIQUE.includes(field);\n'
        f"export const run = query({{ args: {{ where: {where} }}, handler: async (ctx, args) => {{ {body} }} }});"
    )
    return sorted(done(project({"schema.ts": SCHEMA, "things.ts": code}), "things:run"))


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("w.on", [A, B, C]),
        ("w.field === 'a'", [A]),
        ("'a' == w.field", [A]),
        ("unique(w.field)", [A, B]),
        ("w.on && unique(w.field)", [A, B]),
        ("unique(w.field) && w.field !== 'a'", [A, B]),
        ("unique(w.field) || w.field === 'c'", [A, B, C]),
        ("unique(w.field) || w.on", [A, B, C]),
        ("['b', 'c'].includes(w.field) && unique(w.field)", [B]),
        ("false || w.field === 'c'", [C]),
    ],
)
def test_a_clause_that_was_found(test: str, expected: list[str]) -> None:
    assert _indexes(test) == expected
