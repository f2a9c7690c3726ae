"""Conflicts ranked by how much they matter, in words, with what helps against each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from convex_lint.analysis.bound import Tier
from convex_lint.analysis.conflicts import Clash, Party, concurrent
from convex_lint.analysis.keyrange import Part
from convex_lint.analysis.overlap import Doubt, Meeting, Overlap
from convex_lint.analysis.rates import Rate, Strength
from convex_lint.analysis.sharing import counters, rewrites_itself, sharing
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.schema import Table
from convex_lint.source import Span

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend


class Strategy(NamedTuple):
    """`name` is one of shard, narrow, split, compare, queue, aggregate, batch; `component` the package that does it."""

    name: str
    words: str
    component: str | None = None


class Contention(NamedTuple):
    """Two mutations, or two calls of one, that get in each other's way: what the first has read, the second writes. `range`
    completes "reads ..."; `tier` is who shares it; `more` counts further pairs of functions at these two places."""

    table: Table
    reader: Party
    writer: Party
    range: str
    tier: Tier
    meeting: Meeting
    rate: Rate | None
    more: int = 0

    @property
    def itself(self) -> bool:
        return self.reader.mutation.id == self.writer.mutation.id

    @property
    def points(self) -> int:
        """The more, the sooner it should be looked at: certainty first, then who shares it and how often it happens."""
        sure = {Overlap.ALWAYS: 10, Overlap.SAME_KEY: 6}.get(self.meeting.verdict, 0)
        return sure + 3 * int(self.tier) + _weight(self.rate) + self.itself

    @property
    def names(self) -> tuple[str, str]:
        return self.reader.mutation.id, self.writer.mutation.id


def _weight(rate: Rate | None) -> int:
    """A sign counts in full from once a minute on: a conflict once an hour is retried, and nobody sees it."""
    if rate is None:
        return 0
    often = rate.per_minute
    if often is not None and often < _HOURLY_OR_SO:
        return 1
    return int(rate.strength) // 2 if often is not None and often < 1 else int(rate.strength)


_HOURLY_OR_SO = 0.1


def contentions(backend: Backend) -> tuple[Contention, ...]:
    """One for each pair of places, the worst first. What only one user's own calls share is left out: a client sends one
    mutation after the other."""
    found: dict[tuple[Span, Span], Contention] = {}
    more: dict[tuple[Span, Span], int] = {}
    for clash in backend.clashes:
        contention = _worst(backend, clash)
        if contention is None:
            continue
        key = (contention.reader.touch.operation.span, contention.writer.touch.operation.span)
        more[key] = more.get(key, -1) + len(clash.readers) * len(clash.writers)
        if key not in found or contention.points > found[key].points:
            found[key] = contention
    several = [contention._replace(more=more[key]) for key, contention in found.items()]
    return tuple(sorted(several, key=lambda one: (-one.points, one.names, one.table.name)))


def _worst(backend: Backend, clash: Clash) -> Contention | None:
    """The pair of functions of a clash of which one runs most often, the same one twice where it can be."""
    selves = [pair for pair in clash.selves if concurrent(pair[0].mutation, pair[1].mutation, backend.graph)]
    if selves:
        reader, writer = max(selves, key=lambda pair: _often(_rate(backend, *pair)))
    else:
        writer = max(clash.writers, key=lambda party: _often(_rate(backend, party, party)))
        readers = [party for party in clash.readers if party.mutation.id != writer.mutation.id]
        if not readers:
            return None
        reader = max(readers, key=lambda party: _often(backend.rate(party.mutation)))
    found = _range(backend, clash, reader, writer)
    if found is None:
        return None
    tier, words = found
    return Contention(clash.table, reader, writer, words, tier, clash.meeting, _rate(backend, reader, writer))


def _rate(backend: Backend, reader: Party, writer: Party) -> Rate | None:
    write = writer.touch.operation
    assert isinstance(write, Write)
    rates = [backend.rate(reader.mutation), backend.rates.of_write(writer.mutation, write)]
    return max((rate for rate in rates if rate is not None), key=_often, default=None)


def _often(rate: Rate | None) -> tuple[int, float]:
    return (int(rate.strength), rate.per_minute or 0.0) if rate is not None else (0, 0.0)


def _range(backend: Backend, clash: Clash, reader: Party, writer: Party) -> tuple[Tier, str] | None:
    """Who shares what is read, and what that is."""
    operation, write = reader.touch.operation, writer.touch.operation
    assert isinstance(write, Write)
    grows = backend.growth(clash.table).grows
    if clash.interval.one:
        shared = sharing(write, clash.table, backend.reads_in(writer.touch.function), grows)
        if shared is None or shared.tier is Tier.USER:
            return None
        return shared
    if not isinstance(operation, Read):
        return None
    extent = backend.extent(operation, clash.table)
    if extent.tier in (Tier.USER, Tier.FIXED):
        return None
    some = {Part.HEAD: "the first of ", Part.TAIL: "the last of ", Part.SOME: "a part of "}
    return extent.tier, some.get(clash.interval.part, "") + extent.reason


def condition_in_words(meeting: Meeting) -> str:
    """When the two meet: `always`, `when the `channelId` is the same`."""
    if meeting.verdict is Overlap.ALWAYS:
        return "whenever both run"
    fields = list(dict.fromkeys("document" if same.field == "_id" else f"`{same.field}`" for same in meeting.when))
    same = f"when the {' and '.join(fields)} {'is' if len(fields) == 1 else 'are'} the same" if fields else ""
    only = f"only if {meeting.doubts[0].value}" if meeting.doubts else ""
    return ", and ".join(part for part in (same, only) if part)


def strategies(backend: Backend, contention: Contention) -> Iterator[Strategy]:
    """What fits, the most exact first."""
    read, write = contention.reader.touch.operation, contention.writer.touch.operation
    assert isinstance(write, Write)
    if counters(write):
        words = "spread the count over several documents"
        yield Strategy("shard", words, "@convex-dev/sharded-counter")
        yield Strategy(
            "aggregate", "insert a row for each event, and count the rows in a tree", "@convex-dev/aggregate"
        )
    elif rewrites_itself(write) and _is_for_many(backend, contention, write):
        yield Strategy(
            "split", "keep what each caller changes in a row of its own, and put the rows together in the query"
        )
    if isinstance(read, Read) and read.op is not Op.GET:
        yield from _of_range(backend, contention, read)
    elif not counters(write) and write.op is not Op.DELETE and not rewrites_itself(write):
        if contention.rate is not None and contention.rate.strength is Strength.STAMP:
            words = "write only when the old value is older than a minute, say"
            yield Strategy("compare", words)
        yield Strategy("split", "move the fields that change often into a document of their own")
    if contention.rate is not None and contention.rate.strength in (
        Strength.STREAM,
        Strength.EDIT,
        Strength.CLIENT,
        Strength.HTTP,
    ):
        yield Strategy("batch", "collect what comes in and write it in one mutation", "@convex-dev/batch-worker")


def _is_for_many(backend: Backend, contention: Contention, write: Write) -> bool:
    """The row that is written is not one entity's already, to which a row of its own could be no nearer."""
    if contention.reader.touch.operation.op is Op.GET:
        return True
    rows = backend.reads_in(contention.writer.touch.function)
    shared = sharing(write, contention.table, rows, backend.growth(contention.table).grows)
    return shared is not None and shared.tier >= Tier.TENANT


