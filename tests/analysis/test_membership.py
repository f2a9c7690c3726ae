"""Which of the rows that are read does the code want: the last ones, one field of each?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.membership import asks_for_members, list_asked, only_key, picks_members, takes_tail
from convex_lint.analysis.surroundings import Surroundings
from convex_lint.model.operation import Predicate, Read, Use
from convex_lint.model.schema import Validator
from tests.analysis.facts import STRING, read, table
from tests.analysis.test_surroundings import around


def _used(text: str, *kinds: str) -> tuple[Read, Surroundings]:
    surroundings, [place] = around(f"return {text};", text)
    return replace(read("notes"), uses=tuple(Use(kind, place) for kind in kinds)), surroundings


@pytest.mark.parametrize(
    ("text", "kinds", "tail"),
    [
        ("rows.slice(-20)", ("slice",), True),
        ("rows.slice(rows.length - n)", ("slice",), True),
        ("rows.slice(Math.max(0, rows.length - n))", ("slice",), True),
        ("rows.slice(start)", ("length", "slice", "sort"), True),
        ("rows.slice(start)", ("slice",), False),
        ("rows.slice(0, n)", ("slice",), False),
        ("rows.slice(-20, -10)", ("slice",), False),
        ("rows.slice(-20)", ("filter", "slice"), False),
        ("rows.slice(-20)", ("sort", "slice"), False),
    ],
)
def test_the_last_rows(text: str, kinds: tuple[str, ...], tail: bool) -> None:
    assert takes_tail(*_used(text, *kinds)) is tail


@pytest.mark.parametrize(
    ("text", "kinds", "field"),
    [
        ("rows.map((row) => row.domain)", ("map",), "domain"),
        ("rows.map(row => row.domain)", ("map", "returned"), "domain"),
        ("rows.map((row) => row.domain)", ("map", "sort"), None),
        ("rows.map((row) => row.name.trim())", ("map",), None),
        ("rows.map((row) => other.domain)", ("map",), None),
    ],
)
def test_one_field_of_each(text: str, kinds: tuple[str, ...], field: str | None) -> None:
    assert only_key(*_used(text, *kinds)) == field


LOOP = "for (const row of rows()) { %s }"


@pytest.mark.parametrize(
    ("walk", "kind", "rest", "members"),
    [
        (LOOP % "seen.add(row.userId);", "iterate", "return seen.has(id);", True),
        (LOOP % "seen.add(row.userId);", "iterate", "return [...seen];", False),
        (LOOP % "byUser.set(row.userId, row);", "iterate", "return Array.from(byUser);", False),
        (LOOP % "byUser.set(row.userId, row);", "iterate", "return byUser.get(id);", True),
        (LOOP % "byUser.set(row.userId, row);", "iterate", "return [...byUser.values()].sort();", False),
        (LOOP % "byUser.set(row.userId, row);", "iterate", "return Array.from(byUser.values());", False),
        (LOOP % "byUser.set(row.userId, row);", "iterate", "for (const [id, each] of byUser) show(each);", False),
        (LOOP % "byUser.set(row.userId, row);", "iterate", "byUser.forEach((each) => show(each));", False),
        (LOOP % "out.push(row);", "iterate", "return out;", False),
        ("rows().map((row) => row.userId)", "map", ".includes(id);", False),
        ("rows().some((row) => row.userId === id)", "some", ";", True),
    ],
)
def test_rows_that_are_only_asked_whether_something_is_among_them(
    walk: str, kind: str, rest: str, members: bool
) -> None:
    surroundings, [place] = around(f"{walk} {rest}", walk)
    rows = replace(read("notes", span=place), uses=(Use(kind, place),))
    assert asks_for_members(rows, surroundings) is members


def test_rows_that_code_finds_in_a_set() -> None:
    surroundings, [place] = around("return rows().filter((row) => mine.has(row._id));", "(row) => mine.has(row._id)")
    part = Predicate("computed", "js", place)
    assert picks_members(read("notes", residual=(part,)), surroundings)
    assert not picks_members(read("notes", residual=(replace(part, field="done"),)), surroundings)
    assert not picks_members(read("notes"), surroundings)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("rows.filter((row) => row.players.includes(me))", "players"),
        ("rows.filter((row) => row.players.some((one) => one === me))", "players"),
        ("rows.filter((row) => row.name.includes(me))", None),
        ("rows.filter((row) => row.players === me)", None),
    ],
)
def test_a_list_in_each_row_is_asked(text: str, field: str | None) -> None:
    notes = table("notes", players=Validator("array", element=STRING), name=STRING)
    rows, surroundings = _used(text, "filter")
    assert list_asked(rows, notes, surroundings) == field


def test_a_set_that_is_made_of_the_rows_is_asked() -> None:
    surroundings, [place] = around("return new Set(rows().map((row) => row.userId)).has(id);", "rows()")
    assert asks_for_members(read("notes", span=place), surroundings)
