"""Sites: operations that stand at the same place in the text, reached from one function or from many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

from convex_lint.analysis.dead import is_dead
from convex_lint.analysis.terms import Rows
from convex_lint.fact import fact
from convex_lint.model.function import Function
from convex_lint.model.operation import Op, Operation, Predicate, Read, Write
from convex_lint.model.schema import Table
from convex_lint.source import Span

AnyOperation = TypeVar("AnyOperation", bound=Operation)


@fact
class Reach(Generic[AnyOperation]):
    """One way to a site: the registered function, and the operation as that function performs it."""

    function: Function
    operation: AnyOperation


@fact
class Site(Generic[AnyOperation]):
    """`operation` stands for all of them: the first in the order of functions. `table` is the table it touches."""

    operation: AnyOperation
    table: Table
    reaches: tuple[Reach[AnyOperation], ...]

    @property
    def span(self) -> Span:
        return self.operation.span

    @property
    def within(self) -> str:
        return self.operation.within

    @property
    def functions(self) -> tuple[Function, ...]:
        """The registered functions that get here, each once."""
        return tuple({reach.function.id: reach.function for reach in self.reaches}.values())

    def narrowed(self, keep: Callable[[Reach[AnyOperation]], bool]) -> Site[AnyOperation] | None:
        """The same site with only some of its reaches; None when none is left."""
        reaches = tuple(reach for reach in self.reaches if keep(reach))
        return Site(reaches[0].operation, self.table, reaches) if reaches else None


def gather(
    functions: Iterable[Function],
    kind: type[AnyOperation],
    table_of: Callable[[AnyOperation], Table | None],
    form: Callable[[AnyOperation], Hashable],
) -> tuple[Site[AnyOperation], ...]:
    """The sites of all operations of a kind whose table is known, in order of first appearance."""
    found: dict[Hashable, list[Reach[AnyOperation]]] = {}
    tables: dict[Hashable, Table] = {}
    for function in functions:
        for operation in function.operations:
            if not isinstance(operation, kind) or is_dead(operation, function):
                continue
            table = table_of(operation)
            if table is None:
                continue
            key = (operation.span, operation.op, operation.component, table.name, form(operation))
            found.setdefault(key, []).append(Reach(function, operation))
            tables[key] = table
    return tuple(Site(reaches[0].operation, tables[key], tuple(reaches)) for key, reaches in found.items())


GOING_ON = frozenset(("returned", "picked", "passed", "exists"))
"""Uses that say what becomes of rows afterwards, not what is done to all of them."""


def handled(read: Read) -> set[str]:
    """The kinds of what is done to the rows of a read."""
    return {use.kind for use in read.uses} - GOING_ON


def by_table(sites: tuple[Site[AnyOperation], ...]) -> dict[tuple[str, str], tuple[Site[AnyOperation], ...]]:
    """The sites of each table, by (component, name)."""
    found: dict[tuple[str, str], list[Site[AnyOperation]]] = defaultdict(list)
    for site in sites:
        found[(site.table.component, site.table.name)].append(site)
    return {key: tuple(group) for key, group in found.items()}


def read_form(read: Read) -> Hashable:
    """What makes two reads at one place different reads: the range and what is dropped from it."""
    return (
        read.index,
        tuple(key.field for key in read.eq),
        tuple((bound.field, bound.operator) for bound in read.bounds),
        read.range_known,
        read.terminal,
        read.order,
        tuple(_shape(predicate) for predicate in read.residual),
        tuple((use.kind, use.field) for use in read.uses if use.kind not in GOING_ON),
    )


def write_form(write: Write) -> Hashable:
    return write.fields


def _shape(predicate: Predicate) -> Hashable:
    return (predicate.operator, predicate.field, predicate.span, tuple(_shape(part) for part in predicate.parts))


def reads_in(function: Function) -> Rows:
    """The reads of a function by ordinal, as documents refer to them."""
    return Rows({operation.ordinal: operation for operation in function.operations if isinstance(operation, Read)})


def unresolved(functions: Iterable[Function]) -> dict[str, tuple[Read, ...]]:
    """The reads whose table is not known, by component."""
    found: dict[str, list[Read]] = {}
    for function in functions:
        for operation in function.operations:
            if not isinstance(operation, Read) or operation.table is not None:
                continue
            if operation.op is not Op.GET and not operation.system:
                found.setdefault(operation.component, []).append(operation)
    return {component: tuple(reads) for component, reads in found.items()}
