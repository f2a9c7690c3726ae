"""Does a function that runs often write the same documents again and again?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.again import writes_again
from convex_lint.analysis.always import every_time
from convex_lint.analysis.rates import Rate, Strength
from convex_lint.model.operation import Guard, Write
from convex_lint.model.value import Argument, Clock, Computed, DocumentField, Identity, Literal, Value
from tests.analysis.facts import mutation, patch, read, row, span

CRON = Rate(Strength.CRON, "a cron", 1.0, span())


def guarded(condition: Value, otherwise: str = "return") -> Write:
    return replace(patch("docs", seen=Clock()), guards=(Guard(condition, True, span(), otherwise),))


def field(name: str) -> DocumentField:
    return DocumentField("docs", (name,), 0)


@pytest.mark.parametrize(
    ("condition", "always"),
    [
        (DocumentField("docs", (), 0), True),
        (Computed("!==", (DocumentField("docs", (), 0), Literal(None))), True),
        (Computed("===", (field("ownerId"), Identity(("subject",)))), True),
        (Computed("===", (Argument(("kind",)), Literal("beat"))), True),
        (Computed("!==", (field("seen"), Argument(("seen",)))), False),
        (Computed("===", (field("state"), Literal("open"))), False),
        (Computed("<", (field("seen"), Computed("-", (Clock(), Literal(60_000))))), False),
        (Computed("||", (Computed("!", (field("seen"),)), Argument(("force",)))), False),
    ],
)
def test_conditions_that_decide_whether_there_is_something_to_do(condition: Value, always: bool) -> None:
    assert every_time(guarded(condition)) is always
    assert every_time(guarded(condition, "throw"))


def test_a_state_is_given_once() -> None:
    beat, done = patch("docs", seen=Clock()), patch("docs", state=Literal("done"))
    assert writes_again(mutation("a:f"), beat, CRON, {})
    assert not writes_again(mutation("a:f"), done, CRON, {})
    assert writes_again(mutation("a:f"), done, CRON._replace(strength=Strength.CLIENT), {})


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
