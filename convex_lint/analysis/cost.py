"""What one call costs: how often an operation runs in it, and over which rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod

from convex_lint.analysis.bound import Extent, Tier
from convex_lint.analysis.clamp import ceiling
from convex_lint.analysis.terminal import scans_all, until_match
from convex_lint.model.function import Function
from convex_lint.model.operation import Loop, Op, Operation, Read
from convex_lint.model.schema import Table

SEARCH_RESULTS = 1_024
"""A text search brings no more (https://docs.convex.dev/search/text-search)."""


@dataclass(frozen=True, slots=True)
class Factor:
    """How many rounds a loop has, or how many documents a read brings. `most` is the greatest number that the program or
    the configured figures allow, None when nothing says. `open`: it grows with the data and nothing bounds it. `read` is
    the read whose rows are counted; `words` completes "once for ...": "every row of `messages`", "each of 20 rows"."""

    most: float | None
    open: bool
    words: str
    read: Read | None = None
    tier: Tier = Tier.FIXED


@dataclass(frozen=True, slots=True)
class Cost:
    """How often an operation runs in one call: once for each combination of its `factors`, outermost first."""

    factors: tuple[Factor, ...]

    @property
    def open(self) -> bool:
        return any(factor.open for factor in self.factors)

    @property
    def most(self) -> float | None:
        """None when the number of rounds of some loop is not known."""
        counts = [factor.most for factor in self.factors if factor.most is not None]
        return prod(counts) if len(counts) == len(self.factors) else None


_SOME_ROUNDS = Factor(None, False, "each round of a loop")


class Costs:
    """Works out costs for one backend. `extent` is that of what a read scans, `rows` that of the rows which
    conditions leave of it, `long` says whether so many are many and become more."""

    def __init__(
        self,
        table_of: Callable[[Read], Table | None],
        extent: Callable[[Read, Table], Extent],
        rows: Callable[[Read, Table], Extent],
        long: Callable[[Read, Table, Extent], bool],
        reads_in: Callable[[Function], Mapping[int, Read]],
    ) -> None:
        self._table_of = table_of
        self._extent = extent
        self._rows = rows
        self._long = long
        self._reads_in = reads_in

    def of(self, operation: Operation, function: Function) -> Cost:
        """How often `function` performs one of its operations in one call."""
        return Cost(tuple(self.rounds(loop, function) for loop in operation.loops))

    def rounds(self, loop: Loop, function: Function) -> Factor:
        """How often the body of a loop runs."""
        if loop.bound is not None:
            return Factor(loop.bound, False, f"each of {loop.bound} rounds")
        over = self._reads_in(function).get(loop.over) if loop.over is not None else None
        return self._count(over, function, self._rows) if over is not None else _SOME_ROUNDS

    def documents(self, read: Read, function: Function) -> Factor:
        """How many documents a read brings each time, those that conditions drop included."""
        return self._count(read, function, self._extent)

    def _count(self, read: Read, function: Function, extent_of: Callable[[Read, Table], Extent]) -> Factor:
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
            if read.op is Op.SEARCH and limit is None and read.terminal == "collect":
                limit = SEARCH_RESULTS
            limit = min((number for number in (limit, most) if number is not None), default=None)
            if read.terminal == "paginate":
                return Factor(limit, False, f"each row of a page of {name}", read, extent.tier)
            if limit is None:
                return Factor(None, False, f"each of the rows of {name} that it takes", read, extent.tier)
            return Factor(limit, False, f"each of up to {limit:,.0f} rows of {name}", read, extent.tier)
        if not read.range_known or read.index is None:
            return Factor(None, False, f"each row of {name}", read)
        open_end = (scans_all(read) or until_match(read)) and self._long(read, table, extent)
        return Factor(most, open_end, _each(extent.reason), read, extent.tier)


def _each(reason: str) -> str:
    """`the rows of `x` with one `y`` -> `each of the rows ...`."""
    return f"each of {reason}" if reason.startswith("the rows") else reason
