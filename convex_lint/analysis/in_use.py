"""What is seen to start functions in the course of use, other than operators, a daily cron, and nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

from convex_lint.analysis.rates import OFTEN
from convex_lint.analysis.vocabulary import words_of
from convex_lint.graph.graph import Entry, EntryKind, Graph
from convex_lint.model.function import Function
from convex_lint.model.subscription import ClientCall, Cue

_DAY = 86400.0
SIGNS_IN = frozenset(("auth", "oauth", "login", "signin", "callback", "clerk", "workos", "kinde"))
"""Pages and routes by which people sign in, or connect an account; also what an identity provider tells of its users."""
_SETTINGS = frozenset(("settings", "preferences"))
"""Pages on which something is pressed once in a while."""


class InUse:
    """Answers for the functions of one graph. What a function that is started runs or schedules is started, too."""

    def __init__(self, graph: Graph, offered: Callable[[Function], bool]) -> None:
        """`offered` tells the public functions that programs may call that are not seen."""
        self._graph = graph
        self._offered = offered

    def by_callers(self, function: Function) -> bool:
        """A client's page, a route, or a program that is not seen starts it: two such calls may come at the same time."""
        return function.id in self._called

    def by_seen_callers(self, function: Function) -> bool:
        """A client's call or a route leads to it, and not only a program that could be there."""
        kinds = {entry.kind for entry in self._graph.entries(function)}
        return bool(kinds & {EntryKind.CLIENT, EntryKind.HTTP})

    def regularly(self, function: Function) -> bool:
        """The same, or a cron that runs more than once a day."""
        return function.id in self._called or function.id in self._timed

    def without_a_press(self, function: Function) -> bool:
        """More than the press of a button or a cron that runs less than once an hour starts it: a route, another program, an
        effect or a timer of a page, an hourly cron, or what has been scheduled as the product is used."""
        return any(self._goes_by_itself(function, entry) for entry in self._graph.entries(function))

    def _goes_by_itself(self, function: Function, entry: Entry) -> bool:
        if entry.kind is EntryKind.CRON:
            return entry.every is not None and 0 < entry.every <= OFTEN
        if entry.kind is EntryKind.CLIENT:
            started = self._graph.function(entry.through[0]) if entry.through else function
            calls = self._graph.client_calls(started) if started is not None else ()
            return any(_goes_on(call) for call in calls)
        if entry.kind is EntryKind.SCHEDULED:
            scheduling = self._graph.function(entry.name)
            return scheduling is not None and self.regularly(scheduling)
        return entry.kind is EntryKind.HTTP

    @cached_property
    def _called(self) -> frozenset[str]:
        return self._started_from(function for function in self._graph.functions() if self._is_called(function))

    @cached_property
    def _timed(self) -> frozenset[str]:
        return self._started_from(
            function
            for function in self._graph.functions()
            if any(
                entry.kind is EntryKind.CRON and not entry.through and entry.every is not None and entry.every < _DAY
                for entry in self._graph.entries(function)
            )
        )

    def _is_called(self, function: Function) -> bool:
        kinds = {
            entry.kind
            for entry in self._graph.entries(function)
            if not entry.through and entry.kind is not EntryKind.SCHEDULED
        }
        if EntryKind.HTTP in kinds:
            return True
        if EntryKind.CLIENT in kinds:
            calls = self._graph.client_calls(function)
            seldom = calls and all(
                not call.subscribes and not call.beats and words_of(call.span.file) & _SETTINGS for call in calls
            )
            return not seldom
        if EntryKind.COMPONENT in kinds:
            return not self._graph.callers(function)
        return EntryKind.PUBLIC in kinds and self._offered(function)

    def _started_from(self, roots: Iterable[Function]) -> frozenset[str]:
        found = {function.id: function for function in roots}
        queue = list(found.values())
        for function in queue:
            for callee in self._graph.runs(function):
                if callee.id not in found:
                    found[callee.id] = callee
                    queue.append(callee)
        return frozenset(found)


def _goes_on(call: ClientCall) -> bool:
    """By a timer, an effect or a program of its own, other than of the page to which people come back from signing in somewhere."""
    if words_of(f"{call.within} {call.span.file.rpartition('/')[2]}") & SIGNS_IN:
        return any(beat.cue is not Cue.MOUNT for beat in call.beats)
    return bool(call.beats) or not call.hook.startswith("use")
