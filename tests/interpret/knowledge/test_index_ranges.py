"""The indexes and ranges of code that finds an index by the fields that it is told."""

from __future__ import annotations

import pytest

from tests.interpret.programs import HEAD, done, project

SCHEMA = """things: defineTable({ a: v.string(), b: v.string(), c: v.string() }).index("by_a", ["a"]).index("by_b_c", ["b", "c"]),"""
ALIKE = SCHEMA.replace("by_b_c", "by_a_b").replace('["b", "c"]', '["a", "b"]')
FIELD = 'v.union(v.literal("a"), v.literal("b"), v.literal("c"))'
ARGS = f"{{ where: v.array(v.object({{ field: {FIELD}, value: v.string() }})), by: FIELD, min: v.string(), sort: v.boolean() }}"
INDEX = 'schema.tables.things[" indexes"]().find((index) => args.where.every((w) => index.fields.includes(w.field)))'


def _reads(chain: str, field: str = FIELD, schema: str = SCHEMA) -> set[str]:
    code = (
        f'{HEAD} import schema from "./schema";\n'
        f"export const f = query({{ args: {ARGS.replace('FIELD', field)}, handler: async (ctx, args) => {{\n"
        f"const index = {INDEX}; const name = index.indexDescriptor;\n"
        f'return await ctx.db.query("things"){chain}.take(10); }} }});'
    )
    found = done(project({"schema.ts": schema, "m.ts": code}), "m:f")
    return {line.removeprefix("query things ").removesuffix("?").removesuffix(" take") for line in found}


EQUAL = "for (const [i, w] of args.where.entries()) q = q.eq(index.fields[i], w.value);"


def test_keys_that_a_loop_adds() -> None:
    read = _reads(f".withIndex(name, (q) => {{ {EQUAL} return q; }})")
    assert read == {"by_a[a]", "by_b_c[b]", "by_b_c[b, c]"}


def test_bounds_that_may_be_left_out() -> None:
    bounds = [f"if (args.min > '{i}') q = q.{bound}(args.by, args.min);" for i, bound in enumerate(("gt", "gte", "lt"))]
    read = _reads(f".withIndex(name, (q) => {{ {EQUAL} {' '.join(bounds)} return q; }})")
    assert {line for line in read if line.startswith("by_a")} == {
        "by_a[a]", "by_a[gt a]", "by_a[gte a]", "by_a[lt a]", "by_a[gt a, lt a]", "by_a[gte a, lt a]",
    }  # fmt: skip
    assert {line for line in read if line.startswith("by_b_c[b")} == {
        "by_b_c[b]", "by_b_c[b, c]", "by_b_c[b, gt c]", "by_b_c[b, gte c]", "by_b_c[b, lt c]",
        "by_b_c[b, gt c, lt c]", "by_b_c[b, gte c, lt c]",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ('v.union(v.literal("a"), v.literal("c"))', {"by_a[gt a]"}),
        ("v.string()", {"by_a[gt a]", "by_b_c[gt b]"}),
        ('v.literal("_creationTime")', set()),
    ],
)
def test_a_field_that_is_one_of_several(field: str, expected: set[str]) -> None:
    read = _reads(".withIndex(name, (q) => q.gt(args.by, args.min))", field)
    assert {line for line in read if "gt" in line} == expected


RANGE = "(q) => q.eq(index.fields[0], args.min)"


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        (f".withIndex(name, args.sort ? undefined : {RANGE})", {"by_a[a]", "by_b_c[b]"}),
        (
            f".withIndex(name, args.sort ? undefined : {RANGE}).order('desc')",
            {"by_a[a]", "by_a[]", "by_b_c[b]", "by_b_c[]"},
        ),
        (".withIndex(name)", {"by_a[]", "by_b_c[]"}),
        ('.withIndex("by_a", args.sort ? undefined : (q) => q.eq("a", args.min))', {"by_a[a]", "by_a[]"}),
    ],
)
def test_an_index_without_a_range_is_read_for_its_order(chain: str, expected: set[str]) -> None:
    assert _reads(chain) == expected


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        ("", {"by_a[a]", "by_a_b[a, b]"}),
        (".order('desc')", {"by_a[a]", "by_a[]", "by_a_b[a]", "by_a_b[a, b]"}),
    ],
)
def test_of_indexes_that_begin_alike_the_first_is_found(chain: str, expected: set[str]) -> None:
    assert _reads(f".withIndex(name, (q) => {{ {EQUAL} return q; }}){chain}", schema=ALIKE) == expected


def test_more_ranges_than_can_be_told_apart_and_one_that_is_not_followed() -> None:
    """Of a table whose indexes are not known: nothing tells which of them it has."""
    bounds = [f"if (args.min > '{i}') q = q.eq('{name}', args.min);" for i, name in enumerate("abcde")]
    chain = (
        f".withIndex(args.sort ? 'x' : 'y', args.min === 'z' ? unknown() : (q) => {{ {' '.join(bounds)} return q; }})"
    )
    assert _reads(chain, schema="")


def test_indexes_that_the_code_names_itself() -> None:
    read = _reads(".withIndex(args.sort ? 'by_a' : 'by_a_b', (q) => q.eq('a', args.min))", schema=ALIKE)
    assert read == {"by_a[a]", "by_a_b[a]"}


def test_a_name_that_is_one_of_several_in_plain_code() -> None:
    read = _reads('.withIndex("by_b_c", (q) => q.eq(args.sort ? "b" : "c", args.min))')
    assert read == {"by_b_c[b]"}
    code = f"""{HEAD} export const f = query({{ args: {{ mine: v.boolean() }}, handler: async (ctx, args) =>
    await ctx.db.query("things").withSearchIndex("search", (q) => q.search("text", "t").eq(args.mine ? "a" : "b", "1")).take(5) }});"""
    found = done(project({"schema.ts": "", "m.ts": code}), "m:f")
    assert found == ["search things search[a] take?", "search things search[b] take?"]
