"""Reads inside of loops over rows, so that one call costs an index range for each. See read_per_row.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.batching import batches, fewer, is_deeper
from convex_lint.analysis.bound import Tier, is_log
from convex_lint.analysis.doors import for_admins_alone
from convex_lint.analysis.drained import deletes_each, drains, schedules_each
from convex_lint.analysis.exposure import Exposure, Purpose, Weight
from convex_lint.analysis.inflow import few_to_write
from convex_lint.analysis.looped import (
    Looped,
    all_walked,
    few_left,
    few_walked,
    functions_of,
    grows_by_itself,
    looped_in,
    ranges,
)
from convex_lint.analysis.offered import is_offered, offered_in_words
from convex_lint.analysis.per_round import at_most
from convex_lint.analysis.picking import comes_after, in_a_state
from convex_lint.analysis.shared_keys import follows, has_few_keys
from convex_lint.analysis.story import Place, fields_in_words
from convex_lint.model.function import Function, Kind, qualified
from convex_lint.model.limits import DOCUMENTS_READ, RANGES_READ
from convex_lint.model.operation import Op, Read
from convex_lint.model.schema import Table
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity
from convex_lint.source import Span

_WAITED, _BACKGROUND, _WORTH_KNOWING = 10, 2, 20
"""A product from a tenth of a limit on is told of where users wait; batches of background work are meant to be large. What many
look-ups of single rows add up to is worth knowing from a twentieth on."""

_LARGE_RANGES, _LARGE_DOCUMENTS = 4, 2
"""What the program bounds is a warning from a quarter of the ranges on, or half of the documents."""

_MANY_A_ROW = 6
"""So many look-ups for each row of a page are worth knowing, however long the page is."""


class ReadPerRow(Rule):
    tags = ("performance", "limits")
    yields_to = (
        "ignored-index",
        "wide-read-before-write",
        "missing-index",
        "count-by-collect",
        "transaction-limit",
    )
    follows = ("unbounded-read", "broad-subscription", "client-sized-read")

    def check(self, backend: Backend) -> Iterator[Finding]:
        groups: dict[tuple[Span, Span], list[Looped]] = {}
        for function in backend.functions:
            if function.kind in (Kind.ACTION, Kind.HTTP) or backend.purpose(function) in (
                Purpose.MIGRATION,
                Purpose.SEED,
            ):
                continue
            asked = backend.is_asked([function]) or is_offered(backend, [function])
            if (
                not asked
                or backend.exposures.weight([function]) is Weight.NONE
                or backend.exposures.by_hand([function])
            ):
                continue
            for looped in (one for one in looped_in(backend, function) if not one.again):
                outer = looped.outer.read
                if outer is None or few_left(backend, outer) or _drained(backend, function, outer):
                    continue
                if outer.span in backend.narrowings and deletes_each(outer, function):
                    continue  # an index leaves the rows that are meant, as for `transaction-limit`
                groups.setdefault((outer.span, _around(backend, looped)), []).append(looped)
        for group in groups.values():
            varying = [looped for looped in group if not looped.same]
            large = [looped for looped in varying if _many(backend, looped, varying) or _watched(backend, looped)]
            if large:
                yield _finding(backend, large, group)
            elif _adds_up(backend, varying):
                yield _finding(backend, varying, group)
            same = [looped for looped in group if looped.same and not looped.rewritten and looped.cost.open]
            if any(looped.each.open for looped in same):
                yield _anew(backend, same)


def _around(backend: Backend, looped: Looped) -> Span:
    """The function, or else the loop itself, in whose text the loop stands: loops of one function over the same rows belong
    together."""
    span = looped.read.loops[0].span
    functions = backend.surroundings.functions(span)
    return Span(span.file, functions[0].start, functions[0].end) if functions else span


def _drained(backend: Backend, function: Function, read: Read) -> bool:
    """A job walks what came in since its last run, as it moves the rows on."""
    if backend.never_enters(read, _table(backend, read)):
        return True
    return backend.exposures.exposure(function) is Exposure.BACKGROUND and drains(read, function)


def _many(backend: Backend, looped: Looped, group: Sequence[Looped]) -> bool:
    if looped.outer.read is None or (looped.cost.most is not None and looped.cost.most <= 1):
        return False
    if looped.cost.open:
        return True
    if looped.each.open and looped.each.tier >= Tier.TENANT:
        return True
    if looped.function.kind is not Kind.QUERY:
        return False  # how much a mutation takes in one batch has been chosen
    least = _WAITED if _is_waited(backend, looped.function) else _BACKGROUND
    return ranges(group, looped) * least >= RANGES_READ or _is_heavy(looped)


def _is_heavy(looped: Looped) -> bool:
    return not looped.cost.loose and (looped.documents or 0) * _LARGE_DOCUMENTS >= DOCUMENTS_READ


def _adds_up(backend: Backend, group: Sequence[Looped]) -> bool:
    """Look-ups of single rows, cheap one by one, of which a query that somebody waits for does a great many. What a search found is
    got row by row, as there is no other way."""
    functions: dict[str, list[Looped]] = {}
    for looped in group:
        function = looped.function
        asked = function.kind is Kind.QUERY and _is_waited(backend, function)
        outer = looped.outer.read
        sized = looped.ranges is not None or (outer is not None and outer.terminal == "paginate")
        result = looped.read.op is Op.GET and outer is not None and looped.table.name == outer.table
        if asked and sized and not result and backend.exposures.weight([function]) is Weight.FULL:
            functions.setdefault(function.id, []).append(looped)
    for several in functions.values():
        if ranges(several, several[0]) * _WORTH_KNOWING >= RANGES_READ:
            return True
        if at_most({looped.read.span: (looped.read, 1.0) for looped in several}.values()) >= _MANY_A_ROW:
            return True
    return False


def _is_waited(backend: Backend, function: Function) -> bool:
    return backend.exposures.exposure(function) in (Exposure.SUBSCRIBED, Exposure.WAITED)


def _watched(backend: Backend, looped: Looped) -> bool:
    """A list of a user's own things, each with a range of its own: a subscription to all of these ranges."""
    outer = looped.outer.read
    if outer is None or outer.terminal not in ("collect", "iterate") or looped.outer.tier < Tier.USER:
        return False
    if backend.exposures.exposure(looped.function) is not Exposure.SUBSCRIBED:
        return False
    grows = backend.growth(_table(backend, outer)).grows and backend.growth(looped.table).grows
    each = backend.extent(looped.read, looped.table)
    return grows and each.tier > Tier.FIXED and looped.read.terminal != "unique" and is_log(looped.table)


