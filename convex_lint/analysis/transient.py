"""States that rows pass through: a range of them stays short although the table grows."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from convex_lint.analysis.exposure import Exposure, Exposures, Purpose
from convex_lint.analysis.overlap import Overlap, overlap
from convex_lint.analysis.sites import Reach, Site
from convex_lint.analysis.vocabulary import GONE, words_of
from convex_lint.model.function import Function
from convex_lint.model.operation import Key, Op, Read, Write
from convex_lint.model.value import Literal, Undefined, Value


def leaver(read: Read, writes: Iterable[Site[Write]], exposures: Exposures) -> Reach[Write] | None:
    """Rows are inserted with the value that the range asks for, and some function in use gives them another one: the
    write that does. None for a state in which rows end up, for one that nothing leaves, and for that of not being deleted,
    which most rows never leave."""
    reaches = [reach for site in writes for reach in site.reaches]
    for key in read.eq:
        if not isinstance(key.value, (Literal, Undefined)) or words_of(key.field) & GONE:
            continue
        entered = [reach for reach in reaches if reach.operation.op is Op.INSERT and _enters(reach.operation, key)]
        if not entered:
            continue
        for reach in reaches:
            moves = reach.operation.op in (Op.PATCH, Op.REPLACE) and _leaves(reach.operation, key)
            if moves and exposures.exposure(reach.function) is not Exposure.MANUAL:
                return reach
    return None


def enters(
    read: Read,
    writes: Iterable[Site[Write]],
    exposures: Exposures,
    reads_of: Callable[[Function], dict[int, Read]],
) -> bool:
    """Some function of the product inserts a row into the range, or changes the key of one so that it comes into it."""
    keys = {key.field.partition(".")[0] for key in read.eq}
    for site in writes:
        for reach in site.reaches:
            write = reach.operation
            moves = write.op is not Op.DELETE and (write.fields is None or keys & set(write.fields))
            if (
                (write.op is Op.INSERT or moves)
                and exposures.exposure(reach.function) is not Exposure.MANUAL
                and exposures.purpose(reach.function) is Purpose.PRODUCT
                and overlap(read, write, reads_of(reach.function), table=site.table) is not Overlap.NEVER
            ):
                return True
    return False


def _enters(write: Write, key: Key) -> bool:
    value = dict(write.values).get(key.field)
    if value is None and isinstance(key.value, Undefined):
        return write.fields is not None and key.field not in write.fields
    return value == key.value


def _leaves(write: Write, key: Key) -> bool:
    value: Value | None = dict(write.values).get(key.field)
    if value is None or value == key.value:
        return False
    if isinstance(key.value, Literal) and isinstance(key.value.value, bool):
        return isinstance(value, Literal)
    return True
