"""How a read ends: does it take all of its range, or stop early?"""

from __future__ import annotations

from convex_lint.analysis.clamp import ceiling
from convex_lint.analysis.keyrange import KeyRange
from convex_lint.analysis.wish import keeps_most
from convex_lint.model.limits import DOCUMENTS_READ
from convex_lint.model.operation import Op, Read


def scans_all(read: Read) -> bool:
    """Takes every row of a range that has an open end. Searches are capped by the platform; a range with both ends
    fixed does not grow with the table's age."""
    return (
        read.op is Op.QUERY
        and read.range_known
        and read.index is not None
        and (read.terminal in ("collect", "iterate", "count") or _takes_more_than_can_be_read(read))
        and not KeyRange.of(read).closed
    )


def _takes_more_than_can_be_read(read: Read) -> bool:
    """`.take(50_000)` stops no read: before it does, the platform has."""
    limit = ceiling(read.limit) if read.terminal == "take" else None
    return limit is not None and limit > DOCUMENTS_READ


def until_match(read: Read) -> bool:
    """Stops early, but counts only rows that pass a `.filter()`: it reads on until enough of them match."""
    return (
        read.op is Op.QUERY
        and read.range_known
        and read.index is not None
        and read.terminal in ("first", "take", "unique")
        and any(predicate.source == "filter" and not keeps_most(predicate) for predicate in read.residual)
        and not KeyRange.of(read).closed
    )


def drops_one_value(read: Read) -> bool:
    """`.filter(createdBy !== undefined).take(n)`: what it passes over has one value, so that mostly it ends early."""
    late = [part for part in read.residual if part.source == "filter"]
    return until_match(read) and all(part.operator == "neq" or keeps_most(part) for part in late)


def takes_all_found(read: Read) -> bool:
    """A search of which every match is wanted: the platform throws where there are more than 1,024."""
    return read.op is Op.SEARCH and read.terminal in ("collect", "iterate")


def covers_range(read: Read) -> bool:
    """The read set holds all of the range, or as much of it as it takes to find a match."""
    return scans_all(read) or until_match(read)


def looked_up(read: Read) -> bool:
    """One row for each row of a list: whoever keeps the list open watches them all."""
    return read.terminal in ("first", "unique", "get") and any(loop.over is not None for loop in read.loops)
