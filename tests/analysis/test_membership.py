"""Which of the rows that are read does the code want: the last ones, one field of each?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.membership import only_key, takes_tail
from convex_lint.model.operation import Read, Use
from convex_lint.source import Span
from tests.analysis.facts import read


def _used(text: str, *kinds: str) -> tuple[Read, str]:
    uses = tuple(Use(kind, Span("a.ts", 0, len(text))) for kind in kinds)
    return replace(read("notes"), uses=uses), text


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
    rows, text = _used(text, *kinds)
    assert takes_tail(rows, lambda span: text[span.start : span.end]) is tail


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
    rows, text = _used(text, *kinds)
    assert only_key(rows, lambda span: text[span.start : span.end]) == field
