"""Documents that one execution writes twice although it could do so once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from convex_lint.analysis.branches import exclusive
from convex_lint.analysis.sites import reads_in
from convex_lint.model.function import Function, Kind
from convex_lint.model.operation import Call, Guard, Op, Operation, Read, Write
from convex_lint.model.value import Argument, DocumentField, Identity


class Twice(NamedTuple):
    """`second` patches the document that `first` has just patched, and nothing between them looks at it."""

    function: Function
    first: Write
    second: Write


def written_twice(functions: Iterable[Function]) -> Iterator[Twice]:
    """One at most for each pair of places."""
    seen = set()
    for function in functions:
        if function.kind is not Kind.MUTATION:
            continue
        rows = reads_in(function)
        patches: dict[object, list[Write]] = {}
        for operation in function.operations:
            if isinstance(operation, Write) and operation.op is Op.PATCH and _picks_one(operation, rows):
                key = (operation.component, operation.table, operation.target, operation.within, operation.via)
                patches.setdefault(key, []).append(operation)
        for several in patches.values():
            for first, second in pairwise(several):
                if (first.span, second.span) not in seen and _one_too_many(first, second, function.operations):
                    seen.add((first.span, second.span))
                    yield Twice(function, first, second)


def _picks_one(write: Write, rows: Mapping[int, Read]) -> bool:
    """Its target names one document, rather than one after the other of several."""
    target = write.target
    if isinstance(target, DocumentField):
        read = rows.get(target.read) if target.read is not None else None
        return read is not None and read.terminal in ("get", "first", "unique")
    return isinstance(target, (Argument, Identity)) and write.table is not None


def _one_too_many(first: Write, second: Write, operations: tuple[Operation, ...]) -> bool:
    if first.span == second.span or first.loops != second.loops or exclusive(first, second):
        return False
    if (first.conditional or second.conditional) and not (_gates(first) and _gates(second)):
        return False  # nothing is known of why one may be skipped
    if _gates(first) != _gates(second):
        return False  # either may happen alone
    between = (operation for operation in operations if first.ordinal < operation.ordinal < second.ordinal)
    return not any(
        (isinstance(operation, Read) and operation.table in (None, first.table))
        or (isinstance(operation, Call) and operation.op in (Op.RUN, Op.SCHEDULE))
        for operation in between
    )


def _gates(write: Write) -> list[tuple[object, bool]]:
    """What decides whether it happens, when no error ends the execution."""
    return [(guard.span, guard.holds) for guard in write.guards if _decides(guard)]


def _decides(guard: Guard) -> bool:
    return guard.otherwise != "throw"
