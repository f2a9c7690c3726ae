"""Reads of whole rows of which only a number, a sum or their existence is used. See count_by_collect.md."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.beside import shown_beside
from convex_lint.analysis.bound import Extent, Tier, by_clock, is_catalog, is_stream
from convex_lint.analysis.calendar_days import range_of_days, told_by_date
from convex_lint.analysis.capped import is_capped
from convex_lint.analysis.crowd import few_make
from convex_lint.analysis.doors import for_admins_alone
from convex_lint.analysis.exposure import Exposure, Purpose, Weight
from convex_lint.analysis.fields import kinds_of, leaves_out
from convex_lint.analysis.growth import is_equipment, made_one_by_one
from convex_lint.analysis.inflow import few_come
from convex_lint.analysis.listed_keys import listed_keys
from convex_lint.analysis.membership import asks_in_a_list, list_asked, picks_members
from convex_lint.analysis.piling import piles_up
from convex_lint.analysis.sites import Site
from convex_lint.analysis.stocked import inserts_defaults
from convex_lint.analysis.story import callers, callers_in_words, declaration, fields_in_words, filler, stands_in
from convex_lint.analysis.tally import tally
from convex_lint.analysis.terminal import scans_all
from convex_lint.analysis.unique import is_paired
from convex_lint.analysis.vocabulary import LOGS, MEMBERSHIPS, POPULAR, SET_UP, head_of, words_of
from convex_lint.analysis.words import bounds_in_words
from convex_lint.model.operation import Op, Read, Use
from convex_lint.model.value import Argument, Clock, DocumentField, Identity, Literal, parts_of
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity
from convex_lint.source import Span

_ANY = "whether there is one"
_REDUCES = frozenset({"length", "some", "exists", "reduce"})
_SUM = re.compile(r"^(?!.*Math\.(?:max|min)).*,\s*0\s*,?\s*\)$", re.DOTALL)
_FIELD = re.compile(r"\bfield\(\s*[\"']([\w.]+)[\"']\s*\)")
_ASKS_FOR_ANY = re.compile(r"\s*\)?\s*(?:>\s*0|[!=]==?\s*0|>=\s*1|<\s*1)\b")


class CountByCollect(Rule):
    tags = ("performance", "limits")
    yields_to = ("ignored-index", "wide-read-before-write", "missing-index")
    remedy = "read-less"

    def check(self, backend: Backend) -> Iterator[Finding]:
        used: dict[Span, list[str | None]] = defaultdict(list)
        for site in backend.reads:
            used[site.span].append(_reduced(backend, site.operation))
        for site in backend.reads:
            read = site.operation
            # One caller of a helper may want a number of the rows that another one shows.
            what = None if None in used[site.span] else used[site.span][0]
            growth, weight = backend.growth(site.table), backend.weight(site)
            if what is None or weight is Weight.NONE or site.table.inferred or not growth.grows:
                continue
            if backend.exposures.by_hand(site.functions):
                continue
            if all(backend.purpose(function) is Purpose.MIGRATION for function in site.functions) or _by_clock(read):
                continue
            extent = backend.extent(read, site.table)
            stream = extent.tier is Tier.ENTITY and is_stream(site.table)
            if not stream and not backend.is_asked(site.functions):
                continue
            if extent.tier is Tier.FIXED or extent.long is False or not backend.gains(read, site.table):
                continue
            if backend.leaver(read, site.table) is not None:
                continue  # few are in a state that they pass through
            long = backend.is_long(read, site.table)
            subscribed = backend.exposure(site) is Exposure.SUBSCRIBED and not read.bounds  # a window of a log is short
            for_few = all(for_admins_alone(reach.operation, backend.text_of) for reach in site.reaches)
            few = extent.long is None and (
                for_few
                or not backend.is_seen_to_fill(site.table)
                or _decided_elsewhere(read, extent)
                or (extent.tier is Tier.ENTITY and is_paired(read, backend.unique_of(site.table)))
                or is_equipment(site.table, backend.growth(site.table), backend.graph)
                or few_come(backend, read, site.table)
                or few_make(backend, read, site.table)
                or is_capped(backend, site)
                or all(inserts_defaults(function, read.table) for function in site.functions)
            )
            few |= shown_beside(site, backend.graph)
            few |= extent.tier is Tier.USER and not piles_up(backend, read, site.table)
            serious = long and (extent.tier >= Tier.USER or subscribed) and not few
            late = any(part.source == "js" for part in read.residual)
            often = read.loops or backend.exposure(site) is Exposure.SUBSCRIBED or (what == _ANY and not late)
            if not long and (not often or (what != _ANY and _few(backend, site))):
                continue  # a few rows, or counted now and then
            places = (*callers(site), *filler(growth), *declaration(site.table))
            yield Finding(
                read,
                f"This read collects {extent.reason}{bounds_in_words(read)}, and only {what} is used.",
                _help(backend, site, what, extent),
                key=(stands_in(site), site.table.name, read.index, *(key.field for key in read.eq)),
                related=[Label(place, place.words) for place in places],
                confidence=Confidence.HIGH if extent.tier >= Tier.TENANT else Confidence.MEDIUM,
                severity=None
                if serious and weight is Weight.FULL and backend.is_asked(site.functions)
                else Severity.NOTE,
                table=site.table.name,
                index=read.index,
                cause=(stands_in(site),),
                impact=backend.impact(site, extent),
            )


def _few(backend: Backend, site: Site[Read]) -> bool:
    """What people make one by one under one parent, members and what they set up: unless such rows pile up."""
    table = site.table
    if is_catalog(table) or words_of(table.name) & MEMBERSHIPS or head_of(table.name) in SET_UP:
        return True
    return made_one_by_one(backend.growth(table), backend.graph) and not words_of(table.name) & (LOGS | POPULAR)


def _by_clock(read: Read) -> bool:
    """Which rows count changes with the time of day: nothing that writes keep up says how many they are."""
    tested = [part.value for part in read.residual if part.operator in ("lt", "lte", "gt", "gte")]
    return by_clock(read) or any(isinstance(part, Clock) for value in tested for part in parts_of(value))


def _reduced(backend: Backend, read: Read) -> str | None:
    """What is left of the rows: `their number`, `whether there is one`, `a sum`. None when rows are used otherwise."""
    if read.op is not Op.QUERY or not scans_all(read) or read.terminal != "collect":
        return None
    kinds = {use.kind for use in read.uses}
    loops = {tally(backend.surroundings, use.span) for use in read.uses if use.kind == "iterate"}
    if None in loops or not (kinds & _REDUCES or loops) or kinds - _REDUCES - {"filter", "iterate"}:
        return None
    sums = [use for use in read.uses if use.kind == "reduce"]
    if not all(use.field is None and _SUM.search(backend.text_of(use.span)) for use in sums):
        return None  # of a greatest or smallest value the last or first row of an index is all that it takes
    late = [part for part in read.residual if part.source == "js"]
    if not sums and not loops and not kinds & {"filter", "some"} and read.fields:
        return None  # rows are looked at somewhere else, too
    if picks_members(read, backend.surroundings):
        return None  # which rows count is another matter for each caller
    if sums or "sum" in loops:
        return "a sum over them"
    if loops:
        return "the number of those that match"
    if all(use.kind in ("some", "exists", "filter") or _asks_for_any(backend, use) for use in read.uses):
        return None if any(part.field is None for part in late) else _ANY  # no range holds what only code can tell
    return "the number of those that match" if "filter" in kinds else "their number"


def _decided_elsewhere(read: Read, extent: Extent) -> bool:
    """Another document or the arguments say which rows of a parent count: no writer can keep such a number."""
    late = [part for part in read.residual if part.source == "js"]
    return extent.tier is not Tier.TABLE and any(part.operator in ("given", "computed") for part in late)


def _served(backend: Backend, site: Site[Read]) -> str:
    """The fields, in words, of a `.filter()` that could not be followed, or that are compared with another row, the caller, or
    an argument, when an index begins with each of them."""
    leading = {index.fields[0] for index in site.table.indexes if index.fields and not index.staged}
    texts = [backend.text_of(part.span) for part in site.operation.residual if part.source == "filter"]
    fields = list(dict.fromkeys(field for text in texts for field in _FIELD.findall(text)))
    joined = [part.field for part in site.operation.residual if part.source == "js" and part.operator == "eq"]
    given = (DocumentField, Argument, Identity)
    own = [part.field for part in site.operation.residual if isinstance(part.value, given)]
    fields = fields or [
        field for field in dict.fromkeys(joined) if field is not None and field in own and field in leading
    ]
    if site.operation.eq or not fields or not leading.issuperset(fields):
        return ""
    return (
        f"{'that' if len(fields) == 1 else 'those'} on {fields_in_words(fields)} {'is' if len(fields) == 1 else 'are'}"
    )


def _asks_for_any(backend: Backend, use: Use) -> bool:
    after = backend.text_of(Span(use.span.file, use.span.end, use.span.end + 12))
    return use.kind == "length" and bool(_ASKS_FOR_ANY.match(after))


def _enough(backend: Backend, read: Read) -> int | None:
    """One row more than the small number with which all that is asked for is compared: `users.length === 1`."""
    texts = [backend.text_of(Span(u.span.file, u.span.end, u.span.end + 12)) for u in read.uses if u.kind == "length"]
    found = [_COMPARED.match(text) for text in texts]
    if not found or len(found) < len(read.uses):
        return None
    most = max((int(one[1]) for one in found if one is not None), default=0)
    return most + 1 if None not in found and 0 < most <= _FEW_ROWS else None


def _without(site: Site[Read]) -> tuple[str, str] | None:
    """The index and the field of `rows.filter((row) => !row.teamId).length`: an id is missing, or it is not falsy."""
    late, table = site.operation.residual, site.table
    if site.operation.eq or site.operation.bounds or len(late) != 1 or late[0].operator != "neq":
        return None
    field = late[0].field or ""
    kinds = {kind.kind for kind in kinds_of(field, table)}
    if late[0].value != Literal(True) or kinds != {"id"} or not leaves_out(table, field):
        return None
    return next(((one.name, field) for one in table.indexes if one.fields[:1] == (field,) and not one.staged), None)


_COMPARED = re.compile(r"\s*(?:[!=]==?|[<>]=?)\s*(\d+)\b")
_FEW_ROWS = 100


def _help(backend: Backend, site: Site[Read], what: str, extent: Extent) -> str:
    enough = _enough(backend, site.operation)
    keyed = listed_keys(site.operation, site.table, backend.surroundings)
    day = told_by_date(site.operation, site.table, backend.surroundings)
    unset = _without(site)
    if unset is not None and what != _ANY:
        index, field = unset
        advice = (
            f'Read only the rows without a `{field}`, `.withIndex("{index}", (q) => q.eq("{field}", undefined))`: where a migration gives each '
            "of them one, few are left. Where they stay many, keep their number in the aggregate component (`@convex-dev/aggregate`)."
        )
    elif day is not None:
        advice = range_of_days(site.operation, day, site.table)
    elif keyed is not None and what == _ANY:
        advice = (
            f"Read one row for each of `{keyed.names}` with {keyed.index_in_words} and `.first()`, until one is found: those of all "
            "others are read only to be dropped."
        )
    elif keyed is not None:
        advice = keyed.advice
    elif what == _ANY and any(asks_in_a_list(use, backend.surroundings) for use in site.operation.uses):
        advice = (
            "Give the elements of the list that is searched in each row a table of their own, with an index on what is asked "
            "for, and read one row of it with `.first()`."
        )
    elif enough is not None:
        advice = f"Read no more rows than it takes to tell: `.take({enough})`."
    elif what == _ANY:
        advice = "Read one row with `.first()`, from an index range that holds only rows that match."
    elif (listed := list_asked(site.operation, site.table, backend.surroundings)) is not None:
        advice = (
            f"Give the elements of `{listed}` a table of their own, with an index on what is asked for, and count that range, or "
            "keep the number with what it is of."
        )
    elif extent.tier is Tier.TABLE:
        advice = (
            "Keep it in the aggregate component (`@convex-dev/aggregate`), or the sharded counter "
            "(`@convex-dev/sharded-counter`), which count without reading the rows."
        )
    else:
        advice = (
            "Keep it in a field of the parent that each insert and delete changes, or in the aggregate component "
            "(`@convex-dev/aggregate`) with the parent as namespace; for a badge, `.take(100)` and `99+` will do."
        )
    served = _served(backend, site)
    if served:
        advice = (
            f"Read the range of an index instead of the filter ({served} declared); where that is long, too: {advice}"
        )
    growth = backend.growth(site.table)
    return f"{advice} The table {growth.reason}.{backend.figures_in_words(site)}{callers_in_words(site)}"
