"""Rows that somebody has picked out by hand: few, however long the table becomes."""

from __future__ import annotations

from collections.abc import Iterable

from convex_lint.analysis.exposure import Exposure, Exposures, Purpose
from convex_lint.analysis.pruning import ReadsIn
from convex_lint.analysis.sites import Reach, Site
from convex_lint.analysis.terms import alternatives
from convex_lint.analysis.turned_away import names_operators
from convex_lint.analysis.upserts import capped_by
from convex_lint.analysis.vocabulary import words_of
from convex_lint.model.operation import Op, Predicate, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Literal, Undefined

_PICKED = frozenset(("featured", "pinned", "highlighted", "promoted", "recommended", "spotlight", "spotlighted"))


def hand_picked(
    read: Read,
    conditions: Iterable[Predicate],
    table: Table,
    writes: Iterable[Site[Write]],
    exposures: Exposures,
    reads_in: ReadsIn,
) -> bool:
    """The range, or a condition on its rows, asks for such a flag (`isFeatured`), and no user sets it: every insert leaves it
    out, and only administrators and seeds set it later, or whoever may set it for so many rows at most. Or it asks for those
    who run the product: `role: "admin"`."""
    asked = [(key.field, key.value) for key in read.eq]
    asked += [(part.field or "", part.value) for part in conditions if part.operator == "eq"]
    if any(names_operators(field, value) for field, value in asked):
        return True
    flags = {field for field, value in asked if value == Literal(True) and words_of(field) & _PICKED}
    if not flags:
        return False
    reaches = [reach for site in writes for reach in site.reaches]
    return any(
        not any(_may_set(reach.operation, flag) and _is_free(reach, table, exposures, reads_in) for reach in reaches)
        for flag in flags
    )


def _is_free(reach: Reach[Write], table: Table, exposures: Exposures, reads_in: ReadsIn) -> bool:
    function = reach.function
    return (
        exposures.exposure(function) is not Exposure.MANUAL
        and exposures.purpose(function) is Purpose.PRODUCT
        and not any(capped_by(reach, table, reads_in))
    )


def _may_set(write: Write, flag: str) -> bool:
    if write.op is Op.DELETE:
        return False
    value = dict(write.values).get(flag)
    if value is None:
        return write.fields is None or flag in write.fields
    unset = (isinstance(one, Undefined) or (isinstance(one, Literal) and not one.value) for one in alternatives(value))
    return not all(unset)
