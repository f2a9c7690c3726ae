"""Conditions that every row meets, since nothing ever writes another value, or its parent has met them: no index narrows by them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from convex_lint.analysis.bound import Tier, tier_of_field
from convex_lint.analysis.indexes import serve
from convex_lint.analysis.inherited import met_by_parent
from convex_lint.analysis.sites import Site, reads_in
from convex_lint.analysis.terms import Rows, alternatives
from convex_lint.analysis.wish import Equality, Wish
from convex_lint.model.function import Function
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.value import Literal, Undefined


def without_uniform(
    asked: Wish | None, site: Site[Read], writes: Iterable[Site[Write]], own: Callable[[Function], Rows] = reads_in
) -> Wish | None:
    """The wish without what all rows meet, unless a declared index serves the rest only behind it; None when nothing is left."""
    if asked is None or not asked.equalities:
        return asked
    known = tuple(writes)
    told = tuple(one for one in asked.equalities if not (_all_have(one, known) or _is_inherited(one, site, own)))
    if not told and not asked.ranged and not asked.sorted:
        return None
    kept = tuple(equality for equality in asked.equalities if equality in told or equality.usual)
    service = serve(site.operation, asked, site.table) if len(kept) < len(asked.equalities) else None
    if len(kept) == len(asked.equalities) or (
        service is not None and {*service.pinned} & {equality.field for equality in kept}
    ):
        return asked
    return replace(asked, equalities=kept, rest=asked.rest or asked.sorted is None)


def _is_inherited(equality: Equality, site: Site[Read], own: Callable[[Function], Rows]) -> bool:
    """The team of rows whose parent was found to belong to that team."""
    if len(equality.values) > 1 or tier_of_field(equality.field, site.table) is not Tier.TENANT:
        return False
    return all(
        met_by_parent(equality.field, equality.values[0], reach.operation, own(reach.function))
        for reach in site.reaches
    )


def all_pass(read: Read, writes: Iterable[Site[Write]]) -> bool:
    """Every row meets what `.filter(...)` asks for: it passes over none."""
    filters = [part for part in read.residual if part.source == "filter"]
    if not filters or any(part.operator != "eq" or part.field is None for part in filters):
        return False
    known = tuple(writes)
    asked = (Equality(part.field or "", (part.value,), part.span, part.source) for part in filters)
    return all(_all_have(one, known) for one in asked)


def all_have(wish: Wish, writes: Iterable[Site[Write]]) -> bool:
    """Every row has what is asked for, as far as these writes go."""
    known = tuple(writes)
    return (
        bool(wish.equalities)
        and wish.ranged is None
        and wish.sorted is None
        and all(_all_have(one, known) for one in wish.equalities)
    )


def _all_have(equality: Equality, writes: Iterable[Site[Write]]) -> bool:
    """Each insert gives the field one of the values that are asked for, and no other write changes it to another."""
    if "." in equality.field or not all(isinstance(value, (Literal, Undefined)) for value in equality.values):
        return False
    operations = [reach.operation for site in writes for reach in site.reaches]
    inserted = any(write.op is Op.INSERT for write in operations)
    return inserted and all(_keeps(write, equality) for write in operations)


def _keeps(write: Write, equality: Equality) -> bool:
    if write.op is Op.DELETE:
        return True
    if write.fields is None:
        return False
    if equality.field not in write.fields:
        return write.op is Op.PATCH or Undefined() in equality.values
    value = dict(write.values).get(equality.field)
    listed = any(loop.bound is not None for loop in write.loops)  # of a list in the code each element may have its own
    return value is not None and not listed and all(one in equality.values for one in alternatives(value))
