"""Which rows are few because somebody picks them out by hand?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.exposure import Purpose
from convex_lint.model.function import Function
from convex_lint.model.operation import Guard
from convex_lint.model.value import Argument, Computed, DocumentField, Literal
from tests.analysis.facts import (
    BOOLEAN,
    STRING,
    function,
    insert,
    mutation,
    patch,
    project,
    query,
    read,
    route,
    run,
    span,
    subscription,
    table,
)

TOOLS = table(
    "tools",
    {"by_featured": ["isFeatured"], "by_done": ["done"], "by_team": ["teamId"]},
    isFeatured=BOOLEAN,
    done=BOOLEAN,
    teamId=STRING,
)
ADD = mutation("tools:add", insert("tools", isFeatured=Literal(False), done=Literal(False)))
FEATURED = read("tools", "by_featured", {"isFeatured": Literal(True)})
LIMITED = Computed(">=", (Computed("length", (DocumentField("tools", (), 0),)), Literal(3)))


def gains(setter: Function, asked: str = "isFeatured") -> bool:
    backend = Backend(project(TOOLS, ADD, setter))
    return backend.gains(
        read("tools", f"by_{'done' if asked == 'done' else 'featured'}", {asked: Literal(True)}), TOOLS
    )


def capped() -> Function:
    counted = read("tools", "by_team", {"teamId": None})
    guard = Guard(LIMITED, False, span(), "throw")
    return mutation("tools:pin", counted, replace(patch("tools", isFeatured=Literal(True)), ordinal=1, guards=(guard,)))


@pytest.mark.parametrize(
    ("setter", "grows"),
    [
        (mutation("tools:feature", patch("tools", isFeatured=Literal(True))), True),
        (mutation("tools:feature", patch("tools", isFeatured=Argument(("on",)))), True),
        (mutation("tools:reset", patch("tools", isFeatured=Literal(False))), False),
        (mutation("tools:rename", patch("tools", teamId=Argument(("teamId",)))), False),
        (mutation("admin:feature", patch("tools", isFeatured=Argument(("on",)))), False),
        (mutation("tools:other", insert("tools", isFeatured=Argument(("on",)), done=Literal(False))), True),
        (capped(), False),
    ],
)
def test_a_flag_that_no_user_sets_is_on_few_rows(setter: Function, grows: bool) -> None:
    assert gains(setter) is grows


def test_other_flags_are_set_by_whoever_works() -> None:
    assert gains(mutation("tools:finish", patch("tools", done=Argument(("on",)))), "done")


def test_those_who_run_the_product_are_few() -> None:
    people = table("people", {"by_role": ["role"]}, name=STRING, role=STRING)
    backend = Backend(project(people, mutation("people:add", insert("people", role=Argument(("role",))))))
    assert not backend.gains(read("people", "by_role", {"role": Literal("admin")}), people)
    assert backend.gains(read("people", "by_role", {"role": Literal("teacher")}), people)
    assert backend.gains(read("people", "by_role", {"role": None}), people)


def test_what_only_a_debug_route_shows_is_for_those_who_build_the_product() -> None:
    page = function("http:GET /debug/tools", "http", run("tools:list", "runQuery"))
    other = function("http:GET /tools", "http", run("tools:list", "runQuery"))
    listed = query("tools:list", read("tools"))
    debug, plain = route("/debug/tools", page.id), route("/tools", other.id)
    assert Backend(project(TOOLS, listed, page, debug)).purpose(listed) is Purpose.MIGRATION
    assert Backend(project(TOOLS, listed, other, plain)).purpose(listed) is Purpose.PRODUCT
    both = Backend(project(TOOLS, listed, page, debug, other, plain))
    assert both.purpose(listed) is Purpose.PRODUCT
    assert Backend(project(TOOLS, listed, page, debug, subscription("tools:list"))).purpose(listed) is Purpose.PRODUCT
