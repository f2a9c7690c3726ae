"""Reads of everything in a range that grows as the product is used. See unbounded_read.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from convex_lint.analysis.asked import stops_early
from convex_lint.analysis.backend import Backend
from convex_lint.analysis.beside import shown_beside
from convex_lint.analysis.bound import Extent, Tier, by_clock, is_daily, is_day, is_log, is_stream, since
from convex_lint.analysis.branches import exclusive
from convex_lint.analysis.broken_off import breaks_off
from convex_lint.analysis.compared import asks_of_id
from convex_lint.analysis.crowd import brings_texts, few_make
from convex_lint.analysis.doors import for_admins_alone
from convex_lint.analysis.drained import drains
from convex_lint.analysis.early import stops_at_a_count
from convex_lint.analysis.exposure import Exposure, Purpose, Weight
from convex_lint.analysis.fallback import in_fallback
from convex_lint.analysis.growth import is_equipment, made_one_by_one
from convex_lint.analysis.inflow import few_come, gets_several
from convex_lint.analysis.instead import instead
from convex_lint.analysis.offered import is_offered, is_spare, offered_in_words
from convex_lint.analysis.one_team import of_one_team
from convex_lint.analysis.paging import fitting
from convex_lint.analysis.sites import Site, handled
from convex_lint.analysis.size import is_heavy
from convex_lint.analysis.story import callers, callers_in_words, declaration, filler, stands_in
from convex_lint.analysis.terminal import drops_one_value, scans_all, takes_all_found, until_match
from convex_lint.analysis.transient import under_way
from convex_lint.analysis.uniform import all_pass
from convex_lint.analysis.vocabulary import EPISODES, MIGRATION, head_of, words_of
from convex_lint.analysis.words import bounds_in_words
from convex_lint.model.function import Function
from convex_lint.model.operation import Key, Read
from convex_lint.model.value import Literal
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity
from convex_lint.source import Span


class UnboundedRead(Rule):
    tags = ("performance", "limits")
    yields_to = (
        "ignored-index",
        "wide-read-before-write",
        "missing-index",
        "count-by-collect",
        "transaction-limit",
        "read-per-row",
        "broad-subscription",
    )
    remedy = "read-less"

    def check(self, backend: Backend) -> Iterator[Finding]:
        told: dict[Span, tuple[int, Read, Finding]] = {}
        for read, finding in self._each(backend):
            span, tier = finding.span, finding.impact.tier if finding.impact is not None else None
            width = int(tier) if tier is not None else 0
            if span not in told or width > told[span][0]:
                told[span] = (width, read, finding)  # one place, of all its ranges the widest
        causes: dict[tuple[str | None, str], list[tuple[Read, Finding]]] = {}
        for _, read, finding in told.values():
            causes.setdefault((finding.table, read.within or read.span.file), []).append((read, finding))
        for several in causes.values():
            yield from _of_branches(several)

    def _each(self, backend: Backend) -> Iterator[tuple[Read, Finding]]:
        lacks = {lack.narrowing.site.span for lack in backend.lacks}
        for site in backend.reads:
            read = site.operation
            narrowing = backend.narrowings.get(site.span)
            if narrowing is not None and (narrowing.declared or site.span in lacks):
                continue
            if narrowing is not None and until_match(read) and narrowing.extent.tier < Tier.TENANT:
                continue  # it may well end at the first of a few
            if not (scans_all(read) or until_match(read) or takes_all_found(read)):
                continue
            if until_match(read) and all_pass(read, backend.as_called.to_keep(site.table)):
                continue
            if stops_at_a_count(read, backend.surroundings) or _stops_early(backend, site):
                continue
            growth, extent = backend.growth(site.table), backend.extent(read, site.table)
            if _stays_short(backend, site, extent) or _drops_few(backend, site):
                continue
            stream = extent.tier is Tier.ENTITY and is_stream(site.table)
            asked = backend.is_asked(site.functions)
            wide = asked or (extent.tier is Tier.TABLE and is_offered(backend, site.functions))
            if by_clock(read) or (not stream and (since(read) or not wide)):
                continue
            severity = self._severity(backend, site, extent)
            if narrowing is not None and severity is Severity.WARNING:
                severity = Severity.NOTE  # an index would narrow it, though not by much
            advice = instead(backend, site) if severity is not Severity.OFF else None
            if advice is None or (not asked and handled(read) and handled(read) <= {"length", "reduce"}):
                continue
            limit = "" if takes_all_found(read) else "; one function may read at most 32,000 documents and 16 MiB"
            places = (*callers(site), *filler(growth), *declaration(site.table))
            yield (
                read,
                Finding(
                    read,
                    _message(site, extent),
                    f"{_of_team(backend, site)}{fitting(advice, site.reaches)} The table {growth.reason}{limit}."
                    + backend.figures_in_words(site)
                    + callers_in_words(site)
                    + offered_in_words(backend, site.functions),
                    key=(stands_in(site), site.table.name, read.index, *(key.field for key in read.eq)),
                    related=[Label(place, place.words) for place in places],
                    confidence=Confidence.HIGH if extent.tier is Tier.TABLE else Confidence.MEDIUM,
                    severity=None if severity is Severity.WARNING else severity,
                    table=site.table.name,
                    index=read.index,
                    cause=(stands_in(site),),
                    impact=backend.impact(site, extent),
                ),
            )

    def _severity(self, backend: Backend, site: Site[Read], extent: Extent) -> Severity:
        weight = backend.weight(site)
        if weight is Weight.NONE or not (
            backend.is_long(site.operation, site.table, extent)
            or _finds_much(backend, site, extent)
            or _gains_by_time(backend, site, extent)
        ):
            return Severity.OFF
        if all(_migrates(backend, function) for function in site.functions):
            return Severity.OFF
        if backend.exposures.by_hand(site.functions) or all(
            backend.clears(reach.operation, reach.function) for reach in site.reaches
        ):
            return Severity.OFF
        asked = backend.exposure(site) in (Exposure.SUBSCRIBED, Exposure.WAITED) and backend.is_asked(site.functions)
        asked &= not is_spare(backend, site.functions)
        known = bool(backend.project.client_calls) or any(map(backend.is_started, site.functions))
        asked &= (
            known or extent.tier is Tier.TABLE or extent.long is True
        )  # nobody knows for whom the rows of one are read
        few = (
            is_equipment(site.table, backend.growth(site.table), backend.graph)
            or not backend.is_seen_to_fill(site.table)
            or under_way(site.operation, site.table)
            or few_come(backend, site.operation, site.table)
            or (few_make(backend, site.operation, site.table) and not _takes_more(backend, site))
            or all(for_admins_alone(reach.operation, backend.text_of) for reach in site.reaches)
        )
        few |= extent.tier is Tier.TENANT and not _piles_up(backend, site)
        few |= drops_one_value(site.operation)
        few |= shown_beside(site, backend.graph)
        many = (
            extent.long or (extent.tier >= Tier.TENANT and not few) or breaks_off(site.operation, backend.surroundings)
        )
        rare = all(in_fallback(reach.operation, backend.reads_in(reach.function)) for reach in site.reaches)
        return Severity.WARNING if weight is Weight.FULL and asked and many and not rare else Severity.NOTE


def _of_branches(several: list[tuple[Read, Finding]]) -> Iterator[Finding]:
    """Of a choice between all rows and those up to some bound, the one that takes all stands for both."""
    whole = [read for read, _ in several if not read.eq and not read.bounds]
    for read, finding in several:
        bounded = bool(read.bounds) and not read.eq
        alike = (other for other in whole if (other.terminal, other.component) == (read.terminal, read.component))
        if not (bounded and any(exclusive(read, other) for other in alike)):
            yield finding


def _stops_early(backend: Backend, site: Site[Read]) -> bool:
    """Whoever asks gives no argument for which rows are dropped."""
    asked = [(function, backend.graph.client_calls(function)) for function in site.functions]
    return all(stops_early(site.operation, function, calls, backend.text_of) for function, calls in asked)


def _migrates(backend: Backend, function: Function) -> bool:
    """It belongs to the migrations, even where a page of the operators starts it."""
    return backend.purpose(function) is Purpose.MIGRATION or bool(words_of(function.path) & MIGRATION)


def _stays_short(backend: Backend, site: Site[Read], extent: Extent) -> bool:
    """Rows leave the range again, or they are what the people of a team make one by one: its projects, not its messages."""
    if extent.long:
        return False
    if backend.leaver(site.operation, site.table) is not None or backend.never_enters(site.operation, site.table):
        return True
    if backend.exposure(site) is Exposure.BACKGROUND and all(
        drains(reach.operation, reach.function) for reach in site.reaches
    ):
        return True
    by_hand = made_one_by_one(backend.growth(site.table), backend.graph)
    return (
        extent.tier is Tier.TENANT
        and by_hand
        and not (is_log(site.table) or is_daily(site.table))
        and head_of(site.table.name) not in EPISODES
    )


def _takes_more(backend: Backend, site: Site[Read]) -> bool:
    """Few rows are much where each brings long texts with it; and of the one whose id is known none need be read."""
    return brings_texts(backend, site) or any(map(asks_of_id, site.operation.residual))


def _drops_few(backend: Backend, site: Site[Read]) -> bool:
    """`.filter(status !== "running").take(5)`: all that it passes over are in a state that rows leave again."""
    read = site.operation
    late = [part for part in read.residual if part.source == "filter"]
    if not until_match(read) or not all(part.operator == "neq" and isinstance(part.value, Literal) for part in late):
        return False
    states = (replace(read, eq=(Key(part.field or "", part.value),)) for part in late)
    return all(backend.leaver(state, site.table) is not None for state in states)


def _finds_much(backend: Backend, site: Site[Read], extent: Extent) -> bool:
    """Of a search one word decides how many rows match, and too many are an error."""
    return takes_all_found(site.operation) and extent.tier >= Tier.USER and backend.growth(site.table).grows


def _piles_up(backend: Backend, site: Site[Read]) -> bool:
    """Of one team there come to be many rows, or rows of kilobytes: a log, a stream, what is imported, versions with all they hold."""
    table = site.table
    return is_log(table) or is_stream(table) or is_heavy(table) or gets_several(backend.growth(table), backend.graph)


def _gains_by_time(backend: Backend, site: Site[Read], extent: Extent) -> bool:
    """A row for each day, of one thing too, is no end either."""
    read, table = site.operation, site.table
    if extent.tier not in (Tier.USER, Tier.ENTITY) or extent.long is False or read.bounds:
        return False
    return is_daily(table) and not any(is_day(key.field) for key in read.eq) and backend.growth(table).grows


def _of_team(backend: Backend, site: Site[Read]) -> str:
    own = of_one_team(backend, site)
    return f"{own} Otherwise: " if own is not None else ""


def _message(site: Site[Read], extent: Extent) -> str:
    read = site.operation
    if until_match(read):
        return f"`.{read.terminal}()` after `.filter()` reads on until enough rows match, up to {extent.reason}."
    if takes_all_found(read):
        among = f"in {extent.reason.removeprefix('every row of ')}"
        if not extent.reason.startswith("every row of "):
            among = f"among {extent.reason}"
        return f"This search collects every match {among}, and fails when there are more than 1,024."
    verb = "walks" if read.terminal == "iterate" else "collects"
    return f"This read {verb} {extent.reason}{bounds_in_words(read)}, and nothing bounds how many there are."
