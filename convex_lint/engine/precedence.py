"""One cause, one finding: of several that one repair answers, one stays and tells of the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from itertools import combinations
from types import MappingProxyType

from convex_lint.analysis.branches import exclusive
from convex_lint.analysis.impact import Impact
from convex_lint.engine.report import Result
from convex_lint.model.operation import Operation
from convex_lint.rule import Label
from convex_lint.source import Span

Yields = Mapping[str, Sequence[str]]
"""For a rule those to which it yields, the most exact first."""

_LABELS = 6
"""So many of the other places that want the same repair are shown."""


def give_way(
    results: Sequence[Result], yields: Yields, fixed: Collection[str] = (), follows: Yields = MappingProxyType({})
) -> list[Result]:
    """The results that stay, in the same order. First those of the same sites give way to the most exact, then those of
    one cause in one function to the worst of the rule that says most, then those that follow from what another speaks of. One that stays is
    as severe as what gave way to it, unless its rule is among `fixed`: those whose severity the user has set; and it
    costs as much.

    A result that a comment suppresses does not give way, being told already; others still give way to it where they speak
    of the same sites, for who accepts a flaw accepts it under its other names."""
    closed = closure(yields)
    at: dict[Span, list[Result]] = defaultdict(list)
    for result in results:
        for site in result.finding.sites:
            at[site].append(result)
    heirs: dict[str, Result] = {}
    for result in results:
        heir = _heir(result, at, closed.get(result.rule, ())) if result.suppression is None else None
        if heir is not None:
            heirs[result.key] = heir
    left = [one for one in results if one.key not in heirs and one.suppression is None]
    heirs.update(_of_one_cause(left, closed))
    for result in results:
        if result.key not in heirs and result.suppression is None and result.finding.follows:
            before = _followed(result, at, heirs, follows.get(result.rule, ()))
            if before is not None:
                heirs[result.key] = before
    swallowed: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        last = _last(result, heirs)
        if last is not result:
            swallowed[last.key].append(result)
    return [
        _telling(result, swallowed.get(result.key, ()), result.rule in fixed)
        for result in results
        if result.key not in heirs
    ]


def closure(yields: Yields) -> dict[str, tuple[str, ...]]:
    """A rule yields also to those to which its own heirs yield. Two rules of which each yields to the other, as those of
    two packs may, do not."""
    full: dict[str, dict[str, None]] = {}
    for rule in yields:
        found = dict.fromkeys(yields[rule])
        queue = list(found)
        for other in queue:
            queue += [name for name in yields.get(other, ()) if name not in found]
            found.update(dict.fromkeys(yields.get(other, ())))
        full[rule] = found
    return {rule: tuple(name for name in found if rule not in full.get(name, {})) for rule, found in full.items()}


def _heir(result: Result, at: Mapping[Span, Sequence[Result]], wanted: Sequence[str]) -> Result | None:
    """The result to which this one gives way: that of the rule which comes first in `wanted`."""
    if not wanted:
        return None
    sites = result.finding.sites
    near = [other for site in sites for other in at[site] if other.rule in wanted]
    same = [other for other in near if other.finding.sites <= sites or sites <= other.finding.sites]
    return min(same, key=lambda other: wanted.index(other.rule), default=None)


def _of_one_cause(results: Iterable[Result], full: Yields) -> dict[str, Result]:
    """The heirs of those that one repair in one function answers: of the most severe the one that says most, and of these
    the worst."""
    groups: dict[object, list[Result]] = defaultdict(list)
    for result in results:
        finding = result.finding
        if finding.function:
            groups[result.cause, finding.span.file, finding.component, finding.function].append(result)
    heirs: dict[str, Result] = {}
    for several in groups.values():
        severest = min(one.severity.rank for one in several)
        rules = {one.rule for one in several if one.severity.rank == severest}
        exact = {rule for rule in rules if not rules & set(full.get(rule, ()))} or rules
        first = [one for one in several if one.severity.rank == severest and one.rule in exact]
        worst = min(first, key=lambda one: (-one.rank, one.finding.span, one.key))
        heirs.update({one.key: worst for one in several if one is not worst})
    return heirs


def _followed(
    result: Result, at: Mapping[Span, Sequence[Result]], heirs: Mapping[str, Result], wanted: Sequence[str]
) -> Result | None:
    """What stays of those from which this one follows, and matters as much: mended there, it is no more."""
    before = [
        _last(other, heirs) for site in result.finding.follows for other in at.get(site, ()) if other.rule in wanted
    ]
    fit = [one for one in before if one is not result and one.suppression is None]
    fit = [one for one in fit if one.severity.rank <= result.severity.rank]
    return min(fit, key=lambda one: (one.severity.rank, -one.rank, one.finding.span, one.key), default=None)


def _last(result: Result, heirs: Mapping[str, Result]) -> Result:
    while result.key in heirs:
        result = heirs[result.key]
    return result


def _of_different_cases(several: Sequence[Result]) -> bool:
    """No two of the reads are run in one execution, so that each of them may be a page."""
    places = {one.finding.span: one.finding.place for one in several}
    return all(
        isinstance(one, Operation) and isinstance(other, Operation) and exclusive(one, other)
        for one, other in combinations(places.values(), 2)
    )


def _telling(result: Result, swallowed: Sequence[Result], fixed: bool) -> Result:
    """The result with what gave way to it in its help."""
    if not swallowed:
        return result
    others: dict[str, list[Result]] = defaultdict(list)
    alike = [one for one in swallowed if one.rule == result.rule]
    for other in sorted(swallowed, key=_by_place):
        if other.rule != result.rule:
            others[other.rule].append(other)
    told = [_told(rule, several) for rule, several in others.items()]
    elsewhere = {one.finding.span for one in alike} - {result.finding.span}
    if elsewhere:
        places = f"{len(elsewhere)} more place{'s' if len(elsewhere) > 1 else ''}"
        pages = ".paginate(" in result.finding.help and not _of_different_cases((result, *alike))
        paged = ", in a query for each: one execution may read one page" if pages else ""
        told.insert(0, f"The same repair answers {places} of this function{paged}.")
    severest = min((result, *swallowed), key=lambda one: one.severity.rank).severity
    several = (result, *swallowed)
    impact = reduce(Impact.joined, (one.finding.impact for one in several))
    impact = impact._replace(ranges=len({one.finding.span for one in several if one.finding.impact.tier is not None}))
    apart = _apart(result, swallowed)
    tables = {one.finding.table for one in (result, *apart)}
    labels = [Label(one.finding.place, _continued(one.finding.message).rstrip(".")) for one in apart]
    here = [label for one in sorted(alike, key=_by_place) if one not in apart for label in one.finding.related]
    known = {label.span for label in result.finding.related}
    labels += {label.span: label for label in here if label.span not in known}.values()
    return replace(
        result,
        severity=result.severity if fixed else severest,
        finding=replace(
            result.finding,
            help=" ".join((result.finding.help, *told)),
            related=(*result.finding.related, *labels[:_LABELS]),
            impact=impact,
            table=result.finding.table if tables == {result.finding.table} else None,
        ),
        swallowed=tuple(others),
    )


def _apart(result: Result, swallowed: Sequence[Result]) -> list[Result]:
    """One for each other place, of the same rule where there is one."""
    found: dict[Span, Result] = {}
    for other in sorted(swallowed, key=_by_place):
        first = other.finding.span not in found or other.rule == result.rule
        if first and not other.finding.sites & result.finding.sites:
            found[other.finding.span] = other
    return list(found.values())


def _by_place(result: Result) -> tuple[object, ...]:
    return (result.rule, result.finding.span, result.key)


def _told(rule: str, several: Sequence[Result]) -> str:
    more = f" ({len(several) - 1} more.)" if len(several) > 1 else ""
    return f"`{rule}` holds here too: {_continued(several[0].finding.message)}{more}"


def _continued(sentence: str) -> str:
    """The sentence behind a colon."""
    return sentence if sentence[:2].isupper() else sentence[:1].lower() + sentence[1:]
