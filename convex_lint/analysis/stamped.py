"""Fields that hold the time at which their row was made, and so say what `_creationTime` says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from convex_lint.analysis.chain_cover import CREATION
from convex_lint.analysis.fields import kinds_of
from convex_lint.analysis.sites import Site
from convex_lint.analysis.vocabulary import MADE, words_of
from convex_lint.analysis.wish import Wish
from convex_lint.model.operation import Op, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Clock, Unknown, Value
from convex_lint.source import Span


@dataclass(frozen=True, slots=True)
class Stamps:
    """`exact` fields hold the milliseconds of the insert, as `_creationTime` does; `ordered` are these and the ones that
    hold it as text, by which rows come in the same order. `texts` are those of them whose names say that they are the whole
    time, and not its day."""

    exact: frozenset[str] = frozenset()
    ordered: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()


def stamps_of(table: Table, writes: Iterable[Site[Write]], text_of: Callable[[Span], str] = lambda span: "") -> Stamps:
    """The fields that every insert sets to the time of the call and that nothing changes afterwards. A write whose fields
    are not known may change any, but for those that are named after the making."""
    inserted: list[tuple[dict[str, Value], str]] = []
    changed: set[str] = set()
    vague = False
    for site in writes:
        for reach in site.reaches:
            write = reach.operation
            if write.op is Op.INSERT:
                inserted.append((dict(write.values), text_of(write.span)))
            elif write.op is not Op.DELETE:
                changed.update(write.fields or ())
                vague |= write.fields is None
    if table.inferred or not inserted:
        return Stamps()
    exact: set[str] = set()
    ordered: set[str] = set()
    texts: set[str] = set()
    for field in set.intersection(*(set(values) for values, _ in inserted)) - changed:
        if vague and not words_of(field) & MADE:
            continue
        if all(_is_now(field, values[field], text) for values, text in inserted):
            ordered.add(field)
            kinds = {kind.kind for kind in kinds_of(field, table)}
            if kinds == {"float64"}:
                exact.add(field)
            elif kinds == {"string"} and words_of(field) & MADE and not words_of(field) & _PARTS:
                texts.add(field)
    return Stamps(frozenset(exact), frozenset(ordered), frozenset(texts))


_PARTS = frozenset(("day", "date", "month", "year", "week"))


def _is_now(field: str, value: Value, text: str) -> bool:
    """The clock, or what a function of a library gives for the time at which a row is made that is called `now`,
    `nowIso`, `getNow` and the like."""
    if isinstance(value, Unknown) and words_of(field) & MADE:
        called = re.search(rf"\b{re.escape(field)}\s*:\s*(?:\w+\.)?(\w+)\(\)", text)
        return called is not None and "now" in words_of(called[1])
    return value == Clock()


def by_creation(wish: Wish, stamps: Stamps) -> Wish | None:
    """The same wish with `_creationTime` in the place of such a field; None where there is none in it."""
    field = wish.ranged or wish.sorted
    if field is None or wish.bounded is not None or (wish.sorted or field) != field:
        return None
    if field not in (stamps.exact | stamps.texts if wish.ranged is not None else stamps.ordered):
        return None
    return replace(
        wish,
        ranged=CREATION if wish.ranged is not None else None,
        sorted=CREATION if wish.sorted is not None else None,
        stamp=field,
        parsed=field in stamps.texts,
    )
