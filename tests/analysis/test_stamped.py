"""Fields that say what `_creationTime` says, and what nobody starts or fills."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.narrowing import Narrowing
from convex_lint.analysis.rewrite import narrow_text
from convex_lint.analysis.stamped import Stamps, stamps_of
from convex_lint.model.operation import Predicate, Write
from convex_lint.model.value import UNKNOWN, Argument, Clock, Computed, Literal, Value
from tests.analysis.facts import (
    NUMBER,
    STRING,
    cron,
    eq,
    insert,
    mutation,
    patch,
    project,
    query,
    read,
    span,
    subscription,
    table,
)

NOTES = table("notes", {"by_owner": ["owner"]}, owner=STRING, at=NUMBER, createdAt=NUMBER, day=STRING)
LATER = Computed("+", (Clock(), Literal(1000)))


def stamps(*writes: Write) -> Stamps:
    return Backend(project(NOTES, mutation("notes:write", *writes))).stamps(NOTES)


def test_a_field_that_every_insert_sets_to_the_clock_says_what_the_creation_time_says() -> None:
    assert stamps(insert("notes", at=Clock(), day=Clock())) == Stamps(frozenset({"at"}), frozenset({"at", "day"}))
    assert stamps() == Stamps()


@pytest.mark.parametrize("other", [Argument(("at",)), LATER])
def test_it_does_not_when_one_insert_sets_something_else(other: Value) -> None:
    assert stamps(insert("notes", at=Clock()), insert("notes", at=other)) == Stamps()
    assert stamps(insert("notes", at=Clock()), insert("notes", owner=other)) == Stamps()


def test_it_does_not_when_something_changes_it() -> None:
    made = insert("notes", at=Clock(), createdAt=Clock())
    assert stamps(made, patch("notes", at=Clock())).exact == {"createdAt"}
    assert stamps(made, replace(patch("notes"), fields=None)).exact == {"createdAt"}
    assert stamps(made, patch("notes", owner=Argument(("owner",)))).exact == {"at", "createdAt"}


def narrowing(value: Value, field: str, **more: object) -> Narrowing | None:
    late = Predicate("lt", "filter", span(), field, Argument(("before",)))
    old = read("notes", residual=[late], **more)
    adder = mutation("notes:add", insert("notes", **{field: value}))
    return Backend(project(NOTES, adder, query("notes:old", old))).narrowings.get(old.span)


def test_a_range_of_such_a_field_is_one_of_the_creation_time() -> None:
    found = narrowing(Clock(), "at")
    assert found is not None
    assert found.service is not None
    assert (found.service.index.name, found.service.ranged, found.wish.fields) == (
        "by_creation_time",
        "_creationTime",
        ("at",),
    )
    other = narrowing(LATER, "at")
    assert other is not None
    assert other.proposal is not None
    assert other.proposal.fields == ("at",)


def test_a_text_of_the_time_is_in_the_same_order_but_cannot_be_compared() -> None:
    found = narrowing(Clock(), "day")
    assert found is not None
    assert found.proposal is not None
    assert found.proposal.fields == ("day",)
    newest = read("notes", "by_owner", {"owner": None}, uses=[("sort", "day"), ("first", None)])
    adder = mutation("notes:add", insert("notes", day=Clock(), owner=Argument(("owner",))))
    sorted_late = Backend(project(NOTES, adder, query("notes:last", newest))).narrowings.get(newest.span)
    assert sorted_late is not None
    assert sorted_late.service is not None
    assert (sorted_late.service.index.name, sorted_late.service.ordered) == ("by_owner", "_creationTime")


def test_a_text_of_the_whole_time_is_compared_by_the_creation_time() -> None:
    notes = table("notes", {}, createdAt=STRING, createdDay=STRING)
    for field, served in (("createdAt", True), ("createdDay", False)):
        late = Predicate("lt", "filter", span(), field, Argument(("before",)))
        old = read("notes", residual=[late])
        adder = mutation("notes:add", insert("notes", **{field: Clock()}))
        found = Backend(project(notes, adder, query("notes:old", old))).narrowings[old.span]
        assert (found.service is not None) is served
        if found.service is not None:
            text = narrow_text(found, lambda span: "")
            assert text == '.withIndex("by_creation_time", (q) => q.lt("_creationTime", Date.parse(args.before)))'


@pytest.mark.parametrize(("text", "is_now"), [("nowIso()", True), ("time.getNow()", True), ("given()", False)])
def test_a_library_tells_the_time_by_the_name_of_now(text: str, is_now: bool) -> None:
    write = insert("notes", at=UNKNOWN, createdAt=UNKNOWN)
    sites = Backend(project(NOTES, mutation("notes:add", write))).writes
    found = stamps_of(NOTES, sites, lambda span: f"{{ at: {text}, createdAt: {text} }}")
    assert found.exact == ({"createdAt"} if is_now else set())


def test_two_reads_get_one_index_when_one_of_them_only_walks_its_rows() -> None:
    later = Predicate("gt", "filter", span(), "at", Argument(("since",)))
    recent = read("notes", residual=[eq("day"), later])
    walked = read("notes", residual=[eq("day")], uses=[("iterate", None)])
    newest = read("notes", residual=[eq("day")], order="desc")
    adder = mutation("notes:add", insert("notes", at=LATER, day=Argument(("day",))))
    backend = Backend(
        project(NOTES, adder, query("notes:a", recent), query("notes:b", walked), query("notes:c", newest))
    )
    proposals = [backend.narrowings[one.span].proposal for one in (recent, walked, newest)]
    assert [one and (one.fields, one.pinned, one.unsorted) for one in proposals] == [
        (("day", "at"), ("day",), False),
        (("day", "at"), ("day",), True),
        (("day",), ("day",), False),
    ]


def test_what_is_asked_for() -> None:
    public, seen = query("notes:list"), query("notes:seen")
    internal, timed = query("notes:hidden", internal=True), mutation("notes:timed", internal=True)
    parts = (public, seen, internal, timed, cron("timed", "notes:timed"))
    with_clients = Backend(project(*parts, subscription("notes:seen")))
    without = Backend(project(*parts))
    functions = (public, seen, internal, timed)
    assert [with_clients.is_asked([one]) for one in functions] == [False, True, False, True]
    assert [without.is_asked([one]) for one in functions] == [True, True, False, True]


def test_a_table_is_filled_by_inserts_and_replaces_but_not_by_seeds_or_patches() -> None:
    def filled(path: str, write: Write) -> bool:
        return Backend(project(NOTES, mutation(path, write))).is_filled(NOTES)

    assert filled("notes:add", insert("notes"))
    assert not filled("seed:notes", insert("notes"))
    assert not filled("notes:rename", patch("notes", owner=Argument(("owner",))))


def test_a_table_is_not_filled_by_inserts_that_nothing_starts() -> None:
    public, hidden = mutation("notes:add", insert("notes")), mutation("notes:copy", insert("notes"), internal=True)
    other, uses = query("notes:list"), subscription("notes:list")
    assert not Backend(project(NOTES, public, hidden, other, uses)).is_filled(NOTES)
    assert Backend(project(NOTES, public, hidden, other, uses, cron("copies", "notes:copy"))).is_filled(NOTES)
    assert not Backend(project(NOTES, hidden)).is_filled(NOTES)
