"""What a read costs by the figures of the configuration: documents, bytes, share of the platform's limits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from convex_lint.model.figures import TableSize
from convex_lint.model.limits import BYTES_READ, DOCUMENTS_READ
from convex_lint.model.operation import Op, Read
from convex_lint.model.value import Literal


@dataclass(frozen=True, slots=True)
class Volume:
    """Of one execution of a read. `bytes` None where the size of a row is not configured. `at_most`: the figures are
    those of more than the range, or it may stop early."""

    documents: float
    bytes: float | None
    at_most: bool = False


def rows_of_range(read: Read, size: TableSize) -> tuple[float, bool] | None:
    """How many rows the range of a read holds, and whether that is only the most that it can hold: by the smallest
    fanout of its equalities, or else by the rows of the table. None without figures."""
    if read.op is Op.GET or read.index == "by_id":
        return (1, False)
    fanouts = [size.fanout[key.field] for key in read.eq if key.field in size.fanout]
    if fanouts:
        return min(fanouts), bool(read.bounds) or len(read.eq) > 1
    return (size.rows, bool(read.eq or read.bounds)) if size.rows is not None else None


def volume(read: Read, size: TableSize) -> Volume | None:
    """None when nothing is configured that says how many rows the range holds."""
    found = rows_of_range(read, size)
    if found is None:
        return None
    documents, at_most = found
    if read.terminal in ("first", "unique", "take"):
        limit = read.limit.value if isinstance(read.limit, Literal) else None
        stops = {"first": 1, "unique": 2}.get(read.terminal, limit if isinstance(limit, (int, float)) else None)
        if any(predicate.source == "filter" for predicate in read.residual) or stops is None:
            at_most = True
        else:
            documents = min(documents, stops)
    elif read.terminal == "paginate":
        at_most = True
    return Volume(documents, documents * size.bytes if size.bytes is not None else None, at_most)


def figures_in_words(volume: Volume, rates: Iterable[tuple[str, float]]) -> str:
    """A sentence: documents and bytes a call, what that is of the limits, and what it comes to at the busiest of `rates`
    (a function's name and its calls a minute)."""
    cost = amount(volume.documents, volume.bytes)
    most = "at most " if volume.at_most else ""
    share = max(volume.documents / DOCUMENTS_READ, (volume.bytes or 0) / BYTES_READ)
    text = f"By the configured figures it reads {most}{cost} a call, {_share(share)}"
    name, rate = max(rates, key=lambda pair: pair[1], default=("", 0.0))
    if rate > 0:
        total = amount(volume.documents * rate, volume.bytes * rate if volume.bytes is not None else None)
        text += f"; at the {rate:,.4g} calls a minute of `{name}` that is {total} a minute"
    return text + "."


def amount(documents: float, size: float | None) -> str:
    """`400 documents and 360 KB`."""
    count = f"{documents:,.0f} document{'' if documents == 1 else 's'}"
    return f"{count} and {bytes_in_words(size)}" if size is not None else count


def bytes_in_words(size: float) -> str:
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("KB", 1e3)):
        if size >= factor:
            return f"{size / factor:,.3g} {unit}" if size < 1000 * factor else f"{size / factor:,.0f} {unit}"
    return f"{size:,.0f} bytes"


def _share(share: float) -> str:
    if share >= 1:
        return (
            f"{share:,.2g} times what one call may read" if share < 10 else f"{share:,.0f} times what one call may read"
        )
    percent = share * 100
    return f"{percent:.0f} % of what one call may read" if percent >= 1 else "less than 1 % of what one call may read"
