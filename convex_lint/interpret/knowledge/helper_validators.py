"""convex-helpers `validators` and the `Table` of its `server`: validators made of validators (helpers:validators.ts, server.ts)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from convex_lint.interpret.knowledge.acting import Module, native
from convex_lint.interpret.knowledge.convex_server import invoke_schema
from convex_lint.interpret.knowledge.convex_values import UNKNOWN_VALIDATOR, V, object_validator, validator
from convex_lint.interpret.knowledge.names import literal_names
from convex_lint.interpret.values import (
    UNKNOWN,
    Arr,
    Call,
    Obj,
    SchemaDefinition,
    TableDefinition,
    ValidatorValue,
    Value,
)
from convex_lint.model.schema import Validator
from convex_lint.model.value import Literal


def _literals(m: Any, call: Call) -> Value:
    given = call.args[0].items if len(call.args) == 1 and type(call.args[0]) is Arr else call.args
    members = [Validator("literal", value=a.value) if type(a) is Literal else UNKNOWN_VALIDATOR for a in given]
    if call.open:
        members.append(UNKNOWN_VALIDATOR)
    return ValidatorValue(members[0] if len(members) == 1 else Validator("union", members=tuple(members)))


def _nullable(m: Any, call: Call) -> Value:
    return ValidatorValue(Validator("union", members=(validator(m, call.arg(0)), Validator("null"))))


def _partial(m: Any, call: Call) -> Value:
    """Of an object of validators an object of validators, of a validator a validator."""
    given = call.arg(0)
    made = _optional_fields(object_validator(m, given))
    if type(given) is ValidatorValue:
        return ValidatorValue(made)
    return Obj({name: ValidatorValue(part) for name, part in made.fields.items()})


def _optional_fields(whole: Validator) -> Validator:
    if whole.kind == "union":
        return replace(whole, members=tuple(_optional_fields(member) for member in whole.members))
    return replace(whole, fields={name: replace(part, optional=True) for name, part in whole.fields.items()})


def system_fields(table: str | None) -> dict[str, Validator]:
    return {"_id": Validator("id", table=table), "_creationTime": Validator("float64")}


def _system_fields(m: Any, call: Call) -> Value:
    fields = system_fields(literal_names(call.arg(0))[0])
    return Obj({name: ValidatorValue(part) for name, part in fields.items()})


def _with_system_fields(m: Any, call: Call) -> Value:
    fields = object_validator(m, call.arg(1)).fields
    whole = {**fields, **system_fields(literal_names(call.arg(0))[0])}
    return Obj({name: ValidatorValue(part) for name, part in whole.items()})


def _add_fields(m: Any, call: Call) -> Value:
    base, more = object_validator(m, call.arg(0)), object_validator(m, call.arg(1)).fields
    return ValidatorValue(add_fields(base, more))


def add_fields(base: Validator, more: Any) -> Validator:
    if base.kind == "union":
        return replace(base, members=tuple(add_fields(member, more) for member in base.members))
    return replace(base, fields={**base.fields, **more}) if base.kind == "object" else base


def _doc(m: Any, call: Call) -> Value:
    """`doc(schema, "table")`"""
    if type(call.arg(0)) is not SchemaDefinition:
        return ValidatorValue(UNKNOWN_VALIDATOR)
    return invoke_schema(m, call.arg(0), "doc", Call(call.node, [call.arg(1)]))


def _typed(m: Any, call: Call) -> Value:
    """`typedV(schema)`: `v` with `v.doc(table)`"""
    schema = call.arg(0)
    return Obj({**V.props, "doc": native("v.doc", lambda m, inner: _doc(m, Call(inner.node, [schema, *inner.args])))})


def _required(m: Any, call: Call) -> Value:
    return ValidatorValue(replace(validator(m, call.arg(0)), optional=False))


def _table(m: Any, call: Call) -> Value:
    """`Table("users", { ... })`"""
    name = literal_names(call.arg(0))[0]
    fields = object_validator(m, call.arg(1))
    system = system_fields(name)
    values = {field: ValidatorValue(part) for field, part in fields.fields.items()}
    systems = {field: ValidatorValue(part) for field, part in system.items()}
    return Obj(
        {
            "name": call.arg(0),
            "table": TableDefinition(fields, m.span(call.node)),
            "doc": ValidatorValue(Validator("object", fields={**fields.fields, **system})),
            "withoutSystemFields": Obj(dict(values)),
            "withSystemFields": Obj({**values, **systems}),
            "systemFields": Obj(systems),
            "_id": systems["_id"],
        }
    )


def _simple(kind: str) -> ValidatorValue:
    return ValidatorValue(Validator(kind))


EXPORTS: Module = {
    "literals": native("literals", _literals),
    "nullable": native("nullable", _nullable),
    "partial": native("partial", _partial),
    "systemFields": native("systemFields", _system_fields),
    "withSystemFields": native("withSystemFields", _with_system_fields),
    "addFieldsToValidator": native("addFieldsToValidator", _add_fields),
    "doc": native("doc", _doc),
    "typedV": native("typedV", _typed),
    "brandedString": native("brandedString", lambda m, call: _simple("string")),
    "deprecated": ValidatorValue(Validator("any", optional=True)),
    "pretend": native("pretend", lambda m, call: ValidatorValue(Validator("any", optional=True))),
    "pretendRequired": native("pretendRequired", lambda m, call: _simple("any")),
    "vRequired": native("vRequired", _required),
    "validate": native("validate", lambda m, call: UNKNOWN),
    "parse": native("parse", lambda m, call: call.arg(1)),
    **{name: _simple(name) for name in ("string", "float64", "boolean", "int64", "any")},
    "number": _simple("float64"),
    "biging": _simple("int64"),
    "null_": _simple("null"),
    "arrayBuffer": _simple("bytes"),
    **{name: V.props[name] for name in ("id", "object", "array", "bytes", "literal", "optional", "union")},
}
TABLE = native("Table", _table)
