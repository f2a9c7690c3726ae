"""Mutations that read a growing range and write into it, so that concurrent calls conflict. See scan_before_write.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Extent, Tier, is_log, names_one, selective
from convex_lint.analysis.exposure import Purpose
from convex_lint.analysis.footprint import Touch
from convex_lint.analysis.keyrange import KeyRange
from convex_lint.analysis.landing import lands_within
from convex_lint.analysis.narrowing import Narrowing
from convex_lint.analysis.overlap import Doubt, Meeting, Overlap, meet
from convex_lint.analysis.rewrite import narrow_text
from convex_lint.analysis.sites import handled
from convex_lint.analysis.story import Place, filler
from convex_lint.analysis.terminal import covers_range
from convex_lint.analysis.versions import Written
from convex_lint.model.function import Function, Kind, qualified
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Computed, DocumentField, Value
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity
from convex_lint.source import Span


class Scan(NamedTuple):
    """A mutation that writes where it has read."""

    mutation: Function
    read: Read
    write: Write
    extent: Extent


class ScanBeforeWrite(Rule):
    tags = ("conflicts",)
    yields_to = ("ignored-index", "wide-read-before-write", "missing-index")

    def check(self, backend: Backend) -> Iterator[Finding]:
        found: dict[Span, list[Scan]] = {}
        for mutation in backend.functions:
            if mutation.kind is Kind.MUTATION and self._concurrent(backend, mutation):
                for scan in _scans(backend, mutation):
                    found.setdefault(scan.read.span, []).append(scan)
        for scans in found.values():
            yield _finding(backend, max(scans, key=lambda scan: scan.extent.tier), scans)

    def _concurrent(self, backend: Backend, mutation: Function) -> bool:
        """Two calls of it can run at the same time: more than a cron starts it, and more than an operator."""
        used = backend.purpose(mutation) is Purpose.PRODUCT and backend.is_asked([mutation])
        return used and backend.runs_concurrently(mutation)


def _scans(backend: Backend, mutation: Function) -> Iterator[Scan]:
    footprint = backend.footprint(mutation)
    writes: dict[tuple[str, str | None], list[tuple[Touch, Write]]] = {}
    for touch, write in footprint.writes:
        if write.op is not Op.DELETE:
            writes.setdefault((write.component, write.table), []).append((touch, write))
    for place, read in footprint.reads:
        if (read.component, read.table) not in writes:
            continue
        table = None if read.system else backend.table_of(read)
        if table is None or table.inferred or not covers_range(read) or not backend.growth(table).grows:
            continue
        extent = backend.extent(read, table)
        if extent.tier in (Tier.FIXED, Tier.USER) or _exact(read, table):
            continue  # a session sends one mutation after the other
        if backend.leaver(read, table) is not None:
            continue  # a queue: who claims a row of it takes it out of the range
        narrows = _narrows(backend, read, writes[read.component, read.table])
        if any(write.op is Op.DELETE and _rewrites(read, write) and not write.guards for _, write in footprint.writes):
            continue  # all of it is replaced
        interval = KeyRange.of(read, table, backend.reads_in(place.function))
        for touch, write in writes[read.component, read.table]:
            before = place.function is touch.function and write.ordinal < read.ordinal
            if before or not _lands(meet(interval, Written.of(write, backend.reads_in(touch.function)))):
                continue
            if extent.tier < Tier.TENANT and (write.op is not Op.INSERT or _rewrites(read, write)):
                continue
            if not narrows and (extent.tier < Tier.TENANT or not _numbers(read, write)):
                continue  # all rows decide
            yield Scan(mutation, read, write, extent)
            break


def _narrows(backend: Backend, read: Read, writes: list[tuple[Touch, Write]]) -> bool:
    """An index leaves out rows that do not matter, and no row that the mutation itself inserts is sure to be left in."""
    narrowing = _narrowing(backend, read)
    return narrowing is not None and not any(
        lands_within(narrowing, Written.of(write, backend.reads_in(touch.function))) for touch, write in writes
    )


def _narrowing(backend: Backend, read: Read) -> Narrowing | None:
    return backend.narrowings.get(read.span) or backend.case_narrowings.get(read.span)


def _lands(meeting: Meeting) -> bool:
    """Two calls with equal arguments meet. The read may stop at a match, but looks for one that is not there yet."""
    if meeting.verdict is Overlap.MAYBE and set(meeting.doubts) <= {Doubt.UNFILLED, Doubt.STRETCH}:
        return all(same.expression for same in meeting.when)
    return meeting.same_call


def _exact(read: Read, table: Table) -> bool:
    """A look for the one row that there may be: by a key such as an address or a token, by two or more keys that each say
    much, such as a user and an event, or only the first row is used. The check that there is none yet needs it."""
    if any(names_one(key.field) for key in read.eq):
        return True
    keys = sum(1 for key in read.eq if selective(key.field, table, key.value))
    return (keys > 1 and not is_log(table)) or (keys > 0 and handled(read) == {"first"})


def _rewrites(read: Read, write: Write) -> bool:
    """Changes the very rows that it has read: then it needs them."""
    return isinstance(write.target, DocumentField) and write.target.read == read.ordinal


def _numbers(read: Read, write: Write) -> bool:
    """The new row gets a number: how many there are already."""
    return any(_counts(value, read) for _, value in write.values)


def _last_by(backend: Backend, scan: Scan) -> tuple[str, str] | None:
    """The index and the field, where a declared index puts the rows in the order of the number that the new one
    gets: a list that people order by hand."""
    table = backend.table_of(scan.read)
    if table is None or _narrowing(backend, scan.read) is not None:
        return None
    pinned = tuple(key.field for key in scan.read.eq)
    numbered = {field for field, value in scan.write.values if _counts(value, scan.read)}
    for index in table.indexes:
        here = index.fields[: len(pinned) + 1]
        if not index.staged and here[:-1] == pinned and here[-1] in numbered:
            return index.name, here[-1]
    return None


def _counts(value: Value, read: Read) -> bool:
    """What is counted is the rows of the read."""
    if not isinstance(value, Computed):
        return False
    if value.operator == "length":
        return any(isinstance(part, DocumentField) and part.read == read.ordinal for part in value.parts)
    return value.operator in ("+", "either") and any(_counts(part, read) for part in value.parts)


def _finding(backend: Backend, worst: Scan, scans: list[Scan]) -> Finding:
    mutation, read, write, extent = worst
    verb = {Op.INSERT: "inserts into", Op.PATCH: "patches", Op.REPLACE: "replaces"}[write.op]
    object_ = "that range" if write.op is Op.INSERT else "rows in that range"
    table = backend.table_of(read)
    names = list(dict.fromkeys(scan.mutation.id for scan in scans))
    others = f" The same read leads to the same conflict in {', '.join(f'`{name}`' for name in names if name != mutation.id)}."
    places = [
        *([Place(read.via[0], f"`{mutation.id}` gets there from here", mutation.id)] if read.via else ()),
        Place(write.span, f"and {verb} {object_} here", qualified(write.component, write.within)),
        *(filler(backend.growth(table)) if table is not None and write.op is not Op.INSERT else ()),
    ]
    return Finding(
        read,
        f"`{mutation.id}` reads {extent.reason} and then {verb} {object_}, so that concurrent calls conflict.",
        _help(backend, worst) + (others if len(names) > 1 else ""),
        key=(mutation.id, read.table, read.index, write.op),
        related=[Label(place, place.words) for place in places],
        confidence=Confidence.HIGH if extent.tier is Tier.TABLE else Confidence.MEDIUM,
        severity=None
        if extent.tier >= Tier.TENANT
        and not all(_rewrites(scan.read, scan.write) for scan in scans)
        and not (_last_by(backend, worst) and not any(backend.rate(scan.mutation) for scan in scans))
        else Severity.NOTE,
        table=read.table,
        index=read.index,
        sites=(read.span, write.span),
        impact=backend.impact_of([scan.mutation for scan in scans], extent),
    )


def _help(backend: Backend, scan: Scan) -> str:
    narrowing = _narrowing(backend, scan.read)
    last = _last_by(backend, scan)
    if narrowing is None and last is not None:
        index, field = last
        return (
            f'Read the last row by the index (`.withIndex("{index}")`, `.order("desc").first()`) and go on from its `{field}`: that is one row '
            "instead of all, and a number that was given before is not given again after rows are deleted."
        )
    if narrowing is None:
        return (
            "Keep the next number in a document that pins it (a field of the parent, or a row of its own), and read that "
            "instead of all rows: numbering still happens one call at a time, but it reads one document, and changes of "
            "the rows that are there already no longer make it start over."
        )
    proposal = narrowing.proposal
    declare = f": declare `{proposal.declaration}` and read" if proposal is not None else ""
    return (
        f"Read only the rows that decide{declare} with `{narrow_text(narrowing, backend.text_of)}`. A conflict is retried a "
        "few times and then fails for the user."
    )
