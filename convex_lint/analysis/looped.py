"""Reads inside of loops over rows: how often one call does each, and what it brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from convex_lint.analysis.bound import Tier, is_log, left_of
from convex_lint.analysis.cost import Cost, Factor
from convex_lint.analysis.crowd import few_make
from convex_lint.analysis.drained import deletes_each
from convex_lint.analysis.growth import made_by_name
from convex_lint.analysis.inflow import comes_by_itself, few_come
from convex_lint.analysis.per_round import asks_the_same, at_most, is_rewritten
from convex_lint.analysis.picking import in_a_state, picked_out
from convex_lint.analysis.piling import piles_up
from convex_lint.analysis.shown_whole import holds_mostly
from convex_lint.analysis.size import large_fields
from convex_lint.analysis.terminal import scans_all
from convex_lint.analysis.transient import under_way
from convex_lint.model.function import Function
from convex_lint.model.operation import Loop, Op, Read
from convex_lint.model.schema import Table
from convex_lint.model.value import DocumentField, Literal
from convex_lint.source import Span

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend


@dataclass(frozen=True, slots=True)
class Looped:
    """A read inside of a loop: how often one call does it, and what it brings each time. `remembered`: a Map keeps what is
    read, so that each key is looked up once. `same`: it asks for the same in each round, and, `rewritten`, the loop writes
    into the table besides. `walking` is the outermost loop over rows."""

    function: Function
    read: Read
    table: Table
    cost: Cost
    each: Factor
    remembered: bool
    same: bool
    rewritten: bool
    walking: Loop

    @property
    def outer(self) -> Factor:
        """The loop that makes it many: one that grows, or else the longest."""
        factors = self.cost.factors
        return next((factor for factor in factors if factor.open), max(factors, key=lambda factor: factor.most or 0))

    @property
    def ranges(self) -> float | None:
        """None for loops in loops, too: often all rounds of the inner one share a budget."""
        longer = [factor for factor in self.cost.factors if factor.most != 1]
        return self.cost.most if len(longer) <= 1 else None

    def walked(self, backend: Backend) -> Table | None:
        """The table of the rows that the loop goes through."""
        return backend.table_of(self.outer.read) if self.outer.read is not None else None

    @property
    def again(self) -> bool:
        """The row of the loop is got once more, such as to have it writable."""
        key, outer = self.read.key, self.outer.read
        if self.read.op is not Op.GET or outer is None:
            return False
        return isinstance(key, DocumentField) and key.path == ("_id",) and key.table == outer.table

    @property
    def deletes(self) -> bool:
        """The rounds of the loop that makes it many delete their row."""
        return self.outer.read is not None and deletes_each(self.outer.read, self.function)

    @property
    def documents(self) -> float | None:
        return self.ranges * self.each.most if self.ranges is not None and self.each.most is not None else None

    @property
    def brings_log(self) -> bool:
        """Each time it brings rows of which there are more and more."""
        return self.each.open or (self.each.tier > Tier.FIXED and is_log(self.table))

    @property
    def brings_all(self) -> bool:
        """Each row brings all that there is, and not only what is in one state."""
        states = any(isinstance(key.value, Literal) and isinstance(key.value.value, str) for key in self.read.eq)
        return self.each.open and self.each.tier >= Tier.TENANT and not states

    @property
    def worth(self) -> tuple[bool, bool, bool, bool, float, bool]:
        """By this the read is chosen that stands for those of its loop."""
        outer = self.outer.read
        return (
            not self.remembered,
            self.cost.open,
            outer is None or not in_a_state(self.read, outer),
            self.each.open,
            self.documents or 0,
            bool(large_fields(self.table)),
        )


def looped_in(backend: Backend, function: Function) -> Iterator[Looped]:
    for operation in function.operations:
        if not isinstance(operation, Read) or not operation.loops or operation.system:
            continue
        table = backend.table_of(operation)
        if table is None or operation.op in (Op.SEARCH, Op.VECTOR_SEARCH, Op.PAGINATE):
            continue
        cost = backend.costs.of(operation, function)
        if not any(factor.read is not None for factor in cost.factors):
            continue
        remembered = any(backend.surroundings.remembers(place) for place in (operation.span, *operation.via))
        each = backend.costs.documents(operation, function)
        if each.open and backend.leaver(operation, table) is not None:
            each = replace(each, open=False)
        walking = next(loop for loop, factor in zip(operation.loops, cost.factors, strict=True) if factor.read)
        same = asks_the_same(operation, walking, backend.reads_in(function))
        rewritten = same and is_rewritten(operation.table, walking, function)
        yield Looped(function, operation, table, cost, each, remembered, same, rewritten, walking)


def few_left(backend: Backend, read: Read) -> bool:
    """Nobody knows how many of the rows are walked; of a whole table that is read, they become more all the same."""
    table = backend.table_of(read)
    whole = table is not None and scans_all(read) and backend.extent(read, table).tier is Tier.TABLE
    return picked_out(read, backend.text_of) and not whole


def grows_by_itself(backend: Backend, looped: Looped) -> bool:
    """What is read for each row, back to some time, is what timers and programs bring; the rows that are walked, people make."""
    outer = looped.outer.read
    walked = backend.table_of(outer) if outer is not None else None
    if outer is None or walked is None or not scans_all(looped.read) or not looped.read.bounds:
        return False
    sites = (site for site in backend.writes_of(looped.table) if site.operation.op is Op.INSERT)
    inserts = [reach for site in sites for reach in site.reaches]
    alone = bool(inserts) and all(comes_by_itself(reach, backend.graph) for reach in inserts)
    return alone and not any(comes_by_itself(reach, backend.graph) for reach in backend.growth(walked).sources)


def ranges(group: Sequence[Looped], looped: Looped, *, certain: bool = False) -> float:
    """How many ranges the reads of a group cost one call of the function at most, as far as the program bounds them. `certain`:
    those are left out of which there may be fewer by far."""
    calls: dict[tuple[Span, ...], tuple[Read, float]] = {}
    for other in group:
        if other.function is looped.function and not (certain and (other.remembered or other.cost.loose)):
            calls.setdefault((*other.read.via, other.read.span), (other.read, other.ranges or 0))
    return at_most(calls.values())


def functions_of(group: Sequence[Looped]) -> tuple[Function, ...]:
    return tuple({looped.function.id: looped.function for looped in group}.values())


def all_walked(backend: Backend, looped: Looped, group: Sequence[Looped]) -> bool:
    """The loop is about all rows of its range, as far as anybody can know: neither those that are in one state for a while, nor of
    the rows of one parent those that some condition leaves, unless each brings a log as well; and something is seen to make more and
    more of them."""
    outer, table = looped.outer.read, looped.walked(backend)
    if outer is None or table is None:
        return False
    logged = any(one.brings_log and not one.read.bounds for one in group)
    of_some = looped.cost.open and looped.outer.tier < Tier.TABLE and not all(map(holds_mostly, outer.residual))
    if of_some and not logged:
        return False
    growth = backend.growth(table)
    if made_by_name(growth, table, backend.reads_in) or not (growth.called or backend.is_seen_to_fill(table)):
        return False
    return not (
        picked_out(outer, backend.text_of) or under_way(outer, table) or backend.leaver(outer, table) is not None
    )


def few_walked(backend: Backend, looped: Looped) -> bool:
    """What one by one comes under one parent, or into a list that nobody fills by programs."""
    outer, table = looped.outer.read, looped.walked(backend)
    if outer is None or table is None:
        return True
    return (
        few_come(backend, left_of(outer), table)
        or few_make(backend, outer, table)
        or (looped.cost.open and not piles_up(backend, outer, table))
    )
