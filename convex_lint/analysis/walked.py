"""What a loop walks, where only the keys that are looked up in it tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from convex_lint.model.function import Function, Visibility
from convex_lint.model.operation import Call, Loop, Operation, Read, Write
from convex_lint.model.value import Argument, Computed, DocumentField, Value, parts_of
from convex_lint.source import Span

_ONE_OF_THEM = frozenset(("first", "last", "find"))


class Walked(NamedTuple):
    """`reads` are those of the same function whose rows the loop walks, put together; `argument` is the name of the
    argument that lists the ids, when it walks these."""

    reads: tuple[int, ...] = ()
    argument: str = ""


def walked_in(function: Function, reads: Mapping[int, Read]) -> dict[Span, Walked]:
    """By loop: `for (const row of [...a, ...b]) await ctx.db.get(row.nextId)` looks up a field of a row that was read
    outside of the loop, so these are the rows that it walks."""
    found: dict[Span, Walked] = {}
    for operation in function.operations:
        for loop in operation.loops:
            if loop.over is not None or loop.bound is not None or loop.span in found:
                continue
            walked = _walked(operation, loop, reads)
            if walked is not None:
                found[loop.span] = walked
    return found


def _walked(operation: Operation, loop: Loop, reads: Mapping[int, Read]) -> Walked | None:
    others = {other.over for other in operation.loops}
    for key in _keys(operation):
        rows = {part.read for part in _alternatives(key) if isinstance(part, DocumentField) and part.read is not None}
        if not rows:
            lists = [part for part in _alternatives(key) if isinstance(part, Argument)]
            if len(lists) == 1 and len(lists[0].path) == 2 and lists[0].path[1] == "[]":
                return Walked(argument=lists[0].path[0])
            continue
        if rows & others or any("[]" in part.path for part in parts_of(key) if isinstance(part, DocumentField)):
            continue
        if not all(_is_outside(reads.get(ordinal), loop) for ordinal in rows):
            continue
        if any(reads[ordinal].terminal not in ("get", "first", "unique") for ordinal in rows):
            return Walked(tuple(sorted(rows)))
    return None


def _keys(operation: Operation) -> Iterator[Value]:
    if isinstance(operation, Read):
        if operation.key is not None:
            yield operation.key
        yield from (key.value for key in operation.eq)
    elif isinstance(operation, Write):
        yield operation.target


def _alternatives(value: Value) -> tuple[Value, ...]:
    if isinstance(value, Computed) and value.operator in ("either", "??", "||"):
        return tuple(inner for part in value.parts for inner in _alternatives(part))
    return (value,)


def _is_outside(read: Read | None, loop: Loop) -> bool:
    """Its rows are there before the loop begins, and not one of them alone."""
    if read is None or any(outer.span == loop.span for outer in read.loops):
        return False
    return not any(use.kind in _ONE_OF_THEM for use in read.uses)


def handed_on(callers: Iterable[Function], function: Function, argument: str) -> Iterator[tuple[Function, int] | None]:
    """For each call of an internal function the read whose rows' ids it is given as `argument`, in the caller; None for
    a call that gives something else, or may."""
    if function.visibility is Visibility.PUBLIC:
        yield None
        return
    for caller in callers:
        for operation in caller.operations:
            if isinstance(operation, Call) and operation.target == function.id:
                given = dict(operation.arguments or ()).get(argument)
                rows = {part.read for part in parts_of(given) if isinstance(part, DocumentField)} if given else set()
                ordinal = next(iter(rows)) if len(rows) == 1 else None
                yield (caller, ordinal) if ordinal is not None else None
