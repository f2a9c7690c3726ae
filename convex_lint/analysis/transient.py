"""States that rows pass through: a range of them stays short although the table grows."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable

from convex_lint.analysis.exposure import Exposure, Exposures, Purpose
from convex_lint.analysis.overlap import Overlap, overlap
from convex_lint.analysis.sites import Reach, Site
from convex_lint.analysis.terms import alternatives
from convex_lint.analysis.vocabulary import EPISODES, GONE, STATE, head_of, words_of
from convex_lint.model.function import Function
from convex_lint.model.operation import Key, Op, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Clock, Computed, Literal, Undefined, Value, parts_of


def leaver(
    read: Read, writes: Iterable[Site[Write]], exposures: Exposures, among: Container[str] | None = None
) -> Reach[Write] | None:
    """Rows are inserted with the value that the range asks for, or with one of those, and some function in use gives them another one: the
    write that does. None for a state in which rows end up, for one that nothing leaves, and for that of not being deleted,
    which most rows never leave. `among` are the ids of the functions that count."""
    reaches = [reach for site in writes for reach in site.reaches]
    for key in read.eq:
        several = alternatives(key.value)
        states = [Key(key.field, value) for value in several if isinstance(value, (Literal, Undefined))]
        if len(states) < len(several) or words_of(key.field) & GONE:
            continue
        if not any(
            _enters(reach.operation, one) for reach in reaches for one in states if _may_enter(reach.operation, one)
        ):
            continue
        for reach in reaches:
            moves = reach.operation.op in (Op.PATCH, Op.REPLACE)
            if (
                moves
                and (among is None or reach.function.id in among)
                and all(_leaves(reach.operation, one) for one in states)
                and exposures.exposure(reach.function) is not Exposure.MANUAL
            ):
                return reach
    return None


def under_way(read: Read, table: Table) -> bool:
    """Of episodes (sessions, jobs, runs), those in a state that is no end: `idle`, `pending`, `running`."""
    if head_of(table.name) not in EPISODES:
        return False
    states = [key.value.value for key in read.eq if isinstance(key.value, Literal) and words_of(key.field) & STATE]
    return any(isinstance(state, str) and not words_of(state) & _OVER for state in states)


_OVER = frozenset(
    (
        *(
            "done",
            "closed",
            "complete",
            "completed",
            "finished",
            "ended",
            "stopped",
            "success",
            "succeeded",
            "processed",
        ),
        *(
            "failed",
            "failure",
            "error",
            "cancelled",
            "canceled",
            "expired",
            "archived",
            "resolved",
            "delivered",
            "sent",
        ),
        *("ready", "approved", "rejected", "used", "paid", "inactive"),
    )
)


def never_enters(read: Read, writes: Iterable[Site[Write]]) -> bool:
    """Every write of the table gives the field another value than the text that the range asks for, or leaves it as it is."""
    reaches = [reach.operation for site in writes for reach in site.reaches]
    inserts = any(write.op is Op.INSERT for write in reaches)
    for key in read.eq:
        text = isinstance(key.value, Literal) and isinstance(key.value.value, str)
        if text and inserts and "." not in key.field and not any(_may_set(write, key) for write in reaches):
            return True
    return False


def never_given(field: str, values: Iterable[Value], writes: Iterable[Site[Write]]) -> bool:
    """No write gives the field any of these values, although some insert rows: whoever looks for one finds none."""
    reaches = [reach.operation for site in writes for reach in site.reaches]
    keys = [Key(field, value) for value in values]
    if "." in field or not any(write.op is Op.INSERT for write in reaches) or any(map(_is_vague, keys)):
        return False
    return not any(_may_set(write, key) for write in reaches for key in keys)


def _is_vague(key: Key) -> bool:
    """What rows have that lack the field, and numbers and flags, which code counts up or turns over."""
    return isinstance(key.value, Undefined) or (
        isinstance(key.value, Literal) and not (key.value.value and isinstance(key.value.value, str))
    )


def _may_set(write: Write, key: Key) -> bool:
    if write.op is Op.DELETE:
        return False
    value = dict(write.values).get(key.field)
    if value is None:
        return write.fields is None or key.field in write.fields
    if not isinstance(key.value, Literal):
        return not all(one in (Undefined(), Literal(None)) for one in alternatives(value))
    return not all(isinstance(one, (Literal, Undefined)) and one != key.value for one in alternatives(value))


def enters(
    read: Read,
    writes: Iterable[Site[Write]],
    exposures: Exposures,
    reads_of: Callable[[Function], dict[int, Read]],
) -> bool:
    """Some function of the product inserts a row into the range, or changes the key of one so that it comes into it."""
    keys = {key.field.partition(".")[0] for key in read.eq}
    for site in writes:
        for reach in site.reaches:
            write = reach.operation
            moves = write.op is not Op.DELETE and (write.fields is None or keys & set(write.fields))
            if (
                (write.op is Op.INSERT or moves)
                and exposures.exposure(reach.function) is not Exposure.MANUAL
                and exposures.purpose(reach.function) is Purpose.PRODUCT
                and overlap(read, write, reads_of(reach.function), table=site.table) is not Overlap.NEVER
            ):
                return True
    return False


def _may_enter(write: Write, key: Key) -> bool:
    """By its insert; or, into a state whose name says that something is going on, by any write."""
    return _goes_on(key) if write.op in (Op.PATCH, Op.REPLACE) else write.op is Op.INSERT


def _goes_on(key: Key) -> bool:
    value = key.value.value if isinstance(key.value, Literal) else None
    return isinstance(value, str) and _GOES_ON.search(value) is not None


_GOES_ON = re.compile(
    r"(?:ing(?:[_-]?soon)?|[_-]progress|InProgress|claimed|queued)$|^(?:pending|awaiting|waiting)[_-]", re.IGNORECASE
)
"""`processing`, `expiring_soon`, `in_progress`, `pending_approval`."""


def _given(write: Write, key: Key) -> Value | None:
    """What the write gives the field; of a field inside of an object, the text that is asked for where the object has it."""
    root, _, inner = key.field.partition(".")
    value: Value | None = dict(write.values).get(root)
    if inner and isinstance(value, Computed) and value.operator == "object" and isinstance(key.value, Literal):
        return key.value if isinstance(key.value.value, str) and key.value in value.parts else value
    return value


def _enters(write: Write, key: Key) -> bool:
    value = _given(write, key)
    if value is None and isinstance(key.value, Undefined):
        return write.fields is not None and key.field not in write.fields
    if value == key.value or (value is not None and _is_timed(value)):
        return True
    return value is not None and _goes_on(key) and key.value in alternatives(value)


def _is_timed(value: Value) -> bool:
    """`isActive: Date.now() - session.updatedAt < FIVE_MINUTES`: rows have the state for as long."""
    return (
        isinstance(value, Computed)
        and value.operator in ("<", "<=", ">", ">=")
        and any(isinstance(part, Clock) for part in parts_of(value))
    )


def _leaves(write: Write, key: Key) -> bool:
    value = _given(write, key)
    if value is None or value == key.value:
        return False
    if _is_timed(value):
        return True
    if isinstance(key.value, Literal) and isinstance(key.value.value, bool):
        return isinstance(value, Literal)
    return True
