"""Rows that many functions bring up to date after each of their writes, whether or not anything in them changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from convex_lint.analysis.exposure import Weight
from convex_lint.analysis.needless import upserts
from convex_lint.analysis.rates import Rate, Strength
from convex_lint.analysis.sites import Reach, Site
from convex_lint.analysis.terms import alternatives
from convex_lint.analysis.weighing import weighs_what_it_writes
from convex_lint.model.operation import Op, Write
from convex_lint.model.value import Clock, Computed, DocumentField, Literal, Value, parts_of

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend

_MANY = 5
"""From so many functions on some write what the copy does not hold."""


class Upkeep(NamedTuple):
    """`source` is the table of whose rows the row is a copy; None for counts to which mostly nothing is added."""

    site: Site[Write]
    reach: Reach[Write]
    source: str | None
    rate: Rate


def upkeep(backend: Backend) -> Iterator[Upkeep]:
    """Patches in helpers, one at most for each place, that set no time: those that change nothing the server skips."""
    for site in backend.writes:
        write = site.operation
        if write.op not in (Op.PATCH, Op.REPLACE) or not write.via or len(site.functions) < _MANY:
            continue
        if site.table.inferred or "node_modules/" in site.span.file or backend.weight(site) is not Weight.FULL:
            continue
        own = [_own_guards(backend, reach.operation) for reach in site.reaches]
        if any(weighs_what_it_writes(write) or _asks_for_zero(write) for write in own):
            continue
        found = [(reach, kind) for reach in site.reaches if (kind := _kind(backend, reach)) is not None]
        rates = [(rate, reach, kind) for reach, kind in found if (rate := backend.rate(reach.function)) is not None]
        rates = [one for one in rates if one[0].strength >= Strength.HTTP]
        if rates:
            rate, reach, kind = max(rates, key=lambda one: (one[0].strength, one[0].per_minute or 0.0))
            yield Upkeep(site, reach, kind or None, rate)


def _own_guards(backend: Backend, write: Write) -> Write:
    """The write with only those conditions that the helper asks itself, whoever calls it."""
    helper = backend.surroundings.functions(write.span)[:1]
    inside = tuple(
        guard
        for guard in write.guards
        for node in helper
        if guard.span.file == write.span.file and node.start <= guard.span.start < node.end
    )
    return replace(write, guards=inside)


def _kind(backend: Backend, reach: Reach[Write]) -> str | None:
    """The table that is copied, "" for counts, None for neither."""
    write = reach.operation
    values = [value for _, value in write.values]
    if not values or any(isinstance(part, Clock) for value in values for part in parts_of(value)):
        return None
    if (
        write.fields
        and len(values) == len(write.fields)
        and all(_may_add_nothing(*pair, write) for pair in write.values)
    ):
        return ""
    target = write.target
    read = backend.reads_in(reach.function).get(target.read or -1) if isinstance(target, DocumentField) else None
    if read is None or read.op is Op.GET or not upserts(reach.function, write):
        return None
    for key in read.eq:
        source = key.value
        if isinstance(source, DocumentField) and source.path == ("_id",) and source.table not in (None, write.table):
            copied = (part for value in values for part in parts_of(value) if isinstance(part, DocumentField))
            if any(part.table == source.table and part.path != ("_id",) for part in copied):
                return source.table
    return None


def _may_add_nothing(field: str, value: Value, write: Write) -> bool:
    """The old value and something that is 0 on some of the ways to it."""
    for part in parts_of(value):
        if isinstance(part, Computed) and part.operator in ("+", "-") and len(part.parts) == 2:
            old, added = part.parts
            own = any(
                isinstance(one, DocumentField) and (one.table, one.path) == (write.table, (field,))
                for one in alternatives(old)
            )
            if own and _may_be_zero(added):
                return True
    return False


def _asks_for_zero(write: Write) -> bool:
    """Some condition on the way compares something with 0."""
    return any(
        isinstance(part, Computed) and part.operator in ("===", "!==") and Literal(0) in part.parts
        for guard in write.guards
        for part in parts_of(guard.condition)
    )


def _may_be_zero(value: Value) -> bool:
    if isinstance(value, Computed) and value.operator in ("+", "-"):
        return all(_may_be_zero(part) for part in value.parts)
    return any(isinstance(one, Literal) and one.value == 0 for one in alternatives(value))
