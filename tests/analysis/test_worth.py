"""When an index pays for itself: what moves on with the clock, what tells rows apart, what a library may use."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.narrowing import Narrowing
from convex_lint.model.operation import Predicate, Write
from convex_lint.model.value import Argument, Clock, Computed, Literal, Value
from tests.analysis.facts import (
    NUMBER,
    STRING,
    delete,
    eq,
    insert,
    mutation,
    patch,
    project,
    query,
    read,
    row,
    span,
    table,
)

FIELDS = {"seenAt": NUMBER, "expiresAt": NUMBER, "state": STRING, "kind": STRING}
AGO = Computed("-", (Clock(), Literal(300_000)))


def asked(field: str, value: Value, *writes: Write, state: bool = False) -> Narrowing | None:
    late = Predicate("lt", "filter", span(), field, value)
    stale = read("visits", residual=[late, *([eq("state", Literal("open"))] if state else [])])
    adder = mutation("visits:add", insert("visits", kind=Argument(("kind",))))
    visits = table("visits", **FIELDS)
    return Backend(project(visits, adder, mutation("visits:sweep", stale, *writes))).narrowings.get(stale.span)


def test_most_rows_lie_before_a_moment_that_moves_on() -> None:
    assert asked("seenAt", AGO) is None
    assert asked("seenAt", AGO, patch("visits", row("visits", 0), state=Literal("gone"))) is None
    assert asked("seenAt", Argument(("before",))) is not None
    assert asked("expiresAt", Clock()) is not None


@pytest.mark.parametrize(
    "write", [delete("visits", row("visits", 0)), patch("visits", row("visits", 0), seenAt=Clock())]
)
def test_they_do_not_when_they_are_taken_out(write: Write) -> None:
    assert asked("seenAt", AGO, write) is not None


def test_the_creation_time_alone_falls_short_of_a_state() -> None:
    found = asked("_creationTime", AGO, state=True)
    assert found is not None
    assert found.proposal is not None
    assert found.proposal.fields == ("state",)


def redundant(*readers: str, model: bool = False) -> list[tuple[str, str]]:
    visits = table("visits", {"by_kind": ["kind"], "by_kind_state": ["kind", "state"]}, **FIELDS)
    functions = [
        query(f"visits:{index}", read("visits", index, {"kind": None}, terminal="unique")) for index in readers
    ]
    if model:
        whole = query("visits:library", read("visits"))
        placed = tuple(replace(operation, span=whole.span) for operation in whole.operations)
        functions.append(replace(whole, handler=None, operations=placed))
    adder = mutation("visits:add", insert("visits"))
    backend = Backend(project(visits, adder, *functions))
    return [(found.index.name, found.longer.name) for found in backend.idle_indexes.redundant(visits)]


def test_a_longer_index_that_nobody_reads_with_replaces_none_that_is_in_use() -> None:
    assert redundant("by_kind_state") == [("by_kind", "by_kind_state")]
    assert redundant("by_kind", "by_kind_state") == [("by_kind", "by_kind_state")]
    assert redundant("by_kind") == []


def test_a_library_that_keeps_the_rows_may_use_any_index() -> None:
    assert redundant("by_kind_state", model=True) == []


def of_adapter(*pairs: tuple[str, str]) -> list[str]:
    """What is redundant where code for several tables reads a table with an index, at one place and for one caller."""
    visits = table("visits", {"by_kind": ["kind"], "by_kind_state": ["kind", "state"]}, **FIELDS)
    others = table("others", {"by_kind": ["kind"]}, **FIELDS)
    place = span()
    reads = [read(name, index, {"kind": None}, terminal="unique", span=place) for name, index in pairs]
    adders = [mutation(f"{name}:add", insert(name)) for name in ("visits", "others")]
    backend = Backend(project(visits, others, *adders, query("adapter:one", *reads)))
    return [found.index.name for found in backend.idle_indexes.redundant(visits)]


def test_an_adapter_that_chooses_indexes_by_their_fields_may_use_any() -> None:
    assert of_adapter(("visits", "by_kind_state"), ("others", "by_kind")) == ["by_kind"]
    by_fields = ("visits", "by_kind_state"), ("visits", "by_creation_time"), ("others", "by_kind")
    assert of_adapter(*by_fields) == []
