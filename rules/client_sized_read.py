"""Reads of as many rows as the client asks for. See client_sized_read.md."""

from __future__ import annotations

from collections.abc import Iterator

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Tier
from convex_lint.analysis.branches import exclusive
from convex_lint.analysis.clamp import ceiling
from convex_lint.analysis.crowd import few_make
from convex_lint.analysis.exposure import Weight
from convex_lint.analysis.growth import is_equipment
from convex_lint.analysis.inflow import few_come
from convex_lint.analysis.sites import Reach, Site
from convex_lint.analysis.size import is_slight
from convex_lint.analysis.story import callers, callers_in_words, declaration, filler, stands_in
from convex_lint.analysis.terminal import scans_all, until_match
from convex_lint.analysis.text_search import searched_text
from convex_lint.analysis.uniform import all_pass
from convex_lint.analysis.words import bounds_in_words
from convex_lint.model.function import Visibility
from convex_lint.model.limits import DOCUMENTS_READ
from convex_lint.model.operation import Op, Read
from convex_lint.model.value import Argument, Literal, Value, parts_of
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity


class ClientSizedRead(Rule):
    tags = ("performance", "limits")

    def check(self, backend: Backend) -> Iterator[Finding]:
        for whole in backend.reads:
            site = whole.narrowed(_client_sized)
            if site is None or (until_match(site.operation) and not _takes_all(backend, site)):
                continue  # the filter decides how many rows are read
            if backend.weight(site) is not Weight.FULL or not backend.growth(site.table).grows:
                continue
            extent = backend.extent(site.operation, site.table)
            if extent.tier is Tier.FIXED or extent.long is False:
                continue
            long = backend.is_long(site.operation, site.table)
            if not long and (extent.tier is Tier.ENTITY or not backend.is_asked(site.functions)):
                continue
            few = is_equipment(site.table, backend.growth(site.table), backend.graph) or is_slight(site.table)
            few |= not backend.is_seen_to_fill(site.table) or few_come(backend, site.operation, site.table)
            few |= few_make(backend, site.operation, site.table)
            few |= all(_gives_all_else(reach) for reach in site.reaches)
            many = extent.tier >= Tier.TENANT and (extent.long or not few)
            serious = long and many and backend.is_asked(site.functions)
            places = (*callers(site), *filler(backend.growth(site.table)), *declaration(site.table))
            argument = _argument(site.operation.limit)
            yield Finding(
                site.operation,
                f"The client decides by its argument `{argument}` how many rows this read takes, up to {extent.reason}{bounds_in_words(site.operation)}.",
                _help(backend, site, argument),
                key=(stands_in(site), site.table.name, site.operation.index, argument),
                related=[Label(place, place.words) for place in places],
                confidence=Confidence.HIGH if extent.tier >= Tier.TENANT else Confidence.MEDIUM,
                severity=None if serious else Severity.NOTE,
                table=site.table.name,
                index=site.operation.index,
                cause=(stands_in(site), argument),
                impact=backend.impact(site, extent),
            )


def _client_sized(reach: Reach[Read]) -> bool:
    read, function = reach.operation, reach.function
    if function.component or function.visibility is not Visibility.PUBLIC or read.op not in (Op.QUERY, Op.PAGINATE):
        return False
    if read.terminal not in ("take", "paginate") or read.limit is None or not _argument(read.limit):
        return False
    most = ceiling(read.limit, function, read.guards)
    return most is None or most > DOCUMENTS_READ


def _takes_all(backend: Backend, site: Site[Read]) -> bool:
    return all_pass(site.operation, backend.as_called.to_keep(site.table))


def _gives_all_else(reach: Reach[Read]) -> bool:
    """`args.limit ? query.take(args.limit) : query.collect()`: whoever gives no number gets all rows anyway."""
    read = reach.operation
    return any(
        isinstance(other, Read)
        and (other.table, other.index, other.eq) == (read.table, read.index, read.eq)
        and scans_all(other)
        and exclusive(read, other)
        for other in reach.function.operations
    )


def _argument(limit: Value | None) -> str:
    """The argument that is, or goes into, the number; empty where none is."""
    return next(iter(_arguments(limit)), "")


def _arguments(limit: Value | None) -> dict[str, None]:
    """The arguments that say a number. The options of a page are the client's by design, and how many parts another argument
    has says nothing by itself."""
    given = [part.path for part in (parts_of(limit) if limit is not None else ()) if isinstance(part, Argument)]
    if any(path[1:] and path[-1] == "numItems" for path in given):
        return {}
    return {".".join(path): None for path in given if path and path[-1] != "length"}


def _of_several(limit: Value | None) -> bool:
    """`offset + limit`: all that was shown before is read again."""
    return len(_arguments(limit)) > 1


_ENOUGH = 100


def _cap(limit: Value | None) -> int:
    """A cap that leaves alone what the code takes when no number is given: `args.limit ?? 200`."""
    found = (part.value for part in parts_of(limit) if isinstance(part, Literal)) if limit is not None else ()
    return max(
        [_ENOUGH, *(int(number) for number in found if isinstance(number, (int, float)) and number <= DOCUMENTS_READ)]
    )


def _help(backend: Backend, site: Site[Read], argument: str) -> str:
    name = argument.rpartition(".")[2]
    cap = _cap(site.operation.limit)
    searched = searched_text(site.operation, site.table, backend.surroundings)
    if searched is not None and searched.always:
        advice = f"{searched.advice[:-1]}, and so would the first that are taken here. Cap the number as well, `Math.min({name}, {cap})`."
    elif site.operation.terminal == "paginate":
        advice = f"Take `paginationOpts: paginationOptsValidator` as argument, or cap it: `numItems: Math.min({name}, {cap})`."
    elif _of_several(site.operation.limit) and not site.operation.loops:
        advice = "Read page by page with `.paginate(paginationOpts)`: a page begins where the last one ended, without an offset."
    else:
        advice = f"Cap it, `.take(Math.min({name}, {cap}))`"
        advice += "." if site.operation.loops else ", or read page by page with `.paginate(paginationOpts)`."
    reason = f"The table {backend.growth(site.table).reason}, and anyone may call a public function with any number."
    return f"{advice} {reason}{backend.figures_in_words(site)}{callers_in_words(site)}"
