"""Transactions that can write or schedule more than one is allowed to. See transaction_limit.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.batching import batches, is_deeper, kept_for_later, leaves
from convex_lint.analysis.bound import Tier, is_dialogue, is_log, is_owned, is_stream, names_one, tier_of_table
from convex_lint.analysis.compared import compares_computed
from convex_lint.analysis.cost import Cost, Factor
from convex_lint.analysis.crowd import few_make
from convex_lint.analysis.drained import drains, renumbers, takes_all_out
from convex_lint.analysis.exposure import Exposure, Purpose, Weight
from convex_lint.analysis.growth import made_by_name
from convex_lint.analysis.inflow import by_hand, few_to_write, replaces
from convex_lint.analysis.picking import asked_for, chosen_from_all, comes_after, weighed
from convex_lint.analysis.piling import is_fed
from convex_lint.analysis.story import Place, fields_in_words
from convex_lint.analysis.vocabulary import EMPTYING, words_of
from convex_lint.model.function import Function, Kind, qualified
from convex_lint.model.limits import DOCUMENTS_READ, DOCUMENTS_WRITTEN, SCHEDULED
from convex_lint.model.operation import Call, Op, Operation, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Literal, Undefined, Unknown
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity
from convex_lint.source import Span

_VERBS = {Op.INSERT: "inserted", Op.PATCH: "patched", Op.REPLACE: "replaced", Op.DELETE: "deleted"}


class Bulk(NamedTuple):
    """A write, or a call of the scheduler, that one transaction does many times."""

    function: Function
    operation: Write | Call
    cost: Cost
    outer: Factor

    @property
    def limit(self) -> int:
        return DOCUMENTS_WRITTEN if isinstance(self.operation, Write) else SCHEDULED


class TransactionLimit(Rule):
    tags = ("limits",)

    def check(self, backend: Backend) -> Iterator[Finding]:
        groups: dict[Span, list[Bulk]] = {}
        for function in backend.functions:
            if function.kind is Kind.MUTATION and backend.exposures.weight([function]) is not Weight.NONE:
                several = [bulk for bulk in _bulks(backend, function) if not _spared(backend, bulk)]
                if several:
                    groups.setdefault(_place(min(several, key=lambda bulk: _order(backend, bulk))), []).extend(several)
        for place, group in groups.items():
            yield _finding(backend, sorted(group, key=lambda bulk: (_place(bulk) != place, *_order(backend, bulk))))


def _bulks(backend: Backend, function: Function) -> Iterator[Bulk]:
    for operation in function.operations:
        if not operation.loops or not (isinstance(operation, Write) or operation.op is Op.SCHEDULE):
            continue
        assert isinstance(operation, (Write, Call))
        if isinstance(operation, Write) and (operation.table is None or operation.table.startswith("_")):
            continue
        cost = backend.costs.of(operation, function)
        grows = next((factor for factor in cost.factors if factor.open), None)
        if grows is not None and grows.read is not None and grows.read.span in backend.narrowings:
            continue  # an index leaves the rows that are meant
        if grows is not None and grows.read is not None and backend.clears(grows.read, function):
            continue
        if grows is not None:
            yield Bulk(function, operation, cost, grows)
        elif len(cost.factors) > 1:
            continue  # nobody knows that each of the rows has so many
        elif (
            cost.most is not None
            and not cost.loose
            and cost.most > (DOCUMENTS_WRITTEN if isinstance(operation, Write) else SCHEDULED)
        ):
            outer = max(cost.factors, key=lambda factor: factor.most or 0)
            yield Bulk(function, operation, cost, outer)


def _place(bulk: Bulk) -> Span:
    return bulk.outer.read.span if bulk.outer.read is not None else bulk.operation.span


def _order(backend: Backend, bulk: Bulk) -> tuple[bool, ...]:
    """Of all that one transaction does in bulk, the one comes first that stands for the rest: what is done to most rows, to
    those that nothing else ever deletes, to the rows themselves that are walked before what hangs on them, and writes before
    calls of the scheduler."""
    read = bulk.outer.read
    table = backend.table_of(read) if read is not None else None
    return (
        not bulk.cost.open,
        not _is_certain(backend, bulk),
        bulk.outer.tier is not Tier.TABLE,
        table is None or not is_stream(table),
        table is None or _is_pruned(backend, table, bulk.function),
        not isinstance(bulk.operation, Write),
        read is not None and isinstance(bulk.operation, Write) and bulk.operation.table != read.table,
    )


def _is_pruned(backend: Backend, table: Table, function: Function) -> bool:
    """Something else deletes rows of it as well."""
    deletes = (site for site in backend.writes_of(table) if site.operation.op is Op.DELETE)
    return any(other.id != function.id for site in deletes for other in site.functions)


def _is_certain(backend: Backend, bulk: Bulk) -> bool:
    """The program shows that there are many: programs bring the rows in, or they are a log of what happens, or the table is
    everybody's; and all of them are meant, not those that a condition lets through."""
    read, operation, function = bulk.outer.read, bulk.operation, bulk.function
    table = backend.table_of(read) if read is not None else None
    if read is None or table is None:
        return True
    growth = backend.growth(table)
    if bulk.outer.tier is Tier.TABLE:
        own = words_of(function.path.rpartition(":")[2])
        if (
            _is_kept(backend, table)
            or few_make(backend, read, table)
            or made_by_name(growth, table, backend.reads_in)
            or ("all" in own and own & EMPTYING)
        ):
            return False  # `deleteAllAccounts` is a button for those who start anew
    elif few_to_write(backend, read, table) or not is_fed(backend, read, table):
        return False
    elif not is_stream(table) and any(factor.tier is Tier.USER for factor in bulk.cost.factors):
        return False  # of parents that are one user's own
    if read.eq and is_dialogue(table):
        return False
    if comes_after(read) or _hands_over(operation, read) or _tells_one(backend, read):
        return False
    return not weighed(operation, read) or _looks_up(bulk, read)


