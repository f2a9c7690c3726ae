"""Which advice cuts a loop over many rows into calls that come to an end?"""

from __future__ import annotations

from dataclasses import replace

from convex_lint.analysis.batching import batches, fewer, is_deeper, leaves
from convex_lint.model.function import Function
from convex_lint.model.operation import Guard, Loop, Op, Predicate, Read, Write
from convex_lint.model.value import Argument, Literal
from tests.analysis.facts import mutation, read, row, span

OPEN = read("jobs", "by_state", {"state": Literal("open")})


def handling(walked: Read, *fields: str, guards: tuple[Guard, ...] = (), op: Op = Op.PATCH) -> tuple[Read, Function]:
    """A mutation that patches `fields` of each row, or deletes it."""
    write = Write(
        1, op, "", span(), (), "", (Loop(span(), None, 0),), False, guards=guards, table="jobs", fields=fields,
        target=row("jobs", 0, "_id"),
    )  # fmt: skip
    function = mutation("jobs:work", walked, write)
    return next(each for each in function.operations if isinstance(each, Read)), function


def test_rows_that_are_deleted_or_moved_leave_the_range() -> None:
    assert leaves(*handling(OPEN, op=Op.DELETE))
    assert leaves(*handling(OPEN, "state"))
    assert not leaves(*handling(OPEN, "size"))
    assert not leaves(*handling(read("jobs"), "state"))


def test_rows_that_a_condition_keeps_stay() -> None:
    guard = Guard(Argument(("all",)), True, span(), "skip")
    assert not leaves(*handling(OPEN, "state", guards=(guard,)))
    dropped = replace(OPEN, residual=(Predicate("computed", "js", span()),))
    assert not leaves(*handling(dropped, op=Op.DELETE))


def test_a_batch_where_rows_leave_and_a_cursor_where_they_stay() -> None:
    assert "`.take(500)`" in batches(*handling(OPEN, op=Op.DELETE))
    assert "`continueCursor`" in batches(*handling(OPEN, "size"))


def test_a_batch_behind_a_filter_needs_an_index_first() -> None:
    filtered = replace(OPEN, residual=(Predicate("lt", "filter", span(), "at", Argument(("before",))),))
    assert batches(*handling(filtered, op=Op.DELETE)).startswith("Let an index bring the rows that the filter keeps")


def test_a_search_takes_the_best_of_what_it_finds() -> None:
    found = replace(read("jobs", "search_title"), op=Op.SEARCH)
    assert "more than 1,024 rows fails" in fewer(found)
    assert fewer(OPEN) == fewer(None)


def test_what_is_capped_already_is_to_be_capped_lower() -> None:
    capped = replace(OPEN, terminal="take", limit=Literal(9_000))
    assert batches(*handling(capped, op=Op.DELETE)).startswith("Take fewer rows of `jobs`")


def test_no_pages_inside_of_a_loop() -> None:
    assert batches(*handling(replace(OPEN, loops=(Loop(span()),)))).startswith("Hand each round of the outer loop")


def test_a_row_at_a_time_where_rounds_have_loops_of_their_own() -> None:
    walked, function = handling(OPEN, op=Op.DELETE)
    parts = read("parts", "by_job", loops=(Loop(span(), None, walked.ordinal),))
    flat = replace(function, operations=(*function.operations, replace(parts, ordinal=2)))
    assert batches(walked, flat).startswith("Take a batch of `jobs` with `.take(500)`")
    lost = Write(
        3, Op.DELETE, "", span(), (), "", (Loop(span(), None, walked.ordinal), Loop(span(), None, 2)), False, table="parts",
        target=row("parts", 2, "_id"),
    )  # fmt: skip
    deep = replace(flat, operations=(*flat.operations, lost))
    assert is_deeper(lost, walked)
    assert batches(walked, deep).startswith("Take one row of `jobs` with `.first()`")
    staying = replace(deep, operations=tuple(each for each in deep.operations if each.ordinal != 1))
    assert batches(walked, staying).startswith("Read one page of `jobs` in a call, and hand each row")
