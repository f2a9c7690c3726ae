"""What keeps a table or a range small, one by one: caps, queues, pruning, fixed sets of keys."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Tier, extent, is_owned
from convex_lint.analysis.growth import Growth
from convex_lint.analysis.pruning import Bounded
from convex_lint.analysis.terminal import scans_all, until_match
from convex_lint.model.operation import Bound, Guard, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Argument, Clock, Computed, DocumentField, Inserted, Literal, Value
from convex_lint.source import Span
from tests.analysis.facts import (
    BOOLEAN,
    STRING,
    cron,
    delete,
    enum,
    eq,
    insert,
    mutation,
    project,
    read,
    reference,
    row,
    schedule,
    span,
    table,
)

NOTES = table(
    "notes", {"by_kind": ["kind"]}, kind=enum("a", "b"), pinned=BOOLEAN, name=STRING, ownerId=reference("users")
)
NAME = Argument(("name",))


def growth(*parts: object, of: Table = NOTES) -> Growth:
    return Backend(project(of, *parts)).growth(of)  # type: ignore[arg-type]


def behind(write: Write, condition: Value, holds: bool = False) -> Write:
    return replace(write, guards=(Guard(condition, holds, span(), "throw"),))


def number_of(ordinal: int) -> Computed:
    return Computed("length", (DocumentField("notes", (), ordinal),))


# ---------------------------------------------------------------- fixed sets of keys


def test_a_field_with_a_few_literal_values_is_a_fixed_set_of_keys() -> None:
    def upsert(field: str) -> Bounded | None:
        look = read("notes", "by_kind", {field: None}, terminal="unique")
        return growth(
            mutation("notes:set", look, replace(insert("notes", **{field: Argument((field,))}), conditional=True))
        ).bounded

    assert upsert("kind") is Bounded.LITERAL_KEYS
    assert upsert("pinned") is Bounded.LITERAL_KEYS
    assert upsert("name") is None
    assert upsert("ownerId") is None, "one row for each user: it grows with its keys"


# ---------------------------------------------------------------- caps


@pytest.mark.parametrize(
    ("condition", "holds", "capped"),
    [
        (Computed(">=", (number_of(0), Literal(10))), False, True),
        (Computed("<", (number_of(0), Literal(10))), True, True),
        (Computed("<", (Literal(10), number_of(0))), False, True),
        (Computed(">=", (number_of(0), Argument(("limit",)))), False, True),
        (Computed("&&", (Argument(("free",)), Computed(">=", (number_of(0), Literal(10))))), False, True),
        (Computed("<", (number_of(0), Literal(1))), False, False),
        (Computed("===", (NAME, Literal("x"))), False, False),
        (Computed(">=", (number_of(7), Literal(10))), False, False),
    ],
)
def test_a_number_of_rows_that_is_checked_before_the_insert_is_a_cap(
    condition: Value, holds: bool, capped: bool
) -> None:
    found = growth(mutation("notes:add", read("notes"), behind(insert("notes", name=NAME), condition, holds)))
    assert found.bounded is (Bounded.CAPPED if capped else None)


FOUND = DocumentField("notes", (), 0)


@pytest.mark.parametrize(
    ("condition", "holds", "one"),
    [
        (FOUND, False, True),
        (FOUND, True, False),
        (Computed("!", (FOUND,)), True, True),
        (Computed("!", (FOUND,)), False, False),
        (Computed("!==", (FOUND, Literal(None))), False, True),
        (Computed("===", (FOUND, Literal(None))), False, False),
        (Computed("||", (Argument(("full",)), FOUND)), False, True),
        (Computed("&&", (Argument(("strict",)), FOUND)), False, False),
        (Computed(">", (number_of(0), Literal(0))), False, True),
        (Computed(">=", (number_of(0), Literal(1))), False, True),
        (Computed("===", (number_of(0), Literal(0))), False, False),
    ],
)
def test_an_insert_that_throws_where_there_is_a_row_makes_one_row(condition: Value, holds: bool, one: bool) -> None:
    """`if (existing) throw new Error("already there")`, and of `if (!original) throw` the other way round."""
    keyed = {"name": NAME}
    added = behind(insert("notes", **keyed), condition, holds)
    backend = Backend(project(NOTES, mutation("notes:add", read("notes", "by_name", keyed, terminal="first"), added)))
    assert (backend.extent(read("notes", "by_name", keyed), NOTES).tier is Tier.FIXED) is one
    whole = growth(mutation("notes:add", read("notes", terminal="first"), added))
    assert whole.bounded is (Bounded.SINGLETON if one else None)


def test_a_cap_for_each_owner_bounds_the_owners_range_and_not_the_table() -> None:
    mine = read("notes", "by_owner", {"ownerId": Argument(("ownerId",))})
    capped = behind(insert("notes", ownerId=Argument(("ownerId",))), Computed(">=", (number_of(0), Literal(10))))
    backend = Backend(project(NOTES, mutation("notes:add", mine, capped)))
    assert backend.growth(NOTES).grows
    assert backend.extent(mine, NOTES).tier is Tier.FIXED
    assert backend.extent(read("notes"), NOTES).tier is Tier.TABLE


# ---------------------------------------------------------------- queues


def test_a_queue_whose_inserts_schedule_the_work_that_deletes_the_row() -> None:
    def queue(argument: Value, target: Value, internal: bool = True) -> Bounded | None:
        call = replace(schedule("notes:work"), arguments=(("id", argument),))
        worker = mutation("notes:work", delete("notes", target), internal=internal)
        return growth(mutation("notes:add", insert("notes", name=NAME), call), worker).bounded

    own = Inserted("notes", 0)
    assert queue(own, Argument(("id",), "notes")) is Bounded.DRAINED
    assert queue(Argument(("other",), "notes"), Argument(("id",), "notes")) is None
    assert queue(own, row("notes", 3)) is None


def test_a_queue_is_drained_only_when_every_insert_feeds_the_worker() -> None:
    call = replace(schedule("notes:work"), arguments=(("id", Inserted("notes", 0)),))
    worker = mutation("notes:work", delete("notes", Argument(("id",), "notes")), internal=True)
    fed = mutation("notes:add", insert("notes", name=NAME), call)
    assert growth(fed, worker).bounded is Bounded.DRAINED
    assert growth(fed, worker, mutation("notes:keep", insert("notes", name=NAME))).bounded is None


# ---------------------------------------------------------------- pruning by age


def old(age: Value, ordinal: int = 0) -> tuple[Read, Write]:
    found = replace(read("notes"), bounds=(Bound("_creationTime", "lt", age),))
    return found, delete("notes", row("notes", ordinal))


def test_pruning_says_how_old_rows_get_and_how_often() -> None:
    week = Computed("-", (Clock(), Literal(7 * 86_400_000)))
    adder = mutation("notes:add", insert("notes", name=NAME))
    prune = mutation("notes:prune", *old(week), internal=True)
    found = growth(adder, prune, cron("prune", "notes:prune", 3600.0))
    assert found.bounded is Bounded.PRUNED
    assert found.reason == (
        "is pruned by age (by `notes:prune` every 1 hour), so that it holds what is inserted within 7 days"
    )
    some = growth(
        adder, mutation("notes:prune", *old(Argument(("before",))), internal=True), cron("p", "notes:prune", None)
    )
    assert some.reason == "is pruned by age (by `notes:prune`), so that it holds what is inserted within that age"


@pytest.mark.parametrize(
    ("field", "age", "left"),
    [
        ("seenAt", Computed("-", (Clock(), Literal(300_000))), "the rows whose `seenAt` is not older than 5 minutes"),
        ("seenAt", Argument(("before",)), "the rows whose `seenAt` is not older than that age"),
        ("expiresAt", Clock(), "the rows whose `expiresAt` is still to come"),
        ("createdAt", Computed("-", (Clock(), Literal(300_000))), "what is inserted within 5 minutes"),
    ],
)
def test_rows_whose_time_is_set_anew_stay(field: str, age: Value, left: str) -> None:
    adder = mutation("notes:add", insert("notes", name=NAME))
    stale, gone = old(age)
    stale = replace(stale, bounds=(Bound(field, "lt", age),))
    found = growth(adder, mutation("notes:prune", stale, gone, internal=True), cron("p", "notes:prune", None))
    assert found.reason == f"is pruned by age (by `notes:prune`), so that it holds {left}"


def test_an_insert_that_first_deletes_the_old_rows_prunes_too() -> None:
    assert growth(mutation("notes:add", *old(Clock()), insert("notes", name=NAME))).bounded is Bounded.PRUNED
    other = mutation("notes:forget", *old(Clock()))
    assert growth(mutation("notes:add", insert("notes", name=NAME)), other).bounded is None, "only when somebody asks"


def test_a_table_that_is_emptied_before_each_insert_stays_small() -> None:
    def replaced(look: Read) -> Growth:
        return growth(mutation("notes:replace", look, delete("notes", row("notes", 0)), insert("notes", name=NAME)))

    found = replaced(read("notes"))
    assert (found.bounded, found.reason) == (Bounded.SINGLETON, "is emptied by `notes:replace` before it inserts anew")
    assert replaced(read("notes", "by_name", {"name": None})).bounded is None
    assert replaced(read("notes", terminal="take", limit=Literal(5))).bounded is None


# ---------------------------------------------------------------- who writes


def test_what_a_library_declares_the_library_fills() -> None:
    sessions = replace(table("authSessions", name=STRING), span=Span("node_modules/auth/schema.js", 1, 9))
    assert growth(of=sessions).reason == "gains rows from the library that declares it"
    assert growth().bounded is Bounded.NOTHING_WRITES


# ---------------------------------------------------------------- ranges


def test_a_flag_that_one_row_has() -> None:
    flags = table("addresses", isDefault=BOOLEAN, isActive=BOOLEAN)
    backend = Backend(project(flags))
    assert backend.extent(read("addresses", "by_d", {"isDefault": Literal(True)}), flags).tier is Tier.ENTITY
    assert backend.extent(read("addresses", "by_d", {"isDefault": Literal(False)}), flags).tier is Tier.TABLE
    assert backend.extent(read("addresses", "by_a", {"isActive": Literal(True)}), flags).tier is Tier.TABLE


def test_logs_are_long_by_whose_they_are() -> None:
    def long(name: str, key: str) -> bool:
        log = table(name, {"by": [key]}, userId=reference("users"), orderId=reference("orders"))
        adder = mutation("a:add", insert(name, userId=NAME, orderId=NAME))
        return Backend(project(log, adder)).is_long(read(name, "by", {key: None}), log)

    assert long("messages", "orderId")
    assert long("transactions", "userId")
    assert not long("transactions", "orderId"), "an order has a few"
    assert not long("notes", "userId")


@pytest.mark.parametrize(
    ("operation", "all_rows", "until"),
    [
        (read("notes"), True, False),
        (read("notes", terminal="iterate"), True, False),
        (read("notes", terminal="take", limit=Literal(50)), False, False),
        (read("notes", terminal="take", limit=Literal(50_000)), True, False),
        (
            read("notes", terminal="take", limit=Computed("call:Math.min", (Argument(("n",)), Literal(50_000)))),
            True,
            False,
        ),
        (
            read("notes", terminal="take", limit=Computed("call:Math.min", (Argument(("n",)), Literal(100)))),
            False,
            False,
        ),
        (read("notes", terminal="take", limit=Literal(50), residual=[eq("name")]), False, True),
        (read("notes", terminal="first", residual=[eq("name")]), False, True),
        (read("notes", terminal="first", residual=[eq("name", source="js")]), False, False),
        (read("notes", terminal="paginate", residual=[eq("name")]), False, False),
        (read("notes", bounds=[("name", "gte")]), True, False),
        (read("notes", bounds=[("name", "gte"), ("name", "lt")]), False, False),
    ],
)
def test_which_reads_take_a_whole_range(operation: Read, all_rows: bool, until: bool) -> None:
    assert (scans_all(operation), until_match(operation)) == (all_rows, until)


def test_all_that_is_asked_for_is_told_of() -> None:
    of = table("runs", {"by_team": ["teamId", "status"]}, teamId=reference("teams"), status=STRING)
    rows = read("runs", "by_team", {"teamId": Argument(("teamId",)), "status": Literal("open")})
    assert extent(rows, of).reason == "the rows of `runs` with one `teamId` and one `status`"
    given = read("runs", "by_team", {"teamId": Argument(("teamId",)), "status": Argument(("status",))})
    assert extent(given, of).reason == "the rows of `runs` with one `teamId` and one `status`"


@pytest.mark.parametrize(
    ("owned", "of"),
    [
        (True, table("templates", ownerId=reference("users"))),
        (True, table("templates", organizationId=STRING)),
        (True, table("templates", {"by_company": ["company"]}, company=STRING)),
        (False, table("templates", company=STRING)),
        (False, table("templates", createdBy=reference("users"))),
        (False, table("templates", name=STRING)),
    ],
)
def test_whose_rows_a_table_has(owned: bool, of: Table) -> None:
    assert is_owned(of) is owned
