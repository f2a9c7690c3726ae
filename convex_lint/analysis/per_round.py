"""What the rounds of a loop share and what each of them adds: reads that give the same every time, and how many ranges one round reads at most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from convex_lint.model.function import Function
from convex_lint.model.operation import Guard, Loop, Op, Read, Write
from convex_lint.model.value import Argument, DocumentField, Inserted, Random, Result, Unknown, Value, parts_of


def asks_the_same(read: Read, loop: Loop, reads: Mapping[int, Read]) -> bool:
    """Nothing that the read asks for comes out of the loop."""
    return read.range_known and read.table is not None and _is_fixed(read, loop, reads, frozenset())


def is_rewritten(table: str | None, loop: Loop, function: Function) -> bool:
    """The loop writes into the table."""
    return any(
        isinstance(other, Write)
        and other.table in (table, None)
        and any(around.span == loop.span for around in other.loops)
        for other in function.operations
    )


def _is_fixed(read: Read, loop: Loop, reads: Mapping[int, Read], seen: frozenset[int]) -> bool:
    asked = [read.key] if read.op is Op.GET else [key.value for key in read.eq]
    asked += [bound.value for bound in read.bounds]
    return all(value is not None and _comes_from_outside(value, loop, reads, seen) for value in asked)


def _comes_from_outside(value: Value, loop: Loop, reads: Mapping[int, Read], seen: frozenset[int]) -> bool:
    for part in parts_of(value):
        if isinstance(part, (Unknown, Random, Result, Inserted)):
            return False
        if isinstance(part, Argument) and "[]" in part.path:
            return False
        if isinstance(part, DocumentField):
            source = reads.get(part.read) if part.read is not None else None
            if source is None or source.ordinal == loop.over or source.ordinal in seen or "[]" in part.path:
                return False
            if source.op is not Op.GET and source.terminal not in ("first", "unique"):
                return False  # one of several rows, and each round may take another one
            inside = any(around.span == loop.span for around in source.loops)
            if inside and not _is_fixed(source, loop, reads, seen | {source.ordinal}):
                return False
    return True


def at_most(counted: Iterable[tuple[Read, float]]) -> float:
    """The sum of the numbers in the execution that has the greatest: of branches that exclude one another, only one runs."""
    return _at_most([(read.guards, number) for read, number in counted], 0)


def _at_most(counted: Sequence[tuple[Sequence[Guard], float]], depth: int) -> float:
    always = sum(number for guards, number in counted if len(guards) <= depth)
    branches: dict[object, dict[bool, list[tuple[Sequence[Guard], float]]]] = {}
    for guards, number in counted:
        if len(guards) > depth:
            branches.setdefault(guards[depth].span, {}).setdefault(guards[depth].holds, []).append((guards, number))
    return always + sum(max(_at_most(each, depth + 1) for each in sides.values()) for sides in branches.values())
