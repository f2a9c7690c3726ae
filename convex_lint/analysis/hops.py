"""Runs of functions through the platform that a plain call would do, those of one callee together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from convex_lint.analysis.exposure import Exposure, Exposures, Purpose
from convex_lint.analysis.runs import RunSite
from convex_lint.analysis.surroundings import Surroundings, names_in
from convex_lint.analysis.vocabulary import RESCUES, words_of
from convex_lint.graph.graph import EntryKind, Graph
from convex_lint.model.function import Function
from convex_lint.source import Span
from convex_lint.syntax import tree

_OFTEN = 60
"""What a cron starts no oftener than every so many seconds costs nothing worth a change."""


@dataclass(frozen=True, slots=True)
class Hop:
    """A callee and the places that run it, the one that people wait for most first."""

    callee: Function
    sites: tuple[RunSite, ...]

    @property
    def first(self) -> RunSite:
        return self.sites[0]


class Hops:
    """Which runs there are, in the course of use, that their author could write as calls."""

    def __init__(
        self,
        graph: Graph,
        exposures: Exposures,
        around: Surroundings,
        is_asked: Callable[[Iterable[Function]], bool],
    ) -> None:
        self._graph = graph
        self._exposures = exposures
        self._around = around
        self._is_asked = is_asked

    def of(self, sites: Iterable[RunSite]) -> Iterator[Hop]:
        """In order of the first place of each callee."""
        found: dict[str, list[RunSite]] = defaultdict(list)
        asked = list(sites)
        callees = Counter(site.span for site in asked)
        for site in asked:
            # one place that runs one of several functions has no call to write instead
            if callees[site.span] == 1 and site.inside and self._is_chosen(site) and self._is_used(site):
                found[site.callee.id].append(site)
        for several in found.values():
            several.sort(key=lambda site: (self._exposure(site).rank, site.span))
            yield Hop(several[0].callee, tuple(several))

    def _exposure(self, site: RunSite) -> Exposure:
        return min(map(self._exposures.exposure, site.functions), key=lambda found: found.rank)

    def _is_chosen(self, site: RunSite) -> bool:
        """The text names the callee, and the callee's own code stands where it is registered: a package's factory made
        nothing of it, and no caller decides which function it is."""
        handler = site.callee.handler
        written = handler is not None and handler.file == site.callee.span.file
        return written and not _is_handed(self._around.around(site.span))

    def _is_used(self, site: RunSite) -> bool:
        """It happens as the product is used, rather than by hand, once a night, or after a failure."""
        if _rescues(self._around.around(site.span), site.span) or words_of(site.within.rpartition(":")[2]) & RESCUES:
            return False
        return any(self.runs(function, bool(site.operation.loops)) for function in site.functions)

    def runs(self, function: Function, looped: bool = False) -> bool:
        """It runs in the course of use; what a cron does once in a while counts where it does it for many rows."""
        if self._exposures.purpose(function) in (Purpose.SEED, Purpose.MIGRATION) or not self._is_asked([function]):
            return False
        if function.handler is None or "node_modules/" in function.handler.file:
            return False  # a package's function gives its callbacks a `ctx` that knows nothing of the project's tables
        entries = [entry for entry in self._graph.entries(function) if entry.kind is not EntryKind.PUBLIC]
        rare = all(entry.kind is EntryKind.CRON and (entry.every is None or entry.every >= _OFTEN) for entry in entries)
        return looped or not (entries and rare)


def _rescues(path: tuple[Any, ...], span: Span) -> bool:
    """It happens in a `catch`: only when something else has failed."""
    handlers = (node.handler for node in path if type(node) is tree.Try and node.handler is not None)
    return any(handler.start <= span.start and span.end <= handler.end for handler in handlers)


def _is_handed(path: tuple[Any, ...]) -> bool:
    """The first argument of the call is what a function around it was given."""
    call = next((node for node in reversed(path) if type(node) is tree.Call), None)
    root: Any = call.arguments[0] if call is not None and call.arguments else None
    while type(root) in (tree.Member, tree.Subscript, tree.Cast):
        root = root.value if type(root) is tree.Cast else root.object
    given = (name for node in path if type(node) is tree.Function for name in names_in(node.parameters))
    return type(root) is tree.Name and root.name in given
