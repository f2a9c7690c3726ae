"""How often does a writer run? The strongest sign that says so, in words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

from convex_lint.analysis.always import every_time
from convex_lint.analysis.drained import moves_on
from convex_lint.analysis.one_round import in_one_round
from convex_lint.analysis.sign_ups import is_of_people
from convex_lint.analysis.surroundings import Surroundings
from convex_lint.analysis.vocabulary import BEAT, SEEN, STAMPS, words_of
from convex_lint.graph.graph import EntryKind, Graph
from convex_lint.graph.rings import rings
from convex_lint.model.function import Function, Kind, Visibility
from convex_lint.model.operation import Call, Op, Read, Write
from convex_lint.model.subscription import Beat, Cue
from convex_lint.model.value import Literal
from convex_lint.source import Span

OFTEN = 3600.0
"""The longest interval of a cron, in seconds, that counts as often."""


class Strength(IntEnum):
    """How much a sign says, the strongest last."""

    BATCH = 1
    STAMP = 2
    NAME = 3
    SHARED = 4
    HTTP = 5
    MOUNT = 6
    EDIT = 7
    STREAM = 8
    CLIENT = 9
    LOOP = 10
    CRON = 11


class Rate(NamedTuple):
    """`words` complete "... runs often: "; `per_minute` is a rough number where the code tells one: of one client for
    what clients do, of all together otherwise. `span` is where the sign stands; `through` is the function that passes the
    calls on, where the sign is that of a caller. `spread`: the functions that call it in a loop, on the way from there, so
    that each run may be about another document."""

    strength: Strength
    words: str
    per_minute: float | None
    span: Span
    through: str = ""
    spread: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """`runs often: the cron ...`, or only `may run often` where it rests with those who call it."""
        return f"{'runs' if self.strength >= Strength.EDIT else 'may run'} often: {self.words}"


class Rates:
    """Answers for the functions of one graph, each worked out once."""

    def __init__(
        self,
        graph: Graph,
        functions: tuple[Function, ...],
        text_of: Callable[[Span], str],
        surroundings: Surroundings,
    ) -> None:
        self._graph = graph
        self._surroundings = surroundings
        self._functions = functions
        self._text_of = text_of
        self._known: dict[str, Rate | None] = {}
        self._by_target: dict[str, dict[str | None, list[Call]]] = {}

    def rate(self, function: Function) -> Rate | None:
        """The strongest sign that a function runs often, by itself or because those that run it do."""
        if function.id not in self._known:
            self._known[function.id] = self._strongest(function)
        return self._known[function.id]

    def of_write(self, function: Function, write: Write) -> Rate | None:
        """The same for one write of the function: where it stands and what it sets say something too."""
        found = [rate for rate in (self.rate(function), self._shared(write), _stamp(write)) if rate is not None]
        return max(found, key=_order, default=None)

    def _strongest(self, function: Function) -> Rate | None:
        best = max(self._own(function), key=_order, default=None)
        seen = {function.id}
        queue: list[tuple[Function, str, tuple[str, ...]]] = [(function, "", ())]
        for callee, through, spread in queue:
            for caller in self._graph.callers(callee):
                if caller.id in seen:
                    continue
                seen.add(caller.id)
                if not self._runs_always(caller, callee):
                    continue
                passed = through or ("" if caller.kind is Kind.HTTP else caller.id)
                calls = self._calls(caller).get(callee.id)
                loops = (*spread, caller.id) if calls and all(call.loops for call in calls) else spread
                queue.append((caller, passed, loops))
                for rate in (*self._own(caller), *self._streamed(caller, callee)):
                    if rate.strength <= Strength.NAME:
                        continue
                    told = rate._replace(through=passed, spread=loops)
                    if passed and rate.strength is not Strength.STREAM:
                        told = told._replace(words=f"{rate.words}, through `{passed}`")
                    if best is None or _order(told) > _order(best):
                        best = told
        return best

    def _runs_always(self, caller: Function, callee: Function) -> bool:
        """Some call of it is made in every run, not only when there is something to do, or when somebody has come or gone."""
        calls = self._calls(caller).get(callee.id)
        return not calls or any(
            every_time(call) and not is_of_people(call, self._surroundings) and not _is_due_once(call, caller)
            for call in calls
        )

    def _calls(self, caller: Function) -> Mapping[str | None, list[Call]]:
        known = self._by_target.get(caller.id)
        if known is None:
            known = self._by_target[caller.id] = {}
            for operation in caller.operations:
                if isinstance(operation, Call):
                    known.setdefault(operation.target, []).append(operation)
        return known

    def _own(self, function: Function) -> Iterator[Rate]:
        for entry in self._graph.entries(function):
            if entry.through or entry.kind is EntryKind.SCHEDULED:
                continue
            if entry.kind is EntryKind.CRON and entry.every is not None and 0 < entry.every <= OFTEN:
                words = f"the cron `{entry.name}` runs it every {interval(entry.every)}"
                yield Rate(Strength.CRON, words, 60 / entry.every, entry.span)
            elif entry.kind is EntryKind.HTTP:
                yield Rate(Strength.HTTP, f"the HTTP route `{entry.name}` calls it", None, entry.span)
        loop = self._loops.get(function.id)
        if loop is not None:
            yield loop
        for call in self._graph.client_calls(function):
            for beat in call.beats:
                yield _of_beat(beat, call.within)
        if words_of(function.path.rpartition(":")[2]) & BEAT and function.kind is not Kind.QUERY:
            yield Rate(Strength.NAME, "its name says that clients call it again and again", None, function.span)

    @cached_property
    def _loops(self) -> Mapping[str, Rate]:
        """The functions that schedule themselves again: without end, alone or through one another, or as a batch that
        goes on while there is more to do."""
        found: dict[str, Rate] = {}
        hops: dict[str, list[Call]] = {}
        for ring in self._graph.cycles():
            ids = {function.id for function in ring}
            for function in ring:
                hops[function.id] = [one for one in function.operations if isinstance(one, Call) and one.target in ids]
                if any(hop.op is Op.SCHEDULE and hop.target == function.id for hop in hops[function.id]):
                    found[function.id] = Rate(Strength.BATCH, "it schedules itself again", None, function.span)
        # what is tried again after a failure, and the next turn of a game, is no beat
        always = {id: [hop for hop in several if every_time(hop)] for id, several in hops.items()}
        for round in rings({id: [hop.target for hop in several if hop.target] for id, several in always.items()}):
            rate = _of_loop([[hop for hop in always[id] if hop.target in round] for id in round])
            if rate is not None:
                found.update((id, rate) for id in round)
        return found

    def _streamed(self, caller: Function, callee: Function) -> Iterator[Rate]:
        """An action that runs the function once for each chunk of a stream."""
        if caller.kind not in (Kind.ACTION, Kind.HTTP):
            return
        for operation in caller.operations:
            if not isinstance(operation, Call) or operation.target != callee.id:
                continue
            for loop in operation.loops:
                if loop.bound is not None or loop.over is not None or not _STREAM.search(self._text_of(loop.span)):
                    continue
                if not in_one_round(self._surroundings, operation, loop):
                    words = f"`{caller.id}` runs it for each piece of a stream"
                    yield Rate(Strength.STREAM, words, None, loop.span)

    def _shared(self, write: Write) -> Rate | None:
        """A write in the middle of a helper that most functions call: of sessions, access, rate limits."""
        if not write.via:
            return None
        users = self._users[write.span]
        if len(users) < 5 or len(users) * 3 < self._public:
            return None
        words = f"it happens in `{write.within}`, which {len(users)} functions call"
        return Rate(Strength.SHARED, words, None, write.via[-1])

    @cached_property
    def _users(self) -> Mapping[Span, set[str]]:
        """The public functions that reach a write, by its place."""
        found: dict[Span, set[str]] = defaultdict(set)
        for function in self._functions:
            if function.visibility is Visibility.PUBLIC:
                for operation in function.operations:
                    if isinstance(operation, Write) and operation.via:
                        found[operation.span].add(function.id)
        return found

    @cached_property
    def _public(self) -> int:
        """How many public mutations there are."""
        return sum(
            function.visibility is Visibility.PUBLIC and function.kind is Kind.MUTATION for function in self._functions
        )


_STREAM = re.compile(r"\Afor\s+await\b|\.read\(\s*\)")


def _is_due_once(call: Call, caller: Function) -> bool:
    """It is made for each row that is due, and the caller moves these on: each of them is met once."""
    walked = {loop.over for loop in call.loops if loop.over is not None}
    return any(
        isinstance(read, Read) and read.ordinal in walked and moves_on(read, caller) for read in caller.operations
    )


def _order(rate: Rate) -> tuple[int, float]:
    return (rate.strength, rate.per_minute or 0.0)


def _stamp(write: Write) -> Rate | None:
    """A patch that says when something was last seen, or nothing but when it was last changed."""
    if write.op is Op.INSERT or not write.fields:
        return None
    seen = [field for field in write.fields if field.lower() in SEEN]
    if not seen and all(field.lower() in STAMPS for field in write.fields):
        seen = list(write.fields)
    return Rate(Strength.STAMP, f"it keeps `{seen[0]}` up to date", None, write.span) if seen else None


def _of_loop(ring: list[list[Call]]) -> Rate | None:
    """The rate of functions that lead to one another, by the calls with which each goes on; None where nobody waits."""
    every = 0.0
    for hops in ring:
        every += min((_delay(hop) for hop in hops), default=0.0)
    if every <= 0:
        return None
    words = f"it schedules itself again after {'1 ' if every in (1, 60, 3600) else ''}{interval(every)}"
    span = next(hop.span for hops in ring for hop in hops if _delay(hop) > 0)
    return Rate(Strength.LOOP if every <= OFTEN else Strength.BATCH, words, 60 / every, span)


def _delay(hop: Call) -> float:
    """The seconds until the next function starts, as far as the code says."""
    delay = hop.delay.value if hop.method == "runAfter" and isinstance(hop.delay, Literal) else None
    return float(delay) / 1000 if isinstance(delay, (int, float)) else 0.0


_CUES = {
    Cue.FRAME: (Strength.CLIENT, 3600.0, "`{within}` calls it in every animation frame"),
    Cue.POINTER: (Strength.CLIENT, 600.0, "`{within}` calls it as the pointer or the page moves (`{event}`)"),
    Cue.INTERVAL: (Strength.CLIENT, None, "`{within}` calls it again and again (`{event}`)"),
    Cue.KEYS: (Strength.EDIT, 120.0, "`{within}` calls it as someone types (`{event}`)"),
    Cue.AUTOSAVE: (Strength.EDIT, 60.0, "`{within}` calls it as someone edits (`{event}`)"),
    Cue.MOUNT: (Strength.MOUNT, None, "`{within}` calls it whenever it appears (`{event}`)"),
}


def _of_beat(beat: Beat, within: str) -> Rate:
    strength, often, words = _CUES[beat.cue]
    told = words.format(within=within, event=beat.event)
    if not beat.every:
        return Rate(strength, told, often, beat.span)
    if beat.cue is Cue.INTERVAL:
        told = f"`{within}` calls it every {interval(beat.every)}"
    elif beat.cue is not Cue.MOUNT:
        told += f", at most every {interval(beat.every)}"
    return Rate(strength, told, min(60 / beat.every, often or 60 / beat.every), beat.span)


def interval(seconds: float) -> str:
    """`10 minutes`, `hour`, `0.5 seconds`: what comes after "every"."""
    for size, word in ((3600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            count = int(seconds // size)
            return word if count == 1 else f"{count} {word}s"
    return "second" if seconds == 1 else f"{seconds:g} seconds"
