"""Functions that give nothing but figures."""

from __future__ import annotations

import pytest

from convex_lint.analysis.figures import only_figures
from convex_lint.analysis.surroundings import Surroundings
from convex_lint.source import Source, Span
from convex_lint.syntax.parser import parse


def _only(body: str) -> bool:
    text = (
        'export const stats = query({ handler: async (ctx) => { const rows = await ctx.db.query("rows").collect(); '
        + body
        + " } });"
    )
    source = Source("convex/a.ts", text.encode())
    start = text.index("ctx.db")
    around = Surroundings({source.path: source}, {source.path: parse(source)})
    return only_figures(around, Span(source.path, start, start + 33))


@pytest.mark.parametrize(
    "body",
    [
        "return { total: rows.length };",
        "const users = new Set(rows.map((row) => row.user)); return { users: users.size, at: user.joinedAt };",
        "const rank = rows.findIndex((row) => row.id === me) + 1; return { rank };",
        "let open = 0; for (const row of rows) open++; return { open, all: rows.length };",
        "return { mean: rows.length > 0 ? Math.round(rows.reduce((sum, row) => sum + row.n, 0)) : 0 };",
    ],
)
def test_figures(body: str) -> None:
    assert _only(body)


@pytest.mark.parametrize(
    "body",
    [
        "return rows;",
        "return { rows };",
        "return { total: rows.length, ...rows[0] };",
        "return { first: rows.map((row) => row.name) };",
        "const best = rows.filter((row) => row.n > 1); return { total: rows.length, best };",
        "return { name: row.name ?? rows };",
        "if (rows.length > 9) return rows; return { total: rows.length };",
    ],
)
def test_more_than_figures(body: str) -> None:
    assert not _only(body)
