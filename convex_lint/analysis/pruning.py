"""What takes rows out of a table again: queues that are worked off, old rows that are deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TypeAlias

from convex_lint.analysis.sites import Reach, Site
from convex_lint.analysis.terms import Rows
from convex_lint.analysis.vocabulary import MADE, words_of
from convex_lint.graph.graph import EntryKind, Graph
from convex_lint.model.function import Function
from convex_lint.model.operation import Call, Guard, Op, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Argument, Clock, Computed, DocumentField, Inserted, Literal, Value, parts_of

ReadsIn: TypeAlias = Callable[[Function], Rows]
"""The reads of a function, those of one table together."""


class Bounded(StrEnum):
    """What keeps a table small; the value completes "the table ..."."""

    NOTHING_WRITES = "gains no rows in the code that was scanned"
    BY_HAND = "gains rows only from seeds, migrations, admin code and functions that people run by hand"
    SINGLETON = "holds one row, which is inserted only when there is none"
    LITERAL_KEYS = "holds one row for each of a fixed set of keys"
    DRAINED = "is a queue: the flow that reads its rows deletes them"
    PRUNED = "is pruned by age"
    CAPPED = "gains rows only up to a limit that is checked before"
    LOOKUP = "is a list of names that other tables refer to"
    CONFIGURED = "is small by the configuration"


def emptied(reach: Reach[Write], table: Table, graph: Graph, reads_in: ReadsIn) -> tuple[Bounded, str] | None:
    """A delete of rows that background work found by their state or age rather than by what they belong to; what inserts
    rows may also delete the old ones first. With the reason in words."""
    target = reach.operation.target
    if not isinstance(target, DocumentField) or target.read is None:
        return None
    if any(_is_orphans(guard, table) for guard in reach.operation.guards):
        return None
    entries = graph.entries(reach.function)
    fills = any(
        isinstance(other, Write)
        and other.op is Op.INSERT
        and (other.component, other.table) == (table.component, table.name)
        for other in reach.function.operations
    )
    if not {entry.kind for entry in entries} & {EntryKind.CRON, EntryKind.SCHEDULED} and not fills:
        return None
    for read in reads_in(reach.function).of(table):
        if read.ordinal != target.read or read.op is Op.GET:
            continue
        ages = [(bound.field, bound.value) for bound in read.bounds if bound.operator in ("lt", "lte")]
        ages += [(part.field or "", part.value) for part in read.residual if part.operator in ("lt", "lte")]
        # What a guard says of the row decides which rows go: those of a certain age, or a few in a certain state.
        asked = [guard.condition for guard in reach.operation.guards if _asks_of(guard.condition, read)]
        chosen = [condition for condition in asked if not _is_missing(condition)]
        ages += [("", part) for condition in chosen for part in parts_of(condition) if isinstance(part, Clock)]
        if ages and not fills and _of_unset_flag(read):
            continue  # those of which the flag was set in time stay
        if ages:
            return Bounded.PRUNED, _pruned_in_words(reach.function, *ages[0], graph)
        if chosen:
            continue
        whole = not read.eq and not read.bounds and read.terminal == "collect"
        if fills and whole and (not read.residual or bool(asked)):
            return Bounded.SINGLETON, f"is emptied by `{reach.function.id}` before it inserts anew"
        if all(isinstance(key.value, Literal) for key in read.eq) and not read.residual and not fills:
            return Bounded.DRAINED, f"{Bounded.DRAINED.value} (`{reach.function.id}`)"
    return None


def _of_unset_flag(read: Read) -> bool:
    """`verified: false`: what never came so far."""
    pinned = [key.value for key in read.eq]
    pinned += [part.value for part in read.residual if part.operator == "eq"]
    return Literal(False) in pinned


def _is_missing(condition: Value) -> bool:
    """`!keep.has(row.key)`: rows go that are not among what comes, as when all of them are put anew."""
    inner = condition.parts[0] if isinstance(condition, Computed) and condition.operator == "!" else None
    return isinstance(inner, Computed) and inner.operator in ("call:has", "call:includes")


def _is_orphans(guard: Guard, table: Table) -> bool:
    """`if (!user) delete`: rows go whose document of another table is gone, and all others stay."""
    condition, holds = guard.condition, guard.holds
    while isinstance(condition, Computed) and condition.operator == "!":
        condition, holds = condition.parts[0], not holds
    other = isinstance(condition, DocumentField) and not condition.path and condition.table not in (None, table.name)
    return other and not holds


def _asks_of(condition: Value, read: Read) -> bool:
    return any(isinstance(part, DocumentField) and part.read == read.ordinal for part in parts_of(condition))


def _pruned_in_words(function: Function, field: str, age: Value, graph: Graph) -> str:
    """What is left is what comes in within the age, and from one pruning to the next; or what has been renewed since."""
    every = min((entry.every for entry in graph.entries(function) if entry.every), default=None)
    often = f" every {_span_in_words(every)}" if every is not None else ""
    kept = _milliseconds(age)
    within = _span_in_words(kept / 1000) if kept else "that age"
    holds = f"what is inserted within {within}"
    if field and not words_of(field) & (MADE | {"time", "timestamp"}):  # it may be set again in the meantime
        holds = f"the rows whose `{field}` is {'still to come' if age == Clock() else f'not older than {within}'}"
    return f"{Bounded.PRUNED.value} (by `{function.id}`{often}), so that it holds {holds}"


def _milliseconds(age: Value) -> float | None:
    """7 days of `Date.now() - 7 * 24 * 3600 * 1000`."""
    if isinstance(age, Computed) and age.operator == "-" and isinstance(age.parts[0], Clock):
        kept = age.parts[-1]
        if isinstance(kept, Literal) and isinstance(kept.value, (int, float)):
            return float(kept.value)
    return None


def _span_in_words(seconds: float) -> str:
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        if seconds >= length:
            count = seconds / length
            return f"{count:.3g} {unit}{'' if count == 1 else 's'}"
    return f"{seconds:.3g} seconds"


def worked_off(reach: Reach[Write], deletes: Sequence[Site[Write]], graph: Graph, reads_in: ReadsIn) -> bool:
    """The insert hands its row's id to scheduled work that deletes the row of that id, at once or some steps later."""
    for call in reach.function.operations:
        if not isinstance(call, Call) or call.op is not Op.SCHEDULE or call.arguments is None:
            continue
        names = {
            name
            for name, value in call.arguments
            if isinstance(value, Inserted) and value.write == reach.operation.ordinal
        }
        worker = graph.function(call.target)
        if worker is None or not names:
            continue
        after = {worker.id, *(function.id for function in graph.reachable_from(worker))}
        for site in deletes:
            for deletion in site.reaches:
                if deletion.function.id not in after or deletion.operation.loops:
                    continue
                if _is_given(deletion.operation.target, reads_in(deletion.function)):
                    return True
    return False


def _is_given(target: Value, reads: Rows) -> bool:
    """An id that is an argument, or that of the row which was got by one."""
    if isinstance(target, DocumentField) and target.path in ((), ("_id",)) and target.read is not None:
        read = reads.get(target.read)
        return read is not None and read.op is Op.GET and isinstance(read.key, Argument)
    return isinstance(target, Argument)
