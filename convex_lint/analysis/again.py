"""Does a function that runs often write the same documents again and again, or another one each time?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from convex_lint.analysis.always import every_time
from convex_lint.analysis.rates import Rate, Rates, Strength
from convex_lint.analysis.terms import Reads
from convex_lint.analysis.vocabulary import SEEN, STAMPS
from convex_lint.model.function import Function
from convex_lint.model.operation import Guard, Op, Predicate, Write
from convex_lint.model.value import (
    UNKNOWN,
    Argument,
    Clock,
    Computed,
    DocumentField,
    Inserted,
    Literal,
    Random,
    Result,
    Undefined,
    Unknown,
    Value,
    parts_of,
)

_WEAK = frozenset((Strength.BATCH, Strength.HTTP, Strength.MOUNT, Strength.SHARED))
"""Signs that a function runs, but not that it writes the same few documents again and again."""

_DRIVEN = frozenset((Strength.CRON, Strength.LOOP, Strength.STREAM))
_SELDOM = 1 / 15
"""Calls a minute of a cron that runs too seldom to matter."""


def writes_again(function: Function, write: Write, rate: Rate, reads: Reads) -> bool:
    """The rate of the function is that at which a document is written. `reads` are those of the function."""
    return _is_often(rate, write) and in_each_run(write, rate, reads)


def sign_of(rates: Rates, reads_of: Callable[[Function], Reads], function: Function, write: Write) -> Rate | None:
    """What says that a function often writes so, in each of its runs."""
    rate = rates.of_write(function, write)
    return rate if rate is not None and in_each_run(write, rate, reads_of(function)) else None


def in_each_run(write: Write, rate: Rate, reads: Reads) -> bool:
    """A run of the function does it, and not only one that has something to do: `rate` is how often it happens. Whoever
    does not run by himself was called for something; of him only the document's own state can say that it is done."""
    by_itself = rate.strength in (*_DRIVEN, Strength.CLIENT)
    if not every_time(write, None if by_itself else write.table):
        return False
    if rate.strength in _DRIVEN and any(_was_found_out(guard) for guard in write.guards):
        return False
    if write.op is Op.DELETE:  # what background work deletes, it does not find again
        return rate.strength not in _DRIVEN
    if write.op is Op.INSERT:
        return True
    return _renews(write) and not settles(write, rate) and not _moves_on(write, reads)


def _was_found_out(guard: Guard) -> bool:
    """`const plan = planFor(row); if (plan.kind === "notify")`: of several constants the run works out which one fits the row."""
    condition = guard.condition
    if not isinstance(condition, Computed) or condition.operator not in ("===", "==", "!==", "!="):
        return False
    either = (part for part in condition.parts if isinstance(part, Computed) and part.operator == "either")
    told = any(isinstance(part, Literal) for part in condition.parts)
    return told and any(all(isinstance(one, Literal) for one in part.parts) for part in either)


def _renews(write: Write) -> bool:
    return write.fields is None or bool(renewed(write))


def renewed(write: Write) -> tuple[str, ...]:
    """The fields that may come to hold something else than before. The same constants, and what is worked out again from
    what is stored, leave the document as it is, and the server skips the write."""
    values = dict(write.values)
    return tuple(field for field in write.fields or () if _is_new(field, values.get(field, UNKNOWN)))


def _is_new(field: str, value: Value) -> bool:
    if not isinstance(value, Computed):
        return isinstance(value, (Argument, Clock, Inserted, Random, Result, Unknown))
    own = any(isinstance(part, DocumentField) and part.path[:1] == (field,) for part in parts_of(value))
    if own and value.operator in ("either", "??", "||"):  # `doc.firstSeen ?? now` keeps what is there
        return any(_is_new(field, part) for part in value.parts if not isinstance(part, Clock))
    return own or any(_is_new(field, part) for part in value.parts)


def _is_often(rate: Rate, write: Write) -> bool:
    if rate.strength is Strength.STAMP:  # `updatedAt` alone says that something else was changed, now and then
        fields = [field.lower() for field in write.fields or ()]
        return any(field in SEEN for field in fields) and all(field in STAMPS for field in fields)
    if rate.strength is Strength.CRON:
        return rate.per_minute is None or rate.per_minute >= _SELDOM
    # What a batch that schedules itself calls, it calls for another document each time.
    return rate.strength not in _WEAK and not (rate.strength is Strength.LOOP and bool(rate.through))


def settles(write: Write, rate: Rate) -> bool:
    """Background work gives the document a state (`status: "done"`, `dueAt: undefined`): the next run finds others."""
    return rate.strength in _DRIVEN and any(
        isinstance(value, Undefined) or (isinstance(value, Literal) and isinstance(value.value, (str, bool)))
        for _, value in write.values
    )


def _moves_on(write: Write, reads: Reads) -> bool:
    """The document was found by what the write changes: it leaves the range, and is not found again."""
    target = write.target
    read = reads.get(target.read) if isinstance(target, DocumentField) and target.read is not None else None
    if read is None or read.op is Op.GET:
        return False
    asked = {key.field for key in read.eq} | {bound.field for bound in read.bounds}
    asked |= {name for predicate in read.residual for name in fields_of(predicate)}
    return bool(asked & set(write.fields or ()))


def fields_of(predicate: Predicate) -> Iterator[str]:
    """The fields that a condition names."""
    if predicate.field is not None:
        yield predicate.field
    for part in predicate.parts:
        yield from fields_of(part)
    if predicate.operator == "computed" and not predicate.parts:
        yield from (part.path[0] for part in parts_of(predicate.value) if isinstance(part, DocumentField) and part.path)
