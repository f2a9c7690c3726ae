"""Conditions that only some cases put to rows."""

from __future__ import annotations

import pytest

from convex_lint.model.value import Argument, Computed, Literal
from tests.interpret.test_operations_predicates import read, residual


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("if (args.name) { rows = rows.filter((m) => m.name === args.name); } return rows;", ["given(js eq name)"]),
        ("return args.name ? rows.filter((m) => m.name === args.name) : rows;", ["given(js eq name)"]),
        ("return args.name && rows.filter((m) => m.name === args.name);", ["given(js eq name)"]),
        ("if (!args.name) return null; return rows.filter((m) => m.name === args.name);", ["js eq name"]),
        ("if (rows.length > 0) { return rows.filter((m) => m.name === args.name); }", ["js eq name"]),
        (
            "const f = (r) => { if (args.min) { return r.filter((m) => m.x === 1); } }; return f(rows);",
            ["given(js eq x)"],
        ),
        (
            "for (const m of rows) { if (args.min > 3) continue; if (m.name !== args.name) continue; await m.x; }",
            ["js eq name"],
        ),
    ],
)
def test_a_condition_in_one_arm_holds_in_that_case(code: str, expected: list[str]) -> None:
    assert residual(f"let rows = await ctx.db.query('messages').collect(); {code}") == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("!args.name || m.name === args.name", ["given(js eq name)"]),
        ("!(args.name && m.name !== args.name)", ["given(js eq name)"]),
        ("args.min > 3 || m.name === 'x'", ["given(js eq name)"]),
        ("!args.name || m.name === 'x' || m.kind === 'y'", ["given(or(js eq name, js eq kind))"]),
        ("args.name || m.tags.includes('x')", ["given(js computed None)"]),
    ],
)
def test_what_rows_must_meet_where_the_rest_does_not_decide(condition: str, expected: list[str]) -> None:
    assert residual(f"return (await ctx.db.query('messages').collect()).filter((m) => {condition});") == expected


def test_the_case_in_which_rows_must_meet_a_condition() -> None:
    found = read(
        "let rows = await ctx.db.query('messages').collect();"
        "if (args.name === 'a') { rows = rows.filter((m) => m.x === 1); }"
        "else if (args.min) { rows = rows.filter((m) => m.x === 2); }"
        "return rows;"
    )
    first = Computed("===", (Argument(("name",)), Literal("a")))
    assert [predicate.value for predicate in found.residual] == [
        first,
        Computed("&&", (Computed("!", (first,)), Argument(("min",)))),
    ]


def test_a_loop_over_one_list_or_another_drops_rows_of_either() -> None:
    function_ = "const rows = args.name ? await ctx.db.query('messages').collect() : await ctx.db.query('messages').order('desc').collect();"
    assert residual(f"{function_} for (const m of rows) {{ if (!m.open) continue; await ctx.db.delete(m._id); }}") == [
        "js eq open"
    ]
