"""Do many rows look up the same few keys?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.looped import looped_in
from convex_lint.analysis.shared_keys import has_few_keys
from convex_lint.model.function import Function
from convex_lint.model.operation import Loop, Operation, Read
from convex_lint.model.value import Argument
from tests.analysis.facts import STRING, insert, mutation, project, query, read, reference, row, span, table

USERS = table("users", name=STRING)
BATCHES = table("batches", name=STRING)
PLAYERS = table("players", name=STRING)


def _shared(
    name: str, field: str, target: str, outer: Read, *sources: Function, own: str = "", parent: str = "teams"
) -> bool:
    walked = table(name, {"by_parent": ["parentId"]}, parentId=reference(parent), **{field: reference(target)})
    key = row(name, 0, own or field)
    found = replace(read(target, terminal="get"), key=key, loops=(Loop(span(), over=0),))
    backend = Backend(project(walked, USERS, BATCHES, PLAYERS, *sources, query("app:list", outer, found)))
    [looped] = looped_in(backend, next(one for one in backend.functions if one.path == "app:list"))
    return has_few_keys(backend, looped)


def _of(name: str) -> Read:
    return read(name, "by_parent", {"parentId": None})


@pytest.mark.parametrize(
    ("name", "field", "target", "outer", "parent", "expected"),
    [
        ("items", "creatorId", "users", _of("items"), "teams", True),
        ("messages", "author", "players", _of("messages"), "channels", True),
        ("clicks", "userId", "users", _of("clicks"), "channels", False),
        ("items", "creatorId", "users", read("items"), "teams", False),
        ("items", "pageId", "batches", _of("items"), "teams", False),
    ],
)
def test_the_people_of_one_team_and_of_one_talk(
    name: str, field: str, target: str, outer: Read, parent: str, expected: bool
) -> None:
    assert _shared(name, field, target, outer, parent=parent) is expected


def test_what_a_row_holds_by_itself_is_another_each_time() -> None:
    assert not _shared("items", "creatorId", "users", _of("items"), own="_id")


def test_rows_of_one_batch_have_the_same() -> None:
    loops = (Loop(span()),)

    def fill(**values: Argument) -> Function:
        each: Operation = replace(insert("items", **values), loops=loops)
        return mutation("app:fill", each)

    assert _shared("items", "batchId", "batches", read("items"), fill(batchId=Argument(("batchId",))))
    other = Argument(("rows", "[]", "batchId"))
    assert not _shared("items", "batchId", "batches", read("items"), fill(batchId=other))
    one = mutation("app:add", insert("items", batchId=Argument(("batchId",))))
    assert not _shared("items", "batchId", "batches", read("items"), fill(batchId=Argument(("batchId",))), one)