def _is_serious(backend: Backend, worst: Looped, group: Sequence[Looped], functions: Sequence[Function]) -> bool:
    """Users wait for it, and the program shows that the rows are many, and that all of them are looked up."""
    outer = worst.outer.read
    if outer is None or worst.remembered or backend.exposures.weight(functions) is not Weight.FULL:
        return False
    if not backend.is_asked(functions) or not any(_is_waited(backend, function) for function in functions):
        return False
    table = _table(backend, outer)
    if comes_after(outer) or in_a_state(worst.read, outer) or for_admins_alone(outer, backend.text_of):
        return False
    if not all_walked(backend, worst, group) or schedules_each(outer, worst.function):
        return False
    if outer.op is Op.SEARCH and not any(looped.each.open for looped in group):
        return False  # it brings 1,024 rows at most, and a look-up for each is a quarter of the ranges
    if few_walked(backend, worst) and not any(looped.brings_log for looped in group):
        return False  # what the people of a team make by hand: its sites, not its messages
    deleted = few_to_write(backend, outer, table) and all(looped.deletes for looped in group)
    if deleted or all(has_few_keys(backend, looped) for looped in group):
        return False
    large = ranges(group, worst, certain=True) * _LARGE_RANGES >= RANGES_READ or _is_heavy(worst)
    return worst.cost.open or large or worst.brings_all


def _finding(backend: Backend, group: list[Looped], all_of: list[Looped]) -> Finding:
    worst = max(group, key=lambda looped: looped.worth)
    functions = functions_of(group)
    outer = worst.outer
    assert outer.read is not None
    tables = list(dict.fromkeys(looped.table.name for looped in group))
    same = [one.table.name for one in all_of if one.same and not one.rewritten and one.function is worst.function]
    return Finding(
        worst.read,
        _message(worst, tables),
        _help(backend, worst, group) + _once(same) + _callers(functions, worst) + offered_in_words(backend, functions),
        key=(worst.read.within or worst.function.id, outer.read.table, *tables),
        related=[Label(place, place.words) for place in _places(outer.read, group, worst)],
        confidence=Confidence.HIGH if outer.tier is Tier.TABLE and worst.cost.open else Confidence.MEDIUM,
        severity=None if _is_serious(backend, worst, group, functions) else Severity.NOTE,
        table=tables[0] if len(tables) == 1 else None,
        index=worst.read.index if len(tables) == 1 else None,
        sites={worst.read.span, *(looped.read.span for looped in group if looped.each.open)},
        cause=(worst.read.within or worst.function.id,),
        follows=(outer.read.span,),
        impact=backend.impact_of(functions, backend.extent(outer.read, _table(backend, outer.read))),
    )


