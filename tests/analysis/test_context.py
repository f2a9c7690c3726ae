"""Who waits for a function, what it is for, which writers re-run a query, which states rows pass through."""

from __future__ import annotations

import pytest

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Tier, is_log
from convex_lint.analysis.exposure import Exposure, Purpose, Weight
from convex_lint.model.value import Argument, Literal
from tests.analysis.facts import (
    BOOLEAN,
    STRING,
    cron,
    enum,
    function,
    insert,
    mutation,
    patch,
    project,
    query,
    read,
    reference,
    route,
    run,
    schedule,
    subscription,
    table,
)

JOBS = table(
    "jobs", {"by_state": ["state"]}, state=enum("open", "done"), key=STRING, ownerId=reference("users"), on=BOOLEAN
)
OPEN, DONE = Literal("open"), Literal("done")


def test_exposure_is_that_of_who_starts_it() -> None:
    listed = query("jobs:list")
    once = query("jobs:once")
    hidden = query("jobs:hidden", internal=True)
    nightly = mutation("jobs:nightly", internal=True)
    called = mutation("jobs:called", internal=True)
    caller = function("jobs:act", "action", run("jobs:called"))
    backend = Backend(
        project(listed, once, hidden, nightly, called, caller, subscription("jobs:list"), cron("n", "jobs:nightly"))
    )
    exposure = backend.exposures.exposure
    assert exposure(listed) is Exposure.SUBSCRIBED
    assert exposure(once) is Exposure.WAITED
    assert exposure(called) is Exposure.WAITED
    assert exposure(nightly) is Exposure.BACKGROUND
    assert exposure(hidden) is Exposure.MANUAL


def test_purpose_is_read_from_names_guards_and_pages() -> None:
    seed = mutation("seed:fill")
    used = query("tests:list")
    guarded = query("jobs:all", read("users", "by_token", terminal="unique", within="lib/auth:requireAdmin"))
    shown = query("jobs:shown")
    backfill = mutation("migrations:run", internal=True)
    helper = mutation("jobs:step", internal=True)
    starter = mutation("admin:start", run("jobs:step"))
    backend = Backend(
        project(
            seed, used, guarded, shown, backfill, helper, starter,
            subscription("tests:list", "Quiz"),
            subscription("jobs:shown", "Table", file="src/admin/table.tsx"),
        )
    )  # fmt: skip
    assert backend.purpose(seed) is Purpose.SEED
    assert backend.purpose(used) is Purpose.PRODUCT, "a table of tests that a page shows"
    assert backend.purpose(guarded) is Purpose.ADMIN
    assert backend.purpose(shown) is Purpose.ADMIN
    assert backend.purpose(backfill) is Purpose.MIGRATION
    assert backend.purpose(helper) is Purpose.ADMIN, "only an admin function runs it"
    assert backend.exposures.weight([seed]) is Weight.NONE
    assert backend.exposures.weight([seed, guarded]) is Weight.SLIGHT
    assert backend.exposures.weight([guarded, used]) is Weight.FULL


@pytest.mark.parametrize(("name", "purpose"), [("probes:testAll", Purpose.PRODUCT), ("probes:seedAll", Purpose.SEED)])
def test_what_a_cron_runs_is_no_test(name: str, purpose: Purpose) -> None:
    probe = mutation(name, internal=True)
    assert Backend(project(probe, cron("hourly", name, 60.0))).purpose(probe) is purpose
    assert Backend(project(probe)).purpose(probe) is Purpose.SEED


def test_a_public_function_that_only_others_run_serves_those_who_start_them() -> None:
    inner = mutation("people:insertTrainer")
    outer = function("people:createTrainer", "action", run("people:insertTrainer"))
    other = function("people:join", "action", run("people:insertTrainer"))
    form = subscription("people:createTrainer", "Form", hook="useAction", file="src/admin/form.tsx")
    page = subscription("people:join", "Page", hook="useAction")
    assert Backend(project(inner, outer, form)).purpose(inner) is Purpose.ADMIN
    assert Backend(project(inner, outer, other, form, page)).purpose(inner) is Purpose.PRODUCT
    pressed = subscription("people:insertTrainer", hook="useMutation")
    assert Backend(project(inner, outer, form, pressed)).purpose(inner) is Purpose.PRODUCT
    assert Backend(project(inner, outer)).purpose(inner) is Purpose.PRODUCT, "nobody is seen to call any of them"


def test_what_stands_among_admin_functions_and_serves_other_pages_is_the_products() -> None:
    mine = query("admin:myAccount")
    unused = query("admin:report")
    listed = query("admin:listUsers", read("users", within="admin:requireAdmin"))
    named = query("stats:adminTotals")
    pages = [subscription(name, "Profile") for name in ("admin:myAccount", "admin:listUsers", "stats:adminTotals")]
    backend = Backend(project(mine, unused, listed, named, *pages))
    assert backend.purpose(mine) is Purpose.PRODUCT
    for other in (unused, listed, named):
        assert backend.purpose(other) is Purpose.ADMIN, other.path


def test_what_empties_a_table_is_run_by_hand_unless_a_page_calls_it() -> None:
    empty = mutation("jobs:deleteAllJobs")
    assert Backend(project(empty)).purpose(empty) is Purpose.MIGRATION
    assert (
        Backend(project(empty, subscription("jobs:deleteAllJobs", hook="useMutation"))).purpose(empty)
        is Purpose.PRODUCT
    )
    all_of_one = mutation("jobs:markAllRead")
    assert Backend(project(all_of_one)).purpose(all_of_one) is Purpose.PRODUCT


