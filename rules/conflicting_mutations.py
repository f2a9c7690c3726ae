"""Two mutations that get in each other's way, one of which runs often. See conflicting_mutations.md."""

from __future__ import annotations

from collections.abc import Iterator

from convex_lint.analysis.always import every_time
from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Extent, Tier
from convex_lint.analysis.contention import Contention, contentions, strategies, unlikely
from convex_lint.analysis.exposure import Exposure
from convex_lint.analysis.rates import Rate, Strength
from convex_lint.model.function import Function, qualified
from convex_lint.model.operation import Op, Read, Write
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity
from convex_lint.source import Span


class ConflictingMutations(Rule):
    tags = ("conflicts",)
    yields_to = (
        "scan-before-write",
        "contended-queue",
        "shared-counter",
        "hot-document",
        "wide-read-before-write",
        "ignored-index",
        "missing-index",
    )

    def check(self, backend: Backend) -> Iterator[Finding]:
        seen: set[tuple[Span, str]] = set()
        for contention in contentions(backend):
            read, write = contention.reader.touch.operation, contention.writer.touch.operation
            if contention.itself or unlikely(contention) or not isinstance(read, Read) or not isinstance(write, Write):
                continue
            rate = backend.rates.of_write(contention.writer.mutation, write)
            if (
                rate is None
                or not _busy(rate)
                or not all(every_time(one) for one in (write, *contention.writer.touch.calls))
                or _for_what_it_finds(write, contention.writer.mutation)
                or contention.tier < Tier.TENANT
                or contention.table.inferred
                or _is_farewell(read, contention.reader.mutation)
            ):
                continue
            if write.op is Op.DELETE or (read.op is not Op.GET and not backend.growth(contention.table).grows):
                continue
            places = {(read.span, ""), (write.span, contention.table.name)}
            if not places & seen:
                yield _finding(backend, contention, rate)
            seen |= places


def _busy(rate: Rate) -> bool:
    """Often enough that another call is seldom alone with what it has read. A route says who calls, not how often."""
    if rate.strength in (Strength.CRON, Strength.LOOP):
        return (rate.per_minute or 0) >= 0.5
    return rate.strength >= Strength.EDIT


def _for_what_it_finds(write: Write, mutation: Function) -> bool:
    """It walks rows that were picked out of others: most runs find none."""
    walked = {loop.over for loop in write.loops if loop.over is not None}
    return any(
        isinstance(read, Read) and read.ordinal in walked and (read.residual or read.bounds)
        for read in mutation.operations
    )


def _is_farewell(read: Read, mutation: Function) -> bool:
    """It deletes what the rows belong to as well, and does so once."""
    deleted = [write.target for write in mutation.operations if isinstance(write, Write) and write.op is Op.DELETE]
    return any(key.value in deleted for key in read.eq)


def _is_alone(backend: Backend, mutation: Function) -> bool:
    """Nobody waits for it, and it comes once a minute or less: what it has to do again costs nothing that anyone notices."""
    rate = backend.rate(mutation)
    if rate is None:
        cron = not backend.runs_concurrently(mutation)
        return cron and backend.exposures.exposure(mutation) is Exposure.BACKGROUND
    return (
        rate.per_minute is not None
        and rate.per_minute <= 1
        and not any(not call.beats for call in backend.graph.client_calls(mutation))
    )


def _only_loses(backend: Backend, contention: Contention) -> bool:
    """A loop through the scheduler reads, which nobody waits for and which is run again by itself; and the mutation that writes
    never has to wait for the loop in turn."""
    reader, writer = contention.reader.mutation, contention.writer.mutation
    rate = backend.rate(reader)
    if rate is None or rate.strength is not Strength.LOOP or backend.exposures.exposure(reader) is Exposure.WAITED:
        return False
    return not any(
        any(party.mutation.id == writer.id for party in clash.readers)
        and any(party.mutation.id == reader.id for party in clash.writers)
        for clash in backend.clashes
    )


def _finding(backend: Backend, contention: Contention, rate: Rate) -> Finding:
    reader, writer = contention.reader, contention.writer
    read, write = reader.touch.operation, writer.touch.operation
    verb = "inserts rows" if write.op is Op.INSERT else "changes rows"
    fits = next(strategies(backend, contention), None)
    advice = ""
    if fits is not None:
        advice = fits.words[0].upper() + fits.words[1:] + (f" (`{fits.component}`)." if fits.component else ".")
    often = writer.mutation if backend.rate(writer.mutation) in (rate,) else reader.mutation
    one = read.op is Op.GET
    verb, what = ("changes", "it") if one else (verb, "there")
    return Finding(
        read,
        f"`{reader.mutation.id}` reads {contention.range} and conflicts with `{writer.mutation.id}`, which {verb} {what}.",
        f"{advice} One of the two runs often: for `{often.id}`, {rate.words}.",
        key=(reader.mutation.id, writer.mutation.id, contention.table.name),
        related=[
            Label(write, f"`{writer.mutation.id}` {verb} {what} here ({qualified(write.component, write.within)})")
        ],
        confidence=Confidence.MEDIUM,
        severity=None
        if rate.strength >= Strength.STREAM
        and not _is_alone(backend, reader.mutation)
        and not _only_loses(backend, contention)
        else Severity.NOTE,
        cause=(reader.mutation.id, often.id),
        table=contention.table.name,
        sites=(read.span,),
        impact=backend.impact_of((reader.mutation,), Extent(contention.tier, contention.range), rate),
    )
