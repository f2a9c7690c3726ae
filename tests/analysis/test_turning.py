"""Comparisons with the clock, solved for the moment at which their answer turns."""

from __future__ import annotations

import pytest

from convex_lint.analysis.turning import Turn, turns
from convex_lint.model.value import Argument, Clock, Computed, DocumentField, Literal, Value

NOW = Clock()
AT = DocumentField("rows", ("at",), 0)


def of(operator: str, *parts: Value | float) -> Computed:
    return Computed(operator, tuple(Literal(part) if isinstance(part, (int, float)) else part for part in parts))


@pytest.mark.parametrize(
    ("condition", "shift", "operator"),
    [
        (of("<=", AT, NOW), 0.0, "<="),
        (of(">", NOW, of("+", AT, 60_000)), 60.0, ">"),
        (of("<", of("-", NOW, AT), 5000), 5.0, "<"),
        (of(">=", AT, of("-", NOW, 3_600_000)), 3600.0, ">="),
        (of("&&", DocumentField("rows", ("open",), 0), of(">", AT, of("-", NOW, 1000))), 1.0, ">"),
        (of("<", of("/", of("-", NOW, AT), 86_400_000), 7), 7 * 86_400.0, "<"),
        (of(">=", AT, of("-", NOW, of("*", Argument(("days",)), 86_400_000))), None, ">="),
        (of("<=", of("either", AT, NOW), NOW), 0.0, "<="),
        (of("call:Math.floor", of("/", of("-", NOW, AT), 1000)), 0.0, "-"),
    ],
)
def test_when_it_turns(condition: Value, shift: float | None, operator: str) -> None:
    (turn,) = turns(condition)
    assert turn.table == "rows"
    assert turn.field == "at"
    assert turn.operator == operator
    assert turn.shift == pytest.approx(shift) if shift is not None else turn.shift is None


@pytest.mark.parametrize(
    "value",
    [
        NOW,
        of("template", Argument(("name",)), NOW),
        of("call:Math.min", Argument(("day",)), NOW),
        of(">", NOW, 5),
        of("===", AT, Argument(("at",))),
        of("<", of("+", NOW, AT), 5000),
        of("/", of("-", NOW, AT), 86_400_000),
    ],
)
def test_what_turns_at_no_time_of_a_row(value: Value) -> None:
    assert turns(value) == ()


def test_each_once() -> None:
    late = of("<", AT, NOW)
    assert turns(of("||", late, late)) == (Turn("rows", "at", 0.0, "<"),)
