"""How work over many rows is cut into calls that each do a part of it: advice that works for the loop at hand."""

from __future__ import annotations

from convex_lint.analysis.drained import is_own
from convex_lint.analysis.surroundings import Surroundings, within
from convex_lint.analysis.terminal import takes_all_found
from convex_lint.model.function import Function
from convex_lint.model.operation import Op, Operation, Read, Write
from convex_lint.model.value import Literal
from convex_lint.source import Span
from convex_lint.syntax import tree

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
        if is_own(write, read) and (
            write.op is Op.DELETE or (write.op is not Op.INSERT and pinned & set(write.fields or ()))
        ):
            return True
    return False


def is_deeper(operation: Operation, read: Read) -> bool:
    """It stands in a loop over rows, or over as many things as there are, that is inside of the loop over those of `read`."""
    over = [loop.over for loop in operation.loops]
    inner = operation.loops[over.index(read.ordinal) + 1 :] if read.ordinal in over else ()
    return any(loop.bound is None for loop in inner)


def fewer(read: Read | None) -> str:
    """What to do where a call looks something up for each of more rows than it should."""
    if read is not None and takes_all_found(read):
        return "Take the best of what is found with `.take(n)`: a search that collects more than 1,024 rows fails."
    return "Read fewer rows a call, or keep what is looked up in the rows themselves."


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
    if any(is_deeper(operation, read) for operation in function.operations):
        if leaves(read, function):
            return (
                f"Take one row {rows} with `.first()`, and a batch of what belongs to it with `.take(500)`, and {_AGAIN} until "
                "none is left."
            )
        return (
            f"Read one page {rows} in a call, and hand each row to a mutation of its own with `ctx.scheduler.runAfter(0, ...)`, "
            "which takes a part of what belongs to it and schedules itself for the rest."
        )
    if leaves(read, function) and any(part.source == "filter" for part in read.residual):
        return (
            f"Let an index bring the rows that the filter keeps, take a batch of them with `.take(500)`, and {_AGAIN} until a "
            "batch comes short: after a `.filter(...)`, each batch would read the others anew."
        )
    if leaves(read, function):
        return f"Take a batch {rows} with `.take(500)`, and {_AGAIN} until a batch comes short."
    field = _flag_set(read, function)
    if field is not None:
        keys = ", ".join(f"`{name}`" for name in (*(key.field for key in read.eq), field))
        return (
            f"Rows that have the new `{field}` already are read and patched again each time: let an index on {keys} bring "
            f"the others only, take a batch of them with `.take(500)`, and {_AGAIN} until a batch comes short."
        )
    return (
        f"Read one page {rows} with `.paginate({{ cursor, numItems: 500 }})`, and {_AGAIN} and the page's "
        "`continueCursor` until it `isDone`."
    )


def _flag_set(read: Read, function: Function) -> str | None:
    """The one field that every row gets set to the same constant, though the range does not ask for rows without it."""
    asked = {key.field for key in read.eq}
    for write in function.operations:
        if not isinstance(write, Write) or write.op is not Op.PATCH or write.guards != read.guards:
            continue
        flags = [field for field, value in write.values if isinstance(value, Literal) and isinstance(value.value, bool)]
        if is_own(write, read) and len(flags) == 1 and not asked & set(flags) and not read.residual:
            return flags[0]
    return None


def kept_for_later(loop: Span, surroundings: Surroundings) -> str | None:
    """The Map of before a loop that it fills and that code behind it uses."""
    path = surroundings.around(loop)
    body = next((node for node in reversed(path[:-1]) if type(node) is tree.Function), None)
    if body is None:
        return None
    maps = {
        node.target.name
        for node in within(body)
        if type(node) is tree.Declarator
        and type(node.target) is tree.Name
        and type(node.value) is tree.New
        and type(node.value.callee) is tree.Name
        and node.value.callee.name == "Map"
        and node.end <= loop.start
    }
    used = {node.name for node in within(body) if type(node) is tree.Name and node.start >= loop.end}
    filled = [node for node in within(path[-1]) if type(node) is tree.Member and node.property == "set"]
    names = (node.object.name for node in filled if type(node.object) is tree.Name)
    return next((name for name in names if name in maps & used), None)
