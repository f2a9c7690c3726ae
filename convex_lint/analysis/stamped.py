"""Fields that hold the time at which their row was made, and so say what `_creationTime` says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from convex_lint.analysis.chain_cover import CREATION
from convex_lint.analysis.fields import kinds_of
from convex_lint.analysis.sites import Site
from convex_lint.analysis.vocabulary import MADE, words_of
from convex_lint.analysis.wish import Wish
from convex_lint.model.operation import Op, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Clock, Value


@dataclass(frozen=True, slots=True)
class Stamps:
    """`exact` fields hold the milliseconds of the insert, as `_creationTime` does; `ordered` are these and the ones that
    hold it as text, by which rows come in the same order."""

    exact: frozenset[str] = frozenset()
    ordered: frozenset[str] = frozenset()


def stamps_of(table: Table, writes: Iterable[Site[Write]]) -> Stamps:
    """The fields that every insert sets to the time of the call and that nothing changes afterwards. A write whose fields
    are not known may change any, but for those that are named after the making."""
    inserted: list[dict[str, Value]] = []
    changed: set[str] = set()
    vague = False
    for site in writes:
        for reach in site.reaches:
            write = reach.operation
            if write.op is Op.INSERT:
                inserted.append(dict(write.values))
            elif write.op is not Op.DELETE:
                changed.update(write.fields or ())
                vague |= write.fields is None
    if table.inferred or not inserted:
        return Stamps()
    exact: set[str] = set()
    ordered: set[str] = set()
    for field in set.intersection(*(set(values) for values in inserted)) - changed:
        if vague and not words_of(field) & MADE:
            continue
        if all(values[field] == Clock() for values in inserted):
            ordered.add(field)
            if {kind.kind for kind in kinds_of(field, table)} == {"float64"}:
                exact.add(field)
    return Stamps(frozenset(exact), frozenset(ordered))


def by_creation(wish: Wish, stamps: Stamps) -> Wish | None:
    """The same wish with `_creationTime` in the place of such a field; None where there is none in it."""
    field = wish.ranged or wish.sorted
    if field is None or wish.bounded is not None or (wish.sorted or field) != field:
        return None
    if field not in (stamps.exact if wish.ranged is not None else stamps.ordered):
        return None
    return replace(
        wish,
        ranged=CREATION if wish.ranged is not None else None,
        sorted=CREATION if wish.sorted is not None else None,
        stamp=field,
    )
