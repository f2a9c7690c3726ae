"""Can two operations happen in one execution?"""

from __future__ import annotations

from dataclasses import replace

from convex_lint.analysis.branches import exclusive
from convex_lint.model.operation import Guard, Read
from convex_lint.model.value import Argument, Computed, Literal, Unknown, Value
from tests.analysis.facts import read, span

KIND = Argument(("kind",))
HERE = span()


def behind(condition: Value, holds: bool, place: object = None) -> Read:
    return replace(read("notes"), guards=(Guard(condition, holds, place or span(), "skip"),), conditional=True)  # type: ignore[arg-type]


def test_the_two_arms_of_a_branch() -> None:
    assert exclusive(behind(KIND, True), behind(KIND, False))
    assert exclusive(behind(Unknown(), True, HERE), behind(Unknown(), False, HERE))
    assert not exclusive(behind(KIND, True), behind(KIND, True))
    assert not exclusive(behind(Unknown(), True), behind(Unknown(), False)), "two conditions, both unknown"
    assert not exclusive(behind(KIND, True), read("notes"))


def test_one_value_that_would_have_to_be_two() -> None:
    first, second = (Computed("===", (KIND, Literal(kind))) for kind in ("a", "b"))
    assert exclusive(behind(first, True), behind(second, True))
    assert not exclusive(behind(first, True), behind(first, True))
    assert not exclusive(behind(first, False), behind(second, False))


def test_where_nothing_is_known_two_that_may_be_skipped_count_as_exclusive() -> None:
    sometimes = replace(read("notes"), conditional=True)
    assert exclusive(sometimes, replace(read("notes"), conditional=True))
    assert not exclusive(sometimes, read("notes"))
