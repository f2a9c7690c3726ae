"""Reads that are narrowed or ordered after the fact, by fields that no index serves. See missing_index.md."""

from __future__ import annotations

from collections.abc import Iterator

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Tier
from convex_lint.analysis.exposure import Exposure, Weight
from convex_lint.analysis.narrowing import Narrowing
from convex_lint.analysis.proposals import Proposal
from convex_lint.analysis.rewrite import TextOf, first_rows, narrow_text, unset_text, ways_text
from convex_lint.analysis.scant import is_scant, orders_few
from convex_lint.analysis.sites import Site
from convex_lint.analysis.story import (
    callers,
    callers_in_words,
    declaration,
    fields_in_words,
    filler,
    held_in_words,
    late_conditions,
    late_in_words,
    late_ways_in_words,
    range_in_words,
    stands_in,
)
from convex_lint.model.operation import Read
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity


class MissingIndex(Rule):
    tags = ("performance", "indexes")
    yields_to = (
        "ignored-index",
        "wide-read-before-write",
    )

    def check(self, backend: Backend) -> Iterator[Finding]:
        asked = {_cause(narrowing) for narrowing in backend.narrowings.values() if _is_waited(backend, narrowing.site)}
        for narrowing in backend.narrowings.values():
            site, read = narrowing.site, narrowing.site.operation
            proposal, weight = narrowing.proposal, backend.weight(site)
            if proposal is None or weight is Weight.NONE or _cause(narrowing) not in asked:
                continue
            if not _is_reached(backend, site):
                continue
            exposure = backend.exposure(site)
            if (read.eq or read.bounds) and (
                narrowing.usual or (backend.leaver(read, site.table) and not narrowing.selective)
            ):
                continue  # it would drop little, or what waits there is soon gone
            if read.bounds and narrowing.unset is not None:
                continue  # a lower bound in the range that it has leaves out the rows without the field
            if read.eq and narrowing.wish.rest and not narrowing.selective and narrowing.extent.tier < Tier.TENANT:
                continue  # what tells the rows of one thing apart would still come late
            if narrowing.up_to and exposure is not Exposure.SUBSCRIBED:
                continue
            places = (
                *late_conditions(narrowing),
                *callers(site),
                *filler(narrowing.growth),
                *declaration(site.table),
            )
            remainder = narrowing.extent.tier < Tier.TENANT and not narrowing.selective
            remainder |= not narrowing.long or orders_few(narrowing)
            entries = [entry for function in site.functions for entry in backend.graph.entries(function)]
            remainder |= is_scant(narrowing, backend.writes_of(site.table), entries)
            remainder |= narrowing.past or narrowing.up_to or backend.is_worked_off(site)
            slight = weight is Weight.SLIGHT or not narrowing.growth.grows or read.terminal == "paginate" or remainder
            yield Finding(
                read,
                _message(narrowing),
                _help(narrowing, proposal, backend.text_of) + backend.figures_in_words(site) + callers_in_words(site),
                key=(stands_in(site), site.table.name, *proposal.fields),
                related=[Label(place, place.words) for place in places],
                confidence=_confidence(narrowing),
                severity=Severity.NOTE if slight else None,
                table=site.table.name,
                cause=_cause(narrowing),
                impact=backend.impact(site, narrowing.extent),
            )


def _cause(narrowing: Narrowing) -> tuple[str, ...]:
    fields = narrowing.proposal.fields if narrowing.proposal is not None else ()
    return (narrowing.site.table.name, *fields)


def _is_waited(backend: Backend, site: Site[Read]) -> bool:
    """Someone is better off with an index: not nobody, and not an operator now and then. Each write would pay for it, and
    one for a migration would outlive its use."""
    if not backend.is_asked(site.functions) or all(map(backend.exposures.from_shell, site.functions)):
        return False
    if _in_passing(backend, site):
        return False
    return backend.weight(site) is Weight.FULL or backend.exposure(site) in (Exposure.SUBSCRIBED, Exposure.BACKGROUND)


def _in_passing(backend: Backend, site: Site[Read]) -> bool:
    """One mutation goes through the rows of several tables with the same code, such as a merge: each of these would pay for
    an index that only it uses."""
    tables = {other.table.name for other in backend.reads_at(site.span)}
    return len(tables) > 1 and len(site.functions) == 1 and backend.exposure(site) is not Exposure.SUBSCRIBED


def _is_reached(backend: Backend, site: Site[Read]) -> bool:
    """Something runs it, be it only what people start by hand: it can use an index that others need."""
    return backend.is_asked(site.functions) or any(backend.graph.callers(function) for function in site.functions)


def _message(narrowing: Narrowing) -> str:
    site = narrowing.site
    late = late_ways_in_words(narrowing) if narrowing.either else late_in_words(narrowing.wish)
    return f"`{site.table.name}` is {range_in_words(site.operation)} {late}, which no index serves."


def _help(narrowing: Narrowing, proposal: Proposal, text_of: TextOf) -> str:
    read, wish = narrowing.site.operation, narrowing.wish
    table = f"`{narrowing.site.table.name}`"
    if proposal.staged is not None:
        declare = f"Enable the staged index `{proposal.name}` of {table} when it is filled"
    elif proposal.extends is not None:
        declare = (
            f"Extend `{proposal.extends.name}` of {table} to `{proposal.declaration}`, which still serves its readers,"
        )
    else:
        declare = f"Declare `{proposal.declaration}` on {table}"
    reads = ways_text(narrowing, text_of) if narrowing.either else ""
    advice = (
        f"{declare} and {reads[:1].lower()}{reads[1:-1]}"
        if reads
        else f"{declare} and read with `{narrow_text(narrowing, text_of)}`"
    )
    if wish.sorted is not None:
        advice += f" and {first_rows(read, text_of)}"
    advice += "."
    several = [equality for equality in wish.equalities if len(equality.values) > 1]
    if several:
        names = fields_in_words([equality.field for equality in several])
        advice += f" Read each value of {names} with its own range and put the results together."
    kept = [equality.field for equality in wish.equalities if equality.field not in proposal.pinned]
    if kept or wish.rest:
        advice += (
            f" The test of {fields_in_words(kept)} stays." if kept else " The other conditions stay, on fewer rows."
        )
    if proposal.shared:
        others = "another read that lacks" if proposal.shared == 1 else f"{proposal.shared} other reads that lack"
        advice += f" The same index serves {others} one."
    if proposal.unsorted:
        order = proposal.fields[len(proposal.pinned)]
        advice += f" They come in the order of `{order}`: sort them where the order is seen."
    advice += unset_text(narrowing)
    return f"{advice} The range holds {held_in_words(narrowing)}, and the table {narrowing.growth.reason}."


def _confidence(narrowing: Narrowing) -> Confidence:
    """Lower where the index narrows by a state, of which we do not know how many rows have it, or in code that may want
    all the rows for something else."""
    site = narrowing.site
    used = {use.kind for use in site.operation.uses}
    in_code = all(equality.source == "js" for equality in narrowing.wish.equalities)
    if in_code and (used & {"returned", "length", "reduce"} or narrowing.wish.rest):
        return Confidence.MEDIUM
    return Confidence.HIGH if narrowing.selective else Confidence.MEDIUM
