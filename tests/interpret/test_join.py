"""What many values together are."""

from __future__ import annotations

from convex_lint.interpret.values import MAX_OPTIONS, UNKNOWN, Arr, Doc, Obj, join, options_of
from convex_lint.model.value import Literal

READS = [object() for _ in range(3 * MAX_OPTIONS)]
MANY = range(3 * MAX_OPTIONS)


def rows(table: str) -> list[Doc]:
    return [Doc("", table, (), read) for read in READS]  # type: ignore[arg-type]


def test_rows_of_many_reads_are_rows_of_their_table() -> None:
    joined = options_of(join(*rows("users")))
    assert UNKNOWN not in joined
    assert Doc("", "users") in joined
    assert len(joined) <= MAX_OPTIONS
    assert options_of(join(*rows("users"), *rows("teams")))[-1] == UNKNOWN  # more than can be looked at


def test_many_arrays_are_one_of_what_is_in_them() -> None:
    joined = options_of(join(*[Arr([Literal(i)] * (i + 1)) for i in MANY]))
    assert UNKNOWN not in joined
    last = joined[-1]
    assert isinstance(last, Arr)
    assert not last.exact
    assert Literal(MANY[-1]) in last.items


def test_many_pairs_are_pairs() -> None:
    last = options_of(join(*[Arr([Literal("a"), Obj()]) for _ in MANY]))[-1]
    assert isinstance(last, Arr)
    assert last.exact
    assert last.items[0] == Literal("a")
    assert len(last.items) == 2


def test_what_is_unknown_stays_so() -> None:
    assert UNKNOWN in options_of(join(*rows("users"), UNKNOWN))
    assert options_of(join(*[Obj() for _ in MANY]))[-1] == UNKNOWN
