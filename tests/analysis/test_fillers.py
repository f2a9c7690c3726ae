"""What shows that a table comes to hold many rows, and what does not?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.backend import Backend
from convex_lint.model.function import Function
from convex_lint.model.operation import Loop
from convex_lint.model.value import Argument
from tests.analysis.facts import STRING, insert, mutation, patch, project, query, read, run, span, subscription, table

RELEASES = table("releases", {"by_version": ["version"], "by_user": ["userId"]}, version=STRING, userId=STRING)
LIST = query("releases:list", read("releases"))
SHOWN = subscription("releases:list")


def upsert(field: str) -> Function:
    return mutation(
        "releases:upsert",
        read("releases", f"by_{field.removesuffix('Id')}", {field: Argument((field,))}, terminal="first"),
        replace(patch("releases", **{field: Argument((field,))}), ordinal=1),
        replace(insert("releases", **{field: Argument((field,))}), ordinal=2, conditional=True),
    )


ADD = mutation("releases:add", insert("releases", version=Argument(("version",))))
PRESSED = subscription("releases:add", hook="useMutation")


def looped(function: Function, over: int | None = None) -> Function:
    *before, last = function.operations
    return replace(function, operations=(*before, replace(last, loops=(Loop(span(), over=over),))))


def fills(*parts: object) -> bool:
    backend = Backend(project(RELEASES, LIST, SHOWN, *parts))  # type: ignore[arg-type]
    return backend.growth(RELEASES).grows and backend.is_seen_to_fill(RELEASES)


def test_what_nothing_calls_fills_no_table() -> None:
    assert fills(ADD, PRESSED)
    assert not fills(ADD), "a page shows the rows, and none adds to them"
    assert fills(looped(ADD)), "many at once: a program brings them, if none that is seen"
    assert not fills(looped(ADD, over=0)), "copies of rows that the program has itself"
    assert not fills(), "nothing adds to it at all"


def test_what_nothing_calls_is_no_source_beside_what_something_does() -> None:
    backend = Backend(project(RELEASES, LIST, SHOWN, ADD, replace(ADD, path="a:spare"), PRESSED))
    growth = backend.growth(RELEASES)
    assert [reach.function.id for reach in growth.sources] == ["releases:add"]
    assert growth.reason == "gains rows from the public mutation `releases:add`"
    alone = Backend(project(RELEASES, LIST, SHOWN, ADD)).growth(RELEASES)
    assert alone.reason == "gains rows from the public mutation `releases:add`, which nothing is seen to call"


def test_others_may_call_what_is_public_where_little_is_seen_in_use() -> None:
    others = [query(f"others:q{at}", read("releases")) for at in range(3)]
    assert not fills(ADD, *others[:1])
    assert fills(ADD, *others), "one of five functions is called"
    unknown = [replace(SHOWN, target=None)] * 2
    assert fills(ADD, *unknown), "of which function is called, two call sites in three say nothing"


@pytest.mark.parametrize(
    ("function", "many"),
    [
        (upsert("version"), False),
        (looped(upsert("version")), True),
        (upsert("userId"), True),
        (replace(ADD, path="releases:upsert"), True),
    ],
)
def test_a_list_is_kept_by_the_names_of_what_it_lists(function: Function, many: bool) -> None:
    assert fills(function, subscription("releases:upsert", hook="useMutation")) is many


def test_rows_that_an_action_brings_one_after_the_other_are_many() -> None:
    calls = run("releases:upsert", "runMutation")
    each = mutation("releases:sync", replace(calls, loops=(Loop(span()),)))
    started = subscription("releases:sync", hook="useMutation")
    assert fills(upsert("version"), each, started)
    assert not fills(upsert("version"), mutation("releases:sync", calls), started)
