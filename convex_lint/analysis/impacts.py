"""Gathers the signs by which flaws are ranked: who gets to a place, what runs it, and what runs it again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from convex_lint.analysis.bound import Extent, Tier, is_day, is_stream
from convex_lint.analysis.exposure import Exposure
from convex_lint.analysis.impact import Impact, pressure
from convex_lint.analysis.invalidation import OpenRead
from convex_lint.analysis.pace import is_now_and_then, paced
from convex_lint.analysis.rates import Strength
from convex_lint.analysis.secret_routes import SecretRoutes
from convex_lint.analysis.size import is_heavy
from convex_lint.analysis.walked import Walked, walked_in
from convex_lint.model.function import Function, Kind
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.schema import Table

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend
    from convex_lint.analysis.rates import Rate
    from convex_lint.analysis.sites import Site


_ROWS = 8
"""A component that is rendered for each row of a list counts as so many."""


_NOTHING = Walked()
_OFTEN = 20
"""So many rounds of a loop are as bad as one for each row of something."""


class Impacts:
    """Answers for one backend."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._again: dict[str, tuple[Rate | None, Rate | None]] = {}
        self._looped: dict[str, frozenset[int]] = {}

    def at(self, site: Site[Read] | Site[Write], extent: Extent | None = None) -> Impact:
        """What a flaw at this place costs; `extent` is that of the range that it is about."""
        loops = [loop for reach in site.reaches for loop in reach.operation.loops]
        found = self._sized(self.of(site.functions, extent), site.operation, site.table)
        return found._replace(
            repeated=any(loop.bound is None or loop.bound >= _OFTEN for loop in loops),
            growing=_is_growing(site),
            spread=any(reach.operation.ordinal in self._looked_up_for(reach.function) for reach in site.reaches),
            contended=found.exposure is Exposure.WAITED and self._is_contended(site),
        )

    def of_open(self, opened: OpenRead, rate: Rate | None) -> Impact:
        """What it costs that a query is kept open which reads this."""
        extent = self._backend.extent(opened.read, opened.table)
        found = self._sized(self.of([opened.query], extent, rate), opened.read, opened.table)
        own = not opened.touch.calls
        return found._replace(spread=own and opened.read.ordinal in self._looked_up_for(opened.query))

    def _sized(self, impact: Impact, operation: Read | Write, table: Table) -> Impact:
        """With what is known of the rows of the range."""
        if impact.tier is None:
            return impact
        tier = impact.tier
        if tier is Tier.ENTITY and isinstance(operation, Read):
            tier = _of_one_thing(operation, table)
        return impact._replace(tier=tier, heavy=impact.tier >= Tier.TENANT and is_heavy(table))

    def of(self, functions: Iterable[Function], extent: Extent | None = None, rate: Rate | None = None) -> Impact:
        """What a flaw of these functions costs, of which there is at least one; `rate` is a sign beyond their own. What
        makes them run again counts where it is about a range, which they then read again."""
        several = tuple(functions)
        found = self._of_these(several, extent, rate)
        if extent is None:
            return found
        if all(map(self._secret_routes.are_all, several)):
            return found._replace(rate=rate, exposure=Exposure.MANUAL, asked=False)
        again = [self._run_again(function) for function in several]
        return found._replace(
            rate=max((found.rate, *(wide for wide, _ in again)), key=pressure),
            again=max((narrow for _, narrow in again), key=pressure),
        )

    def _of_these(self, several: tuple[Function, ...], extent: Extent | None, rate: Rate | None) -> Impact:
        backend = self._backend
        signs = [rate, *map(self._own, several)]
        exposure = min((backend.exposures.exposure(function) for function in several), key=lambda found: found.rank)
        watched = [call for function in several for call in backend.graph.subscribers(function)]
        return Impact(
            max(signs, key=pressure),
            exposure,
            extent.tier if extent is not None else None,
            len(several) + sum(1 if call.row is None else _ROWS for call in watched),
            backend.is_asked(several),
        )

    def of_write(self, site: Site[Write], extent: Extent | None, rate: Rate | None) -> Impact:
        """What a write costs, with what it makes open queries read again."""
        own = self.of(site.functions, extent, rate)
        names = {function.id for function in site.functions}
        opened = [
            one
            for one in self._opened_by_table[(site.table.component, site.table.name)]
            if any(writer.function.id in names for writer in self._backend.writers_into(one.read, one.table))
        ]
        if not opened:
            return own
        queries = {one.query.id: one.query for one in opened}.values()
        again = self.of_queries(queries, rate)
        tier = max((tier for tier in (own.tier, again.tier) if tier is not None), default=None)
        return again._replace(tier=tier, callers=own.callers + again.callers, asked=own.asked or again.asked)

    def of_queries(self, queries: Iterable[Function], rate: Rate | None) -> Impact:
        """What it costs that open queries run again: each reads all of its ranges again."""
        several = tuple(queries)
        extents = [extent for query in several for extent in self._extents(query)]
        return self._of_these(several, max(extents, key=lambda extent: extent.tier, default=None), rate)

    def _extents(self, query: Function) -> Iterator[Extent]:
        for opened in self._opened.get(query.id, ()):
            if opened.read.terminal == "collect":
                yield self._backend.extent(opened.read, opened.table)

    def _own(self, function: Function) -> Rate | None:
        rate = self._backend.rate(function)
        return None if rate is not None and is_now_and_then(rate, function) else rate

    def _run_again(self, query: Function) -> tuple[Rate | None, Rate | None]:
        """What makes an open query run again most often: through a range that many share, and through one of few rows."""
        if query.kind is not Kind.QUERY or query.id not in self._opened:
            return None, None
        if query.id not in self._again:
            wide: list[Rate | None] = []
            narrow: list[Rate | None] = []
            for opened in self._opened[query.id]:
                shared = self._backend.extent(opened.read, opened.table).tier >= Tier.TENANT
                (wide if shared else narrow).extend(writer.rate for writer in paced(self._backend, opened)[:1])
            self._again[query.id] = (max(wide, key=pressure, default=None), max(narrow, key=pressure, default=None))
        return self._again[query.id]

    def _is_contended(self, site: Site[Read] | Site[Write]) -> bool:
        """Mutations look through what others write all the time."""
        own = {function.id for function in site.functions if function.kind is Kind.MUTATION}
        if not own or not isinstance(site.operation, Read):
            return False
        writers = self._backend.writers_into(site.operation, site.table)
        others = (writer.rate for writer in writers if writer.function.id not in own)
        return any(rate is not None and rate.strength >= Strength.EDIT for rate in others)

    def _looked_up_for(self, function: Function) -> frozenset[int]:
        """The reads of a function for whose rows it reads something else in a loop."""
        if function.id not in self._looped:
            walked = walked_in(function, self._backend.reads_in(function))
            found: set[int] = set()
            for loop in {loop for one in function.operations if isinstance(one, Read) for loop in one.loops}:
                found.update([loop.over] if loop.over is not None else walked.get(loop.span, _NOTHING).reads)
            self._looped[function.id] = frozenset(found)
        return self._looped[function.id]

    @cached_property
    def _opened(self) -> Mapping[str, list[OpenRead]]:
        found: dict[str, list[OpenRead]] = defaultdict(list)
        for opened in self._backend.open_reads:
            found[opened.query.id].append(opened)
        return found

    @cached_property
    def _opened_by_table(self) -> Mapping[tuple[str, str], list[OpenRead]]:
        found: dict[tuple[str, str], list[OpenRead]] = defaultdict(list)
        for opened in self._backend.open_reads:
            found[(opened.table.component, opened.table.name)].append(opened)
        return found

    @cached_property
    def _secret_routes(self) -> SecretRoutes:
        return SecretRoutes(self._backend.graph, self._backend.project)


def _of_one_thing(read: Read, table: Table) -> Tier:
    """What all users have of one day is nobody's own; a channel has as many messages as someone has of other things."""
    if read.eq and all(is_day(key.field) for key in read.eq):
        return Tier.TABLE
    return Tier.USER if is_stream(table) else Tier.ENTITY


def _is_growing(site: Site[Read] | Site[Write]) -> bool:
    """Who reads the rows adds one of them, in the same call."""
    if not isinstance(site.operation, Read) or site.operation.op is Op.GET:
        return False
    return any(
        isinstance(other, Write) and other.op is Op.INSERT and other.table == reach.operation.table
        for reach in site.reaches
        if reach.function.kind is Kind.MUTATION
        for other in reach.function.operations
    )
