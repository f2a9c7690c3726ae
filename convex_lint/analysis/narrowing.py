"""Reads that leave to later code what an index does: by which index, declared or not, and whether it is worth it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from convex_lint.analysis.bound import Extent, Tier, is_long, selective
from convex_lint.analysis.growth import Growth
from convex_lint.analysis.indexes import Service, serve
from convex_lint.analysis.proposals import Proposal, propose
from convex_lint.analysis.pruning import Bounded
from convex_lint.analysis.sites import Site, reads_in
from convex_lint.analysis.terms import Rows
from convex_lint.analysis.vocabulary import ENDS, words_of
from convex_lint.analysis.wish import Equality, Wish, wish
from convex_lint.model.function import Function
from convex_lint.model.operation import Read
from convex_lint.model.schema import Index, Table
from convex_lint.model.value import Clock
from convex_lint.source import Span

SMALL = frozenset({Bounded.SINGLETON, Bounded.LITERAL_KEYS, Bounded.DRAINED, Bounded.BY_HAND, Bounded.CONFIGURED})
"""What proves that a table stays small."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A read and what would narrow it: `by_get` (an equality on `_id`, which `db.get` reads directly), `service` (a
    declared index) or `proposal` (one to declare); exactly one is set. `long`: the range holds many rows for certain
    enough to warn."""

    site: Site[Read]
    wish: Wish
    extent: Extent
    growth: Growth
    long: bool
    by_get: Equality | None = None
    service: Service | None = None
    proposal: Proposal | None = None

    @property
    def selective(self) -> bool:
        """Some equality or comparison leaves a small part of the table."""
        table = self.site.table
        return (
            any(selective(equality.field, table) for equality in self.wish.equalities)
            or self.wish.ranged is not None
            or self.wish.sorted is not None
        )

    @property
    def usual(self) -> bool:
        """Nothing but tests for the state in which most rows are."""
        wish = self.wish
        return wish.ranged is None and wish.sorted is None and all(equality.usual for equality in wish.equalities)

    @property
    def past(self) -> bool:
        """Nothing but `at <= now`: most rows lie in the past, unless the field says when a row ends."""
        comparisons = self.wish.comparisons
        return (
            not self.wish.equalities
            and self.wish.sorted is None
            and bool(comparisons)
            and all(
                part.operator in ("lt", "lte") and part.value == Clock() and not words_of(part.field or "") & ENDS
                for part in comparisons
            )
        )

    @property
    def declared(self) -> bool:
        """What narrows it exists already."""
        return self.proposal is None


def narrowings(
    sites: Iterable[Site[Read]],
    growth: Callable[[Table], Growth],
    extent: Callable[[Read, Table], Extent],
    reads_of: Callable[[Table], tuple[Site[Read], ...]],
    indexes: Iterable[Index],
    own: Callable[[Function], Rows] = reads_in,
    text_of: Callable[[Span], str] | None = None,
) -> Mapping[Span, Narrowing]:
    """At most one for each place. `own` are the reads of a function."""
    found: dict[Span, Narrowing] = {}
    missing: dict[tuple[str, str], dict[Span, tuple[Site[Read], Wish]]] = defaultdict(dict)
    tables: dict[tuple[str, str], Table] = {}
    asks = [(site, wish(site.operation, site.table, own(site.reaches[0].function), text_of)) for site in sites]
    together: dict[tuple[Span, int], list[Wish | None]] = defaultdict(list)
    for site, asked in asks:
        together[site.span, id(site.table)].append(asked)
    for site, asked in asks:
        if asked is None or not _shared(asked, together[site.span, id(site.table)]):
            continue
        scanned, grown = extent(site.operation, site.table), growth(site.table)
        if scanned.tier is Tier.FIXED or grown.bounded in SMALL:
            continue
        many = _is_long(scanned, grown, site.table)
        by_get = asked.by_id
        service = serve(site.operation, asked, site.table) if by_get is None else None
        if by_get is not None or (service is not None and not _falls_short(service, asked, site.table)):
            found.setdefault(site.span, Narrowing(site, asked, scanned, grown, many, by_get, service))
        elif _worth_declaring(site, asked, scanned, grown, many):
            key = (site.table.component, site.table.name)
            missing[key].setdefault(site.span, (site, asked))
            tables[key] = site.table
    habits = tuple(indexes)
    for key, wanted in missing.items():
        # those that get an index of their own no longer rely on the one that they use
        reads = [site.operation for site in reads_of(tables[key]) if site.span not in wanted]
        chosen = propose(
            {span: (site.operation, ask) for span, (site, ask) in wanted.items()}, tables[key], reads, habits
        )
        for span, (site, ask) in wanted.items():
            if span not in chosen:
                continue
            scanned, grown = extent(site.operation, site.table), growth(site.table)
            many = _is_long(scanned, grown, site.table)
            found.setdefault(span, Narrowing(site, ask, scanned, grown, many, proposal=chosen[span]))
    return found


def _shared(wish: Wish, others: Iterable[Wish | None]) -> bool:
    """Callers of a helper that returns rows may each look for something else among them, or want them all: then what one
    of them drops in its own code says nothing of the read."""
    late = [equality.field for equality in wish.equalities if equality.source == "js"]
    late += [part.field or "" for part in wish.comparisons if part.source == "js"]
    late += [wish.sorted] if wish.sorted is not None else []
    return not late or all(other is not None and set(late) <= set(other.fields) for other in others)


def _is_long(extent: Extent, growth: Growth, table: Table) -> bool:
    return growth.grows and is_long(extent, table)


def _falls_short(service: Service, wish: Wish, table: Table) -> bool:
    """The declared index takes a state and leaves what would have told rows apart."""
    gained = [field for field in service.pinned if field not in wish.pinned]
    left = [equality for equality in wish.equalities if equality.field in service.left]
    return (
        service.ranged is None
        and service.ordered is None
        and not any(selective(field, table) for field in gained)
        and any(selective(equality.field, table) for equality in left)
    )


def _worth_declaring(site: Site[Read], wish: Wish, extent: Extent, growth: Growth, many: bool) -> bool:
    if site.table.inferred or not (many or (growth.bounded is Bounded.PRUNED and extent.tier >= Tier.TENANT)):
        return False
    read = site.operation
    return read.terminal != "paginate" or extent.tier is Tier.TABLE
