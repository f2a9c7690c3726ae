"""What a call does only the first time: where it has looked for a row, found none, and makes it."""

from __future__ import annotations

from convex_lint.analysis.terms import alternatives
from convex_lint.analysis.told import told
from convex_lint.model.function import Function
from convex_lint.model.operation import Guard, Op, Operation, Write
from convex_lint.model.value import DocumentField


def first_time(operation: Operation, function: Function) -> bool:
    """`const isNew = !root; if (!root) await insert(...); if (isNew) ...`: it happens once for each root, and never again."""
    own = {(guard.condition, guard.holds): _missing(guard) for guard in operation.guards}
    return any(
        isinstance(other, Write)
        and other.op is Op.INSERT
        and other.ordinal < operation.ordinal
        and not other.loops
        and any(other.table in own.get((guard.condition, guard.holds), ()) for guard in other.guards)
        for other in function.operations
    )


def _missing(guard: Guard) -> set[str | None]:
    """The table of which it has found no row, whichever way it looked for one."""
    for part, true in told(guard.condition, guard.holds):
        looked = alternatives(part)
        if not true and all(isinstance(one, DocumentField) and not one.path for one in looked):
            return {one.table for one in looked if isinstance(one, DocumentField)}
    return set()