def _anew(backend: Backend, group: list[Looped]) -> Finding:
    """What each round reads anew although nothing about it changes."""
    worst = max(group, key=lambda looped: looped.worth)
    functions = functions_of(group)
    outer = worst.outer
    assert outer.read is not None
    tables = list(dict.fromkeys(looped.table.name for looped in group))
    return Finding(
        worst.read,
        f"The same rows of {fields_in_words(tables)} are read anew for {outer.words}.",
        f"Read them once before the loop.{_callers(functions, worst)}{offered_in_words(backend, functions)}",
        key=(worst.read.within or worst.function.id, outer.read.table, *tables),
        related=[Label(place, place.words) for place in _places(outer.read, group, worst)],
        confidence=Confidence.MEDIUM,
        severity=None if _is_serious(backend, worst, group, functions) else Severity.NOTE,
        table=tables[0] if len(tables) == 1 else None,
        sites={looped.read.span for looped in group},
        cause=(worst.read.within or worst.function.id,),
        impact=backend.impact_of(functions, backend.extent(outer.read, _table(backend, outer.read))),
    )


def _table(backend: Backend, read: Read) -> Table:
    table = backend.table_of(read)
    assert table is not None
    return table


def _places(outer: Read, group: list[Looped], worst: Looped) -> Iterator[Place]:
    yield Place(outer.span, "these rows are walked", qualified(outer.component, outer.within))
    for other in list({looped.table.name: looped for looped in (*reversed(group), worst)}.values())[:6]:
        here = qualified(other.read.component, other.read.within)
        yield Place(other.read.span, f"`{other.table.name}` is read here", here)
    if worst.read.via:
        yield Place(worst.read.via[0], f"`{worst.function.id}` gets there from here", worst.function.id)


def _message(worst: Looped, tables: list[str]) -> str:
    rounds = worst.outer.words
    if worst.remembered:
        rows = (
            rounds.removeprefix("each of ")
            .replace("every row of", "the rows of")
            .replace(" that passes a", " that pass a")
        )
        rounds = f"each different key among {rows}"
    return f"{fields_in_words(tables)} {'is' if len(tables) == 1 else 'are'} read once for {rounds}."


def _help(backend: Backend, worst: Looped, group: list[Looped]) -> str:
    own = {looped.read.span: looped.read for looped in group if looped.function is worst.function}
    inner = [read for read in own.values() if worst.outer.read is not None and is_deeper(read, worst.outer.read)]
    count = at_most((read, 1.0) for read in own.values() if read not in inner)
    most = "at most " if any(follows(read, worst.outer.read) for read in own.values()) else ""
    cost = f"That is {most}{count:.0f} index range{'s' if count > 1 else ''} a row{', and more in the loops inside' if inner else ''}"
    cost = cost if count else "That is one index range or more for each row of the loops inside"
    if worst.ranges is not None and not worst.cost.loose:
        cost = f"That is up to {ranges(group, worst) or worst.ranges:,.0f} index ranges a call"
        if worst.documents is not None:
            cost += f" and {worst.documents:,.0f} documents of `{worst.table.name}`"
    limit = f"{cost}; one call may read {RANGES_READ:,} ranges and {DOCUMENTS_READ:,} documents."
    if worst.cost.open and worst.outer.read is not None and deletes_each(worst.outer.read, worst.function):
        advice = batches(worst.outer.read, worst.function)
    elif worst.cost.open and grows_by_itself(backend, worst):
        advice = f"Keep what is shown of `{worst.table.name}` in a row for each day, or in the row itself: it grows on."
    elif worst.cost.open:
        advice = (
            "Read the rows page by page, so that the loop is short, or keep what is looked up in the rows themselves."
        )
    elif worst.each.open:
        advice = "Keep what is needed of them in the row itself (a count, the newest), or take a few with `.take(n)`."
    else:
        advice = fewer(worst.outer.read)
    if worst.read.op is Op.GET and not worst.remembered and follows(worst.read, worst.outer.read):
        advice += (
            f" Rows that refer to the same one of `{worst.table.name}` can share a look-up, kept in a Map by its id."
        )
    return f"{advice} {limit}"


def _once(tables: list[str]) -> str:
    if not tables:
        return ""
    several = fields_in_words(list(dict.fromkeys(tables)))
    return f" What each round reads of {several} is the same: read it once before the loop."


def _callers(functions: tuple[Function, ...], worst: Looped) -> str:
    if len(functions) == 1 and functions[0].path == worst.read.within:
        return ""
    names = ", ".join(f"`{function.id}`" for function in functions[:9])
    rest = f" and {len(functions) - 9} more" if len(functions) > 9 else ""
    return f" Reached from {names}{rest}."
