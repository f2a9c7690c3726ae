"""What a callback or a helper with several `return`s says of the rows that it keeps."""

from __future__ import annotations

import pytest

from tests.interpret.test_operations_predicates import read, residual

ALL = "const rows = await ctx.db.query('messages').collect();"


def kept(body: str, before: str = "") -> list[str]:
    return residual(f"{ALL} return rows.filter((m) => {{ {body} }});", before)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("if (m.gone) return false; return m.sent >= args.min;", ["js neq gone", "js gte sent"]),
        (
            "if (m.sent < args.min || m.sent > 9) return false; return true;",
            ["js gte sent", "js lte sent"],
        ),
        (
            "if (args.name && m.name !== args.name) return false; return m.sent > 3;",
            ["given(js eq name)", "js gt sent"],
        ),
        ("if (m.open) return true; return m.sent > 3;", ["or(js eq open, js gt sent)"]),
        (
            "if (args.min) { return m.sent > 3; } if (m.gone) return false; return m.kind === 'a';",
            ["given(js gt sent)", "given(and(js neq gone, js eq kind))"],
        ),
        (
            "if (args.min) { if (m.gone) return false; } return m.kind === 'a';",
            ["given(js neq gone)", "js eq kind"],
        ),
        ("if (m.open) return true;", ["js eq open"]),
        ("const at = m.sent; if (at < args.min) return false; return true;", ["js gte sent"]),
        ("if (!m.open) { return false; } else { return m.sent > 3; }", ["js eq open", "js gt sent"]),
    ],
)
def test_several_returns_make_one_condition(body: str, expected: list[str]) -> None:
    assert kept(body) == expected


def test_so_does_a_helper_whose_answer_is_turned_round() -> None:
    helper = "function isOld(m, min) { if (m.pinned) return false; return m.sent < min; }\n"
    found = residual(f"{ALL} return rows.filter((m) => !isOld(m, args.min) && m.name === 'x');", helper)
    assert found == ["or(js eq pinned, js gte sent)", "js eq name"]


@pytest.mark.parametrize(
    "body",
    [
        "for (const tag of m.tags) { if (tag === args.name) return false; } return true;",
        "switch (m.kind) { case 'a': return false; default: return true; }",
        "try { if (m.gone) return false; } catch { return false; } return true;",
    ],
)
def test_where_loops_and_cases_lead_is_not_told(body: str) -> None:
    assert not [said for said in kept(body) if said != "js computed None"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("Number(m.sent) >= args.min", ["js gte sent"]),
        ("new Date(m.sent).getTime() >= args.min", ["js gte sent"]),
        ("new Date(m.body).getTime() >= args.min", ["js computed None"]),
        ("(m.kind ?? 'text') === 'text'", ["or(js eq kind, js eq kind)"]),
        ("(m.kind ?? 'text') === 'image'", ["js eq kind"]),
    ],
)
def test_what_a_field_is_made_of_or_stands_in_for(condition: str, expected: list[str]) -> None:
    assert residual(f"{ALL} return rows.filter((m) => {condition});") == expected


def test_rows_without_the_field_are_meant_by_its_default() -> None:
    [found] = read(f"{ALL} return rows.filter((m) => (m.kind ?? 'text') === 'text');").residual
    assert [str(part.value) for part in found.parts] == ["Literal(value='text')", "Undefined()"]
