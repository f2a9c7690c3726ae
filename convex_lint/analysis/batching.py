"""How work over many rows is cut into calls that each do a part of it: advice that works for the loop at hand."""

from __future__ import annotations

from convex_lint.model.function import Function
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.value import DocumentField

_AGAIN = "let the function schedule itself with `ctx.scheduler.runAfter(0, ...)`"


def leaves(read: Read, function: Function) -> bool:
    """Every row that the read brings is out of its range when its round is done: deleted, or moved by a patch of a field
    that the range pins. What code drops of the rows stays."""
    if any(part.source == "js" for part in read.residual):
        return False
    pinned = {key.field for key in read.eq} | {bound.field for bound in read.bounds}
    for write in function.operations:
        if not isinstance(write, Write) or write.table != read.table or write.guards != read.guards:
            continue
        target = write.target
        own = isinstance(target, DocumentField) and target.read == read.ordinal and target.path in ((), ("_id",))
        if own and (write.op is Op.DELETE or (write.op is not Op.INSERT and pinned & set(write.fields or ()))):
            return True
    return False


def batches(read: Read | None, function: Function) -> str:
    """What to do so that one call handles only some of the rows of `read`."""
    if read is None:
        return f"Do a part of them in one call, and {_AGAIN} for the rest."
    rows = f"of `{read.table}`" if read.table else "of the rows"
    if read.terminal in ("take", "paginate"):
        return f"Take fewer rows {rows} in one call, and {_AGAIN} for the rest."
    if read.loops:
        return (
            "Hand each round of the outer loop to a mutation of its own with `ctx.scheduler.runAfter(0, ...)`, which "
            f"takes a part {rows} and schedules itself for the rest."
        )
    if leaves(read, function):
        return f"Take a batch {rows} with `.take(500)`, and {_AGAIN} until a batch comes short."
    return (
        f"Read one page {rows} with `.paginate({{ cursor, numItems: 500 }})`, and {_AGAIN} and the page's "
        "`continueCursor` until it `isDone`."
    )
