"""Conditions that hold in some cases, and rows that are wanted in more than one way."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from convex_lint.analysis.cases import conditions_of, settled, single_cases, ways
from convex_lint.model.operation import Guard, Predicate
from convex_lint.model.value import UNKNOWN, Argument, Computed, Literal, Value
from convex_lint.source import Span
from tests.analysis.facts import eq, read

A, B, C = (Argument((name,)) for name in "abc")


def no(value: Value) -> Value:
    return Computed("!", (value,))


def both(*values: Value) -> Value:
    return Computed("&&", values)


def given(case: Value, *parts: Predicate) -> Predicate:
    return Predicate("given", "js", Span("convex/app.ts", 0, 1), None, case, parts)


@pytest.mark.parametrize(
    ("cases", "all_of_them"),
    [
        ((A, no(A)), True),
        ((A, both(no(A), B), both(no(A), no(B))), True),
        ((A, both(no(A), B), both(no(A), no(B), C), both(no(A), no(B), no(C))), True),
        ((A, B), False),
        ((A, both(no(A), B)), False),
        ((both(A, B), both(no(A), no(B))), False),
        ((UNKNOWN, no(UNKNOWN)), False),
        ((A,), False),
    ],
)
def test_cases_that_leave_none_out(cases: tuple[Value, ...], all_of_them: bool) -> None:
    conditions = tuple(given(case, eq("kind")) for case in cases)
    found = settled(conditions)
    if all_of_them:
        (one,) = found
        assert (one.operator, len(one.parts)) == ("or", len(cases))
    else:
        assert found == conditions


def test_the_cases_are_those_that_a_table_of_truth_shows() -> None:
    literals = [A, B, no(A), no(B)]
    for one, other in product(literals, repeat=2):
        covers = all(_holds(one, values) or _holds(other, values) for values in product((True, False), repeat=2))
        found = settled((given(one, eq("kind")), given(other, eq("kind"))))
        assert (found[0].operator == "or") is covers


def _holds(value: Value, values: tuple[bool, ...]) -> bool:
    if isinstance(value, Computed):
        return not _holds(value.parts[0], values)
    return dict(zip((A, B), values, strict=True))[value]  # type: ignore[index]


def test_a_condition_and_its_opposite_are_no_case() -> None:
    assert conditions_of(both(A, no(A))) is None
    assert conditions_of(both(A, no(B))) == {A: True, B: False}


def test_cases_about_different_fields_are_not_put_together() -> None:
    conditions = (given(A, eq("kind")), given(no(A), eq("state")))
    assert settled(conditions) == conditions


def test_a_case_alone() -> None:
    found = single_cases(read("rows", residual=(given(A, eq("kind")), eq("state"))))
    assert [[part.field for part in each.residual] for each in found] == [["state", "kind"]]


def test_a_case_that_the_read_rules_out() -> None:
    guard = Guard(A, False, Span("convex/app.ts", 0, 1), "skip")
    asked = replace(read("rows", residual=(given(both(A, B), eq("kind")),)), guards=(guard,))
    assert list(single_cases(asked)) == []
    assert len(list(single_cases(replace(asked, guards=(replace(guard, holds=True),))))) == 1


def test_ways_in_which_rows_are_wanted() -> None:
    either = Predicate("or", "filter", Span("convex/app.ts", 0, 1), parts=(eq("one"), eq("other")))
    asked = read("rows", residual=(either, eq("state")))
    assert [[part.field for part in way.residual] for way in ways(asked)] == [["state", "one"], ["state", "other"]]
    assert ways(replace(asked, order="desc")) == ()
    assert ways(replace(asked, terminal="paginate")) == ()


def test_values_of_one_field_are_ranges_of_one_read() -> None:
    same = tuple(replace(eq("kind"), value=Literal(value)) for value in ("a", "b"))
    assert ways(read("rows", residual=(Predicate("or", "filter", Span("convex/app.ts", 0, 1), parts=same),))) == ()
