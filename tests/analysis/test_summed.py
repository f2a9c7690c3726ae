"""Which reads are there for a figure that all of their rows make?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.summed import adds_up_all
from convex_lint.model.operation import Use
from tests.analysis.facts import read
from tests.analysis.test_surroundings import around

LOOP = "for (const row of rows) { %s }"


@pytest.mark.parametrize(
    ("text", "kind", "rest", "added"),
    [
        ("rows.reduce((sum, row) => sum + row.points, 0)", "reduce", "", True),
        ("rows.reduce((by, row) => { by[row.kind] = 1; return by; }, {} as Counts)", "reduce", "", True),
        ("rows.reduce((all, row) => [...all, row.name], [] as string[])", "reduce", "", False),
        ("rows.map((row) => row.points)", "map", "", False),
        (LOOP % "total += row.points;", "iterate", "", True),
        (LOOP % "stats.done++;", "iterate", "", True),
        (LOOP % "const each = by.get(row.id) ?? none(); each.points += row.points;", "iterate", "", True),
        (LOOP % "by.set(row.id, (by.get(row.id) ?? 0) + 1);", "iterate", "", True),
        (LOOP % "const old = by.get(row.id) ?? 0; by.set(row.id, old + 1);", "iterate", "", True),
        (LOOP % "by[row.id] = (by[row.id] ?? 0) + row.points;", "iterate", "", True),
        ("rows.forEach((row) => { total += row.points; })", "iterate", "", True),
        (LOOP % "let size = 0; size += row.points; out.push(size);", "iterate", "", False),
        (LOOP % "page += `<li>${row.name}</li>`;", "iterate", "", False),
        (LOOP % "by.set(row.id, row);", "iterate", "", False),
        (
            LOOP % "const n = new Map(); for (const it of row.items) n.set(it, (n.get(it) ?? 0) + 1);",
            "iterate",
            "",
            False,
        ),
        (LOOP % "out.push(row.points + 1);", "iterate", "", False),
    ],
)
def test_what_adds_up(text: str, kind: str, rest: str, added: bool) -> None:
    surroundings, [place] = around(f"{text}; {rest}", text)
    assert adds_up_all(replace(read("scores"), uses=(Use(kind, place),)), surroundings) is added


GROUPS = LOOP % "const some = by.get(row.id) ?? []; some.push(row); by.set(row.id, some);"


@pytest.mark.parametrize(
    ("rest", "added"),
    [
        ("for (const [id, some] of by) { for (const one of some) total += one.points; }", True),
        ("for (const some of by.values()) { shown.push(some[0]); }", False),
        ("for (const other of others) { total += other.points; }", False),
    ],
)
def test_groups_that_are_added_up(rest: str, added: bool) -> None:
    surroundings, [place] = around(f"{GROUPS} {rest}", GROUPS)
    assert adds_up_all(replace(read("scores"), uses=(Use("iterate", place),)), surroundings) is added
