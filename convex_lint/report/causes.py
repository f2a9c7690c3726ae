"""Results put together by what one repair would mend, and in the order in which to mend them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from convex_lint.engine.report import Result

MOST_REPEATS = 8
"""How many points of rank a cause loses at most to others like it."""


class Order(StrEnum):
    """`impact`: what to mend first comes first. `file`: by path and place."""

    IMPACT = "impact"
    FILE = "file"


class Cause(NamedTuple):
    """`first` is shown whole; the same repair mends the `others`."""

    first: Result
    others: tuple[Result, ...] = ()


def causes(results: Iterable[Result], order: Order = Order.IMPACT) -> list[Cause]:
    """Every result is in exactly one cause."""
    found: dict[tuple[str, ...], list[Result]] = defaultdict(list)
    key = _by_impact if order is Order.IMPACT else _by_file
    for result in sorted(results, key=key):
        found[result.cause].append(result)
    mended = [Cause(first, tuple(others)) for first, *others in found.values()]
    if order is Order.IMPACT:
        # the sort is stable: causes of one rank stay in order of place
        mended.sort(key=lambda cause: (cause.first.severity.rank, -_rank(cause)))
        mended = _varied(mended)
    return mended


def _varied(ordered: list[Cause]) -> list[Cause]:
    """The causes again, each a little later for every one before it of the same rule and table: who reads the second of
    them knows the first, and should rather see what else there is."""
    seen: Counter[tuple[str, str | None]] = Counter()
    later: dict[str, int] = {}
    for cause in ordered:
        kind = cause.first.rule, cause.first.finding.table
        later[cause.first.key] = min(2 * seen[kind], MOST_REPEATS)
        seen[kind] += 1
    return sorted(ordered, key=lambda cause: (cause.first.severity.rank, later[cause.first.key] - _rank(cause)))


def _rank(cause: Cause) -> float:
    """That of its first result, and a little more for each time that the number of results doubles."""
    return cause.first.rank + min(3, len(cause.others).bit_length())


def _by_impact(result: Result) -> tuple[object, ...]:
    return (-result.rank, *_by_file(result))


def _by_file(result: Result) -> tuple[object, ...]:
    span = result.finding.span
    return (span.file, span.start, span.end, result.rule, result.key)
