"""Fields that change often on documents that open queries read for other reasons. See hot_field.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import is_own
from convex_lint.analysis.exposure import Weight
from convex_lint.analysis.hot_fields import HotPatch, HotWrite
from convex_lint.analysis.invalidation import OpenRead
from convex_lint.analysis.rates import Strength
from convex_lint.analysis.story import fields_in_words
from convex_lint.analysis.subscribers import hooks_in_words, names_in_words
from convex_lint.analysis.vocabulary import ALIVE, ENSURING, GONE, words_of
from convex_lint.model.function import Function, Kind
from convex_lint.model.operation import Call, Op, Read, Write
from convex_lint.model.value import Literal
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity
from convex_lint.source import Span


class HotField(Rule):
    tags: ClassVar[tuple[str, ...]] = ("subscriptions", "performance")

    many: int = 5
    """A write that only notes the time, beside what it does now and then, counts when it runs so many queries again."""

    def check(self, backend: Backend) -> Iterator[Finding]:
        several = [found for patch in backend.hot_fields if self._counts(backend, found := _felt(patch))]
        yield from (_finding(backend, one) for one in several if not any(_covers(other, one) for other in several))

    def _counts(self, backend: Backend, found: HotPatch) -> bool:
        product = [query for query in found.queries if backend.exposures.weight([query]) is Weight.FULL]
        enough = len(product) >= (1 if _is_often(backend, found) else self.many)
        often = any(not _takes_turns(backend, found, one) for one in found.writes)
        return enough and often and _is_made(backend, found) and not _is_ranked(backend, found)


def _covers(other: HotPatch, found: HotPatch) -> bool:
    """The same run of a function patches another document, and so runs these queries again and more."""
    writers = {one.reach.function.id for one in found.writes}
    return writers <= {one.reach.function.id for one in other.writes} and {one.id for one in found.queries} < {
        one.id for one in other.queries
    }


def _takes_turns(backend: Backend, found: HotPatch, one: HotWrite) -> bool:
    """A program runs it for each of the rows that wait for something: often, but each document only while it waits."""
    asked = [
        operation
        for id in one.rate.spread
        if (looping := backend.function(id)) is not None
        for call in looping.operations
        if isinstance(call, Call) and (query := backend.function(call.target)) is not None and query.kind is Kind.QUERY
        for operation in query.operations
        if isinstance(operation, Read) and backend.table_of(operation) is found.table and operation.op is not Op.GET
    ]
    return bool(asked) and all(map(_is_part, asked))


def _is_part(read: Read) -> bool:
    """Rows in some state, or the first ones; not all that are there, the deleted left out."""
    states = any(isinstance(key.value, Literal) and not words_of(key.field) & (GONE | ALIVE) for key in read.eq)
    return states or bool(read.bounds or read.residual) or read.terminal == "take"


def _is_ranked(backend: Backend, found: HotPatch) -> bool:
    """An index that is read by orders the rows by the field among those of another: apart from that one it could not."""
    hot = {field for one in found.writes for field in one.fields}
    used = {site.operation.index for site in backend.reads_of(found.table)}
    return any(
        index.name in used and hot & set(index.fields) and set(index.fields) - hot for index in found.table.indexes
    )


def _is_made(backend: Backend, found: HotPatch) -> bool:
    """Something that was scanned makes the write. What only notes the time beside other changes of the same row would spare
    nothing by being kept apart."""
    hottest = found.hottest
    if hottest.rate.strength > Strength.STAMP:
        return hottest.rate.strength is not Strength.NAME or backend.is_asked([hottest.reach.function])
    return any(
        words_of(one.reach.function.path.rpartition(":")[2]) & (_BEATS | ENSURING)
        and not _changes_more(one)
        and backend.is_asked([one.reach.function])
        and not _is_an_act(backend, one.reach.function)
        for one in found.writes
    )


def _is_an_act(backend: Backend, writer: Function) -> bool:
    """Clients call it, and only when someone does something."""
    calls = backend.graph.client_calls(writer)
    return bool(calls) and not any(call.beats for call in calls)


def _changes_more(hot: HotWrite) -> bool:
    write = hot.reach.operation
    return any(
        isinstance(other, Write) and other.op is Op.PATCH and other.table == write.table and other.span != write.span
        for other in hot.reach.function.operations
    )


def _felt(found: HotPatch) -> HotPatch:
    """What someone edits changes while they do: that their own lists run again meanwhile troubles nobody."""
    if found.hottest.rate.strength is not Strength.EDIT:
        return found
    return replace(found, reads=tuple(one for one in found.reads if not is_own(one.read, one.table)))


_BEATS = frozenset(["active", "activity", "seen", "online", "presence", "heartbeat", "ping", "touch", "beat", "alive"])


def _is_beat(backend: Backend, writer: Function) -> bool:
    """The function is there to say that someone is; others note it beside what they do, now and then. Where clients are
    known that call it, they would show that they do so again and again."""
    named = bool(words_of(writer.path.rpartition(":")[2]) & _BEATS)
    return named and not backend.graph.client_calls(writer)


def _readers(found: HotPatch) -> Iterator[Label]:
    """Each place that reads the document, with the queries that get there."""
    places: dict[Span, list[OpenRead]] = {}
    for opened in found.reads:
        places.setdefault(opened.read.span, []).append(opened)
    for several in sorted(places.values(), key=len, reverse=True):
        read = several[0].read
        ids = list(dict.fromkeys(opened.query.id for opened in several))
        own = len(ids) == 1 and read.within == several[0].query.path
        told = f"`{ids[0]}` reads" if own else f"`{read.within}` reads"
        yield Label(read, f"{told} the document here{'' if own else f', for {names_in_words(ids)}'}")


def _is_often(backend: Backend, found: HotPatch) -> bool:
    hottest = found.hottest
    return hottest.rate.strength > Strength.STAMP or _is_beat(backend, hottest.reach.function)


def _run_anyway(backend: Backend, found: HotPatch) -> set[str]:
    """The queries that read something else as well that is written as often: they would run again all the same."""
    rate, ids = found.hottest.rate, {query.id for query in found.queries}
    return {
        opened.query.id
        for opened in backend.open_reads
        if opened.query.id in ids and opened.table is not found.table
        for writer in backend.writers_into(opened.read, opened.table)
        if writer.rate is not None
        and writer.rate.strength >= max(rate.strength, Strength.EDIT)
        and (writer.rate.per_minute or 0.0) >= (rate.per_minute or 0.0)
    }


def _spared(found: HotPatch, anyway: set[str]) -> HotPatch:
    """Without the queries that would run all the same, where there are others."""
    reads = tuple(one for one in found.reads if one.query.id not in anyway)
    return replace(found, reads=reads) if reads else found


def _is_near(found: HotPatch) -> bool:
    """What someone edits is only looked up by its id: those alone run again who look at the same thing meanwhile."""
    return found.hottest.rate.strength is Strength.EDIT and all(one.read.op is Op.GET for one in found.reads)


def _finding(backend: Backend, every: HotPatch) -> Finding:
    anyway = _run_anyway(backend, every)
    found = _spared(every, anyway)
    hottest = found.hottest
    write, writer = hottest.reach.operation, hottest.reach.function
    fields = fields_in_words(sorted({field for one in found.writes for field in one.fields}))
    queries = found.queries
    ids = {query.id for query in queries}
    subscribers = [call for query in queries for call in backend.graph.subscribers(query)]
    writers = names_in_words(one.reach.function.id for one in found.writes)
    name = found.table.name
    return Finding(
        write,
        f"{writers} set{'s' if len(found.writes) == 1 else ''} {fields} of `{name}`, and {names_in_words(q.id for q in queries)}, "
        f"which {'needs' if len(queries) == 1 else 'need'} none of it, run{'s' if len(queries) == 1 else ''} again each time.",
        f"Move {fields} to a table of {'its' if len(hottest.fields) == 1 else 'their'} own with one row for each document of "
        f"`{name}`, and read it only where it is shown. `{writer.id}` {hottest.rate.sentence}. "
        f"Subscribers: {hooks_in_words(subscribers)}.",
        key=(name, *sorted({field for one in found.writes for field in one.fields}), write.within),
        related=list(_readers(found))[:6] + [Label(call, f"`{call.within}` keeps it open") for call in subscribers[:2]],
        confidence=Confidence.HIGH if hottest.rate.strength >= Strength.STREAM else Confidence.MEDIUM,
        severity=None if _is_often(backend, found) and not (_is_near(found) or ids <= anyway) else Severity.NOTE,
        table=name,
        cause=(found.table.component, name),
        impact=backend.impacts.of_queries(queries, hottest.rate),
    )