def test_functions_that_call_one_another_have_a_purpose() -> None:
    first = mutation("a:first", run("a:second"), internal=True)
    second = mutation("a:second", run("a:first"), internal=True)
    backend = Backend(project(first, second))
    assert backend.purpose(first) is backend.purpose(second) is Purpose.PRODUCT


def test_a_table_is_a_log_by_its_last_word() -> None:
    assert is_log(table("chatMessages"))
    assert is_log(table("audit_log"))
    assert not is_log(table("notificationChannels"))
    assert not is_log(table("messageTemplates"))


def test_a_range_of_a_state_that_rows_leave_is_passed_through() -> None:
    opened = read("jobs", "by_state", {"state": OPEN})
    adder = mutation("jobs:add", insert("jobs", state=OPEN))
    closer = mutation("jobs:close", patch("jobs", state=DONE))
    backend = Backend(project(JOBS, adder, closer))
    assert backend.leaver(opened, JOBS) is not None
    assert backend.leaver(read("jobs", "by_state", {"state": DONE}), JOBS) is None, "where rows end up"
    assert backend.leaver(read("jobs"), JOBS) is None
    assert Backend(project(JOBS, adder)).leaver(opened, JOBS) is None
    by_hand = mutation("jobs:close", patch("jobs", state=DONE), internal=True)
    assert Backend(project(JOBS, adder, by_hand)).leaver(opened, JOBS) is None


def test_the_key_of_every_upsert_pins_one_row() -> None:
    look = read("jobs", "by_key", {"key": None}, terminal="first")
    upsert = insert("jobs", key=Argument(("key",)), conditional=True)  # type: ignore[arg-type]
    ranged = read("jobs", "by_key", {"key": None})
    assert Backend(project(JOBS, mutation("jobs:put", look, upsert))).extent(ranged, JOBS).tier is Tier.FIXED
    other = mutation("jobs:add", insert("jobs", key=Argument(("key",))))
    assert Backend(project(JOBS, mutation("jobs:put", look, upsert), other)).extent(ranged, JOBS).tier is Tier.ENTITY


def test_writers_of_a_range_are_told_with_what_says_that_they_run_often() -> None:
    opened = read("jobs", "by_state", {"state": OPEN})
    beat = mutation("jobs:heartbeat", patch("jobs", at=Argument(("at",))))
    seen = mutation("jobs:touch", patch("jobs", lastSeen=Argument(("at",))))
    hook = function("http:hook", "http", run("jobs:import"))
    imported = mutation("jobs:import", insert("jobs", state=OPEN), internal=True)
    ticked = mutation("jobs:tick", insert("jobs", state=OPEN), internal=True)
    looped = mutation("jobs:loop", insert("jobs", state=OPEN), schedule("jobs:loop"))
    plain = mutation("jobs:add", insert("jobs", state=OPEN))
    beside = mutation("jobs:log", insert("jobs", state=DONE))
    filled = mutation("seed:fill", insert("jobs", state=OPEN))
    backend = Backend(
        project(
            JOBS, beat, seen, hook, imported, ticked, looped, plain, beside, filled,
            route("/hook", "http:hook"), cron("tick", "jobs:tick", 120.0), query("jobs:list", opened),
        )
    )  # fmt: skip
    told = {writer.function.path: writer.sign for writer in backend.writers_into(opened, JOBS)}
    assert told == {
        "jobs:tick": "the cron `tick` runs it every 2 minutes",
        "jobs:loop": "it schedules itself again",
        "jobs:heartbeat": "its name says that clients call it again and again",
        "jobs:touch": "it keeps `lastSeen` up to date",
        "jobs:import": "the HTTP route `POST /hook` calls it",
        "jobs:add": None,
    }
    assert next(iter(told)) == "jobs:tick", "the strongest sign first"


def test_an_open_query_includes_what_it_runs() -> None:
    inner = query("jobs:inner", read("jobs"), internal=True)
    outer = query("jobs:outer", run("jobs:inner", "runQuery"))
    adder = mutation("jobs:add", insert("jobs", state=OPEN))
    backend = Backend(project(JOBS, inner, outer, adder, subscription("jobs:outer", "Page")))
    (found,) = backend.open_reads
    assert (found.query.id, found.touch.function.id, len(found.touch.calls)) == ("jobs:outer", "jobs:inner", 1)
    assert [edge.target for edge in backend.derived_edges] == ["function:jobs:outer"]
    act = function("jobs:act", "action", run("jobs:inner", "runQuery"))
    assert list(Backend(project(JOBS, inner, act)).footprint(act).reads) == [], "its own transaction"


@pytest.mark.parametrize(("every", "weight"), [(3600.0, Weight.FULL), (86_400.0, Weight.SLIGHT)])
def test_a_clean_up_that_goes_on_for_ever_costs_as_much_as_anything(every: float, weight: Weight) -> None:
    sweep = mutation("cleanup:expire", read("users"), internal=True)
    backend = Backend(project(sweep, cron("sweep", "cleanup:expire", every)))
    assert backend.purpose(sweep) is Purpose.MIGRATION
    assert backend.exposures.weight([sweep]) is weight


def test_a_query_that_an_open_query_runs_is_open_too() -> None:
    shown, inner = query("app:list", run("app:rows", "runQuery")), query("app:rows", read("users"), internal=True)
    alone = query("app:once", run("app:other", "runQuery"))
    other = query("app:other", read("users"), internal=True)
    backend = Backend(project(shown, inner, alone, other, subscription("app:list")))
    assert backend.exposures.exposure(inner) is Exposure.SUBSCRIBED
    assert backend.exposures.exposure(other) is Exposure.WAITED
