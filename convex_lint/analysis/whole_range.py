"""What the rules have in common that speak of rows which are read whole, when no other rule speaks of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convex_lint.analysis.bound import Extent, Tier
from convex_lint.analysis.exposure import Weight
from convex_lint.analysis.growth import Growth
from convex_lint.analysis.sites import Site
from convex_lint.analysis.vocabulary import SET_UP, head_of
from convex_lint.model.operation import Read

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend

YIELDS_TO = (
    "ignored-index",
    "wide-read-before-write",
    "missing-index",
    "unbounded-read",
    "count-by-collect",
    "transaction-limit",
    "read-per-row",
    "broad-subscription",
)
"""They say of the same rows that there are too many of them."""


def costly(backend: Backend, site: Site[Read]) -> tuple[Growth, Extent] | None:
    """Whether somebody pays for a range that comes to hold many rows, what makes it grow and how much it is; None where
    other callers read something else there."""
    read, table = site.operation, site.table
    if table.inferred or head_of(table.name) in SET_UP or len(backend.reads_at(site.span)) > 1:
        return None
    growth, extent = backend.growth(table), backend.extent(read, table)
    if not growth.grows or extent.tier is Tier.FIXED or not backend.is_long(read, table):
        return None
    if backend.weight(site) is Weight.NONE or not backend.is_asked(site.functions) or not backend.gains(read, table):
        return None
    return growth, extent
