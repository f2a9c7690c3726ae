"""Who waits for a function, and what it is for: the context that sets a finding's severity."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import cached_property

from convex_lint.analysis.by_address import ByAddress
from convex_lint.analysis.development import for_development, in_development_alone
from convex_lint.analysis.doors import (
    asked_by_admins,
    behind_secret,
    for_admins_only,
    past_admins_only,
    shown_to_admins,
)
from convex_lint.analysis.try_outs import MOVING, moves, tries_out
from convex_lint.analysis.vocabulary import (
    ADMIN,
    DEFAULTS,
    EMPTYING,
    ENSURING,
    MIGRATION,
    SEED,
    SEEDING,
    words_of,
)
from convex_lint.graph.graph import EntryKind, Graph
from convex_lint.model.function import Function, Kind, Visibility
from convex_lint.model.operation import Operation
from convex_lint.model.subscription import ClientCall
from convex_lint.source import Span


class Exposure(StrEnum):
    """Most exposed first. `subscribed`: a client keeps the query open. `waited`: a client, a webhook or another
    program waits for the answer. `background`: only crons and the scheduler start it. `manual`: nothing scanned starts
    it, so people run it by hand."""

    SUBSCRIBED = "subscribed"
    WAITED = "waited"
    BACKGROUND = "background"
    MANUAL = "manual"

    @property
    def rank(self) -> int:
        return list(Exposure).index(self)


class Purpose(StrEnum):
    """What names say of a function. `seed`: fills a database for development, demos and tests. `migration`: rewrites
    data once. `admin`: for the operators of the product."""

    PRODUCT = "product"
    ADMIN = "admin"
    MIGRATION = "migration"
    SEED = "seed"


class Weight(StrEnum):
    """How much a cost in a function matters: `full` where users, webhooks or crons pay it again and again, `slight` in
    admin pages, migrations and what people run by hand, `none` in seeds."""

    FULL = "full"
    SLIGHT = "slight"
    NONE = "none"


_HOUR = 3600


class Exposures:
    """Answers for the functions of one graph, each worked out once."""

    def __init__(
        self,
        graph: Graph,
        text_of: Callable[[Span], str] = lambda span: "",
        guarded: Callable[[ClientCall], bool] = lambda call: False,
    ) -> None:
        """`guarded` tells the calls of components that are only rendered for administrators."""
        self._graph = graph
        self._text_of = text_of
        self._guarded = guarded
        self._exposure: dict[str, Exposure] = {}
        self._purpose: dict[str, Purpose] = {}
        self._weight: dict[str, Weight] = {}
        self._names: dict[str, Purpose] = {}

    @cached_property
    def in_development(self) -> Callable[[Operation], bool]:
        """Control gets to the operation only where the program is developed."""
        return ByAddress(in_development_alone)

    def exposure(self, function: Function) -> Exposure:
        known = self._exposure.get(function.id)
        if known is None:
            known = self._exposure[function.id] = self._expose(function)
        return known

    def _expose(self, function: Function) -> Exposure:
        if self._is_kept_open(function):
            return Exposure.SUBSCRIBED
        kinds = {entry.kind for entry in self._graph.entries(function)}
        if kinds & {EntryKind.CLIENT, EntryKind.PUBLIC, EntryKind.HTTP, EntryKind.COMPONENT}:
            return Exposure.WAITED
        return Exposure.BACKGROUND if kinds else Exposure.MANUAL

    def _is_kept_open(self, function: Function) -> bool:
        """Clients subscribe to the query, or to one that runs it, whose read set is that of both."""
        seen, queue = {function.id}, [function]
        for query in queue:
            if query.kind is not Kind.QUERY:
                continue
            if self._graph.subscribers(query):
                return True
            for caller in self._graph.callers(query):
                if caller.id not in seen:
                    seen.add(caller.id)
                    queue.append(caller)
        return False

    def weight(self, functions: Iterable[Function]) -> Weight:
        """That of the function among them in which a cost matters most."""
        weights = [self._weight_of(function) for function in functions]
        return min(weights, key=list(Weight).index, default=Weight.NONE)

    def _weight_of(self, function: Function) -> Weight:
        known = self._weight.get(function.id)
        if known is None:
            known = self._weight[function.id] = self._weigh(function)
        return known

    def _weigh(self, function: Function) -> Weight:
        purpose = self.purpose(function)
        if purpose is Purpose.SEED:
            return Weight.NONE
        manual = self.exposure(function) is Exposure.MANUAL
        if purpose is Purpose.MIGRATION and self._recurs(function):
            return Weight.FULL
        if purpose is not Purpose.PRODUCT or manual or self._watched_by_admins(function):
            return Weight.SLIGHT
        return Weight.FULL

    def _is_timed(self, function: Function) -> bool:
        """A cron runs it: the product goes on doing what it calls a test."""
        return any(entry.kind is EntryKind.CRON for entry in self._graph.entries(function))

    def _recurs(self, function: Function) -> bool:
        """A cron runs it every hour or more often: a clean-up that goes on for ever is no migration."""
        entries = self._graph.entries(function)
        return any(entry.kind is EntryKind.CRON and 0 < (entry.every or 0) <= _HOUR for entry in entries)

    def by_hand(self, functions: Iterable[Function]) -> bool:
        """Nothing that was scanned starts them, and no client can: a look at the data, or a repair."""
        return all(
            function.visibility is not Visibility.PUBLIC and self.exposure(function) is Exposure.MANUAL
            for function in functions
        )

    def is_spare(self, function: Function) -> bool:
        """What a component offers, and the program around it, which calls others of its functions, does not use."""
        if not function.component or any(
            entry.kind is not EntryKind.COMPONENT for entry in self._graph.entries(function)
        ):
            return False
        return not self._graph.callers(function) and function.component in self._used

    @cached_property
    def _used(self) -> frozenset[str]:
        """The components of which code outside of them calls a function."""
        return frozenset(
            function.component
            for function in self._graph.functions()
            if function.component
            and any(caller.component != function.component for caller in self._graph.callers(function))
        )

    def transacts(self, function: Function) -> bool:
        """A mutation that runs in the course of use, clean-ups included that crons and the scheduler start."""
        if function.kind is not Kind.MUTATION:
            return False
        purpose, exposure = self.purpose(function), self.exposure(function)
        return {
            Purpose.PRODUCT: exposure is not Exposure.MANUAL,
            Purpose.MIGRATION: exposure is Exposure.BACKGROUND,
        }.get(purpose, False)

    def from_shell(self, function: Function) -> bool:
        """Public, but for operators who know a secret, and no program is seen to call it."""
        return (
            self.purpose(function) in (Purpose.MIGRATION, Purpose.ADMIN)
            and all(entry.kind is EntryKind.PUBLIC for entry in self._graph.entries(function))
            and behind_secret(function.operations)
        )

    def _watched_by_admins(self, query: Function) -> bool:
        """Clients keep it open, and all of them on pages for the operators."""
        subscribers = self._graph.subscribers(query)
        return bool(subscribers) and all(
            self._guarded(call) or tries_out(call) or self._is_for_admins(call) for call in subscribers
        )

    def _is_for_admins(self, call: ClientCall) -> bool:
        if (words_of(call.span.file) | words_of(call.within)) & ADMIN:
            return True
        if call.skips and asked_by_admins(self._text_of(call.span)):
            return True
        return call.subscribes and shown_to_admins(self._text_of(_after(call.span)))

    def purpose(self, function: Function) -> Purpose:
        known = self._purpose.get(function.id)
        if known is None:
            known = self._purpose[function.id] = self._intend(function)
        return known

    def _intend(self, function: Function) -> Purpose:
        own = self._named(function)
        if own is Purpose.PRODUCT and not self._is_timed(function) and self._is_behind_debug_routes(function):
            return Purpose.MIGRATION
        public = function.visibility is Visibility.PUBLIC
        if own is not Purpose.PRODUCT or (public and not self._is_only_run(function)):
            return own
        # A function that others run serves those who start it: what is started for the product, too, is the product's.
        seen = {function.id}
        queue = [function]
        purposes = set()
        for callee in queue:
            for caller in self._graph.callers(callee):
                if caller.id not in seen:
                    seen.add(caller.id)
                    queue.append(caller)
                    if self.exposure(caller) is not Exposure.MANUAL:
                        purposes.add(self._named(caller))
        if self.exposure(function) is Exposure.BACKGROUND:
            return Purpose.PRODUCT
        found = next((purpose for purpose in Purpose if purpose in purposes), Purpose.PRODUCT)
        return found if not public or found is Purpose.ADMIN else Purpose.PRODUCT

    def _is_only_run(self, function: Function) -> bool:
        """Clients call other functions, which run this one."""
        return not self._graph.client_calls(function) and any(
            self._graph.client_calls(caller) for caller in self._graph.callers(function)
        )

    def _is_behind_debug_routes(self, function: Function) -> bool:
        """No client calls it, and no function but HTTP actions at paths such as `/debug/users`."""
        callers = tuple(self._graph.callers(function))
        return bool(callers) and not (
            self._graph.client_calls(function)
            or any(one.kind is not Kind.HTTP or self._named(one) is not Purpose.MIGRATION for one in callers)
        )

    def _named(self, function: Function) -> Purpose:
        """What the function's own name, its guards and the pages that call it say."""
        known = self._names.get(function.id)
        if known is None:
            known = self._names[function.id] = self._name(function)
        return known

    def _name(self, function: Function) -> Purpose:
        words = words_of(function.path)
        calls = self._graph.client_calls(function)
        own = words_of(function.path.rpartition(":")[2])
        users = [call for call in calls if not tries_out(call)]
        tried = words & SEED and not users and not self._is_timed(function)
        if own & SEEDING or (own & DEFAULTS and own & ENSURING) or tried:
            return Purpose.SEED
        if for_development(function.operations):
            return Purpose.SEED
        module = function.path.rpartition(":")[0] + ":"
        helpers = {operation.within for operation in function.operations}
        if own & ADMIN or any(words_of(helper.removeprefix(module)) & ADMIN for helper in helpers):
            return Purpose.ADMIN
        pages = [tries_out(call) or self._is_for_admins(call) for call in calls]
        # What stands in a module for the operators, lets everyone in, and is called by other pages is not for them.
        if all(pages) if pages else words & ADMIN:
            return Purpose.ADMIN
        if function.handler is not None and for_admins_only(self._text_of(function.handler)):
            return Purpose.ADMIN
        if past_admins_only(function.operations, self._text_of):
            return Purpose.ADMIN
        if calls:
            return Purpose.MIGRATION if words & MOVING and all(map(moves, calls)) else Purpose.PRODUCT
        return Purpose.MIGRATION if words & MIGRATION or ("all" in own and own & EMPTYING) else Purpose.PRODUCT


def _after(span: Span) -> Span:
    """The text behind a call, to the end of its file."""
    return Span(span.file, span.end, sys.maxsize)
