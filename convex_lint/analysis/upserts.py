"""Inserts that come after a look: is there a row of that key, and how many are there already?"""

from __future__ import annotations

from collections.abc import Iterator

from convex_lint.analysis.absence import found_nothing, known_empty
from convex_lint.analysis.keyvalue import alike
from convex_lint.analysis.pruning import ReadsIn
from convex_lint.analysis.sites import Reach
from convex_lint.model.operation import Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import UNKNOWN, Computed, DocumentField, Literal, Value, parts_of


def upsert_keys(reach: Reach[Write], table: Table, reads_in: ReadsIn) -> Iterator[frozenset[str]]:
    """The fields by which an insert first looks whether there is a row already: they pin one row."""
    absent, empty = found_nothing(reach.operation), known_empty(reach.operation)
    written = dict(reach.operation.values)
    for read in reads_in(reach.function).of(table):
        if (
            (not reach.operation.conditional and read.ordinal not in absent)
            or read.ordinal > reach.operation.ordinal
            or not read.range_known
            or read.bounds
            or read.residual
            or not read.eq
        ):
            continue
        alone = read.terminal in ("first", "unique") or (read.terminal == "collect" and read.ordinal in empty)
        if alone and all(alike(key.value, written.get(key.field, UNKNOWN)) for key in read.eq):
            yield frozenset(key.field for key in read.eq)


def capped_keys(reach: Reach[Write], table: Table, reads_in: ReadsIn) -> Iterator[frozenset[str]]:
    """The fields of a range whose rows an insert first counts against a limit: `if (mine.length >= MAX) throw`."""
    written = dict(reach.operation.values)
    for read in capped_by(reach, table, reads_in):
        if read.eq and all(alike(key.value, written.get(key.field, UNKNOWN)) for key in read.eq):
            yield frozenset(key.field for key in read.eq)


def capped_by(reach: Reach[Write], table: Table, reads_in: ReadsIn) -> Iterator[Read]:
    """The reads of the table whose number of rows decides whether the insert happens. A comparison with 0 or 1 asks
    whether there is a row, and is no limit."""
    ordinals = {ordinal for guard in reach.operation.guards for ordinal in _limited(guard.condition)}
    for read in reads_in(reach.function).of(table) if ordinals else ():
        if read.ordinal in ordinals and read.range_known and not read.bounds:
            yield read


def _limited(condition: Value) -> Iterator[int]:
    """The reads of which a condition compares the number of rows with a limit."""
    for part in parts_of(condition):
        if not isinstance(part, Computed) or part.operator not in ("<", "<=", ">", ">="):
            continue
        for count, limit in (part.parts, part.parts[::-1]):
            few = isinstance(limit, Literal) and (not isinstance(limit.value, (int, float)) or limit.value <= 1)
            if isinstance(count, Computed) and count.operator == "length" and not few:
                rows = count.parts[0] if count.parts else None
                if isinstance(rows, DocumentField) and rows.read is not None:
                    yield rows.read
