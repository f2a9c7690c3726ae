"""Does a function look, before it writes, whether there is anything to write?"""

from __future__ import annotations

from collections.abc import Iterator

from convex_lint.analysis.vocabulary import ENDS, RENEWING, words_of
from convex_lint.model.operation import Guard, Write
from convex_lint.model.value import Clock, Computed, DocumentField, Literal, Result, Undefined, Unknown, Value, parts_of


def is_clock(value: Value) -> bool:
    """The time of the call, or one at a fixed distance from it."""
    leaves = [part for part in parts_of(value) if not isinstance(part, (Computed, Literal, Undefined))]
    return bool(leaves) and all(isinstance(part, Clock) for part in leaves)


def weighs_what_it_writes(write: Write, per_minute: float | None = None) -> bool:
    """Some condition on the way compares what the row has in one of the fields that are written, or cannot be told. A window
    of time that is over before the next call comes (`per_minute` calls of one caller) lets every call pass."""
    return any(_weighs(guard, write) and not _passes_all(guard, per_minute) for guard in write.guards)


def window_is_short(write: Write, per_minute: float | None) -> bool:
    """The window of time that is meant to hold back most calls is over before the next one comes."""
    return any(_weighs(guard, write) and _passes_all(guard, per_minute) for guard in write.guards)


def _weighs(guard: Guard, write: Write) -> bool:
    condition = guard.condition
    while isinstance(condition, Computed) and condition.operator == "!":
        condition = condition.parts[0]
    if guard.otherwise != "throw" and hides(condition):
        return True
    return any(_asks_of(one, write) for one in _questions(condition))


def _questions(condition: Value) -> Iterator[Value]:
    """The comparisons and values of which a condition is put together."""
    if isinstance(condition, Computed) and condition.operator in ("&&", "||", "!"):
        for part in condition.parts:
            yield from _questions(part)
    else:
        yield condition


def _asks_of(question: Value, write: Write) -> bool:
    """It is about a field of the row that the write sets, or about the age of the row. Whether one of several sources has a
    value says nothing of the row."""
    parts = parts_of(question)
    stored = [part for part in parts if isinstance(part, (DocumentField, Result)) and part.path]
    if isinstance(question, Computed) and question.operator == "either":
        own = [part for part in stored if _may_be_of(part, write)]
        if len(own) < len([part for part in question.parts if not isinstance(part, (Literal, Undefined))]):
            return False
    timed = any(isinstance(part, Clock) for part in parts)
    for part in stored:
        aged = timed and words_of(part.path[-1]) & RENEWING and not words_of(part.path[-1]) & ENDS
        if _may_be_of(part, write) and (part.path[0] in (write.fields or ()) or aged):
            return True
    return False


def _may_be_of(part: DocumentField | Result, write: Write) -> bool:
    return isinstance(part, Result) or part.table in (None, write.table)


def hides(condition: Value) -> bool:
    """What is asked is not to be seen: the answer of a function that could not be followed."""
    if isinstance(condition, Computed) and condition.operator == "either":
        return all(isinstance(part, (Literal, Unknown)) for part in condition.parts)
    return isinstance(condition, Unknown) or (
        isinstance(condition, Computed)
        and condition.operator.startswith("call:")
        and any(isinstance(part, Unknown) for part in condition.parts)
    )


def _passes_all(guard: Guard, per_minute: float | None) -> bool:
    windows = list(_windows(guard.condition))
    return per_minute is not None and bool(windows) and max(windows) < 60_000 / per_minute


def _windows(condition: Value) -> Iterator[float]:
    """The milliseconds that the time of the call is set against: `now - row.at > 5000`, `row.at < now - 5000`."""
    for part in parts_of(condition):
        if not isinstance(part, Computed):
            continue
        if part.operator in (">", "<", ">=", "<="):
            timed = any(isinstance(inner, Clock) for inner in parts_of(part))
            for side in part.parts if timed else ():
                if isinstance(side, Literal) and isinstance(side.value, (int, float)):
                    yield float(side.value)
        elif part.operator in ("+", "-") and any(isinstance(side, (Clock, DocumentField)) for side in part.parts):
            for side in part.parts:
                if isinstance(side, Literal) and isinstance(side.value, (int, float)):
                    yield float(side.value)
