"""How large can a number be?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.clamp import ceiling
from convex_lint.model.function import Function
from convex_lint.model.operation import Guard
from convex_lint.model.schema import Validator
from convex_lint.model.value import Argument, Computed, Literal, Undefined, Unknown, Value
from tests.analysis.facts import NUMBER, query, span

N, M = Argument(("n",)), Argument(("m",))


def computed(operator: str, *parts: Value) -> Computed:
    return Computed(operator, parts)


def taking(**fields: Validator) -> Function:
    return replace(query("a:list"), args=Validator("object", fields=fields))


CHOICE = Validator("union", members=(Validator("literal", value=10), Validator("literal", value=50)))
FUNCTION = taking(n=NUMBER, m=replace(NUMBER, optional=True), choice=CHOICE)


@pytest.mark.parametrize(
    ("value", "most"),
    [
        (Literal(20), 20),
        (N, None),
        (Unknown(), None),
        (computed("call:Math.min", N, Literal(100)), 100),
        (computed("call:Math.min", N, M), None),
        (computed("call:Math.max", Literal(1), computed("call:Math.min", N, Literal(100))), 100),
        (computed("call:Math.max", Literal(1), N), None),
        (computed("call:Math.min", Literal(200), computed("either", computed("call:Math.round", N), Literal(1))), 200),
        (computed("+", computed("call:Math.min", N, Literal(100)), Literal(1)), 101),
        (computed("*", computed("call:Math.min", N, Literal(100)), Literal(2)), 200),
        (computed("*", N, Literal(2)), None),
        (computed("%", N, Literal(7)), 7),
        (computed("either", Literal(10), Literal(50)), 50),
        (computed("either", Literal(50), N), 50),
        (computed("either", M, Literal(50)), None),
        (computed("either", Literal(100), computed("either", M, Literal(50))), 100),
        (Argument(("choice",)), 50),
    ],
)
def test_what_bounds_a_number(value: Value, most: float | None) -> None:
    assert ceiling(value, FUNCTION) == most


@pytest.mark.parametrize(
    ("guard", "most"),
    [
        (Guard(computed(">", N, Literal(100)), False, span(), "throw"), 100),
        (Guard(computed("<=", N, Literal(100)), True, span(), "skip"), 100),
        (Guard(computed("<", Literal(100), N), False, span(), "throw"), 100),
        (
            Guard(computed("||", computed("<", N, Literal(1)), computed(">", N, Literal(100))), False, span(), "throw"),
            100,
        ),
        (Guard(computed("&&", computed(">", N, Literal(1)), computed("<", N, Literal(9))), True, span(), "skip"), 9),
        (
            Guard(
                computed(
                    "&&", computed("!==", N, Undefined()), computed("||", Unknown(), computed(">", N, Literal(50)))
                ),
                False,
                span(),
                "throw",
            ),
            50,
        ),
        (
            Guard(
                computed("&&", computed("!==", M, Undefined()), computed(">", N, Literal(50))), False, span(), "throw"
            ),
            None,
        ),
        (Guard(computed("!", computed("<=", N, Literal(50))), False, span(), "throw"), 50),
        (Guard(computed(">", N, Literal(100)), True, span(), "skip"), None),
        (Guard(computed("<", N, Literal(1)), False, span(), "throw"), None),
        (Guard(computed(">", M, Literal(100)), False, span(), "throw"), None),
        (Guard(Unknown(), False, span(), "throw"), None),
    ],
)
def test_a_check_on_the_way_bounds_it(guard: Guard, most: float | None) -> None:
    assert ceiling(N, FUNCTION, [guard]) == most


def test_a_check_of_an_argument_bounds_what_is_computed_from_it() -> None:
    guard = Guard(computed(">", N, Literal(100)), False, span(), "throw")
    assert ceiling(computed("+", computed("/", N, Literal(2)), Literal(1)), FUNCTION, [guard]) == 101
