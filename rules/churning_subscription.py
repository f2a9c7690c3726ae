"""Open queries over rows that something rewrites again and again. See churning_subscription.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import ClassVar

from convex_lint.analysis.again import renewed, writes_again
from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Tier, is_own, is_stream
from convex_lint.analysis.elsewhere import lands_elsewhere
from convex_lint.analysis.exposure import Purpose
from convex_lint.analysis.hot_fields import needed
from convex_lint.analysis.inflow import by_hand
from convex_lint.analysis.invalidation import OpenRead, Writer
from convex_lint.analysis.on_the_move import follows_pointers, shows_typing
from convex_lint.analysis.own_parent import of_own_parent
from convex_lint.analysis.rates import Strength
from convex_lint.analysis.subscribers import clients_in_words, hooks_in_words
from convex_lint.analysis.tended import kept_by_admins
from convex_lint.analysis.terminal import covers_range, looked_up
from convex_lint.analysis.vocabulary import words_of
from convex_lint.model.operation import Call, Op, Read
from convex_lint.model.subscription import Beat, Cue
from convex_lint.model.value import Argument, Clock, Computed, Literal, Value, parts_of
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity


class ChurningSubscription(Rule):
    tags: ClassVar[tuple[str, ...]] = ("subscriptions", "performance")

    few: int = 10
    """A query that reads at most so many rows costs little to run again."""

    def check(self, backend: Backend) -> Iterator[Finding]:
        needless = {
            (opened.query.id, write.reach.operation.span)
            for found in backend.hot_fields
            for opened in found.reads
            for write in found.writes
        }
        for _, group in groupby(backend.open_reads, key=lambda opened: opened.query.id):
            several = list(group)
            found = [
                (opened, writer)
                for opened in several
                if self._counts(backend, opened)
                for writer in backend.writers_into(opened.read, opened.table)
                if _churns(backend, writer)
                and not _gives_a_state(backend, writer)
                and _is_felt(backend, opened, writer)
                and not lands_elsewhere(backend, opened, writer)
                and (opened.query.id, writer.write.span) not in needless
            ]
            if found:
                opened, writer = min(found, key=lambda pair: (pair[1].rank, pair[0].read.ordinal))
                if not _is_slight([one for one in several if self._many(one.read)], writer):
                    yield _finding(backend, opened, writer)

    def _counts(self, backend: Backend, opened: OpenRead) -> bool:
        """Many rows that many people look at. What `broad-subscription` tells is left to it."""
        if opened.table.inferred or backend.purpose(opened.query) is not Purpose.PRODUCT:
            return False
        if looked_up(opened.read):
            return not is_own(opened.read, opened.table)
        if not self._many(opened.read):
            return False
        tier = backend.extent(opened.read, opened.table).tier
        if tier in (Tier.FIXED, Tier.USER) or is_own(opened.read, opened.table):
            return False
        if not opened.touch.calls and of_own_parent(opened.read, backend.reads_in(opened.query)):
            return False
        told = covers_range(opened.read) and tier >= Tier.TENANT and backend.growth(opened.table).grows
        return not told

    def _many(self, read: Read) -> bool:
        if read.terminal == "take":
            limit = read.limit.value if isinstance(read.limit, Literal) else None
            return not isinstance(limit, (int, float)) or limit > self.few
        return read.terminal in ("collect", "iterate", "paginate")


_STRONG = frozenset((Strength.CRON, Strength.LOOP, Strength.STREAM, Strength.EDIT, Strength.CLIENT))


def _churns(backend: Backend, writer: Writer) -> bool:
    return (
        writer.rate is not None
        and writer.rate.strength in _STRONG
        and writer.write.op in (Op.PATCH, Op.REPLACE)
        and writes_again(writer.function, writer.write, writer.rate, backend.reads_in(writer.function))
    )


def _gives_a_state(backend: Backend, writer: Writer) -> bool:
    """Whoever runs it for each row of a list says which state the row gets (`status: "failed"`): the next run finds others."""
    set_from = {
        value.path[0] for _, value in writer.write.values if isinstance(value, Argument) and len(value.path) == 1
    }
    runs = [
        operation
        for id in (writer.rate.spread if writer.rate is not None else ())
        if (looping := backend.function(id)) is not None
        for operation in looping.operations
        if isinstance(operation, Call) and operation.target == writer.function.id
    ]
    return bool(runs) and all(
        any(
            name in set_from and isinstance(value, Literal) and isinstance(value.value, (str, bool))
            for name, value in given
        )
        for given in (run.arguments or () for run in runs)
    )


_MINUTELY, _SECONDLY = 1.0, 60.0


def _is_felt(backend: Backend, opened: OpenRead, writer: Writer) -> bool:
    """What rewrites some rows now and then hits a range that holds most of the table each time, and the rows of one
    document seldom. A timer whose period is configured elsewhere is no sign."""
    often = writer.rate.per_minute if writer.rate is not None else None
    timed = writer.rate is not None and writer.rate.strength is Strength.CLIENT
    if timed and (often is None or (often <= _SECONDLY and shows_typing(opened))):
        return False
    if follows_pointers(backend, opened):
        return False
    whole = not opened.read.eq or backend.extent(opened.read, opened.table).tier is Tier.TABLE
    return whole or often is None or often >= _MINUTELY


def _is_edited(backend: Backend, opened: OpenRead, writer: Writer) -> bool:
    """Somebody edits one of the few things that belong to one other, by the keys: a form that is open now and then,
    and not a mark of who is there, which everybody sends all the time."""
    cues = {beat.cue for beat in _beats(backend, writer)}
    return (
        bool(cues)
        and cues <= {Cue.KEYS, Cue.AUTOSAVE}
        and any(isinstance(value, Argument) for _, value in writer.write.values)
        and not opened.read.loops
        and not any(isinstance(value, Clock) and words_of(field) & _SEEN for field, value in writer.write.values)
        and not shows_typing(opened)
        and backend.extent(opened.read, opened.table).tier is Tier.ENTITY
        and not is_stream(opened.table)
        and by_hand(backend.growth_into(opened.read, opened.table), backend.graph)
    )


def _is_now_and_then(backend: Backend, opened: OpenRead, writer: Writer) -> bool:
    """An effect saves what a form has set: as it is typed, or once when all is there, nobody knows. Or only administrators write
    any of the rows, when they set something up."""
    cues = {beat.cue for beat in _beats(backend, writer)}
    return cues == {Cue.AUTOSAVE} or (bool(cues) and kept_by_admins(backend, opened.table))


def _finding(backend: Backend, opened: OpenRead, writer: Writer) -> Finding:
    extent = backend.extent(opened.read, opened.table)
    rate = writer.rate
    words = rate.words if rate is not None else ""
    timed = any(beat.cue is Cue.INTERVAL and (beat.every or 0.0) >= _SLOW for beat in _beats(backend, writer))
    few = looked_up(opened.read) or (timed and extent.tier < Tier.TENANT) or _is_edited(backend, opened, writer)
    few = few or _is_now_and_then(backend, opened, writer)
    return Finding(
        opened.read,
        f"`{opened.query.id}`, which {clients_in_words(opened.subscribers)} open, reads {_rows(opened.read, extent.reason)}, and "
        f"`{writer.function.id}` rewrites rows there again and again: {words}.",
        f"{_help(backend, opened, writer)} Subscribers: {hooks_in_words(opened.subscribers)}.",
        key=(opened.query.id, opened.table.name, writer.function.id),
        related=[
            *(Label(call, f"`{call.within}` keeps it open") for call in opened.subscribers[:3]),
            Label(writer.write, backend.writer_in_words(writer)),
        ],
        confidence=Confidence.MEDIUM,
        severity=Severity.NOTE if few or _is_held_back(backend, writer) else None,
        table=opened.table.name,
        index=opened.read.index,
        function=opened.query.path,
        component=opened.query.component,
        sites=(opened.read.span,),
        cause=(opened.table.name, writer.function.id),
        impact=backend.impacts.of_open(opened, rate),
    )


def _rows(read: Read, reason: str) -> str:
    """The first 50 rows, where no more are taken."""
    if read.terminal not in ("take", "paginate"):
        return f"a row of `{read.table}` for each of several others" if looked_up(read) else reason
    limit = _limit(read) if read.terminal == "take" else None
    part = (
        "a page"
        if read.terminal == "paginate"
        else f"the first {limit:g} rows"
        if limit is not None
        else "the first rows"
    )
    return f"{part} of {reason.partition(' of ')[2]}"


def _limit(read: Read) -> float | None:
    value = read.limit.value if isinstance(read.limit, Literal) else None
    return float(value) if isinstance(value, (int, float)) else None


def _mostly(value: Value | None) -> float | None:
    """How many rows are taken when nobody asks for another number: 50 for `args.limit ?? 50`, and for an offset with it."""
    if isinstance(value, Literal):
        return float(value.value) if isinstance(value.value, (int, float)) else None
    if not isinstance(value, Computed):
        return None
    known = [found for part in value.parts if (found := _mostly(part)) is not None]
    if value.operator == "+":
        return sum(known) if len(known) == len(value.parts) else None
    return max(known, default=None) if value.operator in ("??", "||", "either", "call:Math.min") else None


def _is_slight(several: Sequence[OpenRead], writer: Writer) -> bool:
    """A few rows in all, read again once a minute at most."""
    limits = [
        _mostly(opened.read.limit) if opened.read.terminal == "take" and not opened.read.loops else None
        for opened in several
    ]
    often = writer.rate.per_minute if writer.rate is not None else None
    slow = often is None or often <= _MINUTELY
    return slow and all(limit is not None for limit in limits) and sum(limit or 0.0 for limit in limits) <= _SHORT


_SHORT, _SETTLED, _SLOW = 200, 0.2, 20.0
_SEEN = frozenset(("seen", "heartbeat", "ping", "active", "online", "updated", "alive"))


def _is_held_back(backend: Backend, writer: Writer) -> bool:
    """The client writes when the pointer or the keys have come to rest, or some times a second: it is debounced already. Or the
    action looks at the time before it passes a piece of its stream on."""
    if writer.rate is not None and writer.rate.strength is Strength.STREAM:
        return _is_collected(backend, writer)
    beats = _beats(backend, writer)
    return bool(beats) and all(
        beat.cue is not Cue.INTERVAL and beat.every is not None and beat.every >= _SETTLED for beat in beats
    )


def _beats(backend: Backend, writer: Writer) -> list[Beat]:
    calls = backend.graph.client_calls(writer.function)
    return [beat for call in calls for beat in call.beats if writer.rate is not None and beat.span == writer.rate.span]


def _is_collected(backend: Backend, writer: Writer) -> bool:
    """`if (Date.now() - flushedAt < 80) return`, before each call in the loop over the stream."""
    calls = [
        call
        for caller in backend.graph.callers(writer.function)
        for call in caller.operations
        if isinstance(call, Call)
        and call.target == writer.function.id
        and any(writer.rate is not None and loop.span == writer.rate.span for loop in call.loops)
    ]
    return bool(calls) and all(
        any(isinstance(part, Clock) for guard in call.guards for part in parts_of(guard.condition)) for call in calls
    )


def _help(backend: Backend, opened: OpenRead, writer: Writer) -> str:
    """What is shown has to be read, wherever it is kept."""
    often = writer.rate.per_minute if writer.rate is not None else None
    if _is_held_back(backend, writer) or (often is not None and often < _MINUTELY):
        return (
            "The calls come no oftener than they have to: read fewer rows, keep what changes so often in a table of its own that "
            "lists do not read, or ask once (`convex.query(...)`) where the page need not follow every change."
        )
    strength = writer.rate.strength if writer.rate is not None else Strength.CRON
    changed = renewed(writer.write)
    if changed and all(words_of(field) & _SEEN for field in changed):
        return (
            "Write when someone comes or leaves, not at each beat: let a scheduled function mark who is gone, and cancel it while "
            "the beats come, as the component `@convex-dev/presence` does."
        )
    apart = not needed(opened, frozenset(renewed(writer.write)), backend.project.client_words)
    if strength is Strength.STREAM:
        return (
            "Collect a few hundred characters or milliseconds before each write, and keep the text that is being written in a "
            "table of its own, which only the row that shows it subscribes to."
        )
    if strength in (Strength.CLIENT, Strength.EDIT) and apart:
        return "Debounce the writes, and keep what changes so often in a table of its own that lists do not read."
    if strength in (Strength.CLIENT, Strength.EDIT):
        return "Write less often (debounce the calls, make the interval longer, skip rows that stay the same), or read fewer rows."
    own = "keep what changes so often in a table of its own; " if apart else ""
    return (
        f"Compare before the write and skip rows that stay the same; {own}or ask once "
        "(`convex.query(...)`) where the page need not follow every change."
    )
