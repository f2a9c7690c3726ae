"""What the validator of a table allows a field to be."""

from __future__ import annotations

from convex_lint.model.schema import Table, Validator
from convex_lint.model.value import Literal, Undefined, Value


def possible(values: tuple[Value, ...], field: str, table: Table) -> tuple[Value, ...]:
    """Those of several values that the validator does not rule out, if it leaves any: not the null for a
    `v.optional(v.id(...))`."""
    kinds = {kind.kind for kind in kinds_of(field, table)}
    if len(values) == 1 or not kinds or kinds & {"any", "unknown"}:
        return values
    nothing = {Literal(None)} - ({Literal(None)} if "null" in kinds else set())
    nothing |= {Literal("")} if not kinds & {"string", "literal"} else set()
    left = tuple(value for value in values if value not in nothing) or values
    return left if leaves_out(table, field) else tuple(value for value in left if value != Undefined()) or left


def covers(values: tuple[Value, ...], field: str, table: Table) -> bool:
    """Every row has one of these values: the validator allows no others."""
    kinds = kinds_of(field, table)
    known = {type(value.value).__name__ + str(value.value) for value in values if isinstance(value, Literal)}
    return (
        bool(kinds)
        and not leaves_out(table, field)
        and all(kind.kind == "literal" and type(kind.value).__name__ + str(kind.value) in known for kind in kinds)
    )


def other_value(field: str | None, value: Value, table: Table) -> Value | None:
    """What a boolean that every row has must be, if it is not `value`."""
    if field is None or not isinstance(value, Literal) or not isinstance(value.value, bool):
        return None
    kinds = kinds_of(field, table)
    sure = bool(kinds) and all(kind.kind == "boolean" for kind in kinds) and not leaves_out(table, field)
    return Literal(not value.value) if sure else None


def kinds_of(field: str, table: Table) -> tuple[Validator, ...]:
    return table.validator.at(tuple(field.split("."))) if table.validator is not None else ()


def constants(kinds: tuple[Validator, ...]) -> tuple[Literal, ...]:
    """What a union of constants allows; nothing for any other validator."""
    values = [Literal(kind.value) for kind in kinds if kind.kind == "literal"]
    return tuple(values) if len(values) == len(kinds) else ()


def is_reference(field: str, table: Table) -> bool:
    return any(kind.kind == "id" for kind in kinds_of(field, table))


def leaves_out(table: Table, field: str) -> bool:
    """Rows may lack the field: in an index they come before all others."""
    inner: tuple[Validator, ...] = table.validator.members_flat() if table.validator is not None else ()
    for name in field.split("."):
        found = [variant.fields[name] for variant in inner if name in variant.fields]
        if any(kind.optional for kind in found):
            return True
        inner = tuple(member for kind in found for member in kind.members_flat())
    return False


def allowed(table: Table, field: str, value: Value) -> bool:
    """Of a field that has certain values, one of these."""
    kinds = kinds_of(field, table)
    known = [kind.value for kind in kinds if kind.kind == "literal"]
    others = any(kind.kind not in ("literal", "null") for kind in kinds)
    return not known or others or not isinstance(value, Literal) or value.value is None or value.value in known


def can_be_key(table: Table, field: str | None) -> bool:
    """A field that the validator allows and that is not an array or an object."""
    if field is None:
        return False
    if field in ("_id", "_creationTime") or table.validator is None:
        return True
    kinds = kinds_of(field, table)
    return bool(kinds) and not all(kind.kind in ("array", "object", "record", "bytes") for kind in kinds)
