"""Can a key of this write fall into the range of that read?

Two executions are compared, one that reads and one that writes. They share nothing but the state of the database: two calls,
of one function too, have arguments and a caller of their own, so `args.id` here and `args.id` there are two values. One state is
enough, because of the platform's own checks: what the reader has seen still holds when the writer commits, or some other write has
hit it already; and the writer commits only if what it has read still holds. Each write is taken by itself, as the only one of its
transaction that touches its document. Rows get their `_creationTime` in the order in which they are inserted, `unique()` does not
throw, `take(n)` takes at least one row unless it says 0, and a field holds int64 or float64, not both.

Source: convex-backend `crates/database/src/reads.rs` (`overlaps_document`), `crates/indexing/src/index_registry.rs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from convex_lint.analysis.keyrange import KeyRange, Part
from convex_lint.analysis.keyvalue import compare, order, past
from convex_lint.analysis.terms import Reads, Term, alternatives
from convex_lint.analysis.versions import Version, Written
from convex_lint.fact import fact
from convex_lint.model.operation import Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Literal


class Overlap(StrEnum):
    """`always`: whoever calls, with whatever arguments. `same-key`: whenever the values that name the key are equal in the
    two executions (see `Meeting.when`). `maybe`: it depends on something else, or on values that are not understood.
    `never`: the keys differ for certain."""

    NEVER = "never"
    SAME_KEY = "same-key"
    ALWAYS = "always"
    MAYBE = "maybe"


class Doubt(StrEnum):
    """Why a meeting is only a `maybe`; the value completes "only if ..."."""

    RANGE = "the range, which could not be followed, holds it"
    VALUE = "the values are equal, which could not be told"
    STATE = "the row has that value"
    BOUND = "the key lies between the bounds"
    UNFILLED = "fewer rows are there than are taken"
    STRETCH = "the row is among those that are taken"
    SEARCH = "the text matches"


@fact
class Same:
    """Two values that must be equal: `left` of the reader, `right` of the writer. `expression`: they are the same one, so
    that two calls of one function with equal arguments meet."""

    field: str
    left: Term
    right: Term
    expression: bool


@fact
class Meeting:
    """`when` are the values that must be equal, `doubts` what else must hold."""

    verdict: Overlap
    when: tuple[Same, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    @property
    def same_call(self) -> bool:
        """Two calls of one function with equal arguments, by one caller, meet for certain."""
        return self.verdict is Overlap.ALWAYS or (
            self.verdict is Overlap.SAME_KEY and all(same.expression for same in self.when)
        )


NO_MEETING = Meeting(Overlap.NEVER)


def overlap(
    read: Read, write: Write, reads: Reads | None = None, *, table: Table | None = None, own: Reads | None = None
) -> Overlap:
    """The verdict alone. `reads` are those of the writing function, by ordinal, `own` those of the reading one."""
    return meet(KeyRange.of(read, table, own), Written.of(write, reads)).verdict


def meet(interval: KeyRange, written: Written) -> Meeting:
    """Whether a write of one execution lands in the interval that another execution has recorded. An update contributes the
    old key of its document and the new one, an insert only the new, a delete only the old."""
    if interval.component != written.component or interval.part is Part.NOTHING:
        return NO_MEETING
    if interval.table is None or written.table is None:
        return Meeting(Overlap.MAYBE, doubts=(Doubt.RANGE,))
    if interval.table != written.table:
        return NO_MEETING
    documents = []
    for versions in written.documents:
        meetings = [_land(interval, version) for version in versions]
        documents.append(min(meetings, key=_strength, default=NO_MEETING))
    return _any_of(documents)


def _any_of(documents: list[Meeting]) -> Meeting:
    """Of the documents that a write may go to, it goes to one: the verdicts of all must agree."""
    if len(documents) == 1:
        return documents[0]
    if all(meeting.verdict is Overlap.NEVER for meeting in documents):
        return NO_MEETING
    when = tuple(dict.fromkeys(same for meeting in documents for same in meeting.when))
    doubts = tuple(dict.fromkeys(doubt for meeting in documents for doubt in meeting.doubts))
    if doubts or any(meeting.verdict is Overlap.NEVER for meeting in documents):
        return Meeting(Overlap.MAYBE, when, doubts or (Doubt.STATE,))
    return Meeting(Overlap.SAME_KEY if when else Overlap.ALWAYS, when)


_BY_STRENGTH = (Overlap.ALWAYS, Overlap.SAME_KEY, Overlap.MAYBE, Overlap.NEVER)


def _strength(meeting: Meeting) -> tuple[int, int]:
    return _BY_STRENGTH.index(meeting.verdict), len(meeting.doubts)


def _land(interval: KeyRange, version: Version) -> Meeting:
    """Whether one version of a document lies in an interval."""
    when: list[Same] = []
    doubts: list[Doubt] = []
    among = dict(interval.among)
    for field, term in interval.eq:
        value = version.at(field)
        if value is None:
            doubts.append(Doubt.STATE)
            continue
        if field in among and all(isinstance(one, Literal) and one not in among[field] for one in alternatives(value)):
            return NO_MEETING
        outcome = compare(term, value)
        if outcome == "different":
            return NO_MEETING
        if outcome in ("same-call", "free", "perhaps"):
            when.append(Same(field, term, value, outcome == "same-call"))
        if outcome in ("perhaps", "unknown"):
            doubts.append(Doubt.VALUE)
    inside = _between(interval, version)
    if inside is False:
        return NO_MEETING
    if inside is None:
        doubts.append(Doubt.BOUND)
    doubts += _reached(interval, version)
    if not interval.known:
        doubts.append(Doubt.RANGE)
    verdict = Overlap.MAYBE if doubts else Overlap.SAME_KEY if when else Overlap.ALWAYS
    return Meeting(verdict, tuple(when), tuple(dict.fromkeys(doubts)))


def _between(interval: KeyRange, version: Version) -> bool | None:
    """Whether a key is between the ends of a range; None when that depends."""
    inside: bool | None = True
    for end in interval.ends:
        side = _on_side(end.field, end.operator, end.value, version)
        if side is False:
            return False
        inside = None if side is None else inside
    return inside


def _on_side(field: str, operator: str, bound: Term, version: Version) -> bool | None:
    if field == "_creationTime" and version.newest:
        return True if operator in ("gt", "gte") and past(bound) else None
    value = version.at(field)
    placed = order(value, bound) if value is not None else None
    if placed is None:
        return None
    return {"gt": placed > 0, "gte": placed >= 0, "lt": placed < 0, "lte": placed <= 0}[operator]


def _reached(interval: KeyRange, version: Version) -> Iterator[Doubt]:
    """What stands against it that a read which stops early has got as far as the key."""
    if interval.part is Part.HITS:
        yield Doubt.SEARCH
    if interval.part is Part.SOME:
        yield Doubt.STRETCH
    if interval.part not in (Part.HEAD, Part.TAIL) or _taken_too(interval, version):
        return
    last = version.newest and interval.next == "_creationTime" and not interval.closed
    if last and interval.part is Part.HEAD:
        yield Doubt.UNFILLED
    elif not last:
        yield Doubt.STRETCH


def _taken_too(interval: KeyRange, version: Version) -> bool:
    """The writer took its row from the same end of the same range, and no further from that end than the reader did."""
    chosen = version.chosen
    if chosen is None or chosen.index != interval.index or chosen.ends or interval.ends or not chosen.known:
        return False
    if [field for field, _ in chosen.eq] != [field for field, _ in interval.eq] or chosen.most is None:
        return False
    if chosen.part is not Part.WHOLE and chosen.part is not interval.part:
        return False
    return not chosen.matching and interval.most is not None and chosen.most <= interval.most
