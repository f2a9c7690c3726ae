"""Times that are noted when something happens that happens once, rather than again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convex_lint.analysis.always import missing
from convex_lint.analysis.branches import exclusive
from convex_lint.analysis.rates import Rate, Strength
from convex_lint.model.function import Function
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.schema import Table

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend


def is_of_an_event(backend: Backend, mutation: Function, write: Write, rate: Rate) -> bool:
    """A page's call, or any while no open query sees the time, that inserts a row whenever it makes the update."""
    if rate.strength not in (Strength.HTTP, Strength.MOUNT) or not _comes_with_a_row(mutation, write):
        return False
    table = backend.table_of(write)
    return rate.strength is Strength.MOUNT or not any(one.table is table for one in backend.open_reads)


def _comes_with_a_row(mutation: Function, write: Write) -> bool:
    """Of another table: a message, a delivery, a join."""
    known = {guard.span for guard in write.guards}
    return any(
        isinstance(other, Write)
        and other.op is Op.INSERT
        and other.table != write.table
        and not other.loops
        and not exclusive(write, other)
        and all(guard.otherwise == "throw" or guard.span in known for guard in other.guards)
        for other in mutation.operations
    )


def once_a_key(mutation: Function, write: Write) -> bool:
    """The mutation ends early where it finds a row that it inserts otherwise: it gets to the update once for each key."""
    reads = {one.ordinal: one for one in mutation.operations if isinstance(one, Read)}
    inserts = [
        one
        for one in mutation.operations
        if isinstance(one, Write) and one.op is Op.INSERT and not one.loops and one.ordinal < write.ordinal
    ]
    for guard in write.guards:
        lacking = missing(guard.condition, guard.holds) if guard.otherwise == "return" else None
        read = reads.get(lacking.read) if lacking is not None and lacking.read is not None else None
        if read is None or not read.eq:
            continue
        keys = {(key.field, key.value) for key in read.eq}
        made = [one for one in inserts if one.table == read.table and keys <= set(one.values)]
        if any({one.span for one in insert.guards} <= {one.span for one in write.guards} for insert in made):
            return True
    return False


def puts_in_order(backend: Backend, table: Table, stamps: tuple[str, ...]) -> bool:
    """A read takes the rows in the order of the time: the newest first, as a list of conversations does."""
    orders = {index.name: index.fields for index in table.indexes}
    return any(
        read.index in orders
        and len(read.eq) < len(orders[read.index])
        and orders[read.index][len(read.eq)] in stamps
        and not any(bound.field in stamps for bound in read.bounds)
        and (read.order == "desc" or read.terminal in ("take", "first", "paginate"))
        for site in backend.reads_of(table)
        for read in (site.operation,)
        if read.index is not None
    )
