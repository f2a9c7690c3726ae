"""The same document or range, read again in one execution. See repeated_read.md."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from itertools import takewhile
from typing import NamedTuple

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.branches import never_both
from convex_lint.analysis.exposure import Weight
from convex_lint.analysis.keyvalue import compare
from convex_lint.analysis.story import Place, fields_in_words
from convex_lint.model.function import Function, Kind, qualified
from convex_lint.model.operation import Guard, Op, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Argument, Computed, DocumentField, Result, Value, parts_of
from convex_lint.rule import Finding, Label, Rule, Severity
from convex_lint.source import Span

_SHARED = 3
"""What so many functions do is worth mending once."""


class Again(NamedTuple):
    """Two reads of one function that bring the same."""

    function: Function
    first: Read
    second: Read
    table: Table


class RepeatedRead(Rule):
    default_severity = Severity.NOTE
    tags = ("performance",)

    def check(self, backend: Backend) -> Iterator[Finding]:
        groups: dict[tuple[Span, Span], list[Again]] = {}
        for function in backend.functions:
            if function.kind in (Kind.ACTION, Kind.HTTP) or backend.exposures.weight([function]) is not Weight.FULL:
                continue
            for again in _again(backend, function):
                groups.setdefault((again.first.span, again.second.span), []).append(again)
        places: dict[Span, list[Again]] = {}
        for group in groups.values():
            if _worthwhile(group):
                places.setdefault(_place(group[0].second), []).extend(group)
        for group in places.values():
            yield _finding(backend, group)


def _worthwhile(group: list[Again]) -> bool:
    """One document that a helper gets again for one function is the price of helpers; that one text does it twice, or calls
    two helpers that look up the same, is not."""
    first, second = group[0].first, group[0].second
    many = second.terminal not in ("get", "first", "unique") or bool(second.loops)
    if second.conditional and (not many or _falls_back(first, second)):
        return False
    same_text = not first.via and not second.via
    same_text |= second.op is not Op.GET and len(first.via) >= len(second.via) == 1
    return many or same_text or len({again.function.id for again in group}) >= _SHARED


def _falls_back(first: Read, second: Read) -> bool:
    """What the function does when the usual way found nothing, whatever the caller asks for."""
    return any(
        guard not in first.guards
        and (guard.otherwise == "skip" or (guard.otherwise == "return" and _asks_for_one(guard.condition)))
        and _is_denied(guard)
        and not any(isinstance(part, Argument) for part in parts_of(guard.condition))
        for guard in second.guards
    )


def _asks_for_one(condition: Value) -> bool:
    """`if (owner) return ...`: the usual way ends there. `if (rows.length === 0) return` is no way to go."""
    return isinstance(condition, (DocumentField, Result)) or (
        isinstance(condition, Computed)
        and (condition.operator in ("either", "&&") or condition.operator.startswith("call:"))
    )


def _is_denied(guard: Guard) -> bool:
    denied = isinstance(guard.condition, Computed) and guard.condition.operator == "!"
    return denied is guard.holds


def _again(backend: Backend, function: Function) -> Iterator[Again]:
    alike: dict[Hashable, list[Read]] = defaultdict(list)
    written: dict[str, list[int]] = defaultdict(list)
    hidden = {operation.span for operation in function.operations if isinstance(operation, Write)}  # of triggers
    for operation in function.operations:
        if operation.span in hidden and isinstance(operation, Read):
            continue
        if isinstance(operation, Write) and operation.table is not None:
            written[operation.table].append(operation.ordinal)
        if isinstance(operation, Read) and _certain(operation):
            alike[_form(operation)].append(operation)
    for reads in alike.values():
        if len(reads) < 2:
            continue
        first = reads[0]
        table = backend.table_of(first)
        if table is None:
            continue
        for second in reads[1:]:
            between = any(first.ordinal < ordinal < second.ordinal for ordinal in written.get(table.name, ()))
            if (
                (first.span, first.via) != (second.span, second.via)
                and not between
                and not never_both(first, second, backend.surroundings)
                and not _of_others(first, second, backend.reads_in(function))
            ):
                yield Again(function, first, second, table)
                break


def _certain(read: Read) -> bool:
    """A read of which we know that equal ones bring the same: every key is a value that stays what it is."""
    if read.system or read.op not in (Op.GET, Op.QUERY) or not read.range_known or read.bounds:
        return False
    if any(predicate.source == "filter" for predicate in read.residual):
        return False
    values = [key.value for key in read.eq] + ([read.key] if read.key is not None else [])
    if read.loops:
        return (
            len(read.loops) == 1 and bool(values) and all(of_the_row(value, read) or _stays(value) for value in values)
        )
    return bool(values) and all(compare(value, value) in ("equal", "same-call") for value in values)


def _stays(value: Value) -> bool:
    """The same in each round: no element of a list that the loop may walk."""
    listed = any("[]" in getattr(part, "path", ()) for part in parts_of(value))
    return not listed and compare(value, value) in ("equal", "same-call")


def of_the_row(value: Value, read: Read) -> bool:
    """In one round of a loop a field of its row is the same wherever it is named, unless it is the next link of a chain, or
    one of several that the row holds."""
    leaves = [part for part in parts_of(value) if not isinstance(part, Computed)]
    return bool(leaves) and all(
        isinstance(leaf, DocumentField) and leaf.path and "[]" not in leaf.path and leaf.table != read.table
        for leaf in leaves
    )


def _of_others(first: Read, second: Read, reads: Mapping[int, Read]) -> bool:
    """A helper walks some rows of a read, and then, in another call, maybe others: several filters part them."""
    if not first.loops or _before_the_loop(first) == _before_the_loop(second):
        return False
    values = [key.value for key in second.eq] + ([second.key] if second.key is not None else [])
    named = {part.read for value in values for part in parts_of(value) if isinstance(part, DocumentField)}
    return any(source not in reads or _is_parted(reads[source]) for source in named if source is not None)


def _is_parted(read: Read) -> bool:
    return sum(use.kind in ("filter", "find", "slice") for use in read.uses) > 1


def _before_the_loop(read: Read) -> tuple[Span, ...]:
    return tuple(takewhile(lambda span: span != read.loops[0].span, read.via))


def _form(read: Read) -> Hashable:
    return (
        read.component,
        read.table,
        read.index,
        read.eq,
        read.key,
        read.op is Op.GET,
        read.terminal,
        read.order,
        read.limit,
        tuple(loop.span for loop in read.loops),
    )


def _place(read: Read) -> Span:
    return read.via[0] if read.via else read.span


def _finding(backend: Backend, group: list[Again]) -> Finding:
    function, first, second, table = group[0]
    names = list(dict.fromkeys(again.function.id for again in group))
    keys = fields_in_words([key.field for key in second.eq]) if second.op is not Op.GET else "`_id`"
    tables = list(dict.fromkeys(again.table.name for again in group))
    same = f"`{table.name}` by {keys}" if len(tables) == 1 else fields_in_words(tables)
    place = Place(_place(second), "", "")
    places = [
        Place(first.span, "it is read here first", qualified(first.component, first.within)),
        *([Place(second.span, "and here again", qualified(second.component, second.within))] if second.via else ()),
    ]
    more = f" and {len(names) - 9} more" if len(names) > 9 else ""
    others = f" The same in {fields_in_words(names[1:9])}{more}." if len(names) > 1 else ""
    return Finding(
        place,
        f"`{function.id}` reads the same of {same} a second time here.",
        "Pass on what was read the first time, as an argument or in `ctx`; each read is billed and counted anew."
        + others,
        key=(second.within or function.id, *tables, *(key.field for key in second.eq)),
        related=[Label(known, known.words) for known in places],
        table=table.name,
        index=second.index,
        function=function.path,
        component=function.component,
        sites={again.second.span for again in group},
        impact=backend.impact_of([again.function for again in group]),
    )
