"""Ranges of one parent that is the caller's own, since the function turns everyone else away: a thread, a draft, a cart."""

from __future__ import annotations

from collections.abc import Mapping

from convex_lint.model.operation import Guard, Op, Read
from convex_lint.model.value import Computed, DocumentField, Identity, Value


def of_own_parent(read: Read, reads: Mapping[int, Read]) -> bool:
    """`if (thread.userId !== user._id) throw ...`, and then the rows of that thread. `reads` are those of the function."""
    parents = {owned for guard in read.guards if (owned := _owned(guard, reads)) is not None}
    asked = [parent.key for ordinal in parents if (parent := reads[ordinal]).op is Op.GET and parent.key is not None]
    ids = [key.value for key in read.eq]
    return any(value in asked or _is_id_of(value, parents) for value in ids)


def _owned(guard: Guard, reads: Mapping[int, Read]) -> int | None:
    """The document of which the caller must be the owner to get past."""
    condition = guard.condition
    if not isinstance(condition, Computed) or len(condition.parts) != 2 or guard.otherwise == "skip":
        return None
    if condition.operator not in ("===", "==", "!==", "!=") or guard.holds is (condition.operator[0] == "!"):
        return None
    for side, other in (condition.parts, condition.parts[::-1]):
        if isinstance(side, DocumentField) and len(side.path) == 1 and side.read in reads and _is_caller(other, reads):
            return side.read
    return None


def _is_caller(value: Value, reads: Mapping[int, Read]) -> bool:
    if isinstance(value, Identity):
        return True
    if not isinstance(value, DocumentField) or value.path != ("_id",) or value.read is None:
        return False
    source = reads.get(value.read)
    return source is not None and any(isinstance(key.value, Identity) for key in source.eq)


def _is_id_of(value: Value, parents: set[int]) -> bool:
    return isinstance(value, DocumentField) and value.path == ("_id",) and value.read in parents
