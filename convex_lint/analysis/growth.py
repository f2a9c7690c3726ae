"""Growth: does a table gain rows in the course of use, and what bounds it?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from convex_lint.analysis.exposure import Exposure, Exposures, Purpose
from convex_lint.analysis.keyvalue import alike
from convex_lint.analysis.sites import Reach, Site
from convex_lint.graph.graph import EntryKind, Graph
from convex_lint.model.function import Function
from convex_lint.model.limits import MANY_ROWS
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import UNKNOWN, Clock, DocumentField, Literal, Value, parts_of
from convex_lint.source import Span


class Bounded(StrEnum):
    """What keeps a table small; the value completes "the table ..."."""

    NOTHING_WRITES = "gains no rows in the code that was scanned"
    BY_HAND = "gains rows only from seeds, migrations, admin code and functions that people run by hand"
    SINGLETON = "holds one row, which is inserted only when there is none"
    LITERAL_KEYS = "holds one row for each of a fixed set of keys"
    DRAINED = "is a queue: the flow that reads its rows deletes them"
    PRUNED = "is pruned by age"
    CONFIGURED = "is small by the configuration"


@dataclass(frozen=True, slots=True)
class Growth:
    """`bounded` None: the table grows, and `sources` are the inserts that make it grow, busiest first; `reason` says so
    in words that complete "the table ..."."""

    bounded: Bounded | None
    reason: str
    sources: tuple[Reach[Write], ...] = ()

    @property
    def grows(self) -> bool:
        return self.bounded is None


def measure(
    table: Table,
    inserts: Sequence[Site[Write]],
    deletes: Sequence[Site[Write]],
    graph: Graph,
    exposures: Exposures,
    rows: int | None = None,
) -> Growth:
    """How `table` grows, judged from every insert and delete of it that was found. `rows` is how many it has by the
    configuration, which knows better than any sign."""
    if rows is not None and rows < MANY_ROWS:
        return Growth(Bounded.CONFIGURED, f"holds {rows:,} row{'' if rows == 1 else 's'} by the configuration")
    found = _judge(table, inserts, deletes, graph, exposures)
    if rows is None:
        return found
    return Growth(None, f"holds {rows:,} rows by the configuration", found.sources)


def _judge(
    table: Table,
    inserts: Sequence[Site[Write]],
    deletes: Sequence[Site[Write]],
    graph: Graph,
    exposures: Exposures,
) -> Growth:
    reaches = [reach for site in inserts for reach in site.reaches]
    if not reaches and table.name == "users":
        return Growth(None, "gains a row with every user who signs up")
    if not reaches:
        return Growth(Bounded.NOTHING_WRITES, Bounded.NOTHING_WRITES.value)
    used = [
        reach
        for reach in reaches
        if exposures.exposure(reach.function) is not Exposure.MANUAL
        and exposures.purpose(reach.function) is Purpose.PRODUCT
    ]
    if not used:
        return Growth(Bounded.BY_HAND, Bounded.BY_HAND.value)
    guards = [_guard(reach, table) for reach in used]
    if all(guard is not None for guard in guards):
        kind = next((guard for guard in guards if guard is not Bounded.SINGLETON), Bounded.SINGLETON)
        assert kind is not None
        return Growth(kind, kind.value)
    for site in deletes:
        for reach in site.reaches:
            emptied = _emptied(reach, table, graph)
            if emptied is not None:
                return Growth(emptied, f"{emptied.value} (`{reach.function.id}`)")
    growing = [reach for reach, guard in zip(used, guards, strict=True) if guard is None]
    growing.sort(key=lambda reach: (_haste(reach.function, graph), reach.function.id))
    return Growth(None, _in_words(growing, graph), tuple(growing))


def _guard(reach: Reach[Write], table: Table) -> Bounded | None:
    """An insert that only fills a hole: after a look that found nothing, and keyed by nothing or by literals."""
    if not reach.operation.conditional:
        return None
    written = dict(reach.operation.values)
    for read in _reads(reach.function, table):
        if read.ordinal > reach.operation.ordinal or not read.range_known or read.op is Op.GET:
            continue
        if read.terminal not in ("first", "unique", "take", "collect") or read.bounds:
            continue
        keys = [*((key.field, key.value) for key in read.eq)]
        keys += [(part.field or "", part.value) for part in read.residual if part.operator == "eq"]
        if any(part.operator != "eq" for part in read.residual):
            continue
        if not keys:
            return Bounded.SINGLETON
        if all(isinstance(value, Literal) and written.get(field) == value for field, value in keys):
            return Bounded.LITERAL_KEYS
    return None


def upsert_keys(reach: Reach[Write], table: Table) -> Iterator[frozenset[str]]:
    """The fields by which an insert first looks whether there is a row already: they pin one row."""
    if not reach.operation.conditional:
        return
    written = dict(reach.operation.values)
    for read in _reads(reach.function, table):
        if (
            read.ordinal > reach.operation.ordinal
            or not read.range_known
            or read.bounds
            or read.residual
            or not read.eq
        ):
            continue
        if read.terminal in ("first", "unique") and all(
            alike(key.value, written.get(key.field, UNKNOWN)) for key in read.eq
        ):
            yield frozenset(key.field for key in read.eq)


_CAP = re.compile(r"\s*(?:>=?|<=?)\s*(?:(\d+)\b|[A-Z][A-Z0-9_]{2,}\b|[\w$.]*(?:[mM]ax|[lL]imit|[qQ]uota)\w*)")


def capped_keys(reach: Reach[Write], table: Table, text_of: Callable[[Span], str]) -> Iterator[frozenset[str]]:
    """The fields of a range whose rows an insert first counts against a limit: `if (mine.length >= MAX) throw`."""
    written = dict(reach.operation.values)
    for read in _reads(reach.function, table):
        if read.ordinal > reach.operation.ordinal or not read.range_known or read.bounds or not read.eq:
            continue
        if not all(alike(key.value, written.get(key.field, UNKNOWN)) for key in read.eq):
            continue
        if any(use.kind == "length" and _is_capped(use.span, text_of) for use in read.uses):
            yield frozenset(key.field for key in read.eq)


def _is_capped(length: Span, text_of: Callable[[Span], str]) -> bool:
    """The number, or the variable that is set to it, is compared with a limit: a constant or something named so."""
    after = text_of(Span(length.file, length.end, length.end + 300))
    name = re.search(
        r"\b(?:const|let)\s+([\w$]+)\s*=\s*$", text_of(Span(length.file, max(0, length.start - 60), length.start))
    )
    caps = re.finditer(rf"\b{re.escape(name[1])}{_CAP.pattern}", after) if name else (_CAP.match(after),)
    return any(cap is not None and (cap[1] is None or int(cap[1]) > 1) for cap in caps)


def _emptied(reach: Reach[Write], table: Table, graph: Graph) -> Bounded | None:
    """A delete of rows that background work found by their state or age rather than by what they belong to; what inserts
    rows may also delete the old ones first."""
    target = reach.operation.target
    if not isinstance(target, DocumentField) or target.read is None:
        return None
    kinds = {entry.kind for entry in graph.entries(reach.function)}
    fills = any(
        isinstance(other, Write)
        and other.op is Op.INSERT
        and (other.component, other.table) == (table.component, table.name)
        for other in reach.function.operations
    )
    if not kinds & {EntryKind.CRON, EntryKind.SCHEDULED} and not fills:
        return None
    for read in _reads(reach.function, table):
        if read.ordinal != target.read or read.op is Op.GET:
            continue
        aged = any(bound.operator in ("lt", "lte") for bound in read.bounds) or any(
            part.operator in ("lt", "lte") for part in read.residual
        )
        # What a guard says of the row decides which rows go: those of a certain age, or a few in a certain state.
        chosen = [guard.condition for guard in reach.operation.guards if _asks_of(guard.condition, read)]
        if aged or any(isinstance(part, Clock) for condition in chosen for part in parts_of(condition)):
            return Bounded.PRUNED
        if chosen:
            continue
        if all(isinstance(key.value, Literal) for key in read.eq) and not read.residual and not fills:
            return Bounded.DRAINED
    return None


def _asks_of(condition: Value, read: Read) -> bool:
    return any(isinstance(part, DocumentField) and part.read == read.ordinal for part in parts_of(condition))


def _reads(function: Function, table: Table) -> Iterator[Read]:
    for operation in function.operations:
        if isinstance(operation, Read) and (operation.component, operation.table) == (table.component, table.name):
            yield operation


_HASTE = (EntryKind.CRON, EntryKind.HTTP, EntryKind.CLIENT, EntryKind.PUBLIC, EntryKind.SCHEDULED, EntryKind.COMPONENT)


def _haste(function: Function, graph: Graph) -> int:
    return min((_HASTE.index(entry.kind) for entry in graph.entries(function)), default=len(_HASTE))


def _in_words(growing: Sequence[Reach[Write]], graph: Graph) -> str:
    first = growing[0].function
    more = len({reach.function.id for reach in growing}) - 1
    rest = f" and {more} more" if more else ""
    return f"gains rows from {how_started(first, graph)} `{first.id}`{rest}"


def how_started(function: Function, graph: Graph) -> str:
    """`the public mutation`, `the cron-driven mutation`: what a function is, by its first entry."""
    entries = graph.entries(function)
    words: dict[EntryKind, str] = {
        EntryKind.CLIENT: "public",
        EntryKind.PUBLIC: "public",
        EntryKind.HTTP: "HTTP-called",
        EntryKind.CRON: "cron-driven",
        EntryKind.SCHEDULED: "scheduled",
        EntryKind.COMPONENT: "component",
    }
    word = words[entries[0].kind] if entries else "internal"
    if word == "public" and function.visibility == "internal":
        word = "internal"
    if function.kind == "http":
        return "the HTTP action"
    return f"the {word} {function.kind}"
