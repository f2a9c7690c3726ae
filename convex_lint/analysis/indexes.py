"""Which declared index serves a read."""

from __future__ import annotations

from dataclasses import dataclass

from convex_lint.analysis.bound import selective
from convex_lint.analysis.chain_cover import CREATION
from convex_lint.analysis.order import following, keeps_order, shows_order
from convex_lint.analysis.wish import Wish
from convex_lint.model.operation import Op, Read
from convex_lint.model.schema import Index, Table


@dataclass(frozen=True, slots=True)
class Service:
    """How an index serves a wish: `pinned` is the prefix of its key that equalities fix, `ranged` the field after it
    that is compared, `ordered` the one that gives the order. `left`: equalities that still come too late. `unsorted`: the
    rows, few by now, come in another order than they did."""

    index: Index
    pinned: tuple[str, ...]
    ranged: str | None
    ordered: str | None
    left: tuple[str, ...]
    unsorted: bool = False


def serve(read: Read, wish: Wish, table: Table) -> Service | None:
    """The declared index, or the implicit creation-time order, that takes over most of what comes too late."""
    best: Service | None = None
    implicit = Index("by_creation_time", (), False, table.span)
    for index in (*table.indexes, implicit):
        service = _try(read, wish, index, table)
        if service is not None and (best is None or _worth(service, table) > _worth(best, table)):
            best = service
    return best


def _try(read: Read, wish: Wish, index: Index, table: Table) -> Service | None:
    if index.staged:
        return None
    wanted = {equality.field for equality in wish.equalities}
    needed = set(wish.pinned)
    pinned: list[str] = []
    for field in index.fields:
        if field not in needed and field not in wanted:
            break
        pinned.append(field)
    if not needed <= set(pinned):
        return None
    after = index.fields[len(pinned)] if len(pinned) < len(index.fields) else CREATION
    if wish.bounded is not None and after != wish.bounded:
        return None
    ranged = wish.ranged if wish.ranged is not None and wish.ranged == after else None
    left = tuple(sorted(wanted - set(pinned)))
    ordered = wish.sorted if wish.sorted is not None and wish.sorted == after and not left else None
    if ranged is not None and index.name == read.index and wish.bounded == ranged and set(pinned) == needed:
        ranged = None if _bound_on_both_sides(read) else ranged
    gained = [field for field in pinned if field not in needed]
    if not gained and ranged is None and ordered is None:
        return None
    moved = after != following(read, table, pinned) and ordered is None
    if keeps_order(read) and moved:
        few = any(selective(field, table) for field in gained)
        return Service(index, tuple(pinned), ranged, None, left, True) if few and read.terminal == "collect" else None
    seen = moved and shows_order(read) and any(use.kind == "returned" for use in read.uses)
    return Service(index, tuple(pinned), ranged, ordered, left, seen)


def _bound_on_both_sides(read: Read) -> bool:
    return {bound.operator[:2] for bound in read.bounds} == {"gt", "lt"}


def _worth(service: Service, table: Table) -> tuple[int, int, int, bool, int]:
    strong = sum(1 for field in service.pinned if selective(field, table))
    more = (service.ranged is not None) + (service.ordered is not None)
    return strong, len(service.pinned), more, not service.unsorted, -len(service.index.fields)


def pins_one(read: Read) -> bool:
    """`.unique()` on a range of equalities says that they pin one row."""
    return read.op is Op.QUERY and read.terminal == "unique" and bool(read.eq) and not read.residual
