"""Tables that only look as if they grew: filled once, filled for a try, set up by people, shown to those who build the product."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Tier, is_log
from convex_lint.analysis.computed import computed
from convex_lint.analysis.exposure import Purpose
from convex_lint.analysis.growth import is_equipment
from convex_lint.analysis.pruning import Bounded
from convex_lint.analysis.size import is_slight
from convex_lint.analysis.transient import under_way
from convex_lint.model.operation import Guard, Loop
from convex_lint.model.schema import Table
from convex_lint.model.value import Argument, Clock, Computed, Literal, Result, Value
from tests.analysis.facts import (
    NUMBER,
    STRING,
    cron,
    either,
    eq,
    function,
    insert,
    mutation,
    patch,
    project,
    query,
    read,
    reference,
    row,
    run,
    span,
    subscription,
    table,
)

POSTS = table("posts", {"by_key": ["key"]}, title=STRING, key=STRING, body=STRING, at=NUMBER)
LENGTH = Result(0, ("length",))


def growth(*parts: object) -> Bounded | None:
    return Backend(project(POSTS, *parts)).growth(POSTS).bounded  # type: ignore[arg-type]


def filled(condition: Value, holds: bool, *more: object) -> Bounded | None:
    """An action that asks for the posts, and adds some when the condition holds, or does not."""
    add = mutation("posts:add", insert("posts", title=Argument(("title",))), internal=True)
    call = replace(run("posts:add"), guards=(Guard(condition, holds, span(), "return"),))
    return growth(
        query("posts:list", read("posts")), add, function("posts:fill", "action", run("posts:list"), call), *more
    )


@pytest.mark.parametrize(
    ("condition", "holds", "once"),
    [
        (LENGTH, False, True),
        (LENGTH, True, False),
        (Computed("===", (LENGTH, Literal(0))), True, True),
        (Computed(">", (LENGTH, Literal(0))), False, True),
        (Computed("!", (Result(0),)), True, True),
        (Computed("&&", (Argument(("on",)), Computed("!", (LENGTH,)))), True, True),
        (Computed("||", (Argument(("on",)), Computed("!", (LENGTH,)))), True, False),
        (Argument(("on",)), True, False),
    ],
)
def test_what_fills_a_table_that_is_found_empty_is_a_seed(condition: Value, holds: bool, once: bool) -> None:
    assert (filled(condition, holds) is Bounded.BY_HAND) is once
    other = function("posts:more", "action", run("posts:add"))
    assert filled(condition, holds, other) is None, "somebody adds rows without a look"


def test_the_same_texts_each_time_are_a_try() -> None:
    same = insert("posts", title=Literal("Hello"), body=Literal("World"), at=Clock())
    assert growth(mutation("posts:add", same)) is Bounded.BY_HAND
    assert growth(mutation("posts:add", insert("posts", title=Literal("Hello"), at=Clock()))) is None, "a kind of event"
    assert growth(mutation("posts:add", insert("posts", title=Literal("Hello"), body=Argument(("body",))))) is None


def test_an_upsert_that_found_no_first_row_pins_one_row() -> None:
    ranged = read("posts", "by_key", {"key": None})
    added = insert("posts", key=Argument(("key",)), conditional=True)  # type: ignore[arg-type]
    empty = replace(added, guards=(Guard(row("posts", 0), False, span(), "skip"),))
    whole = replace(empty, guards=(Guard(replace(row("posts", 0), path=()), False, span(), "skip"),))
    assert Backend(project(POSTS, mutation("posts:put", ranged, whole))).extent(ranged, POSTS).tier is Tier.FIXED
    assert Backend(project(POSTS, mutation("posts:put", ranged, added))).extent(ranged, POSTS).tier is not Tier.FIXED


def test_one_row_for_each_element_of_a_list_in_the_code() -> None:
    ranged = read("posts", "by_key", {"key": None}, terminal="unique")
    empty = Guard(replace(row("posts", 0), path=()), False, span(), "skip")
    added = replace(insert("posts", key=Argument(("key",)), conditional=True), guards=(empty,))  # type: ignore[arg-type]

    def grown(*given: Value, internal: bool = True) -> Bounded | None:
        put = mutation("posts:put", ranged, added, internal=internal)
        calls = [replace(run("posts:put"), arguments=(("key", one),)) for one in given]
        return growth(put, function("posts:load", "action", *calls), cron("daily", "posts:load"))

    assert grown(Literal("EUR"), Computed("either", (Literal("USD"), Literal("GBP")))) is Bounded.LITERAL_KEYS
    assert grown(Literal("EUR"), Argument(("key",))) is None
    assert grown(Literal("EUR"), internal=False) is None


TEAMS = table("teams", slug=STRING)
ROLES = table("roles", name=STRING)
THREE = Loop(span(), bound=3)


def _set_up(slug: Value, *, given: Value | None = None, loop: Loop = THREE) -> Bounded | None:
    """A function that looks for a team, and makes it with its roles where there is none."""
    missing = (Guard(replace(row("teams", 0), path=()), False, span(), "skip"),)
    team = replace(insert("teams", slug=given or slug, conditional=True), guards=missing)  # type: ignore[arg-type]
    role = replace(insert("roles", name=Literal("admin"), conditional=True), guards=missing, loops=(loop,))  # type: ignore[arg-type]
    start = mutation("teams:start", read("teams", residual=[eq("slug", slug)], terminal="first"), team, role)
    return Backend(project(TEAMS, ROLES, start)).growth(ROLES).bounded


def test_what_comes_with_the_one_row_of_another_table_comes_once() -> None:
    assert _set_up(Literal("demo")) is Bounded.BY_HAND
    assert _set_up(Argument(("slug",))) is None, "a team for everyone who asks"
    assert _set_up(Literal("demo"), given=Literal("other")) is None, "it never finds it"
    assert _set_up(Literal("demo"), loop=Loop(span())) is None, "nobody knows how many"


def test_what_people_set_up_for_the_product_is_its_equipment() -> None:
    def equipped(agents: Table, *parts: object) -> bool:
        backend = Backend(project(agents, mutation("agents:add", insert("agents", name=Argument(("name",)))), *parts))  # type: ignore[arg-type]
        return is_equipment(agents, backend.growth(agents), backend.graph)

    plain = table("agents", name=STRING, workspacePath=STRING)
    assert equipped(plain)
    assert not equipped(table("agents", name=STRING, ownerId=reference("users")))
    found = mutation("agents:found", insert("agents", name=Argument(("name",))), internal=True)
    assert not equipped(plain, found, cron("look", "agents:found")), "a cron brings some"


def test_a_row_of_numbers_is_slight_and_a_thing_with_a_slug_is_no_entry() -> None:
    assert is_slight(table("numbers", value=NUMBER))
    assert not is_slight(table("numbers", value=NUMBER, note=STRING))
    assert is_log(table("events", {"by_name": ["name"]}, name=STRING))
    assert not is_log(table("events", {"by_slug": ["slug"]}, slug=STRING))


@pytest.mark.parametrize(
    ("file", "hook", "purpose"),
    [
        ("app/api/debug/route.ts", "fetchQuery", Purpose.ADMIN),
        ("src/CacheExample.tsx", "useQuery", Purpose.ADMIN),
        ("scripts/sync.ts", "fetchQuery", Purpose.ADMIN),
        ("src/scripts/page.ts", "fetchQuery", Purpose.PRODUCT),
        ("examples/chat/src/App.tsx", "useQuery", Purpose.PRODUCT),
    ],
)
def test_pages_and_scripts_for_those_who_build_the_product_are_no_users(file: str, hook: str, purpose: Purpose) -> None:
    listed = query("posts:list", read("posts"))
    tried = subscription("posts:list", hook=hook, file=file)
    assert Backend(project(listed, tried)).purpose(listed) is purpose
    assert Backend(project(listed, tried, subscription("posts:list"))).purpose(listed) is Purpose.PRODUCT


@pytest.mark.parametrize(
    ("name", "state", "going"),
    [("sessions", "idle", True), ("sessions", "closed", False), ("orders", "idle", False)],
)
def test_episodes_that_are_not_over_are_under_way(name: str, state: str, going: bool) -> None:
    listed = read(name, "by_status", {"teamId": Argument(("teamId",)), "status": Literal(state)})
    assert (
        under_way(listed, table(name, {"by_status": ["teamId", "status"]}, teamId=reference("teams"), status=STRING))
        is going
    )


def test_a_state_inside_of_an_object_is_left_like_any_other() -> None:
    object_of = lambda text: Computed("object", (Literal(text),))  # noqa: E731
    added = mutation("posts:add", insert("posts", body=object_of("running")))
    ended = mutation("posts:end", patch("posts", body=object_of("over")))
    running = read("posts", "by_key", {"body.state": Literal("running")})
    assert Backend(project(POSTS, added, ended)).leaver(running, POSTS) is not None
    assert Backend(project(POSTS, added)).leaver(running, POSTS) is None


def test_one_of_several_fields_is_looked_up_by_an_index_on_each() -> None:
    games = table(
        "games",
        {"by_white": ["white", "at"], "by_black": ["black"]},
        white=STRING,
        black=STRING,
        at=NUMBER,
        note=STRING,
    )

    def advice(terminal: str, *fields: str) -> str:
        late = computed(read("games", terminal=terminal, residual=[either(*map(eq, fields))]), games, lambda span: "")
        assert late is not None
        return late.advice

    assert advice("first", "white", "black").startswith(
        "Look in an index on each of `white` and `black`, one after the other"
    )
    assert advice("take", "white", "black").endswith("put the results together: all of them are declared.")
    assert advice("take", "white", "note").endswith("; `note` has none yet.")
