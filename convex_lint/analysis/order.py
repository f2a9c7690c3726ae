"""Which reads depend on the order in which their rows come, and so on where an index ends."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from convex_lint.analysis.chain_cover import CREATION
from convex_lint.model.operation import Read
from convex_lint.model.schema import Index, Table

_ORDER_FREE = frozenset({"length", "sort", "some", "reduce", "exists"})


def keeps_order(read: Read) -> bool:
    """The order in which the rows come was asked for. `.take(n)` in the order of the index whose range is in use is
    mostly a batch of any rows; of an index without a range it is not."""
    named = read.index != "by_creation_time" and not read.eq and not read.bounds
    return read.order == "desc" or read.terminal == "paginate" or (named and read.terminal in ("take", "first"))


def following(read: Read, table: Table, pinned: Collection[str] = ()) -> str:
    """The field by which the rows of a range are ordered, once those that share the values of `pinned` are left."""
    if read.bounds and read.bounds[0].field not in pinned:
        return read.bounds[0].field
    index = table.index(read.index) if read.index is not None else None
    fields = index.fields[len(read.eq) :] if index is not None else ()
    return next((field for field in fields if field not in pinned), CREATION)


def ranked_by(field: str, table: Table, reads: Iterable[Read]) -> Index | None:
    """An index in which reads find rows by a field, or get them in its order: the value has to stand in the row."""
    for read in reads:
        index = table.index(read.index) if read.index is not None else None
        if index is None or field not in index.fields:
            continue
        if field in {*(key.field for key in read.eq), *(bound.field for bound in read.bounds)}:
            return index
        if following(read, table) == field and (keeps_order(read) or shows_order(read)):
            return index
    return None


def relies_on_creation_order(read: Read, index: Index, table: Table) -> bool:
    """Does this read of `index` pin all of its fields, but for some that have few values, and then depend on rows coming in order
    of creation, be it among those of one value? A longer index would bring them in the order of its next field."""
    if read.index != index.name:
        return False
    if not read.range_known or bounds_creation(read):
        return True
    fixed = {key.field for key in read.eq}
    if not all(field in fixed or _has_few_values(field, table) for field in index.fields):
        return False
    return shows_order(read)


def bounds_creation(read: Read) -> bool:
    """The range ends in the time of creation, which comes after all fields of its index: with a field more it would be refused."""
    return any(bound.field == "_creationTime" for bound in read.bounds)


def shows_order(read: Read) -> bool:
    """Someone may see which of several rows comes first, be it only a client that gets them all."""
    if read.terminal in ("unique", "count"):
        return False
    only_exist = read.uses and all(use.kind == "exists" for use in read.uses)
    if read.terminal in ("first", "take") and only_exist and read.order == "asc":
        return False
    if read.terminal == "collect" and read.order == "asc":
        kinds = {use.kind for use in read.uses}
        return not kinds or not kinds <= _ORDER_FREE
    return True


def _has_few_values(field: str, table: Table) -> bool:
    kinds = table.validator.at(tuple(field.split("."))) if table.validator is not None else ()
    return bool(kinds) and all(kind.kind in ("literal", "boolean", "null") for kind in kinds)
