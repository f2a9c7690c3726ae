"""Lists of which the code has asked that they are not empty, and conditions that what is known of both sides decides."""

from __future__ import annotations

import pytest

from tests.interpret.programs import HEAD, done, project

SCHEMA = """things: defineTable({ a: v.string(), b: v.string(), c: v.string() })
  .index("a", ["a"]).index("b", ["b"]).index("c", ["c"]),"""
WHERE = """v.array(v.object({ field: v.string(), value: v.string(),
  operator: v.optional(v.union(v.literal("eq"), v.literal("lt"))) }))"""


def _done(code: str, args: str = "{ xs: v.array(v.string()) }", before: str = "") -> list[str]:
    files = {"schema.ts": SCHEMA}
    files["things.ts"] = (
        f"{HEAD} import schema from './schema';\n{before}\n"
        f"export const run = query({{ args: {args}, handler: async (ctx, args) => {{ {code} }} }});"
    )
    return done(project(files), "things:run")


READ = "await ctx.db.query('things').first();"
SEEN = ["query things by_creation_time[] first?"]
SURE = ["query things by_creation_time[] first"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("const kind = args.xs[0] === 'p' ? 'p' : 'q'; if (kind === 'r')", []),
        ("const kind = args.xs[0] === 'p' ? 'p' : 'q'; if (kind !== 'r')", SURE),
        ("const kind = args.xs[0] === 'p' ? 'p' : 'q'; if (kind === 'q')", SEEN),
        ("const kind = args.xs[0] === 'p' ? 'p' : undefined; if (kind === 'q')", []),
        ("const kind = args.xs[0] === 'p' ? 1 : 2; if (kind === 'p' || kind === true)", []),
        ("const none = undefined; if (none?.part)", []),
        ("const none = undefined; if (args.xs[0] === 'p' || !none?.part)", SURE),
        ("const kinds = args.xs.map(() => 'p'); if (kinds.some((kind) => kind === 'q'))", []),
        ("const kinds = args.xs.map(() => 'p').filter((kind) => kind === 'q'); if (kinds.length > 0)", []),
        ("const kinds = args.xs.map(() => 'p').filter((kind) => kind === 'q'); if (kinds[0])", []),
    ],
)
def test_a_condition_whose_sides_are_known(code: str, expected: list[str]) -> None:
    assert _done(f"{code} {{ {READ} }}") == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("", SEEN),
        ("if (!kinds.length) return;", []),
        ("if (!kinds?.length) throw new Error();", []),
        ("if (kinds.length === 0) return;", []),
        ("if (!(kinds.length > 0)) return;", []),
        ("const other = undefined; if (!kinds.length && !other) return;", []),
        ("const other = undefined; if (!other && !kinds.length) return;", []),
        ("if (!kinds.length && !args.xs[0]) return;", SEEN),
        ("if (!kinds.length) return; kinds.pop();", SEEN),
        ("if (kinds.length) console.log(kinds);", SEEN),
    ],
)
def test_all_of_a_list_that_is_not_empty(before: str, expected: list[str]) -> None:
    code = f"const kinds = args.xs.map(() => 'p'); {before} if (kinds.every((kind) => kind === 'q')) {{ {READ} }}"
    assert _done(code) == expected


def test_a_list_that_is_not_empty_decides_a_choice() -> None:
    code = "if (!args.list.length) return; const name = !args.list.length ? 'a' : 'b';"
    read = "await ctx.db.query('things').withIndex(name, (q) => q.eq(name, '1')).first();"
    helper = f"async function look(ctx, list) {{ {code.replace('args.list', 'list')} {read} }}"
    assert _done("await look(ctx, args.xs.map(() => 'p'));", before=helper) == ["query things b[b] first?"]


def test_concat_takes_for_an_element_what_is_no_list() -> None:
    code = """const names = ["a"].concat("b");
    for (const name of names) await ctx.db.query("things").withIndex(name, (q) => q.eq(name, "1")).first();"""
    assert _done(code) == ["query things a[a] first*", "query things b[b] first*"]
    code = """const names = ["a"].concat(args.one ? args.one : "c").concat(["b"]);
    for (const name of names) await ctx.db.query("things").withIndex(name, (q) => q.eq(name, "1")).first();"""
    args = '{ one: v.optional(v.union(v.literal("b"), v.literal("c"))) }'
    assert _done(code, args)[:1] == ["query things a[a] first*"]
    assert {line.removesuffix("?").removesuffix("*") for line in _done(code, args)} == {
        f"query things {name}[{name}] first" for name in "abc"
    }


@pytest.mark.parametrize(("part", "expected"), [("sort", []), ("by", SEEN)])
def test_a_nested_argument_that_the_validator_does_not_name(part: str, expected: list[str]) -> None:
    args = "{ input: v.object({ by: v.string() }) }"
    assert _done(f"if (args.input.{part}) {{ {READ} }}", args) == expected


FIND = """
const findIndex = (fields) => {
  const eq = fields.filter((w) => !w.operator || w.operator === "eq");
  const bound = fields.filter((w) => w.operator === "lt")[0]?.field;
  if (!eq.length && !bound) return;
  const names = eq.map((w) => w.field).concat(bound ? bound : "").filter(Boolean);
  if (!names.length && !bound) return;
  return schema.tables.things[" indexes"]().find(({ fields }) => names.every((name, i) => name === fields[i]));
};
"""


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("(!w.operator || w.operator === 'eq') && UNIQUE.includes(w.field)", "ab"),
        ("!w.operator && w.field === 'c'", "c"),
        ("w.operator === 'eq' && w.field === 'c'", "c"),
    ],
)
def test_the_index_that_is_looked_up_for_a_clause(test: str, expected: str) -> None:
    code = f"""const clause = args.where.find((w) => {test});
    if (!clause) return;
    const index = findIndex([clause]);
    await ctx.db.query("things").withIndex(index.indexDescriptor, (q) => q.eq(index.fields[0], clause.value)).unique();"""
    found = _done(code, f"{{ where: {WHERE} }}", FIND + 'const UNIQUE = ["a", "b"];')
    assert sorted(found) == [f"query things {name}[{name}] unique?" for name in expected]
