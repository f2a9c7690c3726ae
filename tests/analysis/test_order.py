"""Whether someone may see in which order rows come."""

from __future__ import annotations

import pytest

from convex_lint.analysis.order import shows_order
from tests.analysis.facts import read


@pytest.mark.parametrize(
    ("terminal", "order", "uses", "shown"),
    [
        ("unique", "asc", ("returned",), False),
        ("first", "asc", ("exists",), False),
        ("first", "desc", ("exists",), True),  # the newest is asked for, whose fields a guard may look at
        ("first", "asc", ("returned",), True),
        ("collect", "asc", ("length",), False),
        ("collect", "asc", ("length", "returned"), True),
    ],
)
def test_who_sees_the_order(terminal: str, order: str, uses: tuple[str, ...], shown: bool) -> None:
    found = read(
        "turns", "by_game", {"gameId": None}, terminal=terminal, order=order, uses=[(use, None) for use in uses]
    )
    assert shows_order(found) is shown
