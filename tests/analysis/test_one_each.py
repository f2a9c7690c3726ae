"""Functions that give one object for each row, and drop none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.one_each import one_for_each
from convex_lint.analysis.surroundings import Surroundings
from convex_lint.model.operation import Use
from convex_lint.source import Source, Span
from convex_lint.syntax import tree
from convex_lint.syntax.parser import parse
from tests.analysis.facts import read

_HELPER = "function shown(row) { return { name: row.name }; }\nfunction maybe(row) { return row.on ? { name: row.name } : null; }\n"


def _each(body: str, *more: str) -> bool:
    text = (
        _HELPER + 'const handler = async (ctx) => { const rows = await ctx.db.query("rows").collect(); ' + body + " };"
    )
    source = Source("convex/a.ts", text.encode())
    module = parse(source)
    start = text.index("rows.map(")
    end = text.index("))", start) + 2
    uses = (Use("map", Span(source.path, start, end)), *(Use(kind, Span(source.path, end, end + 1)) for kind in more))
    declared = {one.function.name: one.function for one in module.body if type(one) is tree.FunctionDeclaration}
    around = Surroundings({source.path: source}, {source.path: module})
    return one_for_each(around, lambda file, name: declared.get(name), replace(read("rows"), uses=uses))


@pytest.mark.parametrize(
    "body",
    [
        "return rows.map((row) => ({ name: row.name }));",
        "return await Promise.all(rows.map(async (row) => ({ name: row.name })));",
        "const all = rows.map((row) => ({ name: row.name })); return { all };",
        "const all = rows.map((row) => ({ name: row.name })); return all.sort((a, b) => a.at - b.at);",
        "const all = rows.map((row) => ({ name: row.name })); all.sort((a, b) => a.at - b.at); return all;",
        "return { rows: rows.map(((shown))) };",
    ],
)
def test_one_object_for_each_row(body: str) -> None:
    assert _each(body)


@pytest.mark.parametrize(
    "body",
    [
        "return rows.map((row) => (row.name));",
        "return rows.map((row) => ({ name: row.name })).filter((row) => row.name);",
        "const all = rows.map((row) => ({ name: row.name })); return all.slice(0, 5);",
        "const all = rows.map((row) => ({ name: row.name })); return all.sort((a, b) => a.at - b.at).slice(0, 5);",
        "const all = rows.map((row) => ({ name: row.name })); return { total: all.length };",
        "return { rows: rows.map(((maybe))) };",
        "return { rows: rows.map(((elsewhere))) };",
    ],
)
def test_less_than_that(body: str) -> None:
    assert not _each(body)


def test_rows_that_are_counted_too() -> None:
    assert not _each("return rows.map((row) => ({ name: row.name }));", "length")
