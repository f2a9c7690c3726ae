"""Does a function that runs often write the same documents again and again?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.again import in_each_run, renewed, writes_again
from convex_lint.analysis.always import every_time
from convex_lint.analysis.rates import Rate, Strength
from convex_lint.model.operation import Guard, Write
from convex_lint.model.value import (
    Argument,
    Clock,
    Computed,
    DocumentField,
    Identity,
    Literal,
    Undefined,
    Unknown,
    Value,
)
from tests.analysis.facts import insert, mutation, patch, read, row, span

CRON = Rate(Strength.CRON, "a cron", 1.0, span())


def guarded(condition: Value, otherwise: str = "return") -> Write:
    return replace(patch("docs", seen=Clock()), guards=(Guard(condition, True, span(), otherwise),))


def field(name: str) -> DocumentField:
    return DocumentField("docs", (name,), 0)


@pytest.mark.parametrize(
    ("condition", "always"),
    [
        (DocumentField("docs", (), 0), True),
        (Computed("!", (DocumentField("docs", (), 0),)), False),
        (Computed("===", (DocumentField("docs", (), 0), Literal(None))), False),
        (Computed("!==", (DocumentField("docs", (), 0), Literal(None))), True),
        (Computed("===", (field("ownerId"), Identity(("subject",)))), True),
        (Computed("===", (Argument(("kind",)), Literal("beat"))), True),
        (Computed("!==", (field("seen"), Argument(("seen",)))), False),
        (Computed("===", (field("state"), Literal("open"))), False),
        (Computed("<", (field("seen"), Computed("-", (Clock(), Literal(60_000))))), False),
        (Computed("||", (Computed("!", (field("seen"),)), Argument(("force",)))), False),
        (Computed("either", (Literal(False), Literal(True))), False),
        (Computed("either", (Literal(None), Computed("object", ()))), True),
        (Computed(">=", (Computed("+", (Unknown(), Literal(1))), Literal(10))), False),
        (Computed(">", (Computed("length", (Unknown(),)), Literal(0))), True),
    ],
)
def test_conditions_that_decide_whether_there_is_something_to_do(condition: Value, always: bool) -> None:
    assert every_time(guarded(condition)) is always
    assert every_time(guarded(condition, "throw"))


def test_what_is_inserted_after_a_look_is_inserted_once() -> None:
    chat = DocumentField("docs", (), 0)
    same = Computed("===", (field("room"), Argument(("room",))))
    guard = Guard(Computed("&&", (chat, same)), False, span(), "return")
    there = Guard(Computed("&&", (Computed("either", (Literal(None), chat)), same)), False, span(), "return")
    assert not every_time(replace(insert("docs"), guards=(guard,)))
    assert not every_time(replace(insert("docs"), guards=(there,)))
    assert every_time(replace(patch("docs", seen=Clock()), guards=(guard,)))


def test_a_state_is_given_once() -> None:
    beat, done = patch("docs", seen=Clock()), patch("docs", state=Literal("done"))
    assert writes_again(mutation("a:f"), beat, CRON, {})
    assert not writes_again(mutation("a:f"), done, CRON, {})
    both = patch("docs", state=Literal("online"), seen=Clock())
    assert not writes_again(mutation("a:f"), both, CRON, {})
    assert writes_again(mutation("a:f"), both, CRON._replace(strength=Strength.CLIENT), {})


def test_only_what_changes_is_renewed() -> None:
    assert renewed(patch("docs", connected=Literal(True), seen=Clock())) == ("seen",)


def test_who_is_called_for_something_does_it_whatever_else_is_stored() -> None:
    blocked = DocumentField("users", ("blocked",), 1)
    hook = CRON._replace(strength=Strength.HTTP)
    assert in_each_run(guarded(blocked), hook, {})
    assert not in_each_run(guarded(blocked), CRON, {})
    assert not in_each_run(guarded(field("state")), hook, {})


def test_a_document_that_gets_the_same_constants_again_is_not_written() -> None:
    cleared = patch("docs", pending=Literal(False), note=Undefined())
    client = CRON._replace(strength=Strength.CLIENT)
    assert not writes_again(mutation("a:f"), cleared, client, {})
    assert writes_again(mutation("a:f"), patch("docs", pending=Literal(False), by=Argument(("by",))), client, {})


@pytest.mark.parametrize(
    ("value", "again"),
    [
        (Computed("call:max", (Computed("either", (field("seen"), Clock())), Clock())), True),
        (Computed("+", (field("seen"), Literal(1))), True),
        (Computed("+", (Computed("either", (field("seen"), Literal(0))), Literal(1))), True),
        (Computed("either", (field("seen"), Argument(("seen",)))), True),
        (Computed("either", (field("seen"), Clock())), False),
        (Computed("/", (DocumentField("rows", ("n",), 1), Literal(100))), False),
        (field("other"), False),
    ],
)
def test_what_is_worked_out_again_from_what_is_stored_changes_nothing(value: Value, again: bool) -> None:
    client = CRON._replace(strength=Strength.CLIENT)
    assert writes_again(mutation("a:f"), patch("docs", seen=value), client, {}) is again


def test_rows_that_leave_the_range_are_not_found_again() -> None:
    found = read("docs", "by_due", {"due": None})
    moved = patch("docs", row("docs", 0), due=Argument(("next",)))
    kept = patch("docs", row("docs", 0), seen=Clock())
    assert not writes_again(mutation("a:f"), moved, CRON, {0: found})
    assert writes_again(mutation("a:f"), kept, CRON, {0: found})


@pytest.mark.parametrize(
    ("rate", "again"),
    [
        (CRON._replace(per_minute=1 / 60), False),
        (CRON._replace(strength=Strength.LOOP), True),
        (CRON._replace(strength=Strength.LOOP, through="a:batch"), False),
        (CRON._replace(strength=Strength.BATCH), False),
        (CRON._replace(strength=Strength.HTTP), False),
        (CRON._replace(strength=Strength.STAMP), False),
    ],
)
def test_signs_that_say_so(rate: Rate, again: bool) -> None:
    assert writes_again(mutation("a:f"), patch("docs", count=Argument(("n",))), rate, {}) is again


def test_a_heartbeat_says_so_by_its_field() -> None:
    stamp = CRON._replace(strength=Strength.STAMP)
    assert writes_again(mutation("a:f"), patch("docs", lastSeen=Clock()), stamp, {})
    assert not writes_again(mutation("a:f"), patch("docs", updatedAt=Clock()), stamp, {})
