"""Backend: everything that a rule may ask, each computed on first asking."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property, partial

from convex_lint.analysis.again import sign_of
from convex_lint.analysis.as_called import AsCalled
from convex_lint.analysis.audience import Audience
from convex_lint.analysis.batching import leaves
from convex_lint.analysis.bound import Extent, Tier, extent, has_few, is_long, left_of, of_one_day, window
from convex_lint.analysis.by_address import ByAddress
from convex_lint.analysis.catalogue import Catalogue
from convex_lint.analysis.choices import choices_of
from convex_lint.analysis.conflicts import Clash, clashes, conflict_edges
from convex_lint.analysis.cost import Costs
from convex_lint.analysis.entered import Entered
from convex_lint.analysis.exposure import Exposure, Exposures, Purpose, Weight
from convex_lint.analysis.fillers import fills_in_sight
from convex_lint.analysis.footprint import Footprint, footprint
from convex_lint.analysis.growth import Growth, into, measure
from convex_lint.analysis.hand_picked import hand_picked
from convex_lint.analysis.hops import Hops
from convex_lint.analysis.hot_fields import HotPatch, hot_fields
from convex_lint.analysis.idle import IdleIndexes
from convex_lint.analysis.impact import Impact
from convex_lint.analysis.impacts import Impacts
from convex_lint.analysis.in_sight import is_in_sight
from convex_lint.analysis.in_use import InUse
from convex_lint.analysis.invalidation import (
    OpenRead,
    Writer,
    describe_writer,
    invalidation_edges,
    open_reads,
    writers_into,
)
from convex_lint.analysis.lacking import Lack, lacking
from convex_lint.analysis.lookup import lookup_tables
from convex_lint.analysis.markers import markers
from convex_lint.analysis.moments import Moment, moments
from convex_lint.analysis.narrowing import Narrowing, case_narrowings, narrowings
from convex_lint.analysis.pins import made_with_parent, parents
from convex_lint.analysis.rates import Rate, Rates
from convex_lint.analysis.references import References
from convex_lint.analysis.run_facts import Runs
from convex_lint.analysis.runs import RunSite
from convex_lint.analysis.sites import Reach, Site, read_form
from convex_lint.analysis.stamped import Stamps, stamps_of
from convex_lint.analysis.sweepers import Sweeper, sweepers
from convex_lint.analysis.tenancy import owned_by_one, shared_accounts
from convex_lint.analysis.transient import enters, leaver, never_enters
from convex_lint.analysis.unique import unique_keys
from convex_lint.analysis.views import late_predicates
from convex_lint.analysis.volume import Volume, figures_in_words, volume
from convex_lint.graph.build import connect
from convex_lint.graph.graph import Edge, EntryKind, Graph
from convex_lint.model.figures import NO_FIGURES, Figures
from convex_lint.model.function import Function
from convex_lint.model.operation import Op, Predicate, Read, Write
from convex_lint.model.project import Project
from convex_lint.model.schema import Table
from convex_lint.model.subscription import ClientCall
from convex_lint.source import Span
from convex_lint.syntax.tree import Module

_SHORT = 3_600_000
"""A range that goes back so many milliseconds holds few rows."""


class Backend(Catalogue):
    """One Convex project, ready to be asked. Immutable as far as anyone can tell."""

    def __init__(
        self,
        project: Project,
        graph: Graph | None = None,
        figures: Figures = NO_FIGURES,
        modules: Mapping[str, Module] | None = None,
    ) -> None:
        super().__init__(project, modules)
        self.figures = figures
        if graph is not None:
            self.__dict__["graph"] = graph
        self._writers: dict[Hashable, tuple[Writer, ...]] = {}

    @cached_property
    def graph(self) -> Graph:
        return connect(replace(self.project, client_calls=self.client_calls))

    @cached_property
    def audience(self) -> Audience:
        """Who gets to see what the clients' components show."""
        return Audience(self.project.sources)

    @cached_property
    def client_calls(self) -> tuple[ClientCall, ...]:
        """Those of components and hooks that some file uses."""
        return self.audience.seen(self.project.client_calls)

    @cached_property
    def runs(self) -> Runs:
        """Which functions run which others, where, and what of that rests on what."""
        return Runs(self._by_id, self.footprint, self.surroundings)

    @cached_property
    def hops(self) -> Hops:
        """Which of these could be calls."""
        return Hops(self.graph, self.exposures, self.surroundings, self.is_asked)

    @cached_property
    def references(self) -> References:
        """Which fields hold the ids of which tables' rows, and what becomes of them when the rows are deleted."""
        return References(self.project, self.graph, self.reads_of, self.surroundings)

    @cached_property
    def growth(self) -> Callable[[Table], Growth]:
        """Whether a table gains rows in the course of use, and why we think so."""
        return ByAddress(self._measure)

    def _measure(self, table: Table) -> Growth:
        rows, lookup = self.figures.size(table).rows, (table.component, table.name) in self._lookup_tables
        given = (self.writes_of(table), self.graph, self.exposures, self.reads_in, rows)
        return measure(table, *given, lookup=lookup, is_called=self.is_called)

    @cached_property
    def growth_into(self) -> Callable[[Read, Table], Growth]:
        """How the range of a read grows: as its table does, through the inserts that come into it."""
        return ByAddress(lambda read, table: into(self.growth(table), read, self.graph))

    @cached_property
    def stamps(self) -> Callable[[Table], Stamps]:
        """The fields of a table that say what `_creationTime` says."""
        return ByAddress(lambda table: stamps_of(table, self.writes_of(table), self.text_of))

    def is_seen_to_fill(self, table: Table) -> bool:
        """The program itself shows that the table comes to hold many rows: something that is seen makes them."""
        return fills_in_sight(self.growth(table), table, self.graph, self.reads_in, lambda one: self.is_asked([one]))

    def is_filled(self, table: Table) -> bool:
        """Something other than seeds inserts rows or replaces them, and something starts it: somebody pays for the table's
        indexes."""
        filling = [site for site in self.writes_of(table) if site.operation.op in (Op.INSERT, Op.REPLACE)]
        if not any(site.operation.op is Op.INSERT for site in filling) and self.growth(table).grows:
            return True  # a library does, which was not scanned
        functions = (function for site in filling for function in site.functions)
        return any(self.purpose(function) is not Purpose.SEED and self.is_asked([function]) for function in functions)

    @cached_property
    def extent(self) -> Callable[[Read, Table], Extent]:
        """How much of the table the range of a read holds."""
        unique, size = self.unique_of, self.figures.size
        return ByAddress(lambda read, table: extent(read, table, unique(table), size(table), self._whose))

    def volume(self, read: Read, table: Table) -> Volume | None:
        """Documents and bytes of one execution of a read, by the configured figures; None where they say nothing."""
        return volume(read, self.figures.size(table))

    def per_minute(self, function: Function) -> float | None:
        """How often a function runs: as configured, or else by the interval of its cron."""
        known = self.figures.per_minute(function)
        every = [entry.every for entry in self.graph.entries(function) if entry.every and not entry.through]
        return known if known is not None or not every else 60 / min(every)

    def figures_in_words(self, site: Site[Read]) -> str:
        """What a read costs by the configured figures, in a sentence with a space in front; empty without figures."""
        cost = self.volume(site.operation, site.table)
        if cost is None or site.operation.op is Op.GET:
            return ""
        rates = ((function.id, self.per_minute(function) or 0.0) for function in site.functions)
        return " " + figures_in_words(cost, rates)

    @cached_property
    def exposures(self) -> Exposures:
        return Exposures(self.graph, self.text_of, self.audience.is_admins)

    @cached_property
    def rates(self) -> Rates:
        return Rates(self.graph, self.functions, self.text_of, self.surroundings)

    def rate(self, function: Function) -> Rate | None:
        """The strongest sign that a function runs often; None without any."""
        return self.rates.rate(function)

    def exposure(self, site: Site[Read] | Site[Write]) -> Exposure:
        """That of the most exposed function that reaches the site."""
        return min((self.exposures.exposure(function) for function in site.functions), key=lambda found: found.rank)

    def clears(self, read: Read, function: Function) -> bool:
        """The function is run by hand to empty whole tables, so that they are filled anew."""
        if read.eq or read.bounds or not leaves(read, function):
            return False
        by_hand = self.purpose(function) in (Purpose.ADMIN, Purpose.MIGRATION) and not self.is_asked([function])
        return by_hand or self.exposures.by_hand([function])

    def is_worked_off(self, site: Site[Read]) -> bool:
        """Whoever reads the range takes rows out of it, itself or by what runs beside it."""
        around = [one for function in site.functions for one in (function, *self.graph.callers(function))]
        own = {function.id for one in around for function in (one, *self.graph.runs(one))}
        return leaver(site.operation, self.writes_of(site.table), self.exposures, own) is not None

    def leaver(self, read: Read, table: Table) -> Reach[Write] | None:
        """The write by which rows leave the range again: it is a state that they pass through."""
        return leaver(read, self.writes_of(table), self.exposures)

    def never_enters(self, read: Read, table: Table) -> bool:
        """The range asks for a state that no row ever has."""
        return never_enters(read, self.writes_of(table))

    def weight(self, site: Site[Read] | Site[Write] | RunSite) -> Weight:
        """How much a cost at this place matters, judged by the functions that get there, as far as anyone calls them, and by
        the arguments with which they are called: a branch into which nobody goes costs nothing."""
        if (reaches := self._entered.into(site)) is None:
            return Weight.SLIGHT
        return self.exposures.weight([one for one in reaches if self.is_asked([one])] or reaches)

    @cached_property
    def _entered(self) -> Entered:
        return Entered(self.project, self.graph, self.text_of)

    @cached_property
    def as_called(self) -> AsCalled:
        return AsCalled(self, self._entered.passed)

    @cached_property
    def narrowings(self) -> Mapping[Span, Narrowing]:
        """The reads, by place, that an index would narrow, whether it is declared or not."""
        indexes = [index for table in self.tables for index in table.indexes]
        own, text, writes, named = self.reads_in, self.text_of, self.as_called.to_keep, self.project.table
        known = (self.growth_into, self.extent, self.reads_of, indexes, own, text, writes, named, self.stamps)
        found = narrowings(self.reads, *known)
        return {span: one for span, one in found.items() if not self.surroundings.ignores(span)}  # else it can go

    @cached_property
    def case_narrowings(self) -> Mapping[Span, Narrowing]:
        """The other reads, by place, that a declared index would narrow in one case."""
        own, text, named = self.reads_in, self.text_of, self.project.table
        return case_narrowings(self.reads, self.narrowings, self.growth_into, self.extent, own, text, named)

    @cached_property
    def lacks(self) -> tuple[Lack, ...]:
        return tuple(lacking(self))

    @cached_property
    def impacts(self) -> Impacts:
        """What flaws cost, by the signs that rank them."""
        return Impacts(self)

    def impact(self, site: Site[Read] | Site[Write], extent: Extent | None = None) -> Impact:
        """What a flaw at this place costs; `extent` is that of the range that it is about."""
        return self.impacts.at(site, extent)

    def impact_of(
        self, functions: Iterable[Function], extent: Extent | None = None, rate: Rate | None = None
    ) -> Impact:
        """What a flaw of these functions costs, of which there is at least one; `rate` is a sign beyond their own."""
        return self.impacts.of(functions, extent, rate)

    def is_asked(self, functions: Iterable[Function]) -> bool:
        """A client, a route, a schedule or another function starts one of them, as far as we see, or a program names one.
        Where no client was seen, any may call what is public; an internal function that nothing starts is never called."""
        several = tuple(functions)
        entries = [entry for function in several for entry in self.graph.entries(function)]
        if any(entry.kind is not EntryKind.PUBLIC or not self.project.client_calls for entry in entries):
            return True
        return any(map(self.is_spelled_out, several))

    @cached_property
    def is_called(self) -> Callable[[Function], bool]:
        """The same, as evidence: where little of the backend is seen in use, others use it, who may call anything."""
        seen = is_in_sight(self.project, self.is_asked)
        return lambda function: not seen or self.is_asked([function])

    @cached_property
    def in_use(self) -> InUse:
        return InUse(self.graph, lambda function: not self.project.client_calls or self.is_spelled_out(function))

    def is_started(self, function: Function) -> bool:
        """A client, a route, a schedule or another function is seen to start it, not only that any client may."""
        return any(entry.kind is not EntryKind.PUBLIC for entry in self.graph.entries(function))

    def unique_of(self, table: Table) -> frozenset[frozenset[str]]:
        return self._unique.get((table.component, table.name), frozenset())

    @cached_property
    def idle_indexes(self) -> IdleIndexes:
        unresolved = [c.name for c in self.project.components if self.unresolved_reads(c.name)]
        return IdleIndexes(self.reads, self.reads_of, self.narrowings, unresolved, self.project)

    def purpose(self, function: Function) -> Purpose:
        return self.exposures.purpose(function)

    def runs_concurrently(self, function: Function) -> bool:
        """Something other than a cron starts it: a cron waits for its last run, everything else may come twice."""
        return any(entry.kind is not EntryKind.CRON for entry in self.graph.entries(function))

    def writer_in_words(self, writer: Writer) -> str:
        return describe_writer(writer, self.graph)

    def footprint(self, function: Function) -> Footprint:
        return footprint(function, self._by_id)

    def writers_into(self, read: Read, table: Table) -> tuple[Writer, ...]:
        key = (read.span, read_form(read), read.eq)
        known = self._writers.get(key)
        if known is None:
            given = (self.exposures, self.reads_in, choices_of(read, self.reads_at(read.span), self.graph))
            known = self._writers[key] = writers_into(read, self.writes_of(table), self._sign_of, *given)
        return known

    @cached_property
    def _sign_of(self) -> Callable[[Function, Write], Rate | None]:
        return ByAddress(partial(sign_of, self.rates, self.reads_in))

    def gains(self, read: Read, table: Table) -> bool:
        """Whether rows come into the range of a read as the product is used; a state that none of them gets does not grow."""
        if self._is_hand_picked(read, table):
            return False
        sources = self.growth(table).sources
        return not sources or enters(read, self.writes_of(table), self.exposures, self.reads_in)

    def _is_hand_picked(self, read: Read, table: Table, conditions: Iterable[Predicate] = ()) -> bool:
        return hand_picked(read, conditions, table, self.writes_of(table), self.exposures, self.reads_in)

    def rows_left(self, read: Read, table: Table) -> Extent:
        """How much of the table a read brings after conditions have dropped some of the rows."""
        return extent(left_of(read), table, self.unique_of(table), self.figures.size(table), self._whose)

    def is_long(self, read: Read, table: Table, extent: Extent | None = None) -> bool:
        """Whether a range comes to hold many rows as the product is used; `extent` when not all that is scanned counts."""
        found = extent or self.extent(read, table)
        if of_one_day(read, table) or ((back := window(read)) is not None and back <= _SHORT):
            return False
        if made_with_parent(read, self.writes_of(table)):
            return False
        for name in parents(read, table, self.unique_of(table)):
            parent = self.project.table(table.component, name)
            few = parent is not None and found.tier is Tier.TENANT and has_few(parent)
            if parent is not None and (few or not self.growth(parent).grows):
                return False
        return self.growth(table).grows and not table.inferred and is_long(found, table) and self.gains(read, table)

    @cached_property
    def costs(self) -> Costs:
        callers, gathered = self.graph.callers, self.surroundings.gathered

        def long(read: Read, table: Table, extent: Extent) -> bool:
            left = self._is_hand_picked(read, table, late_predicates(read, self.text_of))
            return not left and self.is_long(read, table, extent)

        return Costs(self.table_of, self.extent, self.rows_left, long, self.reads_in, callers, gathered)

    @cached_property
    def open_reads(self) -> tuple[OpenRead, ...]:
        """What the queries that clients keep open read, functions that they run included."""
        return tuple(open_reads(self.functions, self.graph, self.footprint, self.table_of))

    @cached_property
    def hot_fields(self) -> tuple[HotPatch, ...]:
        """The patches that happen often, with the reads of open queries that they make run again for nothing."""
        words = self.project.client_words
        return tuple(hot_fields(self.open_reads, self.writes_of, self.rates, self.exposures, self.reads_in, words))

    @cached_property
    def markers(self) -> frozenset[tuple[str, str]]:
        """The fields of tables that say up to where someone has come."""
        return markers(self.functions)

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """Where the time of day decides what open queries give."""
        return moments(self.functions, self.graph)

    def sweepers(self, table: Table, field: str) -> tuple[Sweeper, ...]:
        """The crons and loops that write the table's rows when the time in the field has come."""
        return tuple(sweepers(self.writes_of(table), field, self.graph, self.rates, self.reads_in))

    @cached_property
    def clashes(self) -> tuple[Clash, ...]:
        """The conflicts among the mutations that run in the course of use, nested runs included."""
        mutations = [function for function in self.functions if self.exposures.transacts(function)]
        return clashes(mutations, self.footprint, self.table_of, self.reads_in)

    @cached_property
    def derived_edges(self) -> tuple[Edge, ...]:
        """`invalidates`: from the writer to the open query. `conflicts`: from the mutation that starts over to the writer.
        Both are labelled with the table."""
        invalidating = invalidation_edges(self.open_reads, self.writers_into)
        edges = (*invalidating, *conflict_edges(self.clashes, self.graph))
        return tuple(sorted(edges, key=lambda edge: (edge.kind, edge.source, edge.target, edge.label)))

    @cached_property
    def _whose(self) -> Mapping[tuple[str, str], Tier]:
        own = dict.fromkeys(owned_by_one(self.tables), Tier.USER)
        return own | dict.fromkeys(shared_accounts(self.tables), Tier.TENANT)

    @cached_property
    def _lookup_tables(self) -> frozenset[tuple[str, str]]:
        return lookup_tables(self.tables)

    @cached_property
    def _unique(self) -> Mapping[tuple[str, str], frozenset[frozenset[str]]]:
        return unique_keys(self.tables, self.reads, self.writes_of, self.reads_in)
