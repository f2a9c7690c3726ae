"""What there is to know of the functions that run one another: the places, what follows on what, what rests on what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from convex_lint.analysis.footprint import Footprint
from convex_lint.analysis.runs import RunSite, run_sites
from convex_lint.analysis.runs_in_a_row import Row, rows_of
from convex_lint.analysis.split import Split, splits
from convex_lint.analysis.surroundings import Surroundings
from convex_lint.model.function import Function


class Runs:
    """Of one project, each answer worked out once."""

    def __init__(
        self, by_id: Mapping[str, Function], footprint: Callable[[Function], Footprint], around: Surroundings
    ) -> None:
        self._by_id = by_id
        self._footprint = footprint
        self._around = around

    @cached_property
    def sites(self) -> tuple[RunSite, ...]:
        """Calls of known functions through `ctx.run*`, one site a place and callee."""
        return run_sites(self._by_id.values(), self._by_id)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Runs of queries or mutations in actions that one run could do, with nothing between them that needs the split."""
        inside = {(site.span, site.callee.id): site for site in self.sites if site.inside}
        return tuple(row for function in self._by_id.values() for row in rows_of(function, inside, self._around))

    @cached_property
    def splits(self) -> tuple[Split, ...]:
        """Decisions of actions that rest on one transaction and are carried out in another."""
        return tuple(
            split
            for function in self._by_id.values()
            for split in splits(function, lambda path: self._by_id.get(path or ""), self._footprint)
        )
