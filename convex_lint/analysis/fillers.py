"""Does the program itself show that a table comes to hold many rows? By what makes them, and what there is one of."""

from __future__ import annotations

from collections.abc import Callable

from convex_lint.analysis.bound import Tier, tier_of_field
from convex_lint.analysis.fields import kinds_of
from convex_lint.analysis.growth import Growth, is_run_in_a_loop
from convex_lint.analysis.pruning import ReadsIn
from convex_lint.analysis.sites import Reach
from convex_lint.analysis.upserts import upsert_keys
from convex_lint.analysis.vocabulary import words_of
from convex_lint.graph.graph import Graph
from convex_lint.model.function import Function
from convex_lint.model.operation import Op, Write
from convex_lint.model.schema import Table


def fills_in_sight(
    growth: Growth, table: Table, graph: Graph, reads_in: ReadsIn, is_asked: Callable[[Function], bool]
) -> bool:
    """Something that is seen calls an insert that is not there to keep a list up to date, one row at a time: the releases of a
    product, the pages of a handbook, not what its users do. What takes rows by the dozen was written for a program, seen or not; what
    copies rows of the program's own brings no more than there are."""
    if not growth.sources:
        return growth.grows
    if not growth.called:
        loops = (loop for reach in growth.sources for loop in reach.operation.loops)
        return any(loop.bound is None and loop.over is None for loop in loops)
    return not all(
        _brings_up_to_date(reach) and (not is_asked(reach.function) or _is_kept_by_key(reach, table, graph, reads_in))
        for reach in growth.sources
    )


def _brings_up_to_date(reach: Reach[Write]) -> bool:
    """The function is there for one row of this table: it patches the row that is there, or else inserts it."""
    writes = [one for one in reach.function.operations if isinstance(one, Write)]
    patched = any(one.op in (Op.PATCH, Op.REPLACE) and not one.loops for one in writes)
    return not reach.operation.loops and patched and all(one.table == reach.operation.table for one in writes)


def _is_kept_by_key(reach: Reach[Write], table: Table, graph: Graph, reads_in: ReadsIn) -> bool:
    """There is one row for each name, url or version of something, and nothing brings them by the dozen."""
    if is_run_in_a_loop(reach.function, graph):
        return False
    return any(
        all(_is_natural(field, table) for field in fields) for fields in upsert_keys(reach, table, reads_in) if fields
    )


def _is_natural(field: str, table: Table) -> bool:
    """Not a user, nor anything else that has an id: a text by which people know the thing."""
    kinds = kinds_of(field, table)
    return (
        bool(kinds)
        and all(kind.kind in ("string", "literal") for kind in kinds)
        and tier_of_field(field, table) not in (Tier.USER, Tier.TENANT)
        and not words_of(field) & _OF_MANY
    )


_OF_MANY = frozenset(("id", "ids", "identifier", "email", "token", "session", "uuid", "hash", "date", "day", "handle"))
"""In fields of which everyone who comes along has a value of his own, or every day."""
