"""What the rounds of a loop cost, and which of the rows they are about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.drained import takes_all_out
from convex_lint.analysis.per_round import asks_the_same, at_most
from convex_lint.analysis.picking import asked_for, chosen_from_all, comes_after, in_a_state, picked_out, weighed
from convex_lint.model.operation import Bound, Guard, Key, Loop, Predicate, Read
from convex_lint.model.value import Argument, Clock, Computed, DocumentField, Literal, Undefined, Unknown, Value
from convex_lint.source import Span
from tests.analysis.facts import either, eq, mutation, patch, read, span

ROWS = replace(read("rows"), ordinal=0)
LOOP = Loop(span(), None, 0)
STATUS = DocumentField("rows", ("status",), 0)
ENDS = DocumentField("rows", ("endsAt",), 0)


def guarded(operator: str, *parts: Value, holds: bool = True) -> Read:
    return replace(read("others"), guards=(Guard(Computed(operator, parts), holds, span(), "skip"),))


def inside(*keys: Value) -> Read:
    return replace(read("others"), ordinal=5, loops=(LOOP,), eq=tuple(Key("field", value) for value in keys))


def test_of_branches_that_exclude_one_another_one_counts() -> None:
    place, inner = span(), span()
    arm = [Guard(Unknown(), holds, place, "skip") for holds in (True, False)]
    deeper = [Guard(Unknown(), holds, inner, "skip") for holds in (True, False)]
    then, otherwise = (replace(read("others"), guards=(one,)) for one in arm)
    nested = [replace(read("others"), guards=(arm[1], one)) for one in deeper]
    assert at_most([(then, 3), (otherwise, 2)]) == 3
    assert at_most([(then, 3), (otherwise, 2), (nested[0], 2), (nested[1], 1)]) == 4
    assert at_most([(read("others"), 1), (then, 3), (otherwise, 2)]) == 4
    assert at_most([]) == 0


def test_a_read_that_asks_for_nothing_of_the_loop_is_the_same_each_time() -> None:
    owner = replace(read("owners"), ordinal=1, terminal="unique")
    each = replace(read("others"), ordinal=2, terminal="unique", loops=(LOOP,), eq=(Key("rowId", STATUS),))
    fixed = replace(each, ordinal=3, eq=(Key("kind", Literal("a")),))
    known = {one.ordinal: one for one in (ROWS, owner, each, fixed)}
    same = [
        (),
        (Literal("a"),),
        (Argument(("id",)),),
        (DocumentField("owners", ("_id",), 1),),
        (DocumentField("others", ("_id",), 3),),
    ]
    other = [
        (STATUS,),
        (Unknown(),),
        (Argument(("ids", "[]")),),
        (DocumentField("others", ("_id",), 2),),
        (DocumentField("x", ("y",)),),
    ]
    assert all(asks_the_same(inside(*keys), LOOP, known) for keys in same)
    assert not any(asks_the_same(inside(*keys), LOOP, known) for keys in other)


def test_rows_that_the_call_names() -> None:
    assert asked_for(guarded("===", STATUS, Argument(("status",))), ROWS)
    assert asked_for(guarded("!==", STATUS, Argument(("status",)), holds=False), ROWS)
    assert not asked_for(guarded("!==", STATUS, Argument(("status",))), ROWS), "all but those"
    assert not asked_for(guarded("===", STATUS, Literal("open")), ROWS)
    assert not asked_for(guarded("===", STATUS, ENDS), ROWS)


def test_rows_in_a_state_or_of_an_age() -> None:
    assert in_a_state(guarded("===", STATUS, Literal("open")), ROWS)
    assert in_a_state(guarded("<", ENDS, Clock()), ROWS)
    assert not in_a_state(guarded("!==", STATUS, Literal("open")), ROWS)
    assert not in_a_state(guarded("===", DocumentField("others", ("kind",), 4), Literal("open")), ROWS)


def test_a_comparison_with_what_the_row_has_lets_some_rows_through() -> None:
    flag = replace(patch("rows", status=Literal("seen")), guards=guarded("!", STATUS).guards)
    assert weighed(flag, ROWS), "whether it has what it is given"
    assert not weighed(replace(flag, fields=("name",)), ROWS)
    assert weighed(replace(flag, guards=guarded("!==", STATUS, Unknown()).guards), ROWS)
    found_out = Guard(Unknown(), True, Span(LOOP.span.file, LOOP.span.start + 1, LOOP.span.end - 1), "skip")
    assert weighed(replace(flag, loops=(LOOP,), fields=("name",), guards=(found_out,)), ROWS), "what code finds out"
    before = replace(found_out, span=span())
    assert not weighed(replace(flag, loops=(LOOP,), fields=("name",), guards=(before,)), ROWS), "outside of the loop"
    assert not weighed(replace(flag, fields=("name",), guards=guarded("!==", ENDS, Undefined()).guards), ROWS)


@pytest.mark.parametrize(
    ("found", "wrote", "out"),
    [
        (read("rows", "by_state", {"open": Literal(False)}), Literal(True), True),
        (read("rows", residual=(Predicate("eq", "js", span(), "open", Literal(False)),)), Literal(True), True),
        (read("rows", residual=(Predicate("neq", "js", span(), "open", Literal(True)),)), Literal(True), True),
        (read("rows", "by_state", {"open": Literal(True)}), Literal(True), False),
        (read("rows", "by_state", {"open": None}), Literal(True), False),
        (read("rows", "by_state", {"open": Literal(False)}, terminal="take"), Literal(True), False),
        (read("rows"), Literal(True), False),
        (read("rows", "by_state", {"open": Literal(False)}), Argument(("open",)), False),
    ],
)
def test_each_call_takes_all_rows_out_of_where_it_found_them(found: Read, wrote: Value, out: bool) -> None:
    write = patch("rows", DocumentField("rows", ("_id",), 0), open=wrote)
    assert takes_all_out(replace(found, ordinal=0), mutation("rows:set", found, write)) is out
    some = replace(write, guards=(Guard(STATUS, True, span(), "skip"),))
    assert not takes_all_out(replace(found, ordinal=0), mutation("rows:set", found, some)), "only some of them"


@pytest.mark.parametrize(
    ("value", "after"), [(Clock(), True), (ENDS, True), (Argument(("from",)), False), (Literal(0), False)]
)
def test_what_came_in_since_something(value: Value, after: bool) -> None:
    assert comes_after(replace(ROWS, bounds=(Bound("_creationTime", "gte", value),))) is after
    assert comes_after(replace(ROWS, residual=(Predicate("gt", "filter", span(), "endsAt", value),))) is after
    assert not comes_after(replace(ROWS, bounds=(Bound("_creationTime", "lt", value),)))


def test_rows_whose_list_holds_what_the_call_gives_are_picked_out() -> None:
    part = Predicate("eq", "js", span(), "status", Literal("done"))
    assert picked_out(replace(ROWS, residual=(part,)), lambda _: "row.done && row.users.includes(userId)")
    assert not picked_out(replace(ROWS, residual=(part,)), lambda _: "row.status === 'done'")
    assert not picked_out(replace(ROWS, residual=(part,), terminal="take"), lambda _: "row.users.includes(userId)")
    assert picked_out(replace(ROWS, residual=(replace(part, operator="computed"),)), lambda _: "")


def test_rows_that_a_filter_chooses_out_of_all() -> None:
    one, other = eq("first", Argument(("id",))), eq("second", DocumentField("members", ("_id",), 3))
    assert chosen_from_all(read("talks", residual=(one,)))
    assert chosen_from_all(read("talks", residual=(either(one, other),)))
    assert not chosen_from_all(read("talks", residual=(either(one, eq("state", Literal("open"))),)))
    assert not chosen_from_all(read("talks", residual=(eq("state", Literal("open")),)))
    assert not chosen_from_all(read("talks", "by_team", {"teamId": None}, residual=(one,)))
    assert not chosen_from_all(read("talks"))
