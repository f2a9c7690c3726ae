"""Transactions that can write or schedule more than one is allowed to. See transaction_limit.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.batching import batches, leaves
from convex_lint.analysis.bound import Tier
from convex_lint.analysis.cost import Cost, Factor
from convex_lint.analysis.drained import drains, renumbers
from convex_lint.analysis.exposure import Exposure, Purpose, Weight
from convex_lint.analysis.story import Place, fields_in_words
from convex_lint.model.function import Function, Kind, qualified
from convex_lint.model.limits import DOCUMENTS_READ, DOCUMENTS_WRITTEN, SCHEDULED
from convex_lint.model.operation import Call, Op, Write
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
                for bulk in _bulks(backend, function):
                    place = bulk.outer.read.span if bulk.outer.read is not None else bulk.operation.span
                    groups.setdefault(place, []).append(bulk)
        for group in groups.values():
            kept = [bulk for bulk in group if not _spared(backend, bulk)]
            if kept:
                yield _finding(backend, kept)


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
        elif cost.most is not None and cost.most > (DOCUMENTS_WRITTEN if isinstance(operation, Write) else SCHEDULED):
            outer = max(cost.factors, key=lambda factor: factor.most or 0)
            yield Bulk(function, operation, cost, outer)


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
    if table is not None and backend.never_enters(read, table):
        return True
    if deletes and bulk.outer.tier is Tier.USER:
        return True
    if table is not None and isinstance(bulk.operation, Write) and renumbers(bulk.operation, read, table):
        return True
    passing = leaves(read, function) or drains(read, function)
    passing |= table is not None and backend.leaver(read, table) is not None
    return exposure is Exposure.BACKGROUND and passing and bool(read.eq or read.bounds)


def _finding(backend: Backend, group: list[Bulk]) -> Finding:
    first = group[0]
    operation, outer = first.operation, first.outer
    functions = tuple({bulk.function.id: bulk.function for bulk in group}.values())
    weight = backend.exposures.weight(functions)
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
        f"{_subject(operation)} once for {outer.words} in one transaction, and nothing bounds how many there are."
        if first.cost.open
        else f"{_subject(operation)} up to {first.cost.most:,.0f} times in one transaction, which allows {first.limit:,}.",
        _help(first) + _callers(functions, first),
        key=(operation.within or first.function.id, _key(operation), outer.read.table if outer.read else None),
        related=[Label(place, place.words) for place in places],
        confidence=Confidence.HIGH if outer.tier is Tier.TABLE else Confidence.MEDIUM,
        severity=None if weight is Weight.FULL and backend.is_asked(functions) else Severity.NOTE,
        table=operation.table if isinstance(operation, Write) else None,
        sites={operation.span, *([outer.read.span] if outer.read is not None else [])},
        impact=backend.impact_of(functions, extent),
    )


def _key(operation: Write | Call) -> str | None:
    return operation.table if isinstance(operation, Write) else operation.target


def _doing(operation: Write | Call) -> str:
    return f"`{operation.table}` is {_VERBS[operation.op]}" if isinstance(operation, Write) else "work is scheduled"


def _subject(operation: Write | Call) -> str:
    if isinstance(operation, Write):
        return f"A row of `{operation.table}` is {_VERBS[operation.op]}"
    return f"`{operation.target}` is scheduled" if operation.target else "A function is scheduled"


def _help(first: Bulk) -> str:
    advice = batches(first.outer.read, first.function)
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
