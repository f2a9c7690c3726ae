"""Which tables are lists of names."""

from __future__ import annotations

import pytest

from convex_lint.analysis.lookup import lookup_tables
from convex_lint.model.schema import Table, Validator
from tests.analysis.facts import table

TEXT, NUMBER = Validator("string"), Validator("float64")


WHEELS = table("wheels", widthId=Validator("id", table="widths"), postId=Validator("id", table="messages"))


@pytest.mark.parametrize(
    ("found", "is_lookup"),
    [
        (table("widths", width=TEXT), True),
        (table("widths", name=TEXT, value=NUMBER, created_at=TEXT, createdBy=TEXT), True),
        (table("widths", name=TEXT, value=NUMBER, price=NUMBER), False),
        (table("widths", name=TEXT, brand=Validator("id", table="brands")), False),
        (table("widths", total=NUMBER), False),
        (table("messages", body=TEXT), False),
        (table("notes", body=TEXT), False),
    ],
)
def test_a_list_of_names(found: Table, is_lookup: bool) -> None:
    assert ((found.component, found.name) in lookup_tables((found, WHEELS))) is is_lookup
