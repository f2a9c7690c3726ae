"""Rows that cannot be there yet: those that name a row which this very run has inserted, before it writes any of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from convex_lint.interpret.record import LoopFrame, Record
from convex_lint.interpret.values import NewId, TableQuery
from convex_lint.model.operation import Op

if TYPE_CHECKING:
    from convex_lint.interpret.machine import Machine

Place: TypeAlias = tuple[str, str]
"""Component and table."""

_MOST = 32
"""How many inserted rows are remembered at once."""


class Newborn:
    """An inserted row: the loops around the insert, and the tables that were written after it. In another round of a loop
    the same code may have written more."""

    __slots__ = ("loops", "written")

    def __init__(self, loops: tuple[LoopFrame, ...]) -> None:
        self.loops = loops
        self.written: frozenset[Place] = frozenset()


def around(m: Machine) -> tuple[LoopFrame, ...]:
    """The loops around the place that runs, those of its callers first."""
    return (*m.frame.around, *m.loops) if m.loops else m.frame.around


def wrote(m: Machine, record: Record, once: bool = True) -> None:
    """Takes note of a write; `once`: not in a loop of a call that is over."""
    if record.op is Op.RUN:
        if record.details.get("method") != "runQuery":
            m.newborn.clear()
        return
    table = record.details.get("table")
    if table is None:
        m.newborn.clear()
        return
    place = (record.component, table)
    for row in m.newborn.values():
        row.written |= {place}
    if record.op is Op.INSERT and once:
        m.newborn[record] = Newborn(around(m))
        if len(m.newborn) > _MOST:
            del m.newborn[next(iter(m.newborn))]


WRITING = frozenset((Op.INSERT, Op.PATCH, Op.REPLACE, Op.RUN))


def repeated(m: Machine, records: Iterable[Record]) -> None:
    """Takes note of what a call does that was seen before."""
    for record in records:
        if record.op in WRITING:
            wrote(m, record, not record.loops)


def turned(m: Machine, loop: LoopFrame) -> None:
    """A round of a loop is over."""
    for record in [record for record, row in m.newborn.items() if loop in row.loops]:
        del m.newborn[record]


def known(m: Machine, origins: list[Record]) -> tuple[Any, ...]:
    """What is known of inserted rows among `origins`, as a part of a key: what a call does may depend on it."""
    if not m.newborn:
        return ()
    here = around(m)
    rows = [m.newborn.get(origin) for origin in origins]
    return tuple([row.written if row is not None and row.loops == here else None for row in rows])


def finds_nothing(m: Machine, query: TableQuery) -> bool:
    """Does a range ask for rows that name a row of which none can know yet?"""
    if not m.newborn or query.table is None:
        return False
    place = (query.database.component, query.table)
    for field, value in query.range.eq:
        row = m.newborn.get(value.origin) if type(value) is NewId and value.origin is not None else None
        if row is not None and field != "_id" and place not in row.written and row.loops == around(m):
            return True
    return False
