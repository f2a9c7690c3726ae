"""Look-ups for which few keys are to be had, however many rows ask: the members of one team, the owner of a whole batch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from convex_lint.analysis.bound import Tier, tier_of_field, tier_of_table
from convex_lint.analysis.sites import Site
from convex_lint.analysis.vocabulary import OF_USER, head_of, words_of
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Argument, DocumentField, Literal, Value, parts_of

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend
    from convex_lint.analysis.looped import Looped

_TALKS = frozenset(["message", "messages", "post", "posts"])
"""Of one conversation or group: the same people write again and again."""


def has_few_keys(backend: Backend, looped: Looped) -> bool:
    """It looks up one row by a field in which many of the rows that are walked have the same."""
    outer = looped.outer.read
    walked = backend.table_of(outer) if outer is not None else None
    if outer is None or walked is None:
        return False
    read, extent = looped.read, backend.extent(outer, walked)
    field = _asked(read, outer)
    if field is None:
        return False
    if _is_person(read, field, walked) and (
        extent.tier in (Tier.USER, Tier.TENANT) or (extent.tier is Tier.ENTITY and head_of(walked.name) in _TALKS)
    ):
        return True
    return _comes_in_batches(field, backend.writes_of(walked))


def follows(read: Read, outer: Read | None) -> bool:
    """It gets what a field of the row refers to, so that several rows may ask for the same."""
    key = read.key
    return isinstance(key, DocumentField) and outer is not None and key.read == outer.ordinal and key.path != ("_id",)


def _asked(read: Read, outer: Read) -> str | None:
    if read.op is Op.GET:
        keys: list[Value | None] = [read.key]
    elif read.terminal in ("first", "unique"):
        keys = [key.value for key in read.eq if not isinstance(key.value, Literal)]
    else:
        return None
    fields = {
        key.path[0] if isinstance(key, DocumentField) and key.read == outer.ordinal and len(key.path) == 1 else ""
        for key in keys
    }
    return next(iter(fields)) if len(fields) == 1 and not fields & {"", "_id"} else None


def _is_person(read: Read, field: str, walked: Table) -> bool:
    if tier_of_field(field, walked) is Tier.USER or words_of(field) & OF_USER:
        return True
    return read.table is not None and tier_of_table(read.table) is Tier.USER


def _comes_in_batches(field: str, writes: Iterable[Site[Write]]) -> bool:
    """Loops insert the rows, and each gives all of its rows the same."""
    inserts = [reach.operation for site in writes for reach in site.reaches if reach.operation.op is Op.INSERT]
    looped = [one for one in inserts if any(loop.bound is None for loop in one.loops)]
    return bool(looped) and len(looped) == len(inserts) and all(_is_the_same(one, field) for one in looped)


def _is_the_same(insert: Write, field: str) -> bool:
    value = dict(insert.values).get(field)
    over = {loop.over for loop in insert.loops}
    return value is not None and all(
        (isinstance(part, Argument) and "[]" not in part.path)
        or (
            isinstance(part, DocumentField)
            and part.read is not None
            and part.read not in over
            and "[]" not in part.path
        )
        for part in parts_of(value)
    )
