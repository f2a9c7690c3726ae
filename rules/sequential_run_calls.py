"""Actions that run several queries or mutations where one would do. See sequential_run_calls.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.exposure import Weight
from convex_lint.analysis.runs_in_a_row import Row, needs_no_action
from convex_lint.analysis.terminal import covers_range
from convex_lint.model.operation import Call, Op, Write
from convex_lint.model.value import DocumentField, Result, parts_of
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity
from convex_lint.source import Span


class SequentialRunCalls(Rule):
    default_severity: ClassVar[Severity] = Severity.NOTE
    tags: ClassVar[tuple[str, ...]] = ("conflicts", "performance")

    def check(self, backend: Backend) -> Iterator[Finding]:
        found: dict[Span, list[Row]] = {}
        for row in backend.runs.rows:
            if row.looped and _reads_much(backend, row.calls[0]):
                continue
            if backend.exposures.weight([row.function]) is Weight.FULL and backend.hops.runs(row.function, row.looped):
                found.setdefault(row.calls[0].span, []).append(row)
        for rows in found.values():
            yield _looped(backend, rows) if rows[0].looped else _chained(backend, rows)


def _reads_much(backend: Backend, call: Call) -> bool:
    """Each run reads a range that grows: all of them in one transaction would come to its limits."""
    callee = backend.function(call.target)
    return callee is not None and any(
        covers_range(read) and (table := backend.table_of(read)) is not None and backend.is_long(read, table)
        for _, read in backend.footprint(callee).reads
    )


def _looped(backend: Backend, rows: list[Row]) -> Finding:
    row = rows[0]
    call = row.calls[0]
    kind = _kind(call)
    gain = "one moment for all rows" if kind == "query" else "all or nothing"
    return Finding(
        call,
        f"`{row.function.id}` runs `{call.target}` once for each row of a loop, each in a transaction of its own.",
        f"Pass the whole list to one internal {kind} that walks it: one transaction, {gain}, and one call. "
        f"Cut the list into batches where it can hold more than {_many(backend, call)} rows.{_others(rows)}",
        key=(row.function.id, call.target, "loop"),
        related=[Label(call.loops[-1], "this loop")],
    )


def _chained(backend: Backend, rows: list[Row]) -> Finding:
    row = rows[0]
    first, *rest = row.calls
    kind = _kind(first)
    names = list(dict.fromkeys(f"`{call.target}`" for call in row.calls))
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else f"{names[0]} {len(row.calls)} times"
    order = "at the same time" if row.together else "one after the other"
    effect = _effect(backend, row)
    advice = (
        f"Make them one internal {kind} that calls what they do as plain functions: nothing happens between them, and as they "
        f"are, {effect}."
    )
    if needs_no_action(row.function, backend.surroundings):
        advice = (
            f"Make `{row.function.id}` a mutation that calls what they do as plain functions: nothing in it needs an action, "
            "and in one transaction what it has read still holds when it writes."
        )
    return Finding(
        first,
        f"`{row.function.id}` runs {listed} {order}, each in a transaction of its own.",
        f"{advice}{_others(rows)}",
        key=(row.function.id, *(call.target for call in row.calls)),
        related=[Label(call, f"and `{call.target}` here") for call in rest],
        severity=Severity.WARNING if _links(backend, row) else None,
        confidence=Confidence.MEDIUM if first.method == "runQuery" else Confidence.HIGH,
    )


def _effect(backend: Backend, row: Row) -> str:
    """What may come of it that each run is a transaction of its own."""
    writing = [call for call in row.calls if _writes(backend, call)]
    if not writing:
        return "what they return may be of different moments"
    if row.together:
        return "when one fails, the others stay"
    if writing[0] is row.calls[-1]:
        return "what the earlier ones have read may have changed when the last one writes"
    return "when a later one fails, the earlier ones stay"


def _links(backend: Backend, row: Row) -> bool:
    """For each row of a list, one mutation makes a row, and another one a row that refers to it: where the second fails, the
    first stays without what belongs to it, and the next run makes it once more."""
    if row.together or not any(loop.bound is None for loop in row.calls[0].loops):
        return False
    return any(
        _inserts(backend, first, anew=True) and _inserts(backend, later) and _refers(first, later)
        for number, first in enumerate(row.calls)
        for later in row.calls[number + 1 :]
    )


def _refers(first: Call, later: Call) -> bool:
    """The id that the first one gave is among the arguments of the later one."""
    return any(
        isinstance(value, Result)
        and value.call == first.ordinal
        and (not value.path or value.path[-1].endswith(("id", "Id")))
        for _, value in later.arguments or ()
    )


def _inserts(backend: Backend, call: Call, anew: bool = False) -> bool:
    """It makes a row; `anew`: without a look for one that is there already."""
    callee = backend.function(call.target) if call.method == "runMutation" else None
    if callee is None:
        return False
    effects = backend.footprint(callee)
    looked = {read.table for _, read in effects.reads if read.op is not Op.GET} if anew else set()
    return any(
        write.op is Op.INSERT and write.table not in looked and not _rests_on(write, looked)
        for _, write in effects.writes
    )


def _rests_on(write: Write, tables: set[str | None]) -> bool:
    """Whether it happens depends on whether there is a row in one of the tables."""
    parts = (part for guard in write.guards for part in parts_of(guard.condition))
    return any(isinstance(part, DocumentField) and part.table in tables for part in parts)


def _many(backend: Backend, call: Call) -> str:
    """One function may schedule 1,000 others, and write 16,000 documents."""
    callee = backend.function(call.target)
    schedules = callee is not None and any(operation.op is Op.SCHEDULE for operation in callee.operations)
    return "a few hundred" if schedules else "a few thousand"


def _writes(backend: Backend, call: Call) -> bool:
    callee = backend.function(call.target)
    if call.method != "runMutation":
        return False
    return (
        callee is None
        or any(backend.footprint(callee).writes)
        or any(operation.op in (Op.SCHEDULE, Op.RUN, Op.STORAGE) for operation in callee.operations)
    )


def _kind(call: Call) -> str:
    return "query" if call.method == "runQuery" else "mutation"


def _others(rows: list[Row]) -> str:
    names = [f"`{row.function.id}`" for row in rows[1:]]
    return f" The same code runs in {', '.join(names)}." if names else ""
