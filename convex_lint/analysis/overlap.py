"""Can the key of this write fall into the range of that read?"""

from __future__ import annotations

from enum import StrEnum

from convex_lint.analysis.keyrange import KeyFacts, KeyRange, compare
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.value import DocumentField, Undefined, Value


class Overlap(StrEnum):
    """`always`: whoever calls, with whatever arguments. `same-key`: when the two executions have equal arguments or
    the same caller. `maybe`: the values could not be compared. `never`: the keys differ for certain."""

    NEVER = "never"
    SAME_KEY = "same-key"
    ALWAYS = "always"
    MAYBE = "maybe"


def overlap(read: Read, write: Write, reads: dict[int, Read] | None = None) -> Overlap:
    """Whether a write of one execution lands in the range that another execution reads. A patch, a replace and a delete
    contribute the old key and the new one, an insert only the new. `reads` are those of the writing function, by
    ordinal: they tell the old key of the document that it writes."""
    if (read.component, read.table) != (write.component, write.table) or read.table is None:
        return Overlap.NEVER
    if read.op is Op.GET or not read.range_known or read.index is None:
        return Overlap.MAYBE
    interval = KeyRange.of(read)
    verdicts = [_within(interval, facts) for facts in written_keys(write, reads or {})]
    for verdict in (Overlap.ALWAYS, Overlap.SAME_KEY, Overlap.MAYBE):
        if verdict in verdicts:
            return verdict
    return Overlap.NEVER


def written_keys(write: Write, reads: dict[int, Read]) -> list[KeyFacts]:
    """What is known of the fields of the document before the write and after it."""
    new = dict(write.values)
    if write.op is Op.INSERT:
        absent = write.fields is not None
        return [KeyFacts(new, known=frozenset(write.fields or ()), closed=absent)]
    old = _old_fields(write, reads)
    if write.op is Op.DELETE:
        return [KeyFacts(old)]
    if write.op is Op.REPLACE:
        closed = write.fields is not None
        return [KeyFacts(old), KeyFacts(new, known=frozenset(write.fields or ()), closed=closed)]
    changed = {field: value for field, value in old.items() if field not in (write.fields or ())}
    if write.fields is None:
        changed = {}
    return [KeyFacts(old), KeyFacts({**changed, **new})]


def _old_fields(write: Write, reads: dict[int, Read]) -> dict[str, Value]:
    target = write.target
    if not isinstance(target, DocumentField) or target.read is None:
        return {}
    source = reads.get(target.read)
    if source is None or source.table != write.table:
        return {}
    return {key.field: key.value for key in source.eq}


def _within(interval: KeyRange, facts: KeyFacts) -> Overlap:
    verdict = Overlap.ALWAYS
    for key in interval.eq:
        value = facts.value(key.field)
        if value is None:
            return Overlap.MAYBE if not facts.lacks(key.field) else _absent(key.value, verdict)
        outcome = compare(key.value, value)
        if outcome == "different":
            return Overlap.NEVER
        if outcome == "unknown":
            verdict = Overlap.MAYBE
        elif outcome == "same-call" and verdict is not Overlap.MAYBE:
            verdict = Overlap.SAME_KEY
    if interval.bounded and verdict is not Overlap.MAYBE:
        return _against_bounds(interval, facts, verdict)
    return verdict


def _absent(wanted: Value, verdict: Overlap) -> Overlap:
    if isinstance(wanted, Undefined):
        return verdict
    return Overlap.NEVER if interval_is_literal(wanted) else Overlap.MAYBE


def interval_is_literal(value: Value) -> bool:
    return compare(value, Undefined()) == "different"


def _against_bounds(interval: KeyRange, facts: KeyFacts, verdict: Overlap) -> Overlap:
    """A new row's `_creationTime` is later than every lower bound and every upper bound of the past."""
    for bound in interval.bounds:
        value = facts.value(bound.field)
        if bound.field == "_creationTime" and value is None:
            if bound.operator in ("lt", "lte"):
                return Overlap.MAYBE
            continue
        return Overlap.MAYBE
    return verdict