def _tells_one(backend: Backend, read: Read) -> bool:
    """Of all rows those are meant that have one address, or one name, be it in a form that code makes: the search is long, and
    what it finds is few."""
    return compares_computed(read, backend.surroundings) or any(
        part.operator == "eq" and part.field is not None and names_one(part.field) for part in read.residual
    )


def _is_kept(backend: Backend, table: Table) -> bool:
    """People keep a list of what belongs to nobody, row by row."""
    whose = is_owned(table) or is_log(table) or tier_of_table(table.name) is not Tier.ENTITY
    return not whose and by_hand(backend.growth(table), backend.graph)


def _hands_over(operation: Write | Call, read: Read) -> bool:
    """Rows of one owner get another: seldom done, and of what one has."""
    if not isinstance(operation, Write) or operation.op is not Op.PATCH:
        return False
    values = dict(operation.values)
    return any(
        key.field in values
        and not isinstance(key.value, Literal)
        and not isinstance(values[key.field], (Literal, Undefined, Unknown))
        for key in read.eq
    )


def _looks_up(bulk: Bulk, read: Read) -> bool:
    """Every row costs an index range besides, whether it is written or not."""
    return any(
        isinstance(other, Read) and _is_inside(other, read) and not weighed(other, read)
        for other in bulk.function.operations
    )


def _spared(backend: Backend, bulk: Bulk) -> bool:
    """Nobody gets there, or only with few rows: people who clear something by hand or delete what is theirs, and jobs that
    take rows out of a state again and again."""
    function, read = bulk.function, bulk.outer.read
    exposure = backend.exposures.exposure(function)
    deletes = bulk.operation.op is Op.DELETE
    if exposure is Exposure.MANUAL:
        return deletes
    if not backend.is_asked([function]) and backend.purpose(function) is not Purpose.MIGRATION:
        return True
    if read is None:
        return False
    table = backend.table_of(read)
    if (table is not None and backend.never_enters(read, table)) or asked_for(bulk.operation, read):
        return True
    if chosen_from_all(read):
        return True
    if deletes and (bulk.outer.tier is Tier.USER or replaces(read, function)):
        return True
    if takes_all_out(read, function):
        return True
    if table is not None and isinstance(bulk.operation, Write) and renumbers(bulk.operation, read, table):
        return True
    passing = leaves(read, function) or drains(read, function)
    passing |= table is not None and backend.leaver(read, table) is not None
    return exposure is Exposure.BACKGROUND and passing and bool(read.eq or read.bounds or read.residual)


