"""What a program has: its functions and tables, the places of its operations, the text around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

from convex_lint.analysis.sites import Site, by_table, gather, read_form, reads_in, unresolved, write_form
from convex_lint.analysis.spelled import spelled_out
from convex_lint.analysis.surroundings import Surroundings
from convex_lint.analysis.terms import Rows
from convex_lint.analysis.told_apart import may_be_of
from convex_lint.model.function import Function
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.project import Project
from convex_lint.model.schema import Table
from convex_lint.model.value import Value
from convex_lint.source import Span
from convex_lint.syntax import tree
from convex_lint.syntax.tree import Module


class Catalogue:
    """Looks up what one Convex project holds; nothing here is an opinion."""

    def __init__(self, project: Project, modules: Mapping[str, Module] | None = None) -> None:
        """`modules` are the trees of the project's files; without them nothing is known of what stands around a call."""
        self.project = project
        self._modules = modules or {}
        self._reads_by_function: dict[str, Rows] = {}

    @property
    def functions(self) -> tuple[Function, ...]:
        return self.project.functions

    @property
    def tables(self) -> tuple[Table, ...]:
        return self.project.tables

    def function(self, id: str | None) -> Function | None:
        return self._by_id.get(id) if id is not None else None

    def table_of(self, operation: Read | Write) -> Table | None:
        return self.project.table(operation.component, operation.table)

    @cached_property
    def reads(self) -> tuple[Site[Read], ...]:
        """Reads of known tables, one site a place; system tables left out."""
        return gather(self.functions, Read, lambda read: None if read.system else self.table_of(read), read_form)

    @cached_property
    def writes(self) -> tuple[Site[Write], ...]:
        return gather(self.functions, Write, self._written, write_form)

    def _written(self, write: Write) -> Table | None:
        """The table of a write, where the document can be one of its rows."""
        table = self.table_of(write)
        return table if table is not None and may_be_of(write, table, self.project.table) else None

    @cached_property
    def surroundings(self) -> Surroundings:
        """What stands around an operation in the text."""
        return Surroundings(self.project.sources, self._modules)

    def declared(self, file: str, name: str) -> tree.Function | None:
        """The function of that name that a file declares at its outermost level."""
        module = self._modules.get(file)
        declared = (one for one in module.body if type(one) is tree.FunctionDeclaration) if module is not None else ()
        return next((one.function for one in declared if one.function.name == name), None)

    def reads_of(self, table: Table) -> tuple[Site[Read], ...]:
        return self._reads_by_table.get((table.component, table.name), ())

    def reads_at(self, span: Span) -> tuple[Site[Read], ...]:
        """All reads that stand at one place: several in code that serves several tables or ranges."""
        return self._reads_by_place.get(span, ())

    def writes_of(self, table: Table) -> tuple[Site[Write], ...]:
        return self._writes_by_table.get((table.component, table.name), ())

    def values_of(self, table: Table, field: str) -> Iterator[Value]:
        """What is written to one field, in each function that writes it."""
        for site in self.writes_of(table):
            for reach in site.reaches:
                value = dict(reach.operation.values).get(field)
                if value is not None:
                    yield value

    def unresolved_reads(self, component: str) -> tuple[Read, ...]:
        """Reads whose table is not known: they may use any index of the component."""
        return self._unresolved.get(component, ())

    @cached_property
    def vague_deletes(self) -> frozenset[str]:
        """The components with a delete of which the table is not known."""
        operations = (operation for function in self.functions for operation in function.operations)
        return frozenset(
            o.component for o in operations if isinstance(o, Write) and o.op is Op.DELETE and o.table is None
        )

    def text_of(self, span: Span) -> str:
        """The source text of a place; empty for a file that is not known."""
        source = self.project.sources.get(span.file)
        return source.data[span.start : span.end].decode("utf-8", "replace") if source is not None else ""

    def streams(self, file: str) -> bool:
        """The file uses the streams or the paginator of convex-helpers, whose pages are plain queries of the database."""
        source = self.project.sources.get(file)
        return source is not None and (
            b"convex-helpers/server/stream" in source.data
            or (b"convex-helpers/server/pagination" in source.data and b"paginator(" in source.data)
        )

    def is_spelled_out(self, function: Function) -> bool:
        """A program names it in a text, and may call it."""
        return function.id in self._spelled_out

    def reads_in(self, function: Function) -> Rows:
        """The reads of a function by ordinal, as documents and values refer to them."""
        known = self._reads_by_function.get(function.id)
        if known is None:
            known = self._reads_by_function[function.id] = reads_in(function)
        return known

    @cached_property
    def _spelled_out(self) -> frozenset[str]:
        return spelled_out(self.project)

    @cached_property
    def _by_id(self) -> Mapping[str, Function]:
        return {function.id: function for function in self.functions}

    @cached_property
    def _unresolved(self) -> Mapping[str, tuple[Read, ...]]:
        return unresolved(self.functions)

    @cached_property
    def _reads_by_table(self) -> Mapping[tuple[str, str], tuple[Site[Read], ...]]:
        return by_table(self.reads)

    @cached_property
    def _reads_by_place(self) -> Mapping[Span, tuple[Site[Read], ...]]:
        found: dict[Span, list[Site[Read]]] = defaultdict(list)
        for site in self.reads:
            found[site.span].append(site)
        return {span: tuple(group) for span, group in found.items()}

    @cached_property
    def _writes_by_table(self) -> Mapping[tuple[str, str], tuple[Site[Write], ...]]:
        return by_table(self.writes)
