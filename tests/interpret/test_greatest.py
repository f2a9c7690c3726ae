"""Reductions that keep one of the rows, or the greatest value of a field."""

from __future__ import annotations

import pytest

from convex_lint.model.operation import Read
from tests.interpret.chat import operations, reads


def read(statements: str) -> Read:
    return reads(operations(statements, "", "{}"))[0]


@pytest.mark.parametrize(
    "statement",
    [
        "rows.reduce((best, m) => Math.max(best, m.sent), 0);",
        "rows.reduce((best, m) => Math.min(best, m.sent ?? 0), 0);",
        "Math.max(...rows.map((m) => m.sent));",
        "Math.max(0, ...rows.map((m) => m.sent || 0));",
        "rows.reduce((best, m) => (m.sent > best ? m.sent : best), 0);",
        "rows.reduce((best, m) => { return best < (m.sent || 0) ? (m.sent || 0) : best; }, 0);",
        "rows.reduce((a, b) => (a.sent > b.sent ? a : b));",
    ],
)
def test_the_field_of_an_extreme(statement: str) -> None:
    found = read(f"const rows = await ctx.db.query('messages').collect(); return {statement}")
    assert ("reduce", "sent") in [(use.kind, use.field) for use in found.uses]


@pytest.mark.parametrize(
    "reducer",
    [
        "(sum, m) => sum + m.sent",
        "(sum, m) => sum + (m.sent > 3 ? m.sent : 0)",
        "(sum, m) => (m.sent > sum ? sum + m.sent : sum)",
        "(best, m) => (rank(m.sent) > best ? rank(m.sent) : best)",
        "(best, m) => (m.sent > best ? m.size : best)",
    ],
)
def test_a_sum_has_no_field_of_an_extreme(reducer: str) -> None:
    found = read(f"return (await ctx.db.query('messages').collect()).reduce({reducer}, 0);")
    assert [(use.kind, use.field) for use in found.uses] == [("reduce", None)]
