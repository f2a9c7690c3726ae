"""Which index serves a read, which one to declare, and who relies on the order of the shorter one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.narrowing import Narrowing
from convex_lint.analysis.order import relies_on_creation_order
from convex_lint.analysis.wish import wish
from convex_lint.model.operation import Predicate, Read
from convex_lint.model.schema import Validator
from convex_lint.model.value import UNKNOWN, Argument, Clock, Computed, DocumentField, Literal, Undefined, Value
from tests.analysis.facts import (
    BOOLEAN,
    NUMBER,
    STRING,
    either,
    enum,
    eq,
    insert,
    mutation,
    project,
    query,
    read,
    reference,
    span,
    table,
)

FIELDS = {
    "channelId": reference("channels"),
    "authorId": reference("users"),
    "folderId": replace(reference("folders"), optional=True),
    "state": enum("open", "done"),
    "slug": STRING,
    "score": NUMBER,
    "deletedAt": Validator("float64", optional=True),
    "tags": Validator("array", element=STRING),
    "meta": Validator("object", fields={"kind": STRING}),
}


def narrowing(operation: Read, indexes: dict[str, list[str]] | None = None, *others: Read) -> Narrowing | None:
    """What would narrow a read of a table that grows."""
    messages = table("messages", indexes or {}, **FIELDS)
    sender = mutation("messages:send", insert("messages", **{name: Argument((name,)) for name in FIELDS}))
    functions = [query(f"messages:q{number}", other) for number, other in enumerate((operation, *others))]
    backend = Backend(project(messages, sender, *functions))
    return backend.narrowings.get(operation.span)


def proposed(operation: Read, indexes: dict[str, list[str]] | None = None, *others: Read) -> tuple[str, ...] | None:
    found = narrowing(operation, indexes, *others)
    return found.proposal.fields if found is not None and found.proposal is not None else None


def served(operation: Read, indexes: dict[str, list[str]]) -> str | None:
    found = narrowing(operation, indexes)
    return found.service.index.name if found is not None and found.service is not None else None


def test_a_filter_on_a_scan_asks_for_an_index() -> None:
    assert proposed(read("messages", residual=[eq("slug")])) == ("slug",)
    assert proposed(read("messages", residual=[eq("slug", source="js")])) == ("slug",)
    assert proposed(read("messages")) is None


def test_ids_come_first_and_states_last() -> None:
    late = [eq("state"), eq("slug"), eq("channelId")]
    assert proposed(read("messages", residual=late)) == ("channelId", "slug", "state")


def test_the_range_in_use_stays_in_front_and_a_comparison_goes_last() -> None:
    compared = Predicate("gt", "filter", span(), "score", Argument(("since",)))
    operation = read("messages", "by_state", {"state": None}, residual=[compared, eq("slug")])
    assert proposed(operation, {"by_state": ["state"]}) == ("state", "slug", "score")


def test_an_index_that_serves_is_found_and_the_most_selective_wins() -> None:
    indexes = {"by_state": ["state"], "by_channel": ["channelId", "score"]}
    assert served(read("messages", residual=[eq("channelId")]), indexes) == "by_channel"
    assert served(read("messages", residual=[eq("state"), eq("channelId")]), indexes) == "by_channel"
    assert served(read("messages", "by_state", {"state": None}, residual=[eq("channelId")]), indexes) is None


def test_the_index_on_what_one_thing_has_stands_in_for_that_of_its_team() -> None:
    indexes = {"by_team": ["teamId"], "by_channel": ["channelId", "score"]}
    pinned: dict[str, Value | None] = {"teamId": Argument(("team",))}
    assert served(read("messages", "by_team", pinned, residual=[eq("channelId")]), indexes) == "by_channel"
    assert served(read("messages", "by_team", pinned, residual=[eq("folderId")]), {"by_folder": ["folderId"]}) is None
    assert served(read("messages", "by_team", pinned, residual=[eq("state")]), {"by_state": ["state"]}) is None


def test_the_next_field_of_the_index_in_use_serves() -> None:
    indexes = {"by_state_and_slug": ["state", "slug"]}
    operation = read("messages", "by_state_and_slug", {"state": None}, residual=[eq("slug")])
    assert served(operation, indexes) == "by_state_and_slug"


def test_a_staged_index_serves_nobody() -> None:
    messages = table("messages", {"by_slug": ["slug"]}, staged=["by_slug"], **FIELDS)
    operation = read("messages", residual=[eq("slug")])
    sender = mutation("messages:send", insert("messages", slug=UNKNOWN))
    found = Backend(project(messages, sender, query("m:l", operation))).narrowings[operation.span]
    assert found.service is None
    assert found.proposal is not None


def test_an_index_on_a_state_does_not_stand_in_for_one_on_an_id() -> None:
    operation = read("messages", residual=[eq("state"), eq("channelId")])
    assert proposed(operation, {"by_state": ["state"]}) == ("state", "channelId")


def test_creation_time_is_the_implicit_last_field() -> None:
    recent = Predicate("gte", "filter", span(), "_creationTime", Argument(("since",)))
    assert served(read("messages", residual=[recent]), {}) == "by_creation_time"
    operation = read("messages", "by_channel", {"channelId": None}, residual=[recent])
    assert served(operation, {"by_channel": ["channelId"]}) == "by_channel"


def test_another_order_of_rows_is_not_offered_to_those_who_rely_on_it() -> None:
    newest = read("messages", residual=[eq("channelId")], order="desc", terminal="take")
    assert served(newest, {"by_channel_and_score": ["channelId", "score"]}) is None
    assert served(newest, {"by_channel": ["channelId"]}) == "by_channel"


def test_one_row_by_id_is_a_get() -> None:
    found = narrowing(read("messages", residual=[eq("_id", Argument(("id",), "messages"))], terminal="first"))
    assert found is not None
    assert found.by_get is not None


def test_several_values_of_one_field_are_several_ranges() -> None:
    both = either(eq("slug", Literal("a")), eq("slug", Literal("b")))
    assert proposed(read("messages", residual=[both])) == ("slug",)
    mixed = either(eq("slug", Literal("a")), eq("state", Literal("open")))
    assert proposed(read("messages", residual=[mixed])) is None
    listed = Predicate("in", "js", span(), "slug", Computed("either", (Literal("a"), Literal("b"))))
    assert proposed(read("messages", residual=[listed])) == ("slug",)
    free = Predicate("in", "js", span(), "slug", Argument(("slugs",)))
    assert proposed(read("messages", residual=[free])) is None


@pytest.mark.parametrize(
    "late",
    [
        Predicate("neq", "filter", span(), "slug", Literal("a")),
        Predicate("computed", "js", span()),
        Predicate("not", "filter", span(), parts=(eq("slug"),)),
        eq("tags", Literal("a")),
        eq("nowhere"),
        eq("slug", UNKNOWN, source="js"),
        eq("slug", DocumentField("messages", ("state",), 0)),
        eq("deletedAt", Undefined()),
    ],
)
def test_what_an_index_cannot_do_is_not_asked_of_one(late: Predicate) -> None:
    assert narrowing(read("messages", residual=[late])) is None


def test_nested_paths_can_be_keys() -> None:
    assert proposed(read("messages", residual=[eq("meta.kind")])) == ("meta.kind",)


def test_code_after_a_page_or_a_take_is_not_ours() -> None:
    assert narrowing(read("messages", residual=[eq("slug", source="js")], terminal="take")) is None
    assert proposed(read("messages", residual=[eq("slug")], terminal="take")) == ("slug",)


def test_a_proposed_index_keeps_the_order_that_was_asked_for() -> None:
    latest = read("messages", "by_score", residual=[eq("channelId")], terminal="take")
    assert proposed(latest, {"by_score": ["score"]}) == ("channelId", "score")
    assert proposed(replace(latest, order="desc"), {"by_score": ["score"]}) == ("channelId", "score")
    assert proposed(replace(latest, terminal="collect"), {"by_score": ["score"]}) == ("channelId",)


def test_an_index_in_another_order_serves_where_few_rows_are_left_to_sort() -> None:
    last = replace(read("messages", residual=[eq("channelId")]), order="desc")
    assert served(last, {"by_channel_and_score": ["channelId", "score"]}) == "by_channel_and_score"
    assert served(replace(last, terminal="take"), {"by_channel_and_score": ["channelId", "score"]}) is None


def test_rows_sorted_for_their_first_ask_for_an_order() -> None:
    first = [("sort", "score"), ("first", None)]
    assert proposed(read("messages", uses=first)) == ("score",)
    assert proposed(read("messages", uses=[*first, ("returned", None)])) is None
    assert served(read("messages", uses=first), {"by_score": ["score"]}) == "by_score"


def test_a_range_of_one_id_is_long_enough_only_for_logs() -> None:
    operation = read("messages", "by_channel", {"channelId": None}, residual=[eq("state")])
    assert proposed(operation, {"by_channel": ["channelId"]}) == ("channelId", "state")
    cards = table("cards", {"by_channel": ["channelId"]}, **FIELDS)
    operation = read("cards", "by_channel", {"channelId": None}, residual=[eq("state")])
    adder = mutation("cards:add", insert("cards", slug=UNKNOWN))
    assert Backend(project(cards, adder, query("c:l", operation))).narrowings == {}


def test_one_index_serves_wishes_that_are_parts_of_one_another() -> None:
    by_slug = read("messages", residual=[eq("slug")], uses=[("length", None)])
    by_both = read("messages", residual=[eq("slug"), eq("channelId")])
    assert proposed(by_both, {}, by_slug) == ("slug", "channelId")
    assert proposed(by_slug, {}, by_both) == ("slug", "channelId")
    assert proposed(by_both, {}) == ("channelId", "slug")


def test_rows_that_someone_sees_keep_their_order() -> None:
    listed = read("messages", residual=[eq("state")], uses=[("returned", None)])
    by_both = read("messages", residual=[eq("state"), eq("channelId")])
    assert proposed(listed, {}, by_both) == ("state",)
    assert proposed(by_both, {}, listed) == ("channelId", "state")
    lookup = read("messages", residual=[eq("slug")], terminal="first")
    assert proposed(lookup, {}, read("messages", residual=[eq("slug"), eq("state")])) == ("slug", "state")


def test_there_is_room_for_a_few_indexes_and_a_few_fields() -> None:
    full = {f"by_{number}": ["meta.kind", "score", "state"] for number in range(31)}
    first, second = read("messages", residual=[eq("slug")]), read("messages", residual=[eq("channelId")])
    again = read("messages", residual=[eq("channelId")])
    assert proposed(first, full) == ("slug",)
    assert proposed(first, full, second, again) is None
    assert proposed(second, full, first, again) == ("channelId",)


def test_an_index_is_extended_unless_someone_relies_on_its_order() -> None:
    operation = read("messages", residual=[eq("slug"), eq("channelId")])
    lookup = read("messages", "by_state", {"state": None}, terminal="unique")
    indexes = {"by_state": ["state"]}
    late = read("messages", residual=[eq("state"), eq("slug")], terminal="first")
    found = narrowing(late, indexes, lookup)
    assert found is not None
    assert found.proposal is not None
    assert found.proposal.extends is not None
    assert found.proposal.extends.name == "by_state"
    newest = read("messages", "by_state", {"state": None}, terminal="take")
    found = narrowing(late, indexes, newest)
    assert found is not None
    assert found.proposal is not None
    assert found.proposal.extends is None
    assert operation.residual


@pytest.mark.parametrize(
    ("field", "operator", "value", "past"),
    [
        ("score", "lte", Clock(), True),
        ("score", "gte", Clock(), False),
        ("score", "lte", Argument(("until",)), False),
        ("expiresAt", "lt", Clock(), False),
    ],
)
def test_most_rows_lie_in_the_past(field: str, operator: str, value: Value, past: bool) -> None:
    fields = {**FIELDS, "expiresAt": NUMBER}
    operation = read("messages", residual=[Predicate(operator, "filter", span(), field, value)])
    messages = table("messages", {"by_it": [field]}, **fields)
    sender = mutation("messages:send", insert("messages", slug=Argument(("slug",))))
    found = Backend(project(messages, sender, query("messages:q", operation))).narrowings[operation.span]
    assert found.past is past


def test_unknown_ranges_are_left_alone() -> None:
    messages = table("messages", **FIELDS)
    assert wish(read("messages", None, residual=[eq("slug")]), messages) is None  # type: ignore[arg-type]
    assert wish(read("messages", "by_x", residual=[eq("slug")], range_known=False), messages) is None


MESSAGES = table("messages", {"by_channel": ["channelId"]}, **FIELDS)
INDEX = MESSAGES.indexes[0]


@pytest.mark.parametrize(
    ("operation", "relies"),
    [
        (read("messages", "by_channel", {"channelId": None}, terminal="unique"), False),
        (read("messages", "by_channel", {"channelId": None}, terminal="first"), True),
        (read("messages", "by_channel", {"channelId": None}, terminal="take"), True),
        (read("messages", "by_channel", {"channelId": None}, terminal="paginate"), True),
        (read("messages", "by_channel", {"channelId": None}), True),
        (read("messages", "by_channel", {"channelId": None}, uses=[("returned", None)]), True),
        (read("messages", "by_channel", {"channelId": None}, uses=[("length", None)]), False),
        (read("messages", "by_channel", {"channelId": None}, uses=[("length", None)], order="desc"), True),
        (read("messages", "by_channel", {"channelId": None}, uses=[("sort", "score")]), False),
        (read("messages", "by_channel", {"channelId": None}, bounds=[("_creationTime", "gt")]), True),
        (read("messages", "by_channel", range_known=False), True),
        (read("messages", "by_channel", terminal="take"), False),
        (read("messages", "by_other", {"channelId": None}, terminal="take"), False),
    ],
)
def test_who_relies_on_the_order_of_creation(operation: Read, relies: bool) -> None:
    assert relies_on_creation_order(operation, INDEX, MESSAGES) is relies


@pytest.mark.parametrize(("kind", "relies"), [(BOOLEAN, True), (NUMBER, False)])
def test_rows_that_share_one_of_few_values_come_in_order_of_creation(kind: Validator, relies: bool) -> None:
    rows = table("rows", {"by_done": ["done"]}, done=kind)
    asked = [read("rows", "by_done", bounds=bounds, uses=[("returned", None)]) for bounds in ([("done", "gt")], [])]
    assert all(relies_on_creation_order(one, rows.indexes[0], rows) is relies for one in asked)
