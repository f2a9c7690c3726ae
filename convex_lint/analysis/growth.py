"""Growth: does a table gain rows in the course of use, and what bounds it?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from convex_lint.analysis.absence import found_nothing
from convex_lint.analysis.bound import is_set_up
from convex_lint.analysis.exposure import Exposure, Exposures, Purpose
from convex_lint.analysis.pruning import Bounded, ReadsIn, emptied, worked_off
from convex_lint.analysis.sites import Reach, Site
from convex_lint.analysis.stocked import given_by_code, is_stock
from convex_lint.analysis.terms import alternatives
from convex_lint.analysis.upserts import capped_by
from convex_lint.analysis.vocabulary import BATCHES, words_of
from convex_lint.graph.graph import EntryKind, Graph
from convex_lint.model.function import Function
from convex_lint.model.limits import MANY_ROWS
from convex_lint.model.operation import Call, Key, Op, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import (
    UNKNOWN,
    Argument,
    Literal,
    Value,
)


@dataclass(frozen=True, slots=True)
class Growth:
    """`bounded` None: the table grows, and `sources` are the inserts that make it grow, busiest first; `reason` says so
    in words that complete "the table ...". `called` False: nothing that is seen calls any of them. Where something calls some,
    the others are no sources."""

    bounded: Bounded | None
    reason: str
    sources: tuple[Reach[Write], ...] = ()
    called: bool = True

    @property
    def grows(self) -> bool:
        return self.bounded is None


def measure(
    table: Table,
    writes: Sequence[Site[Write]],
    graph: Graph,
    exposures: Exposures,
    reads_in: ReadsIn,
    rows: int | None = None,
    *,
    lookup: bool = False,
    is_called: Callable[[Function], bool] = lambda function: True,
) -> Growth:
    """How `table` grows, judged from all writes of it that were found. `rows` is how many it has by the
    configuration, which knows better than any sign. `lookup`: it is a list of names. `is_called` tells the functions that
    something calls."""
    if rows is not None and rows < MANY_ROWS:
        return Growth(Bounded.CONFIGURED, f"holds {rows:,} row{'' if rows == 1 else 's'} by the configuration")
    found = _judge(table, writes, graph, exposures, reads_in, is_called)
    if rows is None:
        return Growth(Bounded.LOOKUP, Bounded.LOOKUP.value) if lookup and found.grows else found
    return Growth(None, f"holds {rows:,} rows by the configuration", found.sources)


def _judge(
    table: Table,
    writes: Sequence[Site[Write]],
    graph: Graph,
    exposures: Exposures,
    reads_in: ReadsIn,
    is_called: Callable[[Function], bool],
) -> Growth:
    inserts = [site for site in writes if site.operation.op is Op.INSERT]
    deletes = [site for site in writes if site.operation.op is Op.DELETE]
    reaches = [reach for site in inserts for reach in site.reaches]
    if not reaches and table.name == "users":
        return Growth(None, "gains a row with every user who signs up")
    if not reaches and not table.inferred and "node_modules/" in table.span.file:
        return Growth(None, "gains rows from the library that declares it")
    if not reaches:
        return Growth(Bounded.NOTHING_WRITES, Bounded.NOTHING_WRITES.value)
    used = [
        reach
        for reach in reaches
        if exposures.exposure(reach.function) is not Exposure.MANUAL
        and exposures.purpose(reach.function) is Purpose.PRODUCT
        and not is_stock(reach, table, graph)
    ]
    if not used:
        return Growth(Bounded.BY_HAND, Bounded.BY_HAND.value)
    guards = [_guard(reach, table, reads_in, graph) for reach in used]
    if all(guard is not None for guard in guards):
        kind = next((guard for guard in guards if guard is not Bounded.SINGLETON), Bounded.SINGLETON)
        assert kind is not None
        return Growth(kind, kind.value)
    for site in deletes:
        for reach in site.reaches:
            found = emptied(reach, table, graph, reads_in)
            if found is not None:
                return Growth(*found)
    if all(
        guard is not None or worked_off(reach, deletes, graph, reads_in)
        for guard, reach in zip(guards, used, strict=True)
    ):
        return Growth(Bounded.DRAINED, f"{Bounded.DRAINED.value} (each insert schedules the work that deletes its row)")
    growing = [reach for reach, guard in zip(used, guards, strict=True) if guard is None]
    growing.sort(key=lambda reach: (_haste(reach.function, graph), reach.function.id))
    called = tuple(reach for reach in growing if is_called(reach.function))
    if called:
        return Growth(None, _in_words(called, graph), called)
    return Growth(None, f"{_in_words(growing, graph)}, which nothing is seen to call", tuple(growing), called=False)


def into(growth: Growth, read: Read, graph: Graph) -> Growth:
    """The same, with those inserts as sources whose rows the range of a read may hold."""
    fitting = tuple(reach for reach in growth.sources if all(_may_have(reach.operation, key) for key in read.eq))
    if not fitting or len(fitting) == len(growth.sources):
        return growth
    reason = _in_words(fitting, graph) if growth.called else growth.reason
    return replace(growth, reason=reason, sources=fitting)


def _may_have(insert: Write, key: Key) -> bool:
    asked, given = alternatives(key.value), alternatives(dict(insert.values).get(key.field, UNKNOWN))
    sure = all(isinstance(one, Literal) for one in (*asked, *given))
    return not sure or not set(asked).isdisjoint(given)


def _guard(reach: Reach[Write], table: Table, reads_in: ReadsIn, graph: Graph) -> Bounded | None:
    """An insert that only fills a hole: after a look that found nothing, and keyed by nothing, by literals or by fields
    that have few values. Or one that stops when the table is full."""
    if any(not read.eq for read in capped_by(reach, table, reads_in)):
        return Bounded.CAPPED
    absent = found_nothing(reach.operation)
    written = dict(reach.operation.values)
    for read in reads_in(reach.function).of(table):
        if read.ordinal > reach.operation.ordinal or not read.range_known or read.op is Op.GET:
            continue
        if not reach.operation.conditional and read.ordinal not in absent:
            continue
        if read.terminal not in ("first", "unique", "take", "collect") or read.bounds:
            continue
        keys = [*((key.field, key.value) for key in read.eq)]
        keys += [(part.field or "", part.value) for part in read.residual if part.operator == "eq"]
        if any(part.operator != "eq" for part in read.residual):
            continue
        if not keys:
            return Bounded.SINGLETON
        if all(
            written.get(field) == value
            and (_is_one_of_few(field, value, table, reach.function) or given_by_code(value, reach.function, graph))
            for field, value in keys
        ):
            return Bounded.LITERAL_KEYS
    return None


def _is_one_of_few(field: str, value: Value, table: Table, function: Function) -> bool:
    """A literal, the number of a page, or whatever a field or an argument can hold that its validator gives a few literal
    values."""
    if isinstance(value, Literal):
        return True
    kinds = table.validator.at(tuple(field.split("."))) if table.validator is not None else ()
    if kinds and all(kind.kind in ("literal", "boolean", "null") for kind in kinds):
        return True
    if kinds and words_of(field) & BATCHES and all(kind.kind in ("float64", "int64") for kind in kinds):
        return True  # the parts into which one thing was cut
    given = function.args.at(value.path) if isinstance(value, Argument) and function.args is not None else ()
    return bool(given) and all(kind.kind in ("literal", "boolean", "null") for kind in given)


def made_one_by_one(growth: Growth, graph: Graph) -> bool:
    """Every row is made by somebody who asks for it, one in each call: nothing imports them, or makes them on its own."""
    return bool(growth.sources) and not any(
        reach.operation.loops
        or {entry.kind for entry in graph.entries(reach.function)}
        & {EntryKind.CRON, EntryKind.HTTP, EntryKind.SCHEDULED}
        or is_run_in_a_loop(reach.function, graph)
        for reach in growth.sources
    )


def is_run_in_a_loop(function: Function, graph: Graph) -> bool:
    """An action runs it once for each row of what it has fetched."""
    return any(
        isinstance(operation, Call)
        and operation.op is Op.RUN
        and operation.target == function.id
        and any(loop.bound is None for loop in operation.loops)
        for caller in graph.callers(function)
        for operation in caller.operations
    )


def made_by_name(growth: Growth, table: Table, reads_in: ReadsIn) -> bool:
    """Whoever inserts a row looks first whether there is one of that name, and brings that one up to date: there are as many
    rows as names are in use, and nothing says that these are many."""
    return bool(growth.sources) and all(_is_kept_by_name(reach, table, reads_in) for reach in growth.sources)


def _is_kept_by_name(reach: Reach[Write], table: Table, reads_in: ReadsIn) -> bool:
    absent = found_nothing(reach.operation)
    looks = any(
        read.terminal in ("first", "unique")
        and len(read.eq) == 1
        and "name" in words_of(read.eq[0].field)
        and read.eq[0].field in (reach.operation.fields or ())
        and (reach.operation.conditional or read.ordinal in absent)
        for read in reads_in(reach.function).of(table)
        if read.ordinal < reach.operation.ordinal
    )
    return looks and any(
        isinstance(other, Write) and other.table == table.name and other.op in (Op.PATCH, Op.REPLACE)
        for other in reach.function.operations
    )


def is_equipment(table: Table, growth: Growth, graph: Graph) -> bool:
    """People set up the rows, for the product as a whole: no cron and no request of another program brings them."""
    kinds = {entry.kind for reach in growth.sources for entry in graph.entries(reach.function)}
    return is_set_up(table) and not kinds & {EntryKind.CRON, EntryKind.HTTP}


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
