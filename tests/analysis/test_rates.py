"""What says that a function runs often, and which sign is the strongest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.rates import Strength, interval
from convex_lint.model.function import Function
from convex_lint.model.operation import Guard, Loop
from convex_lint.model.subscription import Beat, ClientCall, Cue
from convex_lint.model.value import Argument, Clock, DocumentField, Literal
from tests.analysis.facts import (
    cron,
    function,
    insert,
    mutation,
    patch,
    project,
    query,
    read,
    route,
    row,
    run,
    schedule,
    span,
    subscription,
    table,
)

DOCS = table("docs")


def beaten(target: str, beat: Beat) -> ClientCall:
    return replace(subscription(target, "Editor", "useMutation"), beats=(beat,))


def told(backend: Backend, function: Function) -> tuple[Strength, float | None, str] | None:
    rate = backend.rate(function)
    return (rate.strength, rate.per_minute, rate.words) if rate is not None else None


def test_a_cron_counts_when_it_runs_at_least_every_hour() -> None:
    ticked, daily = mutation("a:tick", internal=True), mutation("a:daily", internal=True)
    backend = Backend(project(ticked, daily, cron("t", "a:tick", 30.0), cron("d", "a:daily", 86400.0)))
    assert told(backend, ticked) == (Strength.CRON, 2.0, "the cron `t` runs it every 30 seconds")
    assert told(backend, daily) is None


def test_those_who_run_a_function_pass_their_signs_on() -> None:
    stored = mutation("a:store", internal=True)
    polled = function("a:poll", "action", run("a:store"), internal=True)
    backend = Backend(project(stored, polled, cron("t", "a:poll", 60.0)))
    assert told(backend, stored) == (Strength.CRON, 1.0, "the cron `t` runs it every minute, through `a:poll`")


def test_a_loop_of_the_scheduler_and_its_delay() -> None:
    again = replace(schedule("a:step"), delay=Literal(500))
    step = mutation("a:step", again, internal=True)
    assert told(Backend(project(step)), step) == (Strength.LOOP, 120.0, "it schedules itself again after 0.5 seconds")
    batch = mutation("a:step", replace(schedule("a:step"), delay=Literal(0)), internal=True)
    assert told(Backend(project(batch)), batch) == (Strength.BATCH, None, "it schedules itself again")


def test_a_loop_of_several_takes_the_time_of_all_of_them() -> None:
    tick = mutation("a:tick", replace(schedule("a:tock"), delay=Literal(2000)), internal=True)
    tock = mutation("a:tock", replace(schedule("a:tick"), delay=Literal(500)), internal=True)
    rate = (Strength.LOOP, 24.0, "it schedules itself again after 2.5 seconds")
    assert told(Backend(project(tick, tock)), tick) == rate


def test_a_turn_that_comes_only_when_all_have_moved_is_no_loop() -> None:
    open_ = Guard(DocumentField("docs", ("open",), 0), True, span(), "skip")
    turn = mutation("a:turn", replace(schedule("a:move"), delay=Literal(100)), internal=True)
    move = mutation("a:move", replace(schedule("a:turn"), delay=Literal(100), guards=(open_,)), internal=True)
    backend = Backend(project(turn, move))
    assert told(backend, turn) is None
    assert told(backend, move) is None


def test_a_batch_does_not_hand_on_that_it_goes_on() -> None:
    stored = mutation("a:store", internal=True)
    batch = function("a:import", "action", run("a:store"), replace(schedule("a:import"), delay=Literal(0)))
    assert told(Backend(project(stored, batch)), stored) is None


def test_what_clients_do() -> None:
    save = mutation("a:save")
    place = span("src/editor.tsx")
    for beat, expected in (
        (
            Beat(Cue.INTERVAL, "setInterval", place, 10.0),
            (Strength.CLIENT, 6.0, "`Editor` calls it every 10 seconds"),
        ),
        (
            Beat(Cue.KEYS, "onChange", place, 0.5),
            (Strength.EDIT, 120.0, "`Editor` calls it as someone types (`onChange`), at most every 0.5 seconds"),
        ),
        (
            Beat(Cue.MOUNT, "useEffect", place),
            (Strength.MOUNT, None, "`Editor` calls it whenever it appears (`useEffect`)"),
        ),
    ):
        assert told(Backend(project(save, beaten("a:save", beat))), save) == expected


def test_the_strongest_sign_is_told() -> None:
    saved = mutation("a:save", internal=True)
    hook = function("http:hook", "http", run("a:save"))
    backend = Backend(project(saved, hook, route("/hook", "http:hook"), cron("t", "a:save", 120.0)))
    rate = backend.rate(saved)
    assert rate is not None
    assert rate.strength is Strength.CRON
    assert backend.rate(hook) == backend.rate(hook)
    hooked = backend.rate(hook)
    assert hooked is not None
    assert hooked.strength is Strength.HTTP


def test_a_write_that_sets_only_when_something_was_touched() -> None:
    seen = mutation("a:open", patch("docs", lastSeen=Clock()))
    stamped = mutation("a:touch", patch("docs", updatedAt=Clock()))
    edited = mutation("a:edit", patch("docs", title=Argument(("title",)), updatedAt=Clock()))
    made = mutation("a:add", insert("docs", lastSeen=Clock()))
    backend = Backend(project(DOCS, seen, stamped, edited, made))
    rates = {site.functions[0].id: backend.rates.of_write(site.functions[0], site.operation) for site in backend.writes}
    assert {id: rate.words for id, rate in rates.items() if rate is not None} == {
        "a:open": "it keeps `lastSeen` up to date",
        "a:touch": "it keeps `updatedAt` up to date",
    }
    assert backend.rate(stamped) is None, "it is the write that says so, not the function"


def test_what_is_done_once_for_each_row_that_is_due_has_no_rate_of_the_cron() -> None:
    send = mutation("a:send", internal=True)
    due = read("docs", "by_state", {"state": Literal("planned")})
    loops = (Loop(span(), over=0),)
    moved = replace(patch("docs", row("docs", 0, "_id"), state=Literal("out")), ordinal=1, loops=loops)
    kept = replace(patch("docs", row("docs", 0, "_id"), seen=Clock()), ordinal=1, loops=loops)
    each = replace(schedule("a:send"), ordinal=2, loops=loops)
    for write, often in ((moved, False), (kept, True)):
        tick = mutation("a:tick", due, write, each, internal=True)
        backend = Backend(project(DOCS, send, tick, cron("t", "a:tick", 60.0)))
        assert (backend.rate(send) is not None) is often
        assert backend.rate(tick) is not None


@pytest.mark.parametrize(("users", "shared"), [(4, False), (5, True)])
def test_a_write_in_a_helper_that_most_functions_call(users: int, shared: bool) -> None:
    touch = replace(patch("docs", state=Literal("on")), within="auth:requireUser", via=(span(), span()))
    callers = [mutation(f"a:call{number}", touch) for number in range(users)]
    backend = Backend(project(DOCS, *callers, *(mutation(f"b:other{number}") for number in range(4))))
    rate = backend.rates.of_write(callers[0], touch)
    assert (rate is not None) == shared
    if rate is not None:
        assert rate.words == "it happens in `auth:requireUser`, which 5 functions call"


def test_queries_are_not_called_again_and_again_for_their_names() -> None:
    listed = query("presence:heartbeats")
    assert Backend(project(listed)).rate(query("presence:ping")) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "second"), (0.5, "0.5 seconds"), (60, "minute"), (90, "90 seconds"), (600, "10 minutes"), (3600, "hour")],
)
def test_intervals_in_words(seconds: float, words: str) -> None:
    assert interval(seconds) == words
