"""Loops whose rounds move the rows out of the range that was read, so that the next run finds only what came in since."""

from __future__ import annotations

from collections.abc import Iterator

from convex_lint.analysis.vocabulary import TURNS, words_of
from convex_lint.model.function import Function
from convex_lint.model.operation import Guard, Op, Predicate, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Computed, DocumentField, Literal, Unknown, Value, parts_of


def drains(read: Read, function: Function) -> bool:
    """A patch gives each row another value of a state that the range pins, or the one that a filter leaves out. Conditions may
    only say again what the bounds of the range say, or ask whether the other row is there that the work is about."""
    pinned = {key.field: key.value for key in read.eq if isinstance(key.value, Literal)}
    left_out = {part.field: part.value for part in _filtered(read) if part.operator == "neq"}
    again = {bound.field for bound in read.bounds}
    if not (pinned or left_out) or any(part.source == "js" and part.field not in again for part in _filtered(read)):
        return False
    for write in function.operations:
        if not isinstance(write, Write) or write.op is not Op.PATCH or not is_own(write, read):
            continue
        moved = any(
            isinstance(value, Literal) and (pinned.get(field, value) != value or left_out.get(field) == value)
            for field, value in write.values
        )
        if moved and all(guard in read.guards or _lets_through(guard, read) for guard in write.guards):
            return True
    return False


def moves_on(read: Read, function: Function) -> bool:
    """Rows that are due get another value of a state that the range pins."""
    pinned = {key.field: key.value for key in read.eq if isinstance(key.value, Literal)}
    return any(
        isinstance(write, Write)
        and write.op is Op.PATCH
        and is_own(write, read)
        and any(isinstance(value, Literal) and pinned.get(field, value) != value for field, value in write.values)
        for write in function.operations
    )


def takes_all_out(read: Read, function: Function) -> bool:
    """Each call gives all of the rows that it finds another value of what they were found by: `read: false`, which is true when
    it is done. A next call finds only what came in since."""
    pinned = {key.field: key.value for key in read.eq if isinstance(key.value, Literal)}
    parts = list(_filtered(read))
    pinned |= {
        part.field: part.value
        for part in parts
        if part.operator == "eq" and part.field and isinstance(part.value, Literal)
    }
    left_out = {part.field: part.value for part in parts if part.operator == "neq"}
    for write in function.operations:
        if not isinstance(write, Write) or write.op is not Op.PATCH or not is_own(write, read):
            continue
        asked = {
            part.read for guard in write.guards for part in parts_of(guard.condition) if isinstance(part, DocumentField)
        }
        for field, value in write.values:
            moved = isinstance(value, Literal) and (pinned.get(field, value) != value or left_out.get(field) == value)
            if moved and read.ordinal not in asked and read.terminal in ("collect", "iterate"):
                return True
    return False


def deletes_each(read: Read, function: Function) -> bool:
    """Rounds delete their row, so that a next call finds the others."""
    return any(
        isinstance(other, Write) and other.op is Op.DELETE and is_own(other, read) for other in function.operations
    )


def schedules_each(read: Read, function: Function) -> bool:
    """Rounds hand their row to a call of its own."""
    return any(
        other.op is Op.SCHEDULE and any(loop.over == read.ordinal for loop in other.loops)
        for other in function.operations
    )


def _filtered(read: Read) -> Iterator[Predicate]:
    for part in read.residual:
        yield from part.parts if part.operator == "and" else (part,)


def renumbers(write: Write, read: Read, table: Table) -> bool:
    """It counts up or down the field that orders the rows of the range, or numbers them anew: done in parts, two rows have the
    same place meanwhile."""
    index = next((one for one in table.indexes if one.name == read.index), None)
    if index is None or write.op is not Op.PATCH or not is_own(write, read):
        return False
    placed = set(index.fields) - {key.field for key in read.eq}
    return any(
        field in placed
        and (
            (isinstance(value, Computed) and value.operator in ("+", "-") and _counts_on(value, field, read))
            or (isinstance(value, Unknown) and bool(words_of(field) & TURNS))
        )
        for field, value in write.values
    )


def _counts_on(value: Computed, field: str, read: Read) -> bool:
    return any(_is_field(part, field, read) for part in value.parts)


def is_own(write: Write, read: Read) -> bool:
    """The write is of a row that the read brought."""
    target = write.target
    return isinstance(target, DocumentField) and target.read == read.ordinal and target.path in ((), ("_id",))


def _is_field(value: Value, field: str, read: Read) -> bool:
    return isinstance(value, DocumentField) and value.read == read.ordinal and ".".join(value.path) == field


def _lets_through(guard: Guard, read: Read) -> bool:
    bounds = {bound.field for bound in read.bounds}
    fields = [part for part in parts_of(guard.condition) if isinstance(part, DocumentField)]
    if any(part.read == read.ordinal for part in fields):
        return all(part.read == read.ordinal and ".".join(part.path) in bounds for part in fields)
    condition = guard.condition
    if isinstance(condition, Computed) and condition.operator == "!" and len(condition.parts) == 1:
        condition = condition.parts[0]
    return isinstance(condition, DocumentField) and not condition.path
