"""Reads that make up for a look-up that found nothing, and happen as seldom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convex_lint.analysis.terms import Reads, alternatives
from convex_lint.analysis.told import told
from convex_lint.model.operation import Guard, Read
from convex_lint.model.value import DocumentField

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend
    from convex_lint.analysis.invalidation import OpenRead


def in_fallback(read: Read, reads: Reads) -> bool:
    """`let row = await byIndex(key).unique(); if (!row) row = (await all.collect()).find(...)`: the row is looked for elsewhere in
    the same table only where the index does not have it. `reads` are those of the same function."""
    return any(_found_none(guard, read, reads) for guard in read.guards)


def is_fallback(backend: Backend, opened: OpenRead) -> bool:
    """The same for a read of an open query."""
    return in_fallback(opened.read, reads_around(backend, opened))


def reads_around(backend: Backend, opened: OpenRead) -> Reads:
    """The reads of the function that has it, which may be one that the query runs."""
    within = backend.function(opened.touch.function.id) if opened.touch.calls else opened.query
    return backend.reads_in(within) if within is not None else {}


def _found_none(guard: Guard, read: Read, reads: Reads) -> bool:
    for part, true in told(guard.condition, guard.holds):
        rows = [one for one in alternatives(part) if isinstance(one, DocumentField)]
        looked = (reads.get(one.read) for one in rows if one.read is not None and one.read < read.ordinal)
        alike = not true and all(not one.path and one.table == read.table for one in rows)
        if alike and any(before is not None and _looks_up(before) for before in looked):
            return True
    return False


def _looks_up(read: Read) -> bool:
    """One row, by what an index pins. Code that takes what it is given for an id, and else for a name, has two ways to ask."""
    return bool(read.eq) and not read.residual and read.terminal in ("unique", "first")
