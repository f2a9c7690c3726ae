"""What to do about the indexes of a table: which serves each read, which to add, to extend, to drop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.chain_cover import CREATION, MAX_FIELDS, Signature, cover, lay_out
from convex_lint.analysis.idle import AnyIndex
from convex_lint.analysis.narrowing import Narrowing
from convex_lint.analysis.order import following, relies_on_creation_order, shows_order
from convex_lint.analysis.proposals import Proposal, signature_of
from convex_lint.analysis.sites import Site
from convex_lint.model.operation import Op, Read
from convex_lint.model.schema import Index, Table
from convex_lint.source import Span

Narrowings = Mapping[Span, Narrowing]


class How(StrEnum):
    """How a read finds its rows. `range`: it uses an index; `scan`: it reads the whole table, and nothing would be gained
    by an index; `search`: of text or vectors; `get`: an index is not needed, `db.get` does it; `ignored`: a declared index
    would serve it better; `missing`: one that is to be added or extended would; `unknown`: its range could not be
    followed."""

    RANGE = "range"
    SCAN = "scan"
    SEARCH = "search"
    GET = "get"
    IGNORED = "ignored"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ServedRead:
    """`equalities` are the fields that it fixes, as it is written or would be with the index, `last` the one that it
    compares or orders by; `index` the one that serves it, None where none is needed."""

    site: Site[Read]
    how: How
    equalities: tuple[str, ...]
    last: str | None
    index: str | None


@dataclass(frozen=True, slots=True)
class Drop:
    """An index to remove: `longer` serves its readers instead, or None: it has none."""

    index: AnyIndex
    longer: Index | None
    readers: tuple[Site[Read], ...]


@dataclass(frozen=True, slots=True)
class TablePlan:
    """`changes` are the indexes to add and, with `extends` set, to extend; each once. `best`: the fields of the fewest
    database indexes that would do for all of its reads if none were declared yet."""

    table: Table
    reads: tuple[ServedRead, ...]
    changes: tuple[Proposal, ...]
    drops: tuple[Drop, ...]
    best: tuple[tuple[str, ...], ...]

    @property
    def after(self) -> int:
        """How many database indexes the table has when the plan is carried out."""
        added = sum(change.extends is None for change in self.changes)
        return len(self.table.indexes) + added - sum(isinstance(drop.index, Index) for drop in self.drops)

    @property
    def changed(self) -> bool:
        return bool(self.changes or self.drops)


def index_plans(backend: Backend) -> tuple[TablePlan, ...]:
    """A plan for each table that is declared in the schema, in order of declaration."""
    causes = {lack.cause for lack in backend.lacks if not lack.slight}
    wanted = {lack.narrowing.site.span: lack.narrowing for lack in backend.lacks if lack.cause in causes}
    settled = {span: one for span, one in backend.narrowings.items() if one.proposal is None}
    narrowings = wanted | settled
    return tuple(_plan(table, backend, narrowings) for table in backend.tables if not table.inferred)


def _plan(table: Table, backend: Backend, narrowings: Narrowings) -> TablePlan:
    sites = [site for site in backend.reads_of(table) if site.operation.op is not Op.GET]
    reads = tuple(_served(site, narrowings.get(site.span)) for site in sites)
    changes: dict[tuple[str, ...], Proposal] = {}
    for site in sites:
        narrowing = narrowings.get(site.span)
        if narrowing is not None and narrowing.proposal is not None and narrowing.proposal.staged is None:
            changes.setdefault(narrowing.proposal.fields, narrowing.proposal)
    extended = {change.extends.name for change in changes.values() if change.extends is not None}
    drops = [
        Drop(found.index, found.longer, found.readers)
        for found in backend.idle_indexes.redundant(table)
        if found.index.name not in extended
    ]
    drops += [Drop(index, None, ()) for index in backend.idle_indexes.unused(table) if index.name not in extended]
    asked = set(_signatures(sites, narrowings))
    places = {field: place for place, field in enumerate(table.fields)}
    arrange = partial(sorted, key=lambda field: (places.get(field.partition(".")[0], 0), field))
    best = tuple(sorted(lay_out(chain, (), arrange) for chain in cover(asked)))
    return TablePlan(table, reads, tuple(changes.values()), tuple(drops), best)


def _served(site: Site[Read], narrowing: Narrowing | None) -> ServedRead:
    read = site.operation
    if narrowing is not None:
        fields = tuple(dict.fromkeys((*narrowing.wish.pinned, *(e.field for e in narrowing.wish.equalities))))
        last = narrowing.wish.bounded or narrowing.wish.ranged or narrowing.wish.sorted
        if narrowing.by_get is not None:
            return ServedRead(site, How.GET, ("_id",), None, "by_id")
        if narrowing.service is not None:
            return ServedRead(site, How.IGNORED, fields, last, narrowing.service.index.name)
        if narrowing.proposal is not None:
            return ServedRead(site, How.MISSING, fields, last, narrowing.proposal.name)
    fields = tuple(key.field for key in read.eq)
    bound = read.bounds[0].field if read.bounds else None
    if read.op in (Op.SEARCH, Op.VECTOR_SEARCH):
        return ServedRead(site, How.SEARCH, fields, None, read.index)
    if read.index is None or not read.range_known:
        return ServedRead(site, How.UNKNOWN, fields, bound, read.index)
    if read.index == "by_creation_time" and not fields and bound is None:
        return ServedRead(site, How.SCAN, (), None, None)
    if bound is None and (read.order == "desc" or read.terminal in ("first", "take", "paginate")):
        bound = following(read, site.table)
    return ServedRead(site, How.RANGE, fields, bound, read.index)


def _signatures(sites: Iterable[Site[Read]], narrowings: Narrowings) -> Iterator[Signature]:
    """What the reads of a table ask of its indexes, those that none serves yet included."""
    for site in sites:
        read, narrowing = site.operation, narrowings.get(site.span)
        if narrowing is not None and narrowing.by_get is not None:
            continue
        if narrowing is not None:
            asked = signature_of(read, narrowing.wish, site.table)
        else:
            asked = _as_written(read, site.table)
        if asked.pinned or asked.last not in (None, CREATION):
            yield asked


def _as_written(read: Read, table: Table) -> Signature:
    index = table.index(read.index) if read.index is not None else None
    if index is None or read.op not in (Op.QUERY, Op.PAGINATE):
        return Signature(frozenset())
    pinned = frozenset(key.field for key in read.eq)
    last = read.bounds[0].field if read.bounds else None
    if last is None and (relies_on_creation_order(read, index, table) or shows_order(read)):
        last = following(read, table)
    return Signature(pinned, last) if len(pinned) < MAX_FIELDS else Signature(pinned)
