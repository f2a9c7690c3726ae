"""Tables whose rows belong to the past soon after they were written, and are never deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convex_lint.analysis.bound import Tier, names_one
from convex_lint.analysis.exposure import Purpose
from convex_lint.analysis.rates import Rate
from convex_lint.analysis.sites import Reach, Site
from convex_lint.analysis.vocabulary import EPISODES, HANDLED, HAPPENINGS, head_of, words_of
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.schema import Table

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend


@dataclass(frozen=True, slots=True)
class Past:
    """`words` complete "the table gains rows, and ...": why its old rows are of no use. `source` inserts them, `rate` is the sign
    that it does so often, `leaver` the write after which nothing asks for a row. `unread`: nothing ever does."""

    words: str
    source: str
    rate: Rate | None = None
    leaver: Reach[Write] | None = None
    unread: bool = False


def past_of(backend: Backend, table: Table) -> Past | None:
    """None where something deletes rows, or where old rows may be wanted."""
    writes = backend.writes_of(table)
    if any(site.operation.op is Op.DELETE for site in writes) or _may_be_deleted(backend, table):
        return None
    sources = backend.growth(table).sources
    if not sources:
        return None
    rated = [(rate, reach) for reach in sources if (rate := backend.rate(reach.function)) is not None]
    rate, reach = max(rated, key=lambda pair: pair[0].strength, default=(None, sources[0]))
    source = reach.function.id
    reads = [site for site in backend.reads_of(table) if _in_use(backend, site)]
    if not reads:
        return Past("nothing reads or deletes them", source, rate, unread=True) if rate is not None else None
    changed = [site for site in writes if site.operation.op is not Op.INSERT and _in_use(backend, site)]
    if not changed:
        log = head_of(table.name) in HAPPENINGS
        if log and rate is not None:
            return Past("nothing ever deletes the old ones of such a log", source, rate)
        if words_of(table.name) & HANDLED and all(_looks_for_one(backend, site) for site in reads):
            return Past("nothing deletes them, although they only say what has been dealt with", source, rate)
        return None
    if head_of(table.name) in EPISODES:
        return _left_behind(backend, table, reads, changed, source, rate)
    return None


def _left_behind(
    backend: Backend,
    table: Table,
    reads: list[Site[Read]],
    changed: list[Site[Write]],
    source: str,
    rate: Rate | None,
) -> Past | None:
    """Every list of rows asks for a state that they leave for good."""
    lists = [site for site in reads if not _looks_for_one(backend, site)]
    leavers = [found for site in lists if (found := backend.leaver(site.operation, table)) is not None]
    if not leavers:
        return None
    leaving = {reach.function.id for site in changed for reach in site.reaches}
    if any(
        backend.leaver(site.operation, table) is None and not {f.id for f in site.functions} <= leaving
        for site in lists
    ):
        return None
    return Past("nothing asks for or deletes those that have left their first state", source, rate, leavers[0])


def _looks_for_one(backend: Backend, site: Site[Read]) -> bool:
    read = site.operation
    if read.op is Op.GET or read.terminal in ("first", "unique"):
        return True
    exact = any(names_one(key.field) for key in read.eq)
    return exact or backend.extent(read, site.table).tier is Tier.FIXED


def _in_use(backend: Backend, site: Site[Read] | Site[Write]) -> bool:
    return any(backend.purpose(function) in (Purpose.PRODUCT, Purpose.ADMIN) for function in site.functions)


def _may_be_deleted(backend: Backend, table: Table) -> bool:
    """Some delete in the component is of a table that is not known."""
    return table.component in backend.vague_deletes