def _of_range(backend: Backend, contention: Contention, read: Read) -> Iterator[Strategy]:
    if read.span in backend.narrowings:
        narrowing = backend.narrowings[read.span]
        fields = " and ".join(f"`{field}`" for field in narrowing.wish.fields)
        how = f"the row by its {fields} with `db.get`" if narrowing.by_get is not None else f"by {fields} with an index"
        yield Strategy("narrow", f"read {how}, so that writes to other rows go by")
    if _is_looked_up(backend, read):
        yield Strategy(
            "narrow", "read each row that is looked up by its `_id` with `ctx.db.get`, so that writes to others go by"
        )
        return
    used = {use.kind for use in read.uses}
    if used and used <= {"length", "reduce", "some"}:
        yield Strategy(
            "aggregate", "keep the count or the sum in a tree instead of reading the rows", "@convex-dev/aggregate"
        )
    if read.terminal in ("first", "take") and read.eq:
        words = "let one worker hand out the rows, or spread them over shards"
        yield Strategy("queue", words, "@convex-dev/workpool")
    elif (read.span not in backend.narrowings and not used <= {"length", "reduce", "some"}) or not used:
        yield Strategy("narrow", "read only the rows that decide, by a further field of the index or a bound")


def _is_looked_up(backend: Backend, read: Read) -> bool:
    """The rows are put into a `Map` by their `_id`, and nothing else is done with them."""
    functions = backend.surroundings.functions(read.span)
    named = _NAMED.search(backend.text_of(Span(read.span.file, max(0, read.span.start - 100), read.span.start)))
    if not functions or named is None:
        return False
    rest = backend.text_of(Span(read.span.file, read.span.end, functions[-1].end))
    uses = re.findall(rf"\b{named[1]}\b", rest)
    return len(uses) == 1 and re.search(_BY_ID.format(name=named[1]), rest) is not None


_NAMED = re.compile(r"\bconst\s+(\w+)\s*=\s*await\s+\Z")
_BY_ID = r"\bnew\s+Map\(\s*{name}\.map\(\s*\(?(\w+)\)?\s*=>\s*\[\s*(?:String\(\s*)?\1\._id\b"


def unlikely(contention: Contention) -> bool:
    """It takes more than two calls at the same time."""
    return bool(set(contention.meeting.doubts) - {Doubt.STATE}) or contention.meeting.verdict is Overlap.MAYBE
