"""Reads inside of loops over rows, so that one call costs an index range for each. See read_per_row.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Tier, is_log
from convex_lint.analysis.cost import Cost, Factor
from convex_lint.analysis.drained import drains
from convex_lint.analysis.exposure import Exposure, Purpose, Weight
from convex_lint.analysis.size import large_fields
from convex_lint.analysis.story import Place, fields_in_words
from convex_lint.model.function import Function, Kind, qualified
from convex_lint.model.limits import DOCUMENTS_READ, RANGES_READ
from convex_lint.model.operation import Op, Read
from convex_lint.model.schema import Table
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity
from convex_lint.source import Span

_WAITED, _BACKGROUND, _WORTH_KNOWING = 10, 2, 20
"""From a tenth of a limit on a product is large where users wait; batches of background work are meant to be. A twentieth
is worth knowing."""

_MANY_A_ROW = 6
"""So many look-ups for each row of a page are worth knowing, however long the page is."""


class Looped(NamedTuple):
    """A read inside of a loop: how often one call does it, and what it brings each time."""

    function: Function
    read: Read
    table: Table
    cost: Cost
    each: Factor
    remembered: bool
    """A Map keeps what is read, so that each key is looked up once."""

    @property
    def outer(self) -> Factor:
        """The loop that makes it many: one that grows, or else the longest."""
        factors = self.cost.factors
        return next((factor for factor in factors if factor.open), max(factors, key=lambda factor: factor.most or 0))

    @property
    def ranges(self) -> float | None:
        return self.cost.most

    @property
    def documents(self) -> float | None:
        return self.cost.most * self.each.most if self.cost.most is not None and self.each.most is not None else None


class ReadPerRow(Rule):
    tags = ("performance", "limits")
    yields_to = ("ignored-index", "wide-read-before-write", "missing-index", "count-by-collect")

    def check(self, backend: Backend) -> Iterator[Finding]:
        groups: dict[tuple[Span, Span], list[Looped]] = {}
        for function in backend.functions:
            if function.kind in (Kind.ACTION, Kind.HTTP) or backend.purpose(function) in (
                Purpose.MIGRATION,
                Purpose.SEED,
            ):
                continue
            if backend.exposures.weight([function]) is Weight.NONE or not backend.is_asked([function]):
                continue
            if backend.exposures.by_hand([function]):
                continue
            for looped in _looped(backend, function):
                outer = looped.outer.read
                if outer is not None and not _picked_out(outer) and not _drained(backend, function, outer):
                    groups.setdefault((outer.span, looped.read.loops[0].span), []).append(looped)
        for group in groups.values():
            large = [looped for looped in group if _many(backend, looped) or _watched(backend, looped)]
            if large:
                yield _finding(backend, large)
            elif _adds_up(backend, group):
                yield _finding(backend, group)


def _drained(backend: Backend, function: Function, read: Read) -> bool:
    """A job walks what came in since its last run, as it moves the rows on."""
    if backend.never_enters(read, _table(backend, read)):
        return True
    return backend.exposures.exposure(function) is Exposure.BACKGROUND and drains(read, function)


def _picked_out(read: Read) -> bool:
    """Code drops rows by what no field says: nobody knows how many are left to be walked."""
    if read.terminal in ("take", "paginate"):
        return False  # no more than it takes
    return any(part.source == "js" and part.operator == "computed" for part in read.residual)


def _looped(backend: Backend, function: Function) -> Iterator[Looped]:
    for operation in function.operations:
        if not isinstance(operation, Read) or not operation.loops or operation.system:
            continue
        table = backend.table_of(operation)
        if table is None or operation.op in (Op.SEARCH, Op.VECTOR_SEARCH, Op.PAGINATE):
            continue
        cost = backend.costs.of(operation, function)
        if any(factor.read is not None for factor in cost.factors):
            remembered = any(backend.surroundings.remembers(place) for place in (operation.span, *operation.via))
            each = backend.costs.documents(operation, function)
            yield Looped(function, operation, table, cost, each, remembered)


def _many(backend: Backend, looped: Looped) -> bool:
    if looped.outer.read is None:
        return False
    if looped.cost.open or _share(looped) * (_WAITED if _is_waited(backend, looped.function) else _BACKGROUND) >= 1:
        return True
    return looped.each.open and looped.each.tier >= Tier.TENANT


def _adds_up(backend: Backend, group: list[Looped]) -> bool:
    """Look-ups of single rows, cheap one by one, of which a query that somebody waits for does a great many. What a search found is
    got row by row, as there is no other way."""
    counts: dict[str, dict[Span, float | None]] = {}
    for looped in group:
        function = looped.function
        asked = function.kind is Kind.QUERY and _is_waited(backend, function)
        outer = looped.outer.read
        sized = looped.ranges is not None or (outer is not None and outer.terminal == "paginate")
        result = looped.read.op is Op.GET and outer is not None and looped.table.name == outer.table
        if asked and sized and not result and backend.exposures.weight([function]) is Weight.FULL:
            counts.setdefault(function.id, {})[looped.read.span] = looped.ranges
    for each in counts.values():
        if sum(most for most in each.values() if most is not None) * _WORTH_KNOWING >= RANGES_READ:
            return True
        if len(each) >= _MANY_A_ROW:
            return True
    return False


def _share(looped: Looped) -> float:
    """What part of a limit the product uses up, where it is known."""
    return max((looped.ranges or 0) / RANGES_READ, (looped.documents or 0) / DOCUMENTS_READ)


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


def _worth(looped: Looped) -> tuple[bool, bool, bool, float, bool]:
    """By this the read is chosen that stands for those of its loop."""
    return (
        not looped.remembered,
        looped.cost.open,
        looped.each.open,
        looped.documents or 0,
        bool(large_fields(looped.table)),
    )


def _finding(backend: Backend, group: list[Looped]) -> Finding:
    worst = max(group, key=_worth)
    functions = tuple({looped.function.id: looped.function for looped in group}.values())
    outer = worst.outer
    assert outer.read is not None
    tables = list(dict.fromkeys(looped.table.name for looped in group))
    weight = backend.exposures.weight(functions)
    waited = any(_is_waited(backend, function) for function in functions)
    large = worst.cost.open or (worst.each.open and worst.each.tier >= Tier.TENANT) or _share(worst) * _WAITED >= 1
    serious = weight is Weight.FULL and not worst.remembered and waited and large and backend.is_asked(functions)
    places = [
        Place(outer.read.span, "these rows are walked", qualified(outer.read.component, outer.read.within)),
        *(Place(other.read.span, f"`{other.table.name}` is read here", qualified(other.read.component, other.read.within))
          for other in _others(group, worst)),
        *([Place(worst.read.via[0], f"`{worst.function.id}` gets there from here", worst.function.id)] if worst.read.via else ()),
    ]  # fmt: skip
    return Finding(
        worst.read,
        _message(worst, tables),
        _help(worst, group) + _callers(functions, worst),
        key=(worst.read.within or worst.function.id, outer.read.table, *tables),
        related=[Label(place, place.words) for place in places],
        confidence=Confidence.HIGH if outer.tier is Tier.TABLE and worst.cost.open else Confidence.MEDIUM,
        severity=None if serious else Severity.NOTE,
        table=tables[0] if len(tables) == 1 else None,
        index=worst.read.index if len(tables) == 1 else None,
        sites={worst.read.span, *(looped.read.span for looped in group if looped.each.open)},
        impact=backend.impact_of(functions, backend.extent(outer.read, _table(backend, outer.read))),
    )


def _table(backend: Backend, read: Read) -> Table:
    table = backend.table_of(read)
    assert table is not None
    return table


def _others(group: list[Looped], worst: Looped) -> list[Looped]:
    """A place for each table, and the one that stands for them first."""
    return list({looped.table.name: looped for looped in (*reversed(group), worst)}.values())[:6]


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


def _help(worst: Looped, group: list[Looped]) -> str:
    counts: dict[Span, float | None] = {}
    for looped in group:
        if looped.function is worst.function:
            counts[looped.read.span] = looped.ranges
    cost = f"That is {len(counts)} index range{'s' if len(counts) > 1 else ''} a row"
    if worst.ranges is not None:
        cost = f"That is up to {sum(count or 0 for count in counts.values()):,.0f} index ranges a call"
        if worst.documents is not None:
            cost += f" and {worst.documents:,.0f} documents of `{worst.table.name}`"
    limit = f"{cost}; one call may read {RANGES_READ:,} ranges and {DOCUMENTS_READ:,} documents."
    if worst.cost.open:
        advice = (
            "Read the rows page by page, so that the loop is short, or keep what is looked up in the rows themselves."
        )
    elif worst.each.open:
        advice = "Keep what is needed of them in the row itself (a count, the newest), or take a few with `.take(n)`."
    else:
        advice = "Read fewer rows a call, or keep what is looked up in the rows themselves."
    return f"{advice} {limit}"


def _callers(functions: tuple[Function, ...], worst: Looped) -> str:
    if len(functions) == 1 and functions[0].path == worst.read.within:
        return ""
    names = ", ".join(f"`{function.id}`" for function in functions[:9])
    rest = f" and {len(functions) - 9} more" if len(functions) > 9 else ""
    return f" Reached from {names}{rest}."