def _finding(backend: Backend, group: list[Bulk]) -> Finding:
    first = group[0]
    operation, outer = first.operation, first.outer
    functions = tuple({bulk.function.id: bulk.function for bulk in group}.values())
    serious = backend.exposures.weight(functions) is Weight.FULL and backend.is_asked(functions)
    serious &= any(_is_certain(backend, bulk) for bulk in group)
    serious &= not all(backend.exposures.is_spare(function) for function in functions)
    others = list({bulk.operation.span: bulk.operation for bulk in group}.values())
    places = [
        *([Place(outer.read.span, "these rows are read", qualified(outer.read.component, outer.read.within))]
          if outer.read is not None else ()),
        *(Place(other.span, f"{_doing(other)} here, too", qualified(other.component, other.within)) for other in others[1:4]),
        *([Place(operation.via[0], f"`{first.function.id}` gets there from here", first.function.id)] if operation.via else ()),
    ]  # fmt: skip
    table = backend.table_of(outer.read) if outer.read is not None else None
    extent = backend.extent(outer.read, table) if outer.read is not None and table is not None else None
    return Finding(
        operation,
        f"{_subject(operation)} {_how_often(operation, outer.read)} for {outer.words} in one transaction, and nothing bounds how many there are."
        if first.cost.open
        else f"{_subject(operation)} up to {first.cost.most:,.0f} times in one transaction, which allows {first.limit:,}.",
        _help(backend, first) + _callers(functions, first),
        key=(operation.within or first.function.id, _key(operation), outer.read.table if outer.read else None),
        related=[Label(place, place.words) for place in places],
        confidence=Confidence.HIGH if outer.tier is Tier.TABLE else Confidence.MEDIUM,
        severity=None if serious else Severity.NOTE,
        table=operation.table if isinstance(operation, Write) else None,
        sites={operation.span, *_walked(group)},
        impact=backend.impact_of(functions, extent)._replace(repeated=True),
    )


def _how_often(operation: Operation, outer: Read | None) -> str:
    if outer is not None and is_deeper(operation, outer):
        return "several times"
    return "at most once" if outer is not None and weighed(operation, outer) else "once"


def _walked(group: list[Bulk]) -> Iterator[Span]:
    """What is read of the rows, and in the same code for each of them."""
    places = {
        (b.function.id, b.outer.read.ordinal): (b.function, b.outer.read) for b in group if b.outer.read is not None
    }
    for function, read in places.values():
        yield read.span
        inner = (other for other in function.operations if isinstance(other, Read) and _is_inside(other, read))
        yield from (other.span for other in inner if other.within == read.within)


def _is_inside(other: Read, read: Read) -> bool:
    return any(loop.over == read.ordinal for loop in other.loops)


def _key(operation: Write | Call) -> str | None:
    return operation.table if isinstance(operation, Write) else operation.target


def _doing(operation: Write | Call) -> str:
    return f"`{operation.table}` is {_VERBS[operation.op]}" if isinstance(operation, Write) else "work is scheduled"


def _subject(operation: Write | Call) -> str:
    if isinstance(operation, Write):
        return f"A row of `{operation.table}` is {_VERBS[operation.op]}"
    return f"`{operation.target}` is scheduled" if operation.target else "A function is scheduled"


def _help(backend: Backend, first: Bulk) -> str:
    advice = batches(first.outer.read, first.function)
    loops = first.operation.loops
    kept = kept_for_later(loops[-1].span, backend.surroundings) if loops else None
    if kept is not None:
        advice += f" What the loop keeps in `{kept}` for later has to go along with each call, or into the rows."
    limit = (
        f"One transaction may read {DOCUMENTS_READ:,} documents, write {DOCUMENTS_WRITTEN:,} and schedule {SCHEDULED:,} "
        "functions; past that it fails, and fails again each time."
    )
    product = ""
    if first.cost.most is not None and first.cost.open:
        product = f" By the configured figures these are {first.cost.most:,.0f} a call."
    return f"{advice} {limit}{product}"


def _callers(functions: tuple[Function, ...], first: Bulk) -> str:
    if len(functions) == 1 and functions[0].path == first.operation.within:
        return ""
    return f" Reached from {fields_in_words([function.id for function in functions[:9]])}."
