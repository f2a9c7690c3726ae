"""Reads that leave to later code what an index does: by which index, declared or not, and whether it is worth it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from convex_lint.analysis.bound import Extent, Tier, selective
from convex_lint.analysis.cases import single_cases, ways
from convex_lint.analysis.chosen import chosen_flags
from convex_lint.analysis.fields import leaves_out
from convex_lint.analysis.growth import Growth
from convex_lint.analysis.identity import TableNamed, may_name, takes
from convex_lint.analysis.indexes import Service, longer_than, serve
from convex_lint.analysis.library import written_here
from convex_lint.analysis.majority import counts_beyond_constant, wants_most
from convex_lint.analysis.order import bounds_creation, keeps_order, shows_order
from convex_lint.analysis.proposals import Proposal, propose
from convex_lint.analysis.sites import Site, reads_in
from convex_lint.analysis.stamped import Stamps, by_creation
from convex_lint.analysis.terms import Rows
from convex_lint.analysis.uniform import without_uniform
from convex_lint.analysis.vocabulary import ENDS, words_of
from convex_lint.analysis.wish import Equality, Wish, wish
from convex_lint.analysis.worth import SMALL, falls_short, grows_long, worth_declaring
from convex_lint.model.function import Function
from convex_lint.model.operation import Key, Read, Write
from convex_lint.model.schema import Index, Table
from convex_lint.model.value import UNKNOWN, Clock
from convex_lint.source import Span


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
    as_text: bool = False
    """The id comes as a text that need not be one: `normalizeId` tells."""
    either: tuple[Narrowing, ...] = ()
    """The ways in which rows are wanted, where it is one condition or another: a range each. This is the first."""
    in_case: bool = False
    """Rows are dropped in one case only, and all of them are wanted otherwise."""

    @property
    def selective(self) -> bool:
        """Some equality or comparison leaves a small part of the table."""
        table = self.site.table
        return (
            any(each.chosen or selective(each.field, table, each.values[0]) for each in self.wish.equalities)
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
    def up_to(self) -> bool:
        """Nothing but `at <= end` among the rows of one thing: most lie before it, unless the field says when they end."""
        wish = self.wish
        return (
            bool(wish.pinned)
            and not wish.equalities
            and wish.sorted is None
            and self.extent.tier < Tier.TENANT
            and bool(wish.comparisons)
            and all(
                part.operator in ("lt", "lte") and not words_of(part.field or "") & ENDS for part in wish.comparisons
            )
        )

    @property
    def unset(self) -> str | None:
        """The optional field that the range would bound from above only, so that rows without it are in it too."""
        field = self.wish.bounded or (self.wish.ranged if self.service is None else self.service.ranged)
        signs = {bound.operator[0] for bound in self.site.operation.bounds}
        signs |= {part.operator[0] for part in self.wish.comparisons if part.field == field}
        return field if field is not None and signs == {"l"} and leaves_out(self.site.table, field) else None

    @property
    def served(self) -> Read | None:
        """The read as it would be with the declared index."""
        service, read = self.service, self.site.operation
        if service is None:
            return read if self.by_get is None else None
        eq = tuple(Key(field, UNKNOWN) for field in service.pinned)
        return replace(read, index=service.index.name, eq=eq, bounds=read.bounds if self.wish.bounded else ())

    @property
    def declared(self) -> bool:
        """What narrows it exists already."""
        return self.proposal is None


def narrowings(
    sites: Sequence[Site[Read]],
    growth: Callable[[Read, Table], Growth],
    extent: Callable[[Read, Table], Extent],
    reads_of: Callable[[Table], tuple[Site[Read], ...]],
    indexes: Iterable[Index],
    own: Callable[[Function], Rows] = reads_in,
    text_of: Callable[[Span], str] | None = None,
    writes_of: Callable[[Table], Iterable[Site[Write]]] = lambda table: (),
    named: TableNamed = lambda component, name: None,
    stamps: Callable[[Table], Stamps] = lambda table: Stamps(),
) -> Mapping[Span, Narrowing]:
    """At most one for each place. `own` are the reads of a function."""
    flags: dict[tuple[str, str], Mapping[tuple[str, int], frozenset[str]]] = {}

    def chosen(site: Site[Read]) -> frozenset[str]:
        key = (site.table.component, site.table.name)
        if key not in flags:
            flags[key] = chosen_flags(writes_of(site.table))
        places = ((reach.function.id, reach.operation.ordinal) for reach in site.reaches)
        return frozenset(field for place in places for field in flags[key].get(place, ()))

    found: dict[Span, Narrowing] = {}
    missing: dict[tuple[str, str], dict[Span, tuple[Site[Read], Wish]]] = defaultdict(dict)
    tables: dict[tuple[str, str], Table] = {}
    asks = [
        (site, without_uniform(asked, site, writes_of(site.table), own))
        for site in sites
        for asked in [wish(site.operation, site.table, own(site.reaches[0].function), text_of, chosen(site))]
    ]
    together: dict[tuple[Span, int], list[Wish | None]] = defaultdict(list)
    for site, asked in asks:
        together[site.span, id(site.table)].append(asked)
    for site, asked in asks:
        if (
            asked is None
            or not _shared(asked, together[site.span, id(site.table)])
            or not (takes(asked.by_id, site.table, named) or may_name(asked.by_id, site.table, named))
        ):
            continue
        scanned, grown = extent(site.operation, site.table), growth(site.operation, site.table)
        if scanned.tier is Tier.FIXED or grown.bounded in SMALL:
            continue
        declared = _declared(site, asked, scanned, grown, named)
        if declared is not None and not takes(asked.by_id, site.table, named):
            declared = replace(declared, as_text=True)
        if declared is None and (again := by_creation(asked, stamps(site.table))) is not None:
            asked = again
            declared = _declared(site, asked, scanned, grown, named)
        if declared is not None and not counts_beyond_constant(site.operation, asked):
            found.setdefault(site.span, _lasting(declared, reads_of(site.table)))
        elif worth_declaring(site, asked, scanned, grown) and not wants_most(
            site.operation, asked, site.table, writes_of(site.table)
        ):
            key = (site.table.component, site.table.name)
            missing[key].setdefault(site.span, (site, asked))
            tables[key] = site.table
    several: dict[Span, tuple[Wish, ...]] = {}
    for site in sites:
        if site.span in found or site.span in missing[site.table.component, site.table.name]:
            continue
        scanned, grown = extent(site.operation, site.table), growth(site.operation, site.table)
        if scanned.tier is Tier.FIXED or grown.bounded in SMALL or len(together[site.span, id(site.table)]) > 1:
            continue
        wishes = _wishes(ways(site.operation), site, own, text_of)
        if not all(takes(each.by_id, site.table, named) for each in wishes):
            continue
        parts = [_declared(site, each, scanned, grown, named) for each in wishes]
        if parts and all(part is not None for part in parts):
            served = tuple(part for part in parts if part is not None)
            found[site.span] = replace(served[0], either=served)
        elif (
            len({frozenset(each.fields) for each in wishes}) == 1
            and not any(parts)
            and worth_declaring(site, wishes[0], scanned, grown)
        ):
            several[site.span] = wishes
            missing[site.table.component, site.table.name][site.span] = (site, wishes[0])
            tables[site.table.component, site.table.name] = site.table
    habits = tuple(indexes)
    for key, wanted in ((key, wanted) for key, wanted in missing.items() if wanted):
        # those that get an index of their own no longer rely on the order of the one that they use
        bare = (site for site in reads_of(tables[key]) if site.span not in found)
        reads = [site.operation for site in bare if site.span not in wanted or bounds_creation(site.operation)]
        reads += [
            rewritten
            for site in reads_of(tables[key])
            if site.span in found
            for way in (found[site.span].either or (found[site.span],))
            if (rewritten := way.served) is not None
        ]
        proposals = propose(
            {span: (site.operation, ask) for span, (site, ask) in wanted.items()},
            tables[key],
            reads,
            habits,
            written_here,
        )
        for span, (site, ask) in wanted.items():
            if span not in proposals:
                continue
            scanned, grown = extent(site.operation, site.table), growth(site.operation, site.table)
            many = grows_long(scanned, grown, site.table)
            one = Narrowing(site, ask, scanned, grown, many, proposal=proposals[span])
            found.setdefault(span, replace(one, either=tuple(replace(one, wish=w) for w in several.get(span, ()))))
    return found


def case_narrowings(
    sites: Iterable[Site[Read]],
    known: Container[Span],
    growth: Callable[[Read, Table], Growth],
    extent: Callable[[Read, Table], Extent],
    own: Callable[[Function], Rows],
    text_of: Callable[[Span], str],
    named: TableNamed = lambda component, name: None,
) -> Mapping[Span, Narrowing]:
    """The reads, by place, that a declared index would narrow in one case: `if (status) rows = rows.filter(...)`. `known`
    are those that it would narrow anyway."""
    found: dict[Span, Narrowing] = {}
    for site in sites:
        scanned, grown = extent(site.operation, site.table), growth(site.operation, site.table)
        if site.span in known or scanned.tier is Tier.FIXED or not grown.grows or site.table.inferred:
            continue
        if len(site.reaches) > 1 and any(reach.operation.residual != site.operation.residual for reach in site.reaches):
            continue
        asked = [each for read in single_cases(site.operation) for each in _wishes((read,), site, own, text_of)]
        served = [
            _declared(site, each, scanned, grown, named) for each in asked if takes(each.by_id, site.table, named)
        ]
        for declared in served:
            if declared is not None and declared.service is not None and not declared.usual:
                found.setdefault(site.span, replace(declared, in_case=True))
    return found


def _wishes(
    reads: Sequence[Read], site: Site[Read], own: Callable[[Function], Rows], text_of: Callable[[Span], str] | None
) -> tuple[Wish, ...]:
    """What each of several reads asks for; nothing when one of them asks for nothing."""
    found = [wish(read, site.table, own(site.reaches[0].function), text_of) for read in reads]
    every = tuple(each for each in found if each is not None)
    return every if len(every) == len(found) else ()


def _declared(site: Site[Read], asked: Wish, scanned: Extent, grown: Growth, named: TableNamed) -> Narrowing | None:
    """What there is to serve a wish: `db.get`, or a declared index."""
    many = grows_long(scanned, grown, site.table)
    if asked.by_id is not None:
        return Narrowing(site, asked, scanned, grown, many, asked.by_id)
    service = serve(site.operation, asked, site.table, named)
    if service is None or falls_short(service, asked, site, grown):
        return None
    return Narrowing(site, asked, scanned, grown, many, service=service)


def _lasting(narrowing: Narrowing, reads: Iterable[Site[Read]]) -> Narrowing:
    """With the longer index, where no read names the short one: that one can go."""
    service, read, table = narrowing.service, narrowing.site.operation, narrowing.site.table
    if service is None or service.ranged is not None or service.ordered is not None or keeps_order(read):
        return narrowing
    if set(service.pinned) != set(service.index.fields) or service.index.name == read.index:
        return narrowing
    staying = [index for index in table.indexes if not index.staged]
    longer = longer_than(service.index, staying, {other.operation.index for other in reads})
    if longer is None or not service.pinned:
        return narrowing
    seen = shows_order(read) and any(use.kind == "returned" for use in read.uses)
    return replace(narrowing, service=replace(service, index=longer, unsorted=seen))


def _shared(wish: Wish, others: Iterable[Wish | None]) -> bool:
    """Callers of a helper that returns rows may each look for something else among them, or want them all: then what one
    of them drops in its own code says nothing of the read."""
    late = [equality.field for equality in wish.equalities if equality.source == "js"]
    late += [part.field or "" for part in wish.comparisons if part.source == "js"]
    late += [wish.sorted] if wish.sorted is not None else []
    return not late or all(other is not None and set(late) <= set(other.fields) for other in others)
