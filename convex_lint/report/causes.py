"""Results put together by what one repair would mend, and in the order in which to mend them."""

from __future__ import annotations

import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from convex_lint.analysis.exposure import Exposure
from convex_lint.analysis.impact import Impact
from convex_lint.engine.report import Result
from convex_lint.rule import Severity

SAME_RULE = 0.5
"""How many points of rank a cause loses to one of its rule that comes before it."""
REPEATED, MOST_REPEATS = 1.0, 3.0
"""And to each other of its rule and table, and at most."""
ALONGSIDE, MOST_ALONGSIDE = 3.0, 9.0
"""And to each other of its function or place, which whoever mends that one has before their eyes."""


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
    mended = _copies([Cause(first, tuple(others)) for first, *others in found.values()])
    if order is Order.FILE:
        return mended
    tables = Counter(cause.first.finding.table for cause in mended)
    # the sort is stable: causes of one rank stay in order of place
    mended.sort(key=lambda cause: (-_rank(cause), -tables[cause.first.finding.table]))
    # what costs nothing while the backend runs waits for what does, however often the reader has met that before
    shelves: dict[tuple[Severity, int], list[Cause]] = defaultdict(list)
    for cause in mended:
        shelves[cause.first.severity, _shelf(cause.first.finding.impact)].append(cause)
    return [cause for severity in Severity for shelf in range(3) for cause in _varied(shelves[severity, shelf])]


def _shelf(impact: Impact) -> int:
    """0 for what runs as the product is used, 1 for what people run by hand, 2 for what costs nothing at run time."""
    if impact.points == 0:
        return 2
    return int(impact.exposure is Exposure.MANUAL and not impact.asked)


def _copies(mended: list[Cause]) -> list[Cause]:
    """Projects of a repository may be copies of one another: what is said in the same words of files with the same name is
    mended in the same way."""
    if len({cause.first.project for cause in mended}) < 2:
        return mended
    found: dict[tuple[object, ...], Cause] = {}
    for cause in mended:
        first = cause.first
        key = (first.rule, first.finding.cause, first.finding.message, posixpath.basename(first.finding.span.file))
        known = found.get(key)
        if known is None:
            found[key] = cause
        elif known.first.project == first.project:
            found[(*key, first.key)] = cause
        else:
            found[key] = Cause(known.first, (*known.others, first, *cause.others))
    return list(found.values())


def _varied(ordered: list[Cause]) -> list[Cause]:
    """The causes again, each a little later for those before it of the same rule and table, and more so of the same function
    or place, which one repair may mend as well: who reads the second of them knows the first, and should rather see what
    else there is."""
    waiting: dict[tuple[str, str | None], list[Cause]] = defaultdict(list)
    for cause in reversed(ordered):
        waiting[cause.first.rule, cause.first.finding.table].append(cause)
    place = {cause.first.key: number for number, cause in enumerate(ordered)}
    seen: Counter[object] = Counter()

    def comes(kind: tuple[str, str | None]) -> tuple[float, int]:
        first = waiting[kind][-1].first
        repeats = SAME_RULE * min(seen[kind[0]], 1) + min(REPEATED * seen[kind], MOST_REPEATS)
        around = max(seen["in", first.finding.function], *(seen[site] for site in first.finding.sites), 0)
        repeats += min(ALONGSIDE * around, MOST_ALONGSIDE)
        return repeats - _rank(waiting[kind][-1]), place[first.key]

    varied = []
    while waiting:
        kind = min(waiting, key=comes)
        varied.append(waiting[kind].pop())
        if not waiting[kind]:
            del waiting[kind]
        found = varied[-1].first.finding
        seen.update([kind[0], kind, *found.sites])
        if found.function:
            seen["in", found.function] += 1
    return varied


def _rank(cause: Cause) -> float:
    """That of its first result, and a little more for each time that the number of results doubles."""
    return cause.first.rank + min(3, len(cause.others).bit_length())


def _by_impact(result: Result) -> tuple[object, ...]:
    return (-result.rank, *_by_file(result))


def _by_file(result: Result) -> tuple[object, ...]:
    span = result.finding.span
    return (span.file, span.start, span.end, result.rule, result.key)
