"""Of several indexes, that on a window of time is worth more than one on a state, in which most rows may be."""

from __future__ import annotations

import pytest

from convex_lint.analysis.times import is_window
from convex_lint.analysis.wish import wish
from convex_lint.model.operation import Predicate
from convex_lint.model.schema import Validator
from convex_lint.model.value import Argument, Clock, Computed, DocumentField, Literal, Value
from tests.analysis.facts import BOOLEAN, NUMBER, STRING, eq, read, span, table
from tests.analysis.test_indexes import narrowing, served

AGO = Computed("-", (Clock(), Literal(600_000)))
STATE_AND_TIME = {"by_state": ["state"], "by_score": ["score"]}


def bound(operator: str, field: str, value: Value) -> Predicate:
    return Predicate(operator, "filter", span(), field, value)


OPEN = eq("state", Literal("open"))
BETWEEN = [bound("gte", "score", Argument(("least",))), bound("lte", "score", Argument(("most",)))]


def test_a_range_between_two_bounds_is_used_instead_of_a_state() -> None:
    assert served(read("messages", residual=[OPEN, *BETWEEN]), STATE_AND_TIME) == "by_score"
    assert served(read("messages", residual=[OPEN, BETWEEN[0]]), STATE_AND_TIME) == "by_state"
    both = {**STATE_AND_TIME, "by_state_score": ["state", "score"]}
    assert served(read("messages", residual=[OPEN, *BETWEEN]), both) == "by_state_score"
    told = eq("authorId", Argument(("author",)))
    assert served(read("messages", residual=[told, *BETWEEN]), {**STATE_AND_TIME, "by_author": ["authorId"]}) == (
        "by_author"
    )


@pytest.mark.parametrize(
    ("comparison", "expected"),
    [
        (bound("gte", "createdAt", AGO), True),
        (bound("gt", "saleDate", Argument(("since",))), True),
        (bound("gte", "score", Argument(("least",))), False),
        (bound("lte", "createdAt", Clock()), False),
        (bound("gte", "createdAt", Literal(0)), False),
        (bound("gte", "createdAt", DocumentField("rooms", ("openedAt",), 0)), False),
    ],
)
def test_what_came_in_since_is_a_window(comparison: Predicate, *, expected: bool) -> None:
    assert is_window([comparison]) is expected


def test_of_two_fields_that_are_compared_the_next_of_the_index_is_served() -> None:
    residual = [bound("gt", "deletedAt", Argument(("min",))), bound("gt", "score", Argument(("min",)))]
    found = narrowing(
        read("messages", "by_channel", {"channelId": None}, residual=residual),
        {"by_channel": ["channelId", "score"]},
    )
    assert found is not None
    assert found.service is not None
    assert found.service.ranged == "score"


def test_of_a_stretch_of_time_all_earlier_ones_are_in_the_range() -> None:
    asked = Argument(("day",))
    holds = [bound("lte", "score", asked), bound("gte", "until", asked)]
    spans = table("spans", {"by_score": ["score"]}, score=NUMBER, until=NUMBER)
    found = wish(read("spans", residual=holds), spans)
    assert found is not None
    assert (found.ranged, found.until) == ("score", "until")
    other = wish(read("spans", residual=[holds[0], bound("gte", "until", Argument(("other",)))]), spans)
    assert other is not None
    assert other.until is None
    by_end = table("spans", {"by_until": ["until"]}, score=NUMBER, until=NUMBER)
    ends = wish(read("spans", residual=holds), by_end)
    assert ends is not None
    assert (ends.ranged, ends.until) == ("until", None)


def test_what_a_flag_is_not_joins_what_else_is_asked() -> None:
    mails = table("mails", to=STRING, read=BOOLEAN, isActive=BOOLEAN, draft=Validator("boolean", optional=True))
    told, unread, sent = (
        eq("to"),
        Predicate("neq", "filter", span(), "read", Literal(True)),
        Predicate("neq", "filter", span(), "draft", Literal(True)),
    )
    found = wish(read("mails", residual=[unread, sent, told]), mails)
    assert found is not None
    assert [(one.field, one.values) for one in found.equalities][1:] == [("read", (Literal(False),))]
    assert found.rest, "rows without `draft` are no drafts either"
    assert wish(read("mails", residual=[unread]), mails) is None
    assert wish(read("mails", residual=[unread, eq("isActive", Literal(True))]), mails) is None
