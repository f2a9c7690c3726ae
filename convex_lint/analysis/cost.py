"""What one call costs: how often an operation runs in it, and over which rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from math import prod

from convex_lint.analysis.bound import Extent, Tier
from convex_lint.analysis.by_address import ByAddress
from convex_lint.analysis.clamp import ceiling
from convex_lint.analysis.terminal import scans_all, until_match
from convex_lint.analysis.walked import Walked, handed_on, walked_in
from convex_lint.analysis.words import bounds_in_words
from convex_lint.model.function import Function
from convex_lint.model.operation import Loop, Op, Operation, Read
from convex_lint.model.schema import Table
from convex_lint.source import Span

SEARCH_RESULTS = 1_024
"""A text search brings no more (https://docs.convex.dev/search/text-search)."""


VECTOR_RESULTS = 256
"""Nor does a vector search (https://docs.convex.dev/search/vector-search)."""


@dataclass(frozen=True, slots=True)
class Factor:
    """How many rounds a loop has, or how many documents a read brings. `most` is the greatest number that the program or
    the configured figures allow, None when nothing says. `open`: it grows with the data and nothing bounds it. `read` is
    the read whose rows are counted; `words` completes "once for ...": "every row of `messages`", "each of 20 rows". `loose`:
    the loop walks what was made of them, and may have fewer rounds by far."""

    most: float | None
    open: bool
    words: str
    read: Read | None = None
    tier: Tier = Tier.FIXED
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """How often an operation runs in one call: once for each combination of its `factors`, outermost first."""

    factors: tuple[Factor, ...]

    @property
    def open(self) -> bool:
        return any(factor.open for factor in self.factors)

    @property
    def loose(self) -> bool:
        return any(factor.loose for factor in self.factors)

    @property
    def most(self) -> float | None:
        """None when the number of rounds of some loop is not known."""
        counts = [factor.most for factor in self.factors if factor.most is not None]
        return prod(counts) if len(counts) == len(self.factors) else None


_SOME_ROUNDS = Factor(None, False, "each round of a loop")


class Costs:
    """Works out costs for one backend. `extent` is that of what a read scans, `rows` that of the rows which
    conditions leave of it, `long` says whether so many are many and become more. `gathered`: a loop walks what was made of
    rows first, the distinct ones among them or groups."""

    def __init__(
        self,
        table_of: Callable[[Read], Table | None],
        extent: Callable[[Read, Table], Extent],
        rows: Callable[[Read, Table], Extent],
        long: Callable[[Read, Table, Extent], bool],
        reads_in: Callable[[Function], Mapping[int, Read]],
        callers: Callable[[Function], Iterable[Function]] = lambda function: (),
        gathered: Callable[[Span], bool] = lambda span: False,
    ) -> None:
        self._table_of = table_of
        self._extent = extent
        self._long = long
        self._reads_in = reads_in
        self._callers = callers
        self._gathered = gathered
        self._walked: dict[str, dict[Span, Walked]] = {}
        self._all, self._left = ByAddress(partial(self._count, extent)), ByAddress(partial(self._count, rows))

    def of(self, operation: Operation, function: Function) -> Cost:
        """How often `function` performs one of its operations in one call."""
        factors: list[Factor] = []
        for loop in operation.loops:
            factor = self.rounds(loop, function)
            # One loop over some of the rows, and in it one over others of them: each row is walked about once.
            again = factor.read is not None and any(factor.read is known.read for known in factors)
            factors.append(replace(factor, most=1, open=False) if again else factor)
        return Cost(tuple(factors))

    def rounds(self, loop: Loop, function: Function) -> Factor:
        """How often the body of a loop runs."""
        if loop.bound is not None:
            return Factor(loop.bound, False, f"each of {loop.bound} rounds")
        reads = self._reads_in(function)
        if loop.over is not None:
            over = reads.get(loop.over)
            if over is None or any(use.kind == "take" and use.span.start < loop.span.end for use in over.uses):
                return _SOME_ROUNDS  # perhaps the first few of them
            return self._left(over, function)
        known = self._walked.get(function.id)
        if known is None:
            known = self._walked[function.id] = walked_in(function, reads)
        walked = known.get(loop.span)
        if walked is None or self._gathered(loop.span):
            return _SOME_ROUNDS
        if walked.argument:
            return self._given(function, walked.argument)
        together = _together([self._left(reads[ordinal], function) for ordinal in walked.reads])
        return together if together.most is not None else _SOME_ROUNDS

    def _given(self, function: Function, argument: str) -> Factor:
        """The loop walks ids that the caller read: the longest list that any caller gives."""
        lists = []
        for given in handed_on(self._callers(function), function, argument):
            read = self._reads_in(given[0]).get(given[1]) if given is not None else None
            if given is None or read is None:
                return _SOME_ROUNDS
            lists.append(self._left(read, given[0]))
        if not lists or any(factor.most is None for factor in lists):
            return _SOME_ROUNDS
        return max(lists, key=lambda factor: factor.most or 0)

    def documents(self, read: Read, function: Function) -> Factor:
        """How many documents a read brings each time, those that conditions drop included."""
        return self._all(read, function)

    def _count(self, extent_of: Callable[[Read, Table], Extent], read: Read, function: Function) -> Factor:
        table = None if read.system else self._table_of(read)
        if table is None:
            return Factor(None, False, "each row", read)
        name = f"`{table.name}`"
        if read.op is Op.GET or read.terminal in ("first", "unique"):
            return Factor(1, False, f"one row of {name}", read)
        extent = extent_of(read, table)
        most = extent.rows if extent.tier is not Tier.FIXED else 1.0
        if read.terminal in ("take", "paginate") or read.op in (Op.SEARCH, Op.VECTOR_SEARCH):
            limit = ceiling(read.limit, function, read.guards)
            if read.op is Op.VECTOR_SEARCH:
                limit = min(limit, VECTOR_RESULTS) if limit is not None else VECTOR_RESULTS
            if read.op is Op.SEARCH and limit is None and read.terminal == "collect":
                limit = SEARCH_RESULTS
            limit = min((number for number in (limit, most) if number is not None), default=None)
            if read.terminal == "paginate":
                rows = "each row" if limit is None else f"each of up to {limit:,.0f} rows"
                return Factor(limit, False, f"{rows} of a page of {name}", read, extent.tier)
            if limit is None:
                return Factor(None, False, f"each of the rows of {name} that it takes", read, extent.tier)
            return Factor(limit, False, f"each of up to {limit:,.0f} rows of {name}", read, extent.tier)
        if not read.range_known or read.index is None:
            return Factor(None, False, f"each row of {name}", read)
        open_end = (scans_all(read) or until_match(read)) and self._long(read, table, extent)
        return Factor(most, open_end, _each(self._extent(read, table).reason, read), read, extent.tier)


def _together(factors: list[Factor]) -> Factor:
    """Of a list that was put together, some rows perhaps left out: it has no more rows than were read, and nobody knows
    whether it grows as they do. Told of the read that brings most."""
    longest = max(factors, key=lambda factor: (factor.open, factor.most is None, factor.most or 0))
    counts = [factor.most for factor in factors if factor.most is not None]
    most = sum(counts) if len(counts) == len(factors) else None
    return replace(longest, most=most, open=False, loose=True)


def _each(reason: str, read: Read) -> str:
    """`the rows of `x` with one `y`` -> `each of the rows ...`, with the bounds of the range, and those rows only that are
    left of it."""
    several = reason.startswith("the rows")
    left = (" that pass a condition" if several else " that passes a condition") if read.residual else ""
    return f"{'each of ' if several else ''}{reason}{bounds_in_words(read)}{left}"
