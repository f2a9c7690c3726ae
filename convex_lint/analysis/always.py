"""Does every run that gets so far do it, or only one that has something to do?"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeGuard

from convex_lint.model.operation import Guard, Op, Operation, Write
from convex_lint.model.value import (
    Argument,
    Clock,
    Computed,
    DocumentField,
    Literal,
    Result,
    Undefined,
    Unknown,
    Value,
    parts_of,
)


def every_time(operation: Operation, table: str | None = None) -> bool:
    """Of the conditions on the way only those count that weigh something stored, or the time: `if (doc.state !== state)`,
    `if (seen < now - MINUTE)` decide that this run has something to do, and others have not. Whether a document is there at
    all, whose it is, what the caller asks for, and what ends in an error, decides nothing of the kind. With a `table`, only
    what is stored there counts. `if (member.state !== "away")` around a patch that leaves the state as it is lets most runs
    pass, and the next one as well."""
    written = frozenset(operation.fields or ()) if isinstance(operation, Write) else frozenset()
    return all(
        guard.otherwise == "throw"
        or (isinstance(operation, Write) and _stays_so(guard, operation))
        or not (
            _weighs(guard.condition, written, table)
            or missing(guard.condition, guard.holds)
            or (isinstance(operation, Write) and operation.op is Op.INSERT and _lacks(guard))
            or _changes(guard)
        )
        for guard in operation.guards
    )


def _lacks(guard: Guard) -> bool:
    """After `if (chat && chat.room === args.room) return chat._id`: there is none yet."""
    condition = guard.condition
    if guard.holds or not isinstance(condition, Computed) or condition.operator != "&&":
        return False
    either = (
        part.parts if isinstance(part, Computed) and part.operator == "either" else (part,) for part in condition.parts
    )
    return any(_is_document(one) for several in either for one in several)


def _changes(guard: Guard) -> bool:
    """`if (before !== args.status) await log(...)`: the caller gives something else than what is stored."""
    condition = guard.condition
    if not isinstance(condition, Computed) or len(condition.parts) != 2:
        return False
    if condition.operator not in ("===", "==", "!==", "!=") or guard.holds is not (condition.operator[0] == "!"):
        return False
    stored = any(_is_stored(side, None) for side in condition.parts)
    return stored and any(isinstance(side, Argument) for side in condition.parts)


def _stays_so(guard: Guard, write: Write) -> bool:
    """A field of the row that is patched is not one certain text, before the patch and after it."""
    condition = guard.condition
    if write.op is not Op.PATCH or not isinstance(condition, Computed) or len(condition.parts) != 2:
        return False
    differs = condition.operator in ("!==", "!=")
    if differs is not guard.holds or not (differs or condition.operator in ("===", "==")):
        return False
    text = any(isinstance(side, Literal) and isinstance(side.value, str) for side in condition.parts)
    stored = [side for side in condition.parts if isinstance(side, DocumentField) and side.path]
    target = write.target
    return (
        text
        and isinstance(target, DocumentField)
        and write.fields is not None
        and any(one.read == target.read and one.path[0] not in write.fields for one in stored)
    )


def missing(condition: Value, holds: bool) -> DocumentField | None:
    """The document that is not there when control gets here: what happens then makes up for that, once."""
    if isinstance(condition, Computed) and condition.operator == "!":
        return missing(condition.parts[0], not holds)
    if isinstance(condition, Computed) and condition.operator in ("===", "==", "!==", "!="):
        none = any(isinstance(side, Undefined) or side == Literal(None) for side in condition.parts)
        lacks = holds is (condition.operator in ("===", "=="))
        return next((side for side in condition.parts if none and lacks and _is_document(side)), None)
    return condition if not holds and _is_document(condition) else None


def _is_document(value: Value) -> TypeGuard[DocumentField]:
    return isinstance(value, DocumentField) and not value.path


@lru_cache(maxsize=1 << 16)  # one condition stands before many operations
def _weighs(condition: Value, written: frozenset[str], table: str | None) -> bool:
    if any(isinstance(part, Clock) for part in parts_of(condition)):
        return True
    if _is_stored(condition, table) or _is_flag(condition):
        return True
    if not isinstance(condition, Computed):
        return False
    if condition.operator not in _COMPARISONS:
        return any(_weighs(part, written, table) for part in condition.parts)
    stored = [part for side in condition.parts for part in parts_of(side) if _is_stored(part, table)]
    if any(isinstance(part, DocumentField) and part.path[0] in written for part in stored):
        return True
    constant = any(isinstance(side, Literal) and side.value is not None for side in condition.parts)
    if condition.operator in _ORDERS and constant and any(_is_made(side) for side in condition.parts):
        return True
    return bool(stored) and (constant or condition.operator in _ORDERS)


def _is_flag(value: Value) -> bool:
    """`let fired = false; ... fired = true`: the run itself found out."""
    if not isinstance(value, Computed) or value.operator != "either":
        return False
    known = [part.value for part in value.parts if isinstance(part, Literal)]
    others = [part for part in value.parts if not isinstance(part, (Literal, Unknown))]
    return not others and any(known) and not all(known)


def _is_made(value: Value) -> bool:
    """A sum with something that could not be followed: `attempts + 1`. How many rows there are is no such thing."""
    return (
        isinstance(value, Computed)
        and value.operator in ("+", "-", "*", "/")
        and any(isinstance(part, Unknown) for part in value.parts)
    )


def _is_stored(value: Value, table: str | None) -> bool:
    """A field of a document, its id left out."""
    if not isinstance(value, (DocumentField, Result)) or not value.path or value.path == ("_id",):
        return False
    return table is None or (isinstance(value, DocumentField) and value.table == table)


_ORDERS = frozenset(("<", ">", "<=", ">="))
_COMPARISONS = _ORDERS | {"===", "!==", "==", "!="}
