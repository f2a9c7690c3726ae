"""Workers that take from the same end of one range. See contended_queue.md."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Tier
from convex_lint.analysis.branches import exclusive
from convex_lint.analysis.exposure import Exposure, Purpose
from convex_lint.analysis.keyrange import KeyRange, Part
from convex_lint.analysis.overlap import Overlap, meet
from convex_lint.analysis.sites import Reach, Site
from convex_lint.analysis.story import callers_in_words, stands_in
from convex_lint.analysis.terminal import scans_all
from convex_lint.analysis.versions import Written
from convex_lint.analysis.vocabulary import words_of
from convex_lint.model.function import Function, Kind
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.value import DocumentField, Literal
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity


class ContendedQueue(Rule):
    tags = ("conflicts",)
    yields_to = ("scan-before-write", "ignored-index", "wide-read-before-write", "missing-index")

    def check(self, backend: Backend) -> Iterator[Finding]:
        for site in backend.reads:
            if site.table.inferred or scans_all(site.operation) or not backend.growth(site.table).sources:
                continue
            for reach in site.reaches:
                claim = _claim(backend, site, reach)
                if claim is not None:
                    yield _finding(backend, site, reach, claim)
                    break


def _claim(backend: Backend, site: Site[Read], reach: Reach[Read]) -> Write | None:
    """The write by which a worker takes the row that every other worker looks at."""
    mutation, read = reach.function, reach.operation
    if mutation.kind is not Kind.MUTATION or backend.purpose(mutation) is not Purpose.PRODUCT:
        return None
    if not _workers(backend, mutation):
        return None
    reads = backend.reads_in(mutation)
    interval = KeyRange.of(read, site.table, reads)
    if (
        interval.part not in (Part.HEAD, Part.TAIL)
        or interval.ends
        or backend.extent(read, site.table).tier < Tier.TENANT
    ):
        return None
    if not read.eq or not all(isinstance(key.value, Literal) for key in read.eq):
        return None
    if _counts_the_claimed(mutation, read):
        return None
    taking = [write for write in mutation.operations if isinstance(write, Write) and _takes(write, read)]
    if not all(_leaves(write, read) for write in taking):
        return None  # what is claimed stays in the range, with a lease, and only what is over leaves it
    for write in taking:
        if meet(interval, Written.of(write, reads)).verdict is Overlap.ALWAYS:
            return write
    return None


def _takes(write: Write, read: Read) -> bool:
    """It changes or deletes the row that was read."""
    target = write.target
    own = isinstance(target, DocumentField) and target.read == read.ordinal and target.path == ("_id",)
    return own and write.op is not Op.INSERT and write.table == read.table


def _leaves(write: Write, read: Read) -> bool:
    changed = set(write.fields) if write.fields is not None else set()
    return write.op is Op.DELETE or bool(changed & {key.field for key in read.eq})


def _counts_the_claimed(mutation: Function, read: Read) -> bool:
    """It looks at the rows of another state too, those that are claimed already: to hand out no more than so many, one claim
    at a time, or to take back what was given up."""
    return any(
        isinstance(other, Read)
        and other.ordinal != read.ordinal
        and (other.component, other.table) == (read.component, read.table)
        and [key.field for key in other.eq] == [key.field for key in read.eq]
        and all(isinstance(key.value, Literal) for key in other.eq)
        and other.eq != read.eq
        for other in mutation.operations
    )


def _workers(backend: Backend, mutation: Function) -> bool:
    """More than one may ask for work at the same time: clients, routes, other programs."""
    waited = backend.exposures.exposure(mutation) is Exposure.WAITED
    return waited and backend.runs_concurrently(mutation) and backend.is_asked([mutation])


def _in_order(backend: Backend, site: Site[Read]) -> bool:
    """The index puts the rows of the range into an order that is given to them, or one call inserts several of them: one is
    to be done after the other. An order of times is no such thing: the oldest first, so that none is forgotten."""
    index = site.table.index(site.operation.index) if site.operation.index is not None else None
    if index is not None and any(words_of(field) & _ORDERS for field in index.fields[len(site.operation.eq) :]):
        return True
    inserted: dict[str, list[Write]] = {}
    for one in backend.writes_of(site.table):
        for reach in one.reaches:
            if reach.operation.op is Op.INSERT:
                inserted.setdefault(reach.function.id, []).append(reach.operation)
    return any(
        first.span != other.span and not exclusive(first, other)
        for several in inserted.values()
        for first, other in pairwise(several)
    )


_ORDERS = frozenset(("priority", "order", "position", "sequence", "step", "rank"))


def _finding(backend: Backend, site: Site[Read], reach: Reach[Read], claim: Write) -> Finding:
    read = reach.operation
    keys = " and ".join(f"`{key.field}`" for key in read.eq)
    verb = "deletes" if claim.op is Op.DELETE else "changes"
    rows = "row" if read.terminal == "first" else "rows"
    end = "last" if read.order == "desc" else "first"
    rate = backend.rate(reach.function)
    often = f" `{reach.function.id}` runs often: {rate.words}." if rate is not None else ""
    seen = backend.in_use.by_seen_callers(reach.function)
    advice = (
        "Where one row must be done after the other, let a single worker take them (`@convex-dev/workpool` with "
        "`maxParallelism: 1`), or put what belongs together into a range of its own, with its key in front of the index, so "
        "that groups go on side by side."
        if _in_order(backend, site)
        else "Let the workers ask a query for the first few, pick one of them at random, and claim it by its id in a mutation "
        "that reads this one row and gives up when it is taken; or spread the rows over several ranges with a random shard "
        "field in front of the index."
    )
    many = "" if seen else " How many ask, nothing here says: with one worker there is nothing to do."
    return Finding(
        read,
        f"`{stands_in(site)}` takes the {end} {rows} of `{site.table.name}` with a fixed {keys} and {verb} "
        f"{'it' if rows == 'row' else 'them'}, so that workers that ask at the same time get the same {rows} and conflict.",
        advice + many + often + callers_in_words(site),
        key=(stands_in(site), site.table.name, read.index),
        related=[Label(claim, "and claimed here")],
        confidence=Confidence.HIGH if rate is not None else Confidence.MEDIUM,
        severity=None if seen else Severity.NOTE,
        table=site.table.name,
        index=read.index,
        impact=backend.impact(site, backend.extent(read, site.table)),
    )
