"""Queries that clients keep open over a range that many writes touch. See broad_subscription.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Tier
from convex_lint.analysis.doors import for_admins_alone
from convex_lint.analysis.exposure import Purpose, Weight
from convex_lint.analysis.invalidation import OpenRead, Writer
from convex_lint.analysis.rates import Strength
from convex_lint.analysis.rewrite import narrow_text
from convex_lint.analysis.story import Place
from convex_lint.analysis.subscribers import clients_in_words, hooks_in_words, names_in_words
from convex_lint.analysis.terminal import covers_range
from convex_lint.model.operation import Op
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity


class BroadSubscription(Rule):
    tags = ("subscriptions", "performance")
    yields_to = ("ignored-index", "wide-read-before-write", "missing-index", "count-by-collect")

    def check(self, backend: Backend) -> Iterator[Finding]:
        broad = (opened for opened in backend.open_reads if self._broad(backend, opened))
        for _, group in groupby(broad, key=lambda opened: opened.query.id):
            ranges = [(opened, backend.writers_into(opened.read, opened.table)) for opened in group]
            reached = [(opened, writers) for opened, writers in ranges if writers]
            reached.sort(key=lambda pair: (-_tier(backend, pair[0]), pair[1][0].rank, pair[0].read.ordinal))
            if reached:
                others = {opened.read.table for opened, _ in reached} - {reached[0][0].read.table}
                yield _finding(backend, *reached[0], len(others))

    def _broad(self, backend: Backend, opened: OpenRead) -> bool:
        return (
            covers_range(opened.read)
            and not opened.table.inferred
            and _tier(backend, opened) >= Tier.TENANT
            and backend.purpose(opened.query) is Purpose.PRODUCT
            and backend.growth(opened.table).grows
            and not for_admins_alone(opened.read, backend.text_of)
            and backend.gains(opened.read, opened.table)
        )


def _tier(backend: Backend, opened: OpenRead) -> Tier:
    return backend.extent(opened.read, opened.table).tier


def _finding(backend: Backend, found: OpenRead, writers: tuple[Writer, ...], others: int) -> Finding:
    table, subscribers = found.table, found.subscribers
    extent = backend.extent(found.read, table)
    in_text = found.read.within == found.query.path and not found.read.via
    path = (*(call.span for call in found.touch.calls), *found.read.via)
    place = Place(found.read.span if in_text or not path else path[0], "")
    passing = backend.leaver(found.read, table) is not None
    functions = names_in_words([writer.function.id for writer in writers], "or")
    signed = writers[0].rate is not None and writers[0].rate.strength is not Strength.BATCH
    serious = not passing and (signed or extent.tier is Tier.TABLE)
    story = [
        *(Label(call, f"`{call.within}` keeps it open") for call in subscribers[:3]),
        *([] if place.span == found.read.span else [Label(found.read, "the range is read here")]),
        *(Label(writer.write, backend.writer_in_words(writer)) for writer in writers[:5]),
    ]
    impact = backend.impact_of([found.query], extent, writers[0].rate)
    return Finding(
        place,
        f"`{found.query.id}`, which {clients_in_words(subscribers)} open, reads {extent.reason} "
        f"and runs again whenever {functions} {_write(writers)} there.",
        _help(backend, found, writers[0], others),
        key=(found.query.id, table.name),
        related=story,
        confidence=Confidence.HIGH if extent.tier is Tier.TABLE and not passing else Confidence.MEDIUM,
        severity=None if serious and backend.exposures.weight([found.query]) is Weight.FULL else Severity.NOTE,
        table=table.name,
        index=found.read.index,
        function=found.query.path,
        component=found.query.component,
        sites=(found.read.span,),
        cause=(found.read.component, found.read.within, table.name),
        impact=impact._replace(callers=impact.callers + len(writers)),
    )


_NO_SIGN = "No sign says that these writers run often."


def _write(writers: Sequence[Writer]) -> str:
    return "writes" if len(writers) == 1 else "write"


def _help(backend: Backend, found: OpenRead, first: Writer, others: int) -> str:
    narrowing = backend.narrowings.get(found.read.span)
    if narrowing is None:
        advice = (
            "Read only what the page shows, by an index range on an argument or page by page with `usePaginatedQuery`"
        )
    elif narrowing.proposal is not None:
        call = narrow_text(narrowing, backend.text_of)
        advice = f"Read only what the page shows: declare `{narrowing.proposal.declaration}` and read with `{call}`"
    else:
        advice = f"Read only what the page shows, with `{narrow_text(narrowing, backend.text_of)}`"
    if first.rate is not None and first.write.op in (Op.PATCH, Op.REPLACE):
        advice += "; move fields that change often to a table of their own"
    told = f"`{first.function.id}` {first.rate.sentence}." if first.rate is not None else _NO_SIGN
    rest = f" It also reads {others} other table{'s' if others > 1 else ''} as broadly." if others else ""
    return f"{advice}. {told} Subscribers: {hooks_in_words(found.subscribers)}.{rest}"
