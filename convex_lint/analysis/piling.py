"""Do many rows, or heavy ones, come together under one owner, as far as the program shows it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convex_lint.analysis.bound import Tier, is_log, is_stream
from convex_lint.analysis.inflow import by_hand, gets_several
from convex_lint.analysis.size import is_heavy
from convex_lint.model.operation import Read
from convex_lint.model.schema import Table

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend


def piles_up(backend: Backend, read: Read, table: Table) -> bool:
    """The range is everybody's; or programs bring its rows in by the dozen, or each holds kilobytes, or they are left behind as
    something happens. What one user, team or thing has besides, people make one by one, and reading a few hundred short rows of it
    costs little."""
    extent = backend.extent(read, table)
    if extent.tier is Tier.TABLE or extent.long:
        return True
    logged = is_log(table) if extent.tier is Tier.TENANT else is_stream(table)
    return logged or is_heavy(table) or gets_several(backend.growth_into(read, table), backend.graph)


def is_fed(backend: Backend, read: Read, table: Table) -> bool:
    """The range is everybody's; or a log of one thing that other programs write on: nobody can say how many rows it holds."""
    extent = backend.extent(read, table)
    if extent.tier is Tier.TABLE or extent.long:
        return True
    growth = backend.growth_into(read, table)
    return (is_log(table) or is_stream(table)) and not by_hand(growth, backend.graph)
