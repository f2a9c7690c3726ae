"""Do people bring the rows of one parent in, one at a time, or do programs?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.inflow import by_hand, few_come, gets_several, is_of_one, replaces
from convex_lint.model.function import Cron, Function, Route
from convex_lint.model.operation import Loop, Op, Operation, Platform, Read
from convex_lint.model.schema import Table, Validator
from convex_lint.model.value import Argument, Inserted, Literal
from tests.analysis.facts import (
    STRING,
    cron,
    delete,
    function,
    insert,
    mutation,
    project,
    query,
    read,
    reference,
    route,
    row,
    run,
    schedule,
    span,
    subscription,
    table,
)

BODY = Argument(("body",))
NOTES = table("notes", {"by_team": ["teamId"]}, teamId=reference("teams"), body=STRING)
ADD = mutation("notes:add", insert("notes", body=BODY))
SAVE = mutation("notes:save", insert("notes", body=BODY), internal=True)


def looped(operation: Operation, *loops: Loop) -> Operation:
    return replace(operation, loops=loops)


def asks_who() -> Platform:
    known = read("notes")
    return Platform(
        ordinal=0,
        op=Op.AUTH,
        component="",
        span=known.span,
        via=(),
        within="",
        loops=(),
        conditional=False,
        method="getUserIdentity",
    )


EACH_BODY = Argument(("rows", "[]", "body"))
EACH = insert("notes", body=EACH_BODY)
MANY, THREE, ROWS = Loop(span()), Loop(span(), bound=3), Loop(span(), over=0)
OLD = read("notes", "by_team", {"teamId": None})
CALLED = span()
TOOLS = [replace(looped(run("notes:save"), MANY), via=(CALLED,), within=f"tool{number}") for number in range(5)]
"""`tools[name](ctx, args)`: one place from which code gets into the texts of many functions."""


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([ADD], True),
        ([SAVE, function("notes:ask", "action", run("notes:save"))], True),
        ([SAVE, mutation("notes:start", schedule("notes:save"))], True),
        ([mutation("notes:add", looped(EACH, THREE))], True),
        ([mutation("notes:add", looped(insert("notes", body=Literal("done")), MANY))], True),
        ([mutation("notes:set", OLD, looped(delete("notes", row("notes", 0)), ROWS), looped(EACH, MANY))], True),
        ([mutation("notes:load", looped(EACH, MANY))], False),
        ([mutation("notes:copy", read("pages"), looped(insert("notes", body=BODY), ROWS))], False),
        ([SAVE, function("notes:sync", "action", looped(run("notes:save"), MANY))], False),
        ([SAVE, mutation("notes:plan", looped(schedule("notes:save"), MANY))], False),
        ([SAVE, cron("nightly", "notes:save")], False),
        (
            [SAVE, cron("nightly", "notes:all"), function("notes:all", "action", run("notes:save"), internal=True)],
            False,
        ),
        ([SAVE, function("http:POST /in", "http", run("notes:save")), route("/in", "http:POST /in")], False),
        (
            [
                SAVE,
                function("http:POST /chat", "http", asks_who(), run("notes:save")),
                route("/chat", "http:POST /chat"),
            ],
            True,
        ),
        ([ADD, subscription("notes:add", hook="useMutation", file="app/new/page.tsx")], True),
        ([ADD, subscription("notes:add", hook="fetchMutation", file="app/api/webhooks/route.ts")], False),
        ([ADD, subscription("notes:add", hook="useMutation", file="src/notes/ImportDialog.tsx")], False),
        ([ADD, subscription("notes:add", hook="useMutation", file="app/new-worker.tsx")], True),
        ([ADD, subscription("notes:add", hook="client.mutation", file="src/worker.ts")], False),
        ([SAVE, function("notes:chat", "action", *TOOLS)], True),
        ([SAVE, function("notes:chat", "action", *TOOLS[:3])], False),
        ([SAVE, function("http:POST /mcp", "http", *TOOLS), route("/mcp", "http:POST /mcp")], True),
        ([SAVE, function("http:POST /webhook", "http", *TOOLS), route("/webhook", "http:POST /webhook")], False),
        ([], False),
    ],
)
def test_who_brings_the_rows_in(parts: list[object], expected: bool) -> None:
    backend = Backend(project(NOTES, *parts))  # type: ignore[arg-type]
    assert by_hand(backend.growth(NOTES), backend.graph) is expected


def _few(name: str, *sources: Function | Route | Cron, key: str = "teamId", parent: str = "teams") -> bool:
    own = table(name, {"by_parent": [key]}, **{key: reference(parent)}, body=STRING)
    found = read(name, "by_parent", {key: Argument((key,), parent)})
    backend = Backend(
        project(own, *(sources or (mutation("app:add", insert(name, body=BODY)),)), query("app:list", found))
    )
    return few_come(backend, found, own)


def test_what_a_team_makes_by_hand_is_few() -> None:
    assert _few("employees")
    assert not _few("employees", mutation("app:load", looped(insert("employees", body=BODY), ROWS)))
    assert not _few("messages"), "they pile up whoever writes them"
    assert _few("dailyRecords"), "somebody puts them down"


def test_what_many_functions_leave_behind_is_a_log() -> None:
    several = [mutation(f"app:do{number}", insert("events", body=BODY)) for number in range(3)]
    assert _few("events", *several[:2])
    assert not _few("events", *several)
    kept = mutation("app:note", insert("events", body=BODY), internal=True)
    assert not _few("events", kept, *(mutation(f"app:do{number}", schedule("app:note")) for number in range(3)))
    assert _few("events", key="hostId", parent="users"), "what people put on, one by one"
    assert not _few("messages", key="channelId", parent="channels")


def test_what_is_replaced_each_time_is_few() -> None:
    found = read("events", "by_parent", {"teamId": None})
    each = insert("events", body=Argument(("rows", "[]", "body")))
    gone = looped(delete("events", row("events", 0)), ROWS)
    anew = mutation("app:load", found, gone, looped(each, MANY), internal=True)
    assert _few("events", anew, cron("nightly", "app:load"))
    assert not _few("events", anew, mutation("app:more", looped(each, MANY)))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([mutation("notes:load", looped(EACH, MANY))], True),
        ([SAVE, function("notes:sync", "action", looped(run("notes:save"), MANY))], True),
        ([mutation("notes:set", OLD, looped(delete("notes", row("notes", 0)), ROWS), looped(EACH, MANY))], False),
        ([SAVE, cron("often", "notes:save")], False),
        ([ADD], False),
    ],
)
def test_what_brings_several_rows_at_once(parts: list[object], expected: bool) -> None:
    backend = Backend(project(NOTES, *parts))  # type: ignore[arg-type]
    assert gets_several(backend.growth(NOTES), backend.graph) is expected


def _one_for_each(field: str, kind: Validator, *parts: Table | Function) -> bool:
    own = table(
        "plans", {"by_team": ["teamId"], "by_key": ["teamId", field]}, teamId=reference("teams"), **{field: kind}
    )
    look = read("plans", "by_key", {"teamId": None, field: None}, terminal="unique")
    keys = {"teamId": Argument(("teamId",)), field: Argument((field,))}
    add = mutation("plans:set", look, looped(insert("plans", **keys, conditional=True), MANY))  # type: ignore[arg-type]
    found = read("plans", "by_team", {"teamId": Argument(("teamId",), "teams")})
    fill = cron("nightly", "plans:set")
    backend = Backend(project(own, add, fill, query("plans:list", found), *parts))
    return few_come(backend, found, own)


def test_one_for_each_season_or_for_each_of_what_a_team_makes_by_hand() -> None:
    sites = table("sites", teamId=reference("teams"))
    by_form = mutation("sites:add", insert("sites", body=BODY))
    at_start = mutation(
        "sites:start", insert("teams"), looped(insert("sites", teamId=Inserted("teams", 0), body=EACH_BODY), MANY)
    )
    imported = mutation("sites:load", looped(insert("sites", body=EACH_BODY), MANY))
    assert _one_for_each("season", STRING)
    assert not _one_for_each("sku", STRING)
    assert _one_for_each("siteId", reference("sites"), sites, by_form)
    assert _one_for_each("siteId", reference("sites"), sites, by_form, at_start)
    assert not _one_for_each("siteId", reference("sites"), sites, by_form, imported)


def test_one_for_each_month_of_a_year() -> None:
    def closed(*fields: str) -> bool:
        own = table("closings", teamId=reference("teams"), **dict.fromkeys(fields, STRING))
        keys = {field: Argument((field,)) for field in ("teamId", *fields)}
        look = read("closings", "by_team", dict(keys), terminal="first")  # type: ignore[arg-type]
        add = mutation("closings:add", look, looped(insert("closings", **keys, conditional=True), MANY))  # type: ignore[arg-type]
        found = read("closings", "by_team", {"teamId": Argument(("teamId",), "teams")})
        backend = Backend(project(own, add, cron("nightly", "closings:add"), query("closings:list", found)))
        return few_come(backend, found, own)

    assert closed("closedYear", "closedMonth")
    assert closed("fiscalPeriod")
    assert not closed("closedYear", "sku")


def test_bills_of_a_team_come_once_a_month() -> None:
    paid = mutation("billing:paid", insert("invoices", body=BODY), internal=True)
    hook = function("http:POST /stripe", "http", run("billing:paid"))
    assert _few("invoices", paid, hook, route("/stripe", "http:POST /stripe"))
    other = mutation("app:paid", insert("invoices", body=BODY), internal=True)
    scanned = function("http:POST /scan", "http", run("app:paid"))
    assert not _few("invoices", other, scanned, route("/scan", "http:POST /scan"))


def _replaces(*operations: Operation) -> bool:
    found = mutation("notes:set", *operations)
    first = found.operations[0]
    assert isinstance(first, Read)
    return replaces(first, found)


def test_a_set_that_takes_the_place_of_the_one_before() -> None:
    gone = looped(delete("notes", row("notes", 0)), ROWS)
    assert _replaces(OLD, gone, looped(EACH, MANY))
    assert not _replaces(OLD, gone)
    assert not _replaces(OLD, looped(EACH, MANY))
    assert not _replaces(OLD, gone, read("pages"), looped(EACH, Loop(span(), over=2))), "as many as there are pages"
    assert not _replaces(read("notes"), gone, looped(EACH, MANY)), "those of all parents"


def test_pieces_of_one_thing() -> None:
    assert is_of_one(table("chatMessages"))
    assert not is_of_one(table("events"))
