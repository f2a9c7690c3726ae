"""Whether an index would pay for itself: what it leaves unread, and whether there is enough to leave unread."""

from __future__ import annotations

from collections.abc import Iterable

from convex_lint.analysis.bound import Extent, Tier, is_long, selective
from convex_lint.analysis.fields import is_reference
from convex_lint.analysis.growth import Growth
from convex_lint.analysis.indexes import Service
from convex_lint.analysis.order import keeps_order
from convex_lint.analysis.pruning import Bounded
from convex_lint.analysis.sites import Reach, Site
from convex_lint.analysis.vocabulary import ENDS, words_of
from convex_lint.analysis.wish import Wish
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Clock, DocumentField, Value, parts_of

SMALL = frozenset({Bounded.SINGLETON, Bounded.LITERAL_KEYS, Bounded.DRAINED, Bounded.BY_HAND, Bounded.CONFIGURED})
"""What proves that a table stays small."""


def grows_long(extent: Extent, growth: Growth, table: Table) -> bool:
    return growth.grows and is_long(extent, table)


def falls_short(service: Service, wish: Wish, site: Site[Read], growth: Growth) -> bool:
    """The declared index takes a state, or leaves out what is deleted or new, and leaves what would have told rows apart."""
    table = site.table
    gained = [equality for equality in wish.equalities if equality.field in service.pinned]
    left = [equality for equality in wish.equalities if equality.field in service.left]
    if service.ranged is not None and left and not gained:
        return growth.bounded is not Bounded.PRUNED and lies_before(wish, site.reaches)
    if service.ranged is not None or service.ordered is not None:
        return False
    return (bool(left) and all(equality.keeps_most for equality in gained)) or (
        not any(selective(equality.field, table) for equality in gained)
        and any(selective(equality.field, table) for equality in left)
    )


def worth_declaring(site: Site[Read], wish: Wish, extent: Extent, growth: Growth) -> bool:
    read = site.operation
    one_of_many = growth.grows and any(equality.chosen for equality in wish.equalities)  # those before it pile up
    if sum(is_reference(field, site.table) for field in wish.pinned) > 1:
        one_of_many = False  # what links two rows is little, whoever links them anew
    pruned = growth.bounded is Bounded.PRUNED and extent.tier >= Tier.TENANT
    if site.table.inferred or not (grows_long(extent, growth, site.table) or one_of_many or pruned):
        return False
    if keeps_order(read) and any(len(equality.values) > 2 for equality in wish.equalities):
        return False  # the last rows of several ranges would have to be put in order again
    if not pruned and not wish.equalities and wish.sorted is None and lies_before(wish, site.reaches):
        return False
    return read.terminal != "paginate" or extent.tier is Tier.TABLE


def lies_before(wish: Wish, reaches: Iterable[Reach[Read]]) -> bool:
    """Nothing but an upper bound that moves on with the clock: most rows come to lie before it, unless the field says when
    they end, the range has a lower bound already, or whoever finds them there deletes them or sets it anew."""
    moving = all(
        part.operator in ("lt", "lte")
        and not words_of(part.field or "") & ENDS
        and any(isinstance(value, Clock) for value in parts_of(part.value))
        for part in wish.comparisons
    )
    return (
        bool(wish.comparisons)
        and moving
        and not any(_takes_out(reach, wish) or _is_begun(reach, wish) for reach in reaches)
    )


def _is_begun(reach: Reach[Read], wish: Wish) -> bool:
    """The upper bound closes a window: `.gte("startTime", from)` stands in the range."""
    fields = {part.field for part in wish.comparisons}
    return any(bound.operator in ("gt", "gte") and bound.field in fields for bound in reach.operation.bounds)


def _takes_out(reach: Reach[Read], wish: Wish) -> bool:
    fields, row = {part.field for part in wish.comparisons}, reach.operation.ordinal
    return any(
        isinstance(write, Write)
        and isinstance(write.target, DocumentField)
        and write.target.read == row
        and (write.op is Op.DELETE or write.fields is None or bool(fields & set(write.fields)))
        and not any(_looks_elsewhere(guard.condition, row) for guard in write.guards)
        for write in reach.function.operations
    )


def _looks_elsewhere(condition: Value, row: int) -> bool:
    """Something else decides: of the old rows only those go that nothing refers to."""
    return any(isinstance(part, DocumentField) and part.read != row for part in parts_of(condition))
