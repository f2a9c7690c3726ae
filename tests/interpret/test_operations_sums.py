"""Conditions on sums and differences, in which a field stands alone on one side after all."""

from __future__ import annotations

import pytest

from convex_lint.model.value import Argument, Clock, Computed, Literal
from tests.interpret.chat import operations, reads
from tests.interpret.test_operations_predicates import read, residual


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("(m) => Date.now() - m.sent < 30000", ["js gt sent"]),
        ("(m) => 30000 >= Date.now() - m.sent", ["js gte sent"]),
        ("(m) => m.sent + 30000 > Date.now()", ["js gt sent"]),
        ("(m) => 60 + m.sent <= args.min", ["js lte sent"]),
        ("(m) => m.sent - args.min > 5", ["js gt sent"]),
        ("(m) => Date.now() - m.sent === 5", ["js computed None"]),
        ("(m) => m.sent - m.meta.score > 5", ["js computed None"]),
        ("(m) => Date.now() * m.sent > 5", ["js computed None"]),
    ],
)
def test_a_sum_in_code(condition: str, expected: list[str]) -> None:
    assert residual(f"return (await ctx.db.query('messages').collect()).filter({condition});") == expected


@pytest.mark.parametrize(
    ("condition", "operator", "parts"),
    [
        ("m.sent - args.min > 5", "+", (Literal(5), Argument(("min",)))),
        ("m.sent + args.min > 5", "-", (Literal(5), Argument(("min",)))),
        ("args.min + m.sent > 5", "-", (Literal(5), Argument(("min",)))),
        ("args.min - m.sent < 5", "-", (Argument(("min",)), Literal(5))),
    ],
)
def test_the_field_of_a_sum_stands_alone(condition: str, operator: str, parts: tuple[object, ...]) -> None:
    [predicate] = read(f"(await ctx.db.query('messages').collect()).filter((m) => {condition});").residual
    assert (predicate.field, predicate.operator) == ("sent", "gt")
    assert predicate.value == Computed(operator, parts)


def test_the_constants_of_a_product_are_one() -> None:
    """Symbolic values are cut off below some depth: a window of days must not be."""
    (found,) = reads(
        operations(
            "const days = args.name ?? args.min; const since = Date.now() - days * 24 * 60 * 60 * 1000;"
            "const rows = await ctx.db.query('messages').collect(); return rows.filter((row) => row.sent >= since);",
            args="{ name: v.optional(v.number()), min: v.number() }",
        )
    )
    (predicate,) = found.residual
    window = Computed("either", (Argument(("name",)), Argument(("min",))))
    assert predicate.value == Computed("-", (Clock(), Computed("*", (window, Literal(86_400_000)))))
