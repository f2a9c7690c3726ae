"""Reads that are narrowed or ordered after the fact, by fields that no index serves. See missing_index.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.chain_cover import CREATION
from convex_lint.analysis.library import declared_again, source_in_words, written_here
from convex_lint.analysis.listed_keys import listed_keys
from convex_lint.analysis.narrowing import Narrowing
from convex_lint.analysis.offered import offered_in_words
from convex_lint.analysis.order import following, keeps_order
from convex_lint.analysis.proposals import Proposal
from convex_lint.analysis.rewrite import first_rows, narrow_text, unset_text, ways_text
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
        for lack in backend.lacks:
            narrowing, proposal = lack.narrowing, lack.proposal
            site, read = narrowing.site, narrowing.site.operation
            places = (
                *late_conditions(narrowing),
                *callers(site),
                *filler(narrowing.growth),
                *declaration(site.table),
            )
            yield Finding(
                read,
                _message(narrowing),
                _help(narrowing, proposal, backend)
                + backend.figures_in_words(site)
                + callers_in_words(site)
                + offered_in_words(backend, site.functions),
                key=(stands_in(site), site.table.name, *proposal.fields),
                related=[Label(place, place.words) for place in places],
                confidence=_confidence(narrowing),
                severity=Severity.NOTE if lack.slight else None,
                table=site.table.name,
                cause=lack.cause,
                impact=backend.impact(site, narrowing.extent),
            )


def _message(narrowing: Narrowing) -> str:
    site = narrowing.site
    late = late_ways_in_words(narrowing) if narrowing.either else late_in_words(narrowing.wish)
    return f"`{site.table.name}` is {range_in_words(site.operation)} {late}, which no index serves."


def _help(narrowing: Narrowing, proposal: Proposal, backend: Backend) -> str:
    text_of = backend.text_of
    read, wish = narrowing.site.operation, narrowing.wish
    table = f"`{narrowing.site.table.name}`"
    if proposal.staged is not None:
        declare = f"Enable the staged index `{proposal.name}` of {table} when it is filled"
    elif proposal.extends is not None:
        declare = (
            f"Extend `{proposal.extends.name}` of {table} to `{proposal.declaration}`, which still serves its readers,"
        )
    elif not written_here(narrowing.site.table):
        declare = f"{declared_again(narrowing.site.table)} `{proposal.declaration}`,"
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
    advice += unset_text(narrowing) + _prefix_in_words(narrowing, proposal, backend.reads_of(narrowing.site.table))
    advice += source_in_words(narrowing.site.table, text_of)
    listed = listed_keys(read, narrowing.site.table, backend.surroundings)
    if listed is not None:
        advice = f"{listed.advice} Otherwise {advice[:1].lower()}{advice[1:]}"
    return f"{advice} The range holds {held_in_words(narrowing)}, and the table {narrowing.growth.reason}."


def _prefix_in_words(narrowing: Narrowing, proposal: Proposal, reads: Iterable[Site[Read]]) -> str:
    """A sentence on a declared index with which the new one begins, where no reader asks for its order."""
    table = narrowing.site.table
    ordered = {
        site.operation.index
        for site in reads
        if site.span != narrowing.site.span
        and keeps_order(site.operation)
        and following(site.operation, table) == CREATION
    }
    for index in table.indexes if proposal.extends is None and proposal.staged is None else ():
        begins = bool(index.fields) and index.fields == proposal.fields[: len(index.fields)]
        if begins and written_here(index) and index.name not in ordered:
            return f" Then `{index.name}`, with which it begins, can go, unless a reader needs its rows in order of creation."
    return ""


def _confidence(narrowing: Narrowing) -> Confidence:
    """Lower where the index narrows by a state, of which we do not know how many rows have it, or in code that may want
    all the rows for something else."""
    site = narrowing.site
    used = {use.kind for use in site.operation.uses}
    in_code = all(equality.source == "js" for equality in narrowing.wish.equalities)
    if in_code and (used & {"returned", "length", "reduce"} or narrowing.wish.rest):
        return Confidence.MEDIUM
    return Confidence.HIGH if narrowing.selective else Confidence.MEDIUM
