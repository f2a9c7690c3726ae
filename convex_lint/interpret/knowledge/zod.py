"""`zod` schemas as validators: what the common builders describe (zod 3 and 4, and what convex-helpers makes of them)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from convex_lint.interpret.knowledge.acting import Module, native
from convex_lint.interpret.knowledge.convex_values import UNKNOWN_VALIDATOR, object_validator, validator
from convex_lint.interpret.knowledge.names import literal_names
from convex_lint.interpret.values import UNKNOWN, Arr, Call, Native, Obj, Prom, Typed, ValidatorValue, Value
from convex_lint.model.schema import Validator
from convex_lint.model.value import Literal

_NULL = Validator("null")
_SIMPLE = {
    **dict.fromkeys(
        ("string", "email", "url", "uuid", "cuid", "cuid2", "ulid", "nanoid", "guid", "iso", "ipv4", "ipv6", "base64", "jwt",
         "templateLiteral", "date", "stringbool"),
        "string",
    ),
    **dict.fromkeys(("number", "int", "float32", "float64", "int32", "uint32", "nan"), "float64"),
    "bigint": "int64", "int64": "int64", "boolean": "boolean", "null": "null", "any": "any", "unknown": "any",
    "undefined": "any", "void": "null", "never": "any", "custom": "any", "instanceof": "any", "json": "any", "symbol": "any",
}  # fmt: skip


def _made(kind: str, **parts: Any) -> ValidatorValue:
    return ValidatorValue(Validator(kind, **parts))


def _union(members: list[Validator]) -> ValidatorValue:
    return ValidatorValue(members[0] if len(members) == 1 else Validator("union", members=tuple(members)))


def _of_list(m: Any, value: Value) -> list[Validator]:
    if type(value) is Arr and value.exact:
        return [validator(m, item) for item in value.items]
    return [UNKNOWN_VALIDATOR]


def _object(m: Any, call: Call) -> Value:
    return ValidatorValue(object_validator(m, call.arg(0)) if call.args else Validator("object"))


def _literal(m: Any, call: Call) -> Value:
    given = call.arg(0).items if type(call.arg(0)) is Arr else [call.arg(0)]
    return _union([Validator("literal", value=v.value) if type(v) is Literal else UNKNOWN_VALIDATOR for v in given])


def _enum(m: Any, call: Call) -> Value:
    given = call.arg(0)
    if type(given) is Obj:
        values = [part for name, part in given.props.items() if not name.startswith("\0")]
    else:
        values = list(given.items) if type(given) is Arr and given.exact else []
    members = [Validator("literal", value=v.value) if type(v) is Literal else Validator("string") for v in values]
    return _union(members or [Validator("string")])


def _record(m: Any, call: Call) -> Value:
    return _made("record", element=validator(m, call.args[-1]) if call.args else UNKNOWN_VALIDATOR)


def _tuple(m: Any, call: Call) -> Value:
    return _made("array", element=_union(_of_list(m, call.arg(0))).validator)


def _intersection(m: Any, call: Call) -> Value:
    left, right = validator(m, call.arg(0)), validator(m, call.arg(1))
    return ValidatorValue(replace(left, fields={**left.fields, **right.fields}))


def zid(m: Any, call: Call) -> Value:
    """`zid("users")`"""
    return _made("id", table=literal_names(call.arg(0))[0])


def _optional(m: Any, call: Call) -> Value:
    return ValidatorValue(replace(validator(m, call.arg(0)), optional=True))


def _nullable(m: Any, call: Call) -> Value:
    return _union([validator(m, call.arg(0)), _NULL])


def _simple(kind: str) -> Native:
    made = _made(kind)
    return native(f"z.{kind}", lambda m, call: made)


Z = Obj(
    {
        **{name: _simple(kind) for name, kind in _SIMPLE.items()},
        "object": native("z.object", _object),
        "strictObject": native("z.strictObject", _object),
        "looseObject": native("z.looseObject", _object),
        "array": native("z.array", lambda m, call: _made("array", element=validator(m, call.arg(0)))),
        "set": native("z.set", lambda m, call: _made("array", element=validator(m, call.arg(0)))),
        "literal": native("z.literal", _literal),
        "enum": native("z.enum", _enum),
        "nativeEnum": native("z.nativeEnum", _enum),
        "union": native("z.union", lambda m, call: _union(_of_list(m, call.arg(0)))),
        "discriminatedUnion": native("z.discriminatedUnion", lambda m, call: _union(_of_list(m, call.arg(1)))),
        "record": native("z.record", _record),
        "partialRecord": native("z.partialRecord", _record),
        "tuple": native("z.tuple", _tuple),
        "intersection": native("z.intersection", _intersection),
        "optional": native("z.optional", _optional),
        "nullable": native("z.nullable", _nullable),
        "lazy": native("z.lazy", lambda m, call: _made("any")),
        "preprocess": native("z.preprocess", lambda m, call: ValidatorValue(validator(m, call.arg(1)))),
        "coerce": Obj({name: _simple(_SIMPLE[name]) for name in ("string", "number", "boolean", "bigint", "date")}),
    },
    UNKNOWN,
)

EXPORTS: Module = {**Z.props, "z": Z, "default": Z}

PARSING = {"parse", "parseAsync", "safeParse", "safeParseAsync", "spa"}


def get(m: Any, value: ValidatorValue, name: str) -> Value:
    """A property that only a zod schema has; None for others."""
    if name == "shape":
        return Obj({field: ValidatorValue(part) for field, part in value.validator.fields.items()})
    if name == "options":
        return Arr([ValidatorValue(member) for member in value.validator.members])
    return None


def invoke(m: Any, value: ValidatorValue, name: str, call: Call) -> Value:
    """A method that only a zod schema has. Most (`min`, `email`, `describe` ...) leave the shape as it is."""
    inner = value.validator
    if name in PARSING:
        whole = Typed(inner)
        result = (
            Obj({"success": UNKNOWN, "data": whole, "error": UNKNOWN}) if name.startswith(("safe", "spa")) else whole
        )
        return Prom(result) if name.endswith("Async") or name == "spa" else result
    if name in ("optional", "default"):
        return ValidatorValue(replace(inner, optional=True))
    if name == "nullable":
        return _union([inner, _NULL])
    if name == "nullish":
        return ValidatorValue(Validator("union", optional=True, members=(inner, _NULL)))
    if name == "array":
        return _made("array", element=inner)
    if name == "or":
        return _union([inner, validator(m, call.arg(0))])
    if name in ("and", "merge", "safeExtend"):
        return ValidatorValue(replace(inner, fields={**inner.fields, **object_validator(m, call.arg(0)).fields}))
    if name == "required":
        fields = {field: replace(part, optional=False) for field, part in inner.fields.items()}
        return ValidatorValue(replace(inner, fields=fields))
    if name == "keyof":
        return _union([Validator("literal", value=field) for field in inner.fields] or [Validator("string")])
    if name == "unwrap":
        return ValidatorValue(replace(inner, optional=False))
    if name in ("transform", "pipe"):
        return ValidatorValue(inner)
    return value
