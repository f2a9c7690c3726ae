"""Fields that change often on documents whose other fields open queries read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from convex_lint.analysis.again import fields_of, renewed, settles, writes_again
from convex_lint.analysis.always import every_time
from convex_lint.analysis.exposure import Exposure, Exposures, Purpose
from convex_lint.analysis.invalidation import OpenRead
from convex_lint.analysis.keyrange import KeyRange, Part
from convex_lint.analysis.overlap import Doubt, Overlap, meet
from convex_lint.analysis.rates import Rate, Rates
from convex_lint.analysis.sites import Reach, Site, read_form
from convex_lint.analysis.terms import Reads
from convex_lint.analysis.versions import Written
from convex_lint.analysis.vocabulary import STAMPS
from convex_lint.model.function import Function
from convex_lint.model.operation import Op, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Computed, DocumentField, Unknown, Value, parts_of
from convex_lint.source import Span

_FEW = 2
"""How many fields a hot write sets besides timestamps: one that sets more rewrites the document."""


class HotWrite(NamedTuple):
    """A patch of a document that is there, which some sign says to happen often. `fields` are those that it changes; what it
    sets to the same constant each time stays as it is."""

    reach: Reach[Write]
    rate: Rate
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HotPatch:
    """A hot write of one place, and the reads of open queries that it makes run again for nothing."""

    table: Table
    writes: tuple[HotWrite, ...]
    reads: tuple[OpenRead, ...]

    @property
    def hottest(self) -> HotWrite:
        return max(self.writes, key=lambda write: (write.rate.strength, write.rate.per_minute or 0.0))

    @property
    def queries(self) -> tuple[Function, ...]:
        """Each once, in order of their ids."""
        found = {opened.query.id: opened.query for opened in self.reads}
        return tuple(found[id] for id in sorted(found))


def hot_writes(
    sites: Iterable[Site[Write]], rates: Rates, exposures: Exposures, reads_in: Callable[[Function], Reads]
) -> Iterator[tuple[Site[Write], HotWrite]]:
    """The patches of the product that happen often, by site."""
    for site in sites:
        for reach in site.reaches:
            write = reach.operation
            if write.op is not Op.PATCH or not write.fields or site.table.inferred:
                continue
            rate = rates.of_write(reach.function, write)
            if (
                rate is not None
                and exposures.exposure(reach.function) is not Exposure.MANUAL
                and exposures.purpose(reach.function) is Purpose.PRODUCT
                and _is_narrow(write)
                and writes_again(reach.function, write, rate, reads_in(reach.function))
                and not _is_rewritten(reach, rate, reads_in(reach.function))
            ):
                yield site, HotWrite(reach, rate, renewed(write))


def _is_rewritten(reach: Reach[Write], rate: Rate, reads: Reads) -> bool:
    """The same transaction changes other fields of the same document too, or settles it: without this one it would run as much
    again."""
    own = reach.operation
    document = _document(own, own.target, reads)
    return document is not None and any(
        isinstance(other, Write)
        and other.op in (Op.PATCH, Op.REPLACE)
        and other.span != own.span
        and (other.component, other.table) == (own.component, own.table)
        and _rounds(other) in ((), _rounds(own))
        and _document(other, other.target, reads) == document
        and every_time(other)
        and (other.fields is None or _changes(other, own) or settles(other, rate))
        for other in reach.function.operations
    )


def _changes(other: Write, own: Write) -> bool:
    """It sets further fields, to something new or to one of several constants."""
    varied = {
        field
        for field, value in other.values
        for part in parts_of(value)
        if isinstance(part, Computed) and part.operator == "either" and len(set(part.parts)) > 1
    }
    return bool((varied | set(renewed(other))) - set(own.fields or ()))


def _rounds(write: Write) -> tuple[Span, ...]:
    return tuple(loop.span for loop in write.loops)


def _document(write: Write, target: Value, reads: Reads) -> object:
    """What tells a document from others: the id by which it was asked for, or the loop whose row it is; None where that is not
    known."""
    if isinstance(target, DocumentField) and target.path == ("_id",) and target.read is not None:
        if any(loop.over == target.read for loop in write.loops):
            return (target.read, _rounds(write))
        read = reads.get(target.read)
        if read is None:
            return None
        if read.op is Op.GET and read.key is not None:
            return _document(write, read.key, reads)
        return (read.table, read.eq) if read.terminal in ("first", "unique") and read.eq else None
    return None if isinstance(target, (Unknown, Computed)) else target


def hot_fields(
    open_reads: Iterable[OpenRead],
    writes_of: Callable[[Table], tuple[Site[Write], ...]],
    rates: Rates,
    exposures: Exposures,
    reads_in: Callable[[Function], Reads],
    words: frozenset[str],
) -> Iterator[HotPatch]:
    """The hot writes that land in the ranges of open queries which need none of what they set, table by table."""
    tables: dict[tuple[str, str], list[OpenRead]] = defaultdict(list)
    for opened in open_reads:
        tables[(opened.table.component, opened.table.name)].append(opened)
    for several in tables.values():
        table = several[0].table
        writes = list(_grouped(hot_writes(writes_of(table), rates, exposures, reads_in)))
        if writes:
            yield from _of_table(table, writes, _by_form(several), reads_in, words)


def _of_table(
    table: Table,
    hot: Iterable[tuple[Site[Write], list[HotWrite]]],
    reads: list[list[OpenRead]],
    reads_in: Callable[[Function], Reads],
    words: frozenset[str],
) -> Iterator[HotPatch]:
    ranges = [(group, KeyRange.of(group[0].read, table)) for group in reads]
    for site, writes in hot:
        hit: list[OpenRead] = []
        for group, interval in ranges:
            if any(_lands(interval, write, reads_in) for write in writes):
                fields = frozenset(field for write in writes for field in write.fields)
                hit.extend(one for one in group if not needed(one, fields, words))
        if hit:
            yield HotPatch(site.table, tuple(writes), tuple(hit))


def _is_narrow(write: Write) -> bool:
    return len([field for field in write.fields or () if field.lower() not in STAMPS]) <= _FEW


def _lands(interval: KeyRange, write: HotWrite, reads_in: Callable[[Function], Reads]) -> bool:
    reach = write.reach
    met = meet(interval, Written.of(reach.operation, reads_in(reach.function)))
    # one row in a certain state (`isPrimary: true`): nothing says that it is this document
    return met.verdict is not Overlap.NEVER and not (interval.part is Part.HEAD and Doubt.STATE in met.doubts)


def _by_form(opened: Iterable[OpenRead]) -> list[list[OpenRead]]:
    """Reads of one place and range together, however many queries get there."""
    found: dict[object, list[OpenRead]] = defaultdict(list)
    for one in opened:
        found[(one.read.span, read_form(one.read), one.read.eq)].append(one)
    return list(found.values())


def _grouped(found: Iterable[tuple[Site[Write], HotWrite]]) -> Iterator[tuple[Site[Write], list[HotWrite]]]:
    groups: dict[int, tuple[Site[Write], list[HotWrite]]] = {}
    for site, write in found:
        groups.setdefault(id(site), (site, []))[1].append(write)
    yield from groups.values()


# ---------------------------------------------------------------- what a query needs


def needed(opened: OpenRead, fields: frozenset[str], words: frozenset[str]) -> bool:
    """Whether the query, or someone who shows its result, may look at one of these fields. `words` are those of all
    clients: a field that no client names is shown by none."""
    read = opened.read
    index = opened.table.index(read.index) if read.index is not None else None
    keys = {key.field for key in read.eq} | {bound.field for bound in read.bounds}
    keys |= set(index.fields) if index is not None else set()
    looked = keys | set(read.fields) | {use.field for use in read.uses if use.field is not None}
    looked |= {name for predicate in read.residual for name in fields_of(predicate)}
    if fields & {name.partition(".")[0] for name in looked}:
        return True
    kinds = {use.kind for use in read.uses}
    if "passed" in kinds:
        return True
    if kinds & {"returned", "picked"}:
        return any(_shown(opened, field, words) for field in fields)
    return False


def _shown(opened: OpenRead, field: str, words: frozenset[str]) -> bool:
    """Some subscriber may look at the field of the documents that the query returns."""
    if field not in words:
        return False
    for call in opened.subscribers:
        if call.shown is None or field in call.shown:
            return True
        # What is passed on as a whole may be a document: only a plain field of the table is certain not to be.
        if any(not _is_plain(name[:-1], opened.table) for name in call.shown if name.endswith("*")):
            return True
    return False


def _is_plain(name: str, table: Table) -> bool:
    if name in ("_id", "_creationTime", "length"):
        return True
    kinds = table.validator.at((name,)) if table.validator is not None else ()
    return bool(kinds) and all(kind.kind in _PLAIN for kind in kinds)


_PLAIN = frozenset(("id", "float64", "int64", "boolean", "string", "null", "literal", "bytes"))
