"""Declared indexes that nobody needs: those that a longer one replaces, and those that no read names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from convex_lint.analysis.chain_cover import CREATION
from convex_lint.analysis.indexes import fitting, longer_than
from convex_lint.analysis.library import written_here
from convex_lint.analysis.narrowing import Narrowing
from convex_lint.analysis.order import following, keeps_order, relies_on_creation_order
from convex_lint.analysis.sites import Reach, Site
from convex_lint.model.operation import Op, Read
from convex_lint.model.project import Project
from convex_lint.model.schema import Index, SearchIndex, Table, VectorIndex
from convex_lint.source import Source, Span

AnyIndex = Index | SearchIndex | VectorIndex


_SIGN_IN = ("email", "phone")
"""`@convex-dev/auth` finds users by these indexes (`authTables` in its server/implementation/types.ts)."""


@dataclass(frozen=True, slots=True)
class Redundant:
    """`longer` serves whatever `index` does; `readers` are the reads that name `index`."""

    index: Index
    longer: Index
    readers: tuple[Site[Read], ...]


class IdleIndexes:
    """Answers for the tables of one project. Nothing is idle in a component of which some read could not be followed
    (`unresolved`): it may use any index."""

    def __init__(
        self,
        reads: Collection[Site[Read]],
        reads_of: Callable[[Table], Collection[Site[Read]]],
        narrowings: Mapping[Span, Narrowing],
        unresolved: Collection[str],
        project: Project,
    ) -> None:
        self._reads_of = reads_of
        self._narrowings = narrowings
        self._unresolved = frozenset(unresolved)
        self._project = project
        self._mentions = Mentions(project, {site.span for site in reads})
        self._tables_at: dict[Span, set[str]] = defaultdict(set)
        self._indexes: dict[Hashable, set[str | None]] = defaultdict(set)
        for site in reads:
            self._tables_at[site.span].add(site.table.name)
            for reach in site.reaches:
                self._indexes[self._way(site, reach)].add(reach.operation.index)

    @staticmethod
    def _way(site: Site[Read], reach: Reach[Read]) -> Hashable:
        """How one function gets to a place, and what it reads there."""
        return site.span, site.table.component, site.table.name, reach.function.id, reach.operation.via

    def redundant(self, table: Table) -> Iterator[Redundant]:
        """The indexes of a table that can go because a longer one, or an equal one that is declared first, is there."""
        going: dict[Index, Redundant] = {}
        for index in sorted(table.indexes, key=lambda index: -len(index.fields)):
            found = self._replaced(index, table, going)
            if found is not None:
                going[index] = found
        yield from (going[index] for index in table.indexes if index in going)

    def _replaced(self, index: Index, table: Table, going: Collection[Index]) -> Redundant | None:
        reads = self._reads_of(table)
        staying = [other for other in table.indexes if other not in going and not other.staged]
        longer = _longer(staying, index, self._of_edge, {site.operation.index for site in reads})
        if longer is None or not written_here(index) or self._of_edge(index):
            return None
        if longer.name == index.name:
            return Redundant(index, longer, ())
        if table.component in self._unresolved:
            return None
        if longer.fields != index.fields and any(map(self._chooses, reads)):
            return None
        readers = tuple(site for site in reads if site.operation.index in (index.name, None))
        if any(self._needs(site, index) for site in readers) or self._awaits(table, index):
            return None
        if not readers and longer.fields != index.fields and self._mentions.beside(table, index.name):
            return None
        return Redundant(index, longer, readers)

    def _chooses(self, site: Site[Read]) -> bool:
        """Code for several tables that takes the index from elsewhere, or that a library keeps: it may use any, whatever we
        have seen it use."""
        read = site.operation
        if any(reach.function.handler is None and reach.function.span == site.span for reach in site.reaches):
            return True
        several = len(self._tables_at[site.span]) > 1
        if read.op is Op.GET or not several:
            return read.op is not Op.GET and read.index is None
        by_fields = any(len(self._indexes[self._way(site, reach)]) > 1 for reach in site.reaches)
        return read.index is None or not read.range_known or by_fields

    def _serves_several(self, site: Site[Read]) -> bool:
        """Code for several tables that names an index. One that goes through all rows of any table names none."""
        return len(self._tables_at[site.span]) > 1 and site.operation.index not in ("by_creation_time", "by_id")

    def _needs(self, site: Site[Read], index: Index) -> bool:
        if site.operation.index is None or len(self._tables_at[site.span]) > 1:
            return True  # generic code, such as an adapter, chooses the index by its fields
        return any(relies_on_creation_order(reach.operation, index, site.table) for reach in site.reaches)

    def _awaits(self, table: Table, index: Index) -> bool:
        """A read that does not use it yet should, since no longer one gives the rows of its range as they were created: the one
        that narrows it, or, of a query that is built step by step, that which one of its forms asks for."""
        reads = [
            site
            for site in self._reads_of(table)
            if keeps_order(site.operation) and following(site.operation, table) == CREATION
        ]
        return any(
            way.service is not None and way.service.index is index and way.service.ordered is None
            for site in reads
            if (narrowing := self._narrowings.get(site.span)) is not None
            for way in (narrowing, *narrowing.either)
        ) or any(index in fitting(reach.operation, table) for site in reads for reach in site.reaches)

    def _wanted(self, index: Index, table: Table) -> bool:
        """Some read should use it, and would then show its rows in order of creation."""
        for site in self._reads_of(table):
            narrowing = self._narrowings.get(site.span)
            for way in (narrowing.either or (narrowing,)) if narrowing is not None else ():
                served = way.served
                if served is not None and relies_on_creation_order(served, index, table):
                    return True
        return False

    def unused(self, table: Table) -> Iterator[AnyIndex]:
        """The indexes of a table that no read names and none should, and that are not redundant."""
        reads = self._reads_of(table)
        generic = any(self._chooses(site) or self._serves_several(site) for site in reads)
        if table.component in self._unresolved or not reads or generic:
            return
        named = {site.operation.index for site in reads}
        for found in self.redundant(table):
            named |= {found.index.name, found.longer.name} if found.readers else {found.index.name}
        for site in reads:
            narrowing = self._narrowings.get(site.span)
            named.update(index.name for index in fitting(site.operation, table))
            if narrowing is not None and narrowing.declared:
                named.update(
                    way.service.index.name for way in (narrowing, *narrowing.either) if way.service is not None
                )
            elif narrowing is not None and narrowing.proposal is not None and narrowing.proposal.extends is not None:
                named.add(narrowing.proposal.extends.name)
        every: tuple[AnyIndex, ...] = (*table.indexes, *table.search_indexes, *table.vector_indexes)
        for index in every:
            idle = index.name not in named and not index.staged and self._removable(index, table)
            if idle and not self._mentions(table, index.name) and not self._mentions.in_tests(table, index.name):
                yield index

    def _removable(self, index: AnyIndex, table: Table) -> bool:
        """Declared for its own sake: by no edge of convex-ents, and not for the library that keeps sessions."""
        signs_in = table.name == "users" and index.name in _SIGN_IN
        library = signs_in and self._project.table(table.component, "authAccounts") is not None
        return written_here(index) and not self._of_edge(index) and not library

    def _of_edge(self, index: AnyIndex) -> bool:
        """convex-ents declares it for the field of an edge."""
        source = self._project.sources.get(index.span.file)
        return source is not None and b".edge" in source.data[index.span.start : index.span.end]


def _longer(
    others: Sequence[Index], index: Index, stays: Callable[[Index], bool], named: Collection[str | None]
) -> Index | None:
    """The index that begins with the same fields, and of several the shortest that is in use, or else the longest, unless this
    one is in use: then the others can go. Of those with just the same fields one `stays`, or else the first."""
    if index.staged:
        return None
    same = [other for other in others if other.fields == index.fields]
    kept = next((other for other in same if stays(other)), same[0])
    if kept is not index:
        return kept
    return longer_than(index, others, named)


_LITERAL = re.compile(r"[\"'`]([A-Za-z_]\w*)[\"'`]")
_TABLE = re.compile(r"(?:query|table|vectorSearch)\s*\(\s*[\"'`](\w+)[\"'`]")
_APART = re.compile(r"(?:^|/)(?:_generated|__tests__|tests?|node_modules)/|\.(?:test|spec|stories)\.\w+$|\.d\.ts$")
_TEST = re.compile(r"(?:^|/)(?:__tests__|tests?)/|\.(?:test|spec)\.\w+$")
_REACH = 300
"""Bytes in front of a name in which its table would be named."""


class Mentions:
    """Names in quotes, in the code of the backend, that belong to no read that is known: in dead code, in code that could
    not be followed, in a list of indexes to choose from."""

    def __init__(self, project: Project, known: Collection[Span]) -> None:
        self._project = project
        self._known = known

    def __call__(self, table: Table, index: str) -> bool:
        return bool(self._found.get(index, set()) & {None, table.name})

    def beside(self, table: Table, index: str) -> bool:
        """Code that could not be followed, or a test, names it behind the table."""
        return table.name in self._found.get(index, ()) or self.in_tests(table, index)

    def in_tests(self, table: Table, index: str) -> bool:
        """A test, wherever it stands, reads the table with the index, and would fail without it."""
        return table.name in self._tested.get(index, ())

    @cached_property
    def _names(self) -> frozenset[str]:
        names: set[str] = set()
        for table in self._project.tables:
            every: tuple[AnyIndex, ...] = (*table.indexes, *table.search_indexes, *table.vector_indexes)
            names.update(index.name for index in every)
        return frozenset(names)

    @cached_property
    def _found(self) -> Mapping[str, set[str | None]]:
        """By name, the tables that are named in front of it; None where none is."""
        covered: dict[str, list[Span]] = defaultdict(list)
        for table in self._project.tables:
            every: tuple[AnyIndex, ...] = (*table.indexes, *table.search_indexes, *table.vector_indexes)
            for index in every:
                covered[index.span.file].append(index.span)
        for span in self._known:
            covered[span.file].append(span)
        folders = tuple(f"{component.path}/" for component in self._project.components)
        found: dict[str, set[str | None]] = defaultdict(set)
        for path, source in self._project.sources.items():
            if not path.startswith(folders) or _APART.search(path):
                continue
            for name, place, table_name in self._named_in(source):
                if not any(span.start <= place < span.end for span in covered[path]):
                    found[name].add(table_name)
        return found

    @cached_property
    def _tested(self) -> Mapping[str, set[str | None]]:
        found: dict[str, set[str | None]] = defaultdict(set)
        for path, source in self._project.sources.items():
            if _TEST.search(path) and b"withIndex" in source.data:
                for name, _, table_name in self._named_in(source):
                    found[name].add(table_name)
        return found

    def _named_in(self, source: Source) -> Iterator[tuple[str, int, str | None]]:
        """The names of indexes, where they stand, and the last table that is named in front of each."""
        text = source.data.decode("latin-1")  # names are ASCII, and places count bytes
        for literal in _LITERAL.finditer(text):
            if literal[1] in self._names:
                tables = _TABLE.findall(text, max(0, literal.start() - _REACH), literal.start())
                yield literal[1], literal.start(), tables[-1] if tables else None
