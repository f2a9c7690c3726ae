"""`v`: validators (npm convex `values/validator.ts`, `values/validators.ts`)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from convex_lint.interpret.values import (
    TRUE,
    UNDEFINED,
    UNKNOWN,
    Arr,
    Bound,
    Call,
    Either,
    Native,
    Obj,
    Typed,
    ValidatorValue,
    Value,
)
from convex_lint.model.schema import Validator
from convex_lint.model.value import Literal

UNKNOWN_VALIDATOR = Validator("unknown")
_SIMPLE = {
    "null": "null", "number": "float64", "float64": "float64", "int64": "int64", "bigint": "int64", "commitTs": "commitTs",
    "boolean": "boolean", "string": "string", "bytes": "bytes", "any": "any",
}  # fmt: skip


def validator(m: Any, value: Value) -> Validator:
    """The validator that a value is, also an object of validators; `unknown` when it is neither."""
    kind = type(value)
    if kind is ValidatorValue:
        found: Validator = value.validator
        return found
    if kind is Obj:
        return object_validator(m, value)
    if kind is Either:
        return Validator("union", members=tuple([validator(m, option) for option in value.options]))
    return UNKNOWN_VALIDATOR


def object_validator(m: Any, value: Value) -> Validator:
    if type(value) is not Obj:
        return validator(m, value)
    fields: dict[str, Validator] = {}
    rest = value.rest
    if type(rest) is ValidatorValue:
        fields.update(rest.validator.fields)
    for name, part in value.props.items():
        if not name.startswith("\0") and part is not UNDEFINED:
            fields[name] = validator(m, part)
    if rest is not None and type(rest) is not ValidatorValue:
        return Validator("union", members=(Validator("object", fields=fields), UNKNOWN_VALIDATOR))
    return Validator("object", fields=fields)


def _simple(kind: str) -> Native:
    made = ValidatorValue(Validator(kind))
    return Native(f"v.{kind}", lambda m, call: made)


def _id(m: Any, call: Call) -> Value:
    from convex_lint.interpret.knowledge.names import literal_names

    names = [name for name in literal_names(call.arg(0)) if name is not None]
    made = [Validator("id", table=name) for name in names] or [Validator("id")]
    return ValidatorValue(made[0] if len(made) == 1 else Validator("union", members=tuple(made)))


def _literal(m: Any, call: Call) -> Value:
    arg = call.arg(0)
    options = arg.options if type(arg) is Either else (arg,)
    made = [
        Validator("literal", value=option.value) if type(option) is Literal else UNKNOWN_VALIDATOR for option in options
    ]
    return ValidatorValue(made[0] if len(made) == 1 else Validator("union", members=tuple(made)))


def _object(m: Any, call: Call) -> Value:
    return ValidatorValue(object_validator(m, call.arg(0)))


def _array(m: Any, call: Call) -> Value:
    return ValidatorValue(Validator("array", element=validator(m, call.arg(0))))


def _record(m: Any, call: Call) -> Value:
    return ValidatorValue(Validator("record", element=validator(m, call.arg(1))))


def _union(m: Any, call: Call) -> Value:
    members = [validator(m, arg) for arg in call.args]
    if call.open:
        members.append(UNKNOWN_VALIDATOR)
    return ValidatorValue(Validator("union", members=tuple(members)))


def _optional(m: Any, call: Call) -> Value:
    return ValidatorValue(replace(validator(m, call.arg(0)), optional=True))


def _nullable(m: Any, call: Call) -> Value:
    return ValidatorValue(Validator("union", members=(validator(m, call.arg(0)), Validator("null"))))


V = Obj(
    {
        **{name: _simple(kind) for name, kind in _SIMPLE.items()},
        "id": Native("v.id", _id),
        "literal": Native("v.literal", _literal),
        "object": Native("v.object", _object),
        "array": Native("v.array", _array),
        "record": Native("v.record", _record),
        "union": Native("v.union", _union),
        "optional": Native("v.optional", _optional),
        "nullable": Native("v.nullable", _nullable),
    }
)


def get(m: Any, value: ValidatorValue, name: str, node: Any) -> Value:
    """Public properties of a validator: kind, fields, members, element, value, tableName, isOptional."""
    inner = value.validator
    if name == "fields":
        return Obj({field: ValidatorValue(part) for field, part in inner.fields.items()})
    if name == "members":
        return Arr([ValidatorValue(member) for member in inner.members])
    if name == "element":
        return ValidatorValue(inner.element) if inner.element is not None else UNDEFINED
    if name == "kind":
        return Literal(inner.kind)
    if name == "value" and inner.kind == "literal":
        return Literal(inner.value)
    if name == "tableName":
        return Literal(inner.table) if inner.table is not None else UNKNOWN
    if name == "isOptional":
        return Literal("optional" if inner.optional else "required")
    if name == "isConvexValidator":
        return TRUE
    if name == "type":
        return Typed(inner)
    from convex_lint.interpret.knowledge import zod

    found = zod.get(m, value, name)
    return found if found is not None else Bound(value, name) if name in _METHODS else UNDEFINED


def invoke(m: Any, value: ValidatorValue, name: str, call: Call) -> Value:
    from convex_lint.interpret.knowledge.names import literal_names

    inner = value.validator
    if name == "extend":
        extra = object_validator(m, call.arg(0))
        return ValidatorValue(replace(inner, fields={**inner.fields, **extra.fields}))
    if name == "partial":
        fields = {field: replace(part, optional=True) for field, part in inner.fields.items()}
        return ValidatorValue(replace(inner, fields=fields))
    if name in ("pick", "omit"):
        names = {found for arg in call.args for found in literal_names(arg)}
        if call.args and type(call.args[0]) is Obj:
            names = {*call.args[0].props}
        keep = name == "pick"
        return ValidatorValue(
            replace(inner, fields={field: part for field, part in inner.fields.items() if (field in names) is keep})
        )
    if name == "asOptional":
        return ValidatorValue(replace(inner, optional=True))
    from convex_lint.interpret.knowledge import zod

    return zod.invoke(m, value, name, call)


_METHODS = frozenset(("pick", "omit", "extend", "partial", "asOptional", "asRequired"))


def returning(m: Any, value: Value) -> Validator | None:
    """A `returns` or `args` property as a validator; None when there is none."""
    if value is UNDEFINED or value is UNKNOWN:
        return None
    return object_validator(m, value)
