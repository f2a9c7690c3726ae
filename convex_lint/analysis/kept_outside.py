"""Lists that are brought up to date row by row from outside of what we see."""

from __future__ import annotations

from collections.abc import Callable

from convex_lint.analysis.growth import Growth
from convex_lint.model.function import Function
from convex_lint.model.operation import Op, Write


def is_kept_outside(growth: Growth, is_asked: Callable[[Function], bool]) -> bool:
    """Nothing that is seen calls any function that inserts, and each of them is there for one row of this table: it patches the row
    that is there, or else inserts it. Somebody keeps the list so: the releases of a product, not what its users do."""
    return bool(growth.sources) and not any(
        is_asked(reach.function)
        or bool(reach.operation.loops)
        or not _brings_up_to_date(reach.function, reach.operation)
        for reach in growth.sources
    )


def _brings_up_to_date(function: Function, insert: Write) -> bool:
    writes = [one for one in function.operations if isinstance(one, Write)]
    patched = any(one.op in (Op.PATCH, Op.REPLACE) and not one.loops for one in writes)
    return patched and all(one.table == insert.table for one in writes)
