"""Reads that an index would narrow for nothing: who makes them reads all of the table anyway, in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convex_lint.analysis.sites import Reach, Site
from convex_lint.analysis.terminal import scans_all
from convex_lint.model.operation import Op, Read

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend


def reads_all_anyway(backend: Backend, site: Site[Read]) -> bool:
    """Every function that gets to the read collects the whole table beside, whenever it gets there, and wants all of it."""
    return bool(site.reaches) and all(_reads_all(backend, reach) for reach in site.reaches)


def _reads_all(backend: Backend, reach: Reach[Read]) -> bool:
    own = reach.operation
    return any(
        one.op is Op.QUERY
        and (one.component, one.table) == (own.component, own.table)
        and one.span != own.span
        and not (one.eq or one.bounds)
        and scans_all(one)
        and one.span not in backend.narrowings
        and all(guard in own.guards for guard in one.guards)
        for one in backend.reads_in(reach.function).values()
    )
