"""Does a table grow, and how much of it does a range hold?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Tier
from convex_lint.analysis.growth import made_one_by_one
from convex_lint.analysis.pruning import Bounded
from convex_lint.model.operation import Guard, Loop, Read
from convex_lint.model.schema import Table
from convex_lint.model.value import Argument, Clock, Computed, DocumentField, Identity, Literal, Value
from tests.analysis.facts import (
    BOOLEAN,
    NUMBER,
    STRING,
    cron,
    delete,
    enum,
    eq,
    function,
    insert,
    mutation,
    project,
    query,
    read,
    reference,
    row,
    run,
    schedule,
    span,
    table,
)

NOTES = table(
    "notes",
    {"by_state": ["state"]},
    state=enum("open", "done"),
    ownerId=reference("users"),
    teamId=reference("teams"),
    boardId=reference("boards"),
    orgId=STRING,
    email=STRING,
    slug=STRING,
    pinned=BOOLEAN,
    status=STRING,
    rank=NUMBER,
)
BODY = Argument(("body",))


def growth(*parts: object) -> Bounded | None:
    return Backend(project(NOTES, *parts)).growth(NOTES).bounded  # type: ignore[arg-type]


def swept(condition: Value) -> tuple[object, object]:
    """A cron that walks all rows and deletes those for which the condition holds."""
    guard = Guard(condition, True, span(), "skip")
    sweep = mutation("notes:sweep", read("notes"), delete("notes", row("notes", 0), guards=(guard,)), internal=True)
    return sweep, cron("sweep", "notes:sweep")


def test_a_public_insert_makes_a_table_grow() -> None:
    assert growth(mutation("notes:add", insert("notes", body=BODY))) is None
    found = Backend(project(NOTES, mutation("notes:add", insert("notes", body=BODY)))).growth(NOTES)
    assert found.reason == "gains rows from the public mutation `notes:add`"


def test_an_internal_insert_counts_only_when_something_starts_it() -> None:
    worker = mutation("notes:import", insert("notes", body=BODY), internal=True)
    assert growth(worker) is Bounded.BY_HAND
    assert growth(worker, cron("nightly", "notes:import")) is None
    assert growth(worker, mutation("notes:start", schedule("notes:import"))) is None
    assert growth(worker, function("notes:sync", "action", run("notes:import"), internal=True)) is Bounded.BY_HAND


@pytest.mark.parametrize(("loops", "by_hand"), [((), True), ((Loop(span()),), False), ((Loop(span(), bound=3),), True)])
def test_what_an_action_imports_is_not_made_one_by_one(loops: tuple[Loop, ...], by_hand: bool) -> None:
    once = function("notes:sync", "action", replace(run("notes:add"), loops=loops))
    backend = Backend(project(NOTES, mutation("notes:add", insert("notes", body=BODY)), once))
    assert made_one_by_one(backend.growth(NOTES), backend.graph) is by_hand


def test_no_insert_seeds_migrations_and_admins_bound_a_table() -> None:
    assert growth() is Bounded.NOTHING_WRITES
    assert growth(mutation("seed:all", insert("notes", body=BODY))) is Bounded.BY_HAND
    assert growth(mutation("migrations:fill", insert("notes", body=BODY))) is Bounded.BY_HAND
    guard = read("users", "by_token", terminal="unique", within="requireAdmin")
    assert growth(mutation("notes:add", guard, insert("notes", body=BODY))) is Bounded.BY_HAND


def test_a_guarded_insert_without_key_is_a_singleton() -> None:
    guarded = insert("notes", body=BODY, conditional=True)  # type: ignore[arg-type]
    assert growth(mutation("notes:set", read("notes", terminal="first"), guarded)) is Bounded.SINGLETON
    assert growth(mutation("notes:set", read("notes", terminal="first"), insert("notes", body=BODY))) is None
    assert growth(mutation("notes:set", read("users", terminal="first"), guarded)) is None


def test_an_upsert_by_a_literal_is_a_fixed_set_and_one_by_an_argument_is_not() -> None:
    look = read("notes", "by_state", {"state": Literal("open")}, terminal="unique")
    fixed = insert("notes", state=Literal("open"), conditional=True)  # type: ignore[arg-type]
    assert growth(mutation("notes:set", look, fixed)) is Bounded.LITERAL_KEYS
    look = read("notes", "by_slug", {"slug": None}, terminal="unique")
    free = insert("notes", slug=Argument(("slug",)), conditional=True)  # type: ignore[arg-type]
    assert growth(mutation("notes:set", look, free)) is None


def test_a_drained_queue_and_a_table_pruned_by_age_do_not_grow_without_bound() -> None:
    adder = mutation("notes:add", insert("notes", body=BODY))
    drain = mutation("notes:drain", read("notes", terminal="take"), delete("notes", row("notes", 0)), internal=True)
    assert growth(adder, drain) is None, "nothing starts the drain"
    assert growth(adder, drain, cron("drain", "notes:drain")) is Bounded.DRAINED
    prune = mutation(
        "notes:prune", read("notes", bounds=[("_creationTime", "lt")]), delete("notes", row("notes", 0)), internal=True
    )
    assert growth(adder, prune, cron("prune", "notes:prune")) is Bounded.PRUNED
    late = Computed("<", (row("notes", 0, "rank"), Clock()))
    assert growth(adder, *swept(late)) is Bounded.PRUNED, "a guard that compares with the clock"
    assert growth(adder, *swept(Computed("===", (row("notes", 0, "state"), Literal("done"))))) is None, "some stay"
    assert growth(adder, *swept(Argument(("really",)))) is Bounded.DRAINED, "a guard that asks nothing of the row"
    by_user = mutation("notes:remove", read("notes", terminal="get"), delete("notes", row("notes", 0)))
    assert growth(adder, by_user) is None, "a user who deletes one row is no drain"


@pytest.mark.parametrize(
    ("keys", "tier"),
    [
        ({}, Tier.TABLE),
        ({"state": None}, Tier.TABLE),
        ({"pinned": None}, Tier.TABLE),
        ({"status": None}, Tier.TABLE),
        ({"state": Literal("open")}, Tier.TABLE),
        ({"teamId": None}, Tier.TENANT),
        ({"orgId": None}, Tier.TENANT),
        ({"ownerId": None}, Tier.USER),
        ({"email": None}, Tier.USER),
        ({"status": Identity(("subject",))}, Tier.USER),
        ({"slug": DocumentField("users", ("_id",), 0)}, Tier.USER),
        ({"boardId": None}, Tier.ENTITY),
        ({"slug": None}, Tier.ENTITY),
        ({"teamId": None, "ownerId": None}, Tier.USER),
        ({"state": None, "boardId": None}, Tier.ENTITY),
    ],
)
def test_the_tier_of_a_range_is_that_of_its_narrowest_key(keys: dict[str, object], tier: Tier) -> None:
    found = _only(read("notes", "by_state", keys), NOTES)  # type: ignore[arg-type]
    assert found is tier


def test_what_a_team_sets_up_and_its_members_are_few() -> None:
    for name, tier in (("invoices", Tier.TENANT), ("tags", Tier.USER), ("teamMembers", Tier.USER)):
        owned = table(name, {"by_team": ["teamId"]}, teamId=reference("teams"))
        assert _only(read(name, "by_team", {"teamId": None}), owned) is tier
        assert _only(read(name), owned) is Tier.TABLE


def test_a_catalogue_is_short_unless_its_rows_have_owners() -> None:
    plans = table("plans", name=STRING, createdBy=reference("users"))
    assert _only(read("plans"), plans) is Tier.ENTITY
    assert _only(read("plans"), table("plans", name=STRING, userId=reference("users"))) is Tier.TABLE
    assert _only(read("posts"), table("posts", name=STRING)) is Tier.TABLE


def test_a_key_that_some_unique_pins_is_one_row() -> None:
    lookup = query("notes:bySlug", read("notes", "by_slug", {"slug": None}, terminal="unique"))
    backend = Backend(project(NOTES, lookup))
    assert backend.extent(read("notes", "by_slug", {"slug": None}), NOTES).tier is Tier.FIXED
    filtered = query("notes:bySlug", read("notes", residual=[eq("slug")], terminal="unique"))
    backend = Backend(project(NOTES, filtered))
    assert backend.extent(read("notes", "by_slug", {"slug": None}), NOTES).tier is Tier.ENTITY


def _only(operation: Read, of: Table) -> Tier:
    return Backend(project(of)).extent(operation, of).tier


def test_a_queue_is_not_what_loses_its_orphans() -> None:
    rows, owner = read("notes"), read("users", terminal="get")
    gone = Guard(Computed("!", (DocumentField("users", (), 1),)), True, span(), "skip")
    add, every = mutation("notes:add", insert("notes", body=BODY)), cron("sweep", "notes:sweep")
    sweep = mutation("notes:sweep", rows, delete("notes", row("notes", 0)), internal=True)
    assert growth(add, sweep, every) is Bounded.DRAINED
    orphans = mutation(
        "notes:sweep", rows, owner, replace(delete("notes", row("notes", 0)), guards=(gone,)), internal=True
    )
    assert growth(add, orphans, every) is None
