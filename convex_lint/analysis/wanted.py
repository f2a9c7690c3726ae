"""What is wanted of the rows of a long range, where the text of the code says so: the repair for just that."""

from __future__ import annotations

from dataclasses import replace

from convex_lint.analysis import repairs
from convex_lint.analysis.asked import idle_filters
from convex_lint.analysis.at_hand import at_hand
from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Tier
from convex_lint.analysis.calendar_days import range_of_days, told_by_date
from convex_lint.analysis.counterparts import Counterparts, counterparts
from convex_lint.analysis.distinct import advice_for, distinct_values
from convex_lint.analysis.followed import followed
from convex_lint.analysis.membership import is_folded
from convex_lint.analysis.ordering import ordering, sorts_at_random
from convex_lint.analysis.sites import Site
from convex_lint.analysis.summed import adds_up_all
from convex_lint.analysis.surroundings import Surroundings
from convex_lint.analysis.text_search import searched_text
from convex_lint.analysis.unasked import unasked
from convex_lint.model.function import Kind
from convex_lint.model.operation import Read


def wanted(backend: Backend, site: Site[Read]) -> str | None:
    """A sentence or two; None where the code does not say it."""
    read, table, around = site.operation, site.table, backend.surroundings
    if read.terminal != "collect" or any(function.kind is Kind.MUTATION for function in site.functions):
        return None
    whose = at_hand(backend, site)
    if whose is not None:
        return whose.advice
    if sorts_at_random(read, around):
        return repairs.AT_RANDOM
    searched = searched_text(read, table, around)
    if searched is not None and searched.always:
        return searched.advice
    forgotten = unasked(site, around) if backend.extent(read, table).tier is Tier.TABLE else None
    if forgotten is not None:
        return forgotten.advice
    field = told_by_date(read, table, around)
    if field is not None:
        return range_of_days(read, field, table)
    fields = distinct_values(read, around)
    if fields:
        return advice_for(fields, read, table)
    others = counterparts(read, around)
    if (
        others is not None
        and (others.key is not None or not others.taken or others.composed)
        and not adds_up_all(read, around)
        and (others.alone or not _are_shown(read, around))
    ):
        as_compared = repairs.AS_COMPARED if is_folded(read, around) else ""
        return _looked_up(others) + _begun_with(backend, site, others) + as_compared
    order = ordering(read, table, around)
    return repairs.FOR_CALLER if order is not None and order.personal else None


def _begun_with(backend: Backend, site: Site[Read], others: Counterparts) -> str:
    """A sentence about a table of which all rows are read as well, and whose rows refer to these."""
    referring = {one.table.name for one in backend.references.to(site.table)} if others.key == "_id" else set()
    reads = [
        other
        for reach in site.reaches
        for other in reach.function.operations
        if isinstance(other, Read) and other.table in referring and other.table != site.table.name
    ]
    whole = [one for one in reads if one.terminal == "collect" and not (one.eq or one.bounds or one.residual)]
    return repairs.REFERRED_TO_BY_ALL.format(whole[0].table) if whole and len(whole) == len(reads) else ""


def _looked_up(others: Counterparts) -> str:
    if others.key == "_id":
        return repairs.REFERRED_TO
    if not others.taken:
        return repairs.COUNTERPART
    if others.key is None:
        return repairs.COMPOSED
    return repairs.ASKED_FOR.format(f" on `{others.key}`")


def _are_shown(read: Read, around: Surroundings) -> bool:
    """Something of each of them is part of the answer, too, or a figure that all of them make."""
    kinds = {use.kind for use in read.uses}
    return bool(kinds & {"returned", "passed", "length", "reduce"}) or any(
        one.is_given for one in followed(read, around)
    )


def as_called(backend: Backend, site: Site[Read]) -> Site[Read]:
    """The site without the filters for arguments that no client passes."""
    idle = idle_filters(site, backend.graph, backend.surroundings)
    if not idle:
        return site
    read = site.operation
    left = tuple(part for part in read.residual if part.span not in idle)
    uses = tuple(use for use in read.uses if not (use.kind == "filter" and use.span in idle))
    return replace(site, operation=replace(read, residual=left, uses=uses))
