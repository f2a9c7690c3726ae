"""Reads of everything in a range that grows as the product is used. See unbounded_read.md."""

from __future__ import annotations

from collections.abc import Iterator

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Extent, Tier, window
from convex_lint.analysis.early import stops_at_a_count
from convex_lint.analysis.exposure import Exposure, Purpose, Weight
from convex_lint.analysis.growth import Growth
from convex_lint.analysis.membership import asks_for_members, newest_will_do
from convex_lint.analysis.sites import Site, handled
from convex_lint.analysis.story import callers, callers_in_words, declaration, filler, stands_in
from convex_lint.analysis.terminal import scans_all, takes_all_found, until_match
from convex_lint.analysis.words import bounds_in_words
from convex_lint.model.function import Function, Kind
from convex_lint.model.operation import Op, Read
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity


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

    def check(self, backend: Backend) -> Iterator[Finding]:
        for site in backend.reads:
            read = site.operation
            if site.span in backend.narrowings or not (scans_all(read) or until_match(read) or takes_all_found(read)):
                continue
            if stops_at_a_count(read, backend.text_of):
                continue
            growth, extent = backend.growth(site.table), backend.extent(read, site.table)
            severity = self._severity(backend, site, extent)
            if severity is Severity.OFF:
                continue
            places = (*callers(site), *filler(growth), *declaration(site.table))
            yield Finding(
                read,
                _message(site, extent),
                _help(backend, site, growth) + backend.figures_in_words(site) + callers_in_words(site),
                key=(stands_in(site), site.table.name, read.index, *(key.field for key in read.eq)),
                related=[Label(place, place.words) for place in places],
                confidence=Confidence.HIGH if extent.tier is Tier.TABLE else Confidence.MEDIUM,
                severity=None if severity is Severity.WARNING else severity,
                table=site.table.name,
                index=read.index,
                cause=(stands_in(site), site.table.name),
                impact=backend.impact(site, extent),
            )

    def _severity(self, backend: Backend, site: Site[Read], extent: Extent) -> Severity:
        weight = backend.weight(site)
        if weight is Weight.NONE or not (
            backend.is_long(site.operation, site.table, extent) or _finds_much(backend, site, extent)
        ):
            return Severity.OFF
        if all(backend.purpose(function) is Purpose.MIGRATION for function in site.functions):
            return Severity.OFF
        if backend.exposures.by_hand(site.functions) or all(
            backend.clears(reach.operation, reach.function) for reach in site.reaches
        ):
            return Severity.OFF
        waited = backend.exposure(site) in (Exposure.SUBSCRIBED, Exposure.WAITED)
        passing = backend.leaver(site.operation, site.table) is not None
        asked = waited and window(site.operation) is None and backend.is_asked(site.functions)
        if weight is Weight.FULL and asked and (extent.long or (extent.tier >= Tier.TENANT and not passing)):
            return Severity.WARNING
        return Severity.NOTE


def _finds_much(backend: Backend, site: Site[Read], extent: Extent) -> bool:
    """Of a search one word decides how many rows match, and too many are an error."""
    return takes_all_found(site.operation) and extent.tier >= Tier.USER and backend.growth(site.table).grows


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
    if window(read) is not None:
        return f"This read {verb} {extent.reason}{bounds_in_words(read)}, as many as come in meanwhile."
    return f"This read {verb} {extent.reason}{bounds_in_words(read)}, and nothing bounds how many there are."


def _help(backend: Backend, site: Site[Read], growth: Growth) -> str:
    used = handled(site.operation)
    shown = any(use.kind in ("returned", "picked") for use in site.operation.uses)
    if takes_all_found(site.operation):
        advice = "Take the best of them with `.take(n)`, or read page by page with `.paginate(paginationOpts)`."
    elif until_match(site.operation):
        advice = "Put the condition into an index range, or store what it computes in an indexed field."
    elif used and used <= {"length", "some"} and not shown:
        advice = "Keep the count in a document of its own, or use the aggregate component (`@convex-dev/aggregate`)."
    elif not shown and asks_for_members(site.operation, backend.surroundings, backend.text_of):
        advice = "Look up by an index only the rows that are asked for, rather than search for them among all."
    elif all(_collects_several(function) for function in site.functions):
        advice = "Read one page of the rows that lead, and by an index what belongs to the rows of that page."
    elif any(function.kind is Kind.QUERY for function in site.functions):
        newest = ", or only the newest with `.take(n)`" if newest_will_do(site.operation) else ""
        advice = f"Read one page at a time with `.paginate(paginationOpts)`{newest}."
    else:
        advice = "Read one page with `.paginate()`, and schedule the next call with its `continueCursor`."
    return f"{advice} The table {growth.reason}; one function may read at most 32,000 documents and 16 MiB."


def _collects_several(function: Function) -> bool:
    """It reads several tables whole, of which a query can read one by pages."""
    whole = (
        operation.table
        for operation in function.operations
        if isinstance(operation, Read)
        and operation.op is Op.QUERY
        and operation.terminal == "collect"
        and not operation.eq
    )
    return len(set(whole)) > 1
