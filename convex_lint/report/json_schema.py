"""The JSON Schemas that we publish, made from the types: of our JSON, and of convex-lint.toml."""

from __future__ import annotations

import json
from types import NoneType
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

from convex_lint.report.contract import Facts, Findings
from convex_lint.report.contract_conflicts import Conflicts
from convex_lint.report.contract_indexes import IndexPlans
from convex_lint.report.contract_portraits import Portraits
from convex_lint.report.contract_subscriptions import Subscriptions

_SIMPLE = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}


def schema_files() -> dict[str, str]:
    """The text of each file of `convex_lint/schemas/`, by name: the contracts, and convex-lint.toml for editors."""
    from convex_lint.engine.config_file import json_schema

    schemas = {
        "conflicts": schema_of(Conflicts),
        "explain": schema_of(Portraits),
        "facts": schema_of(Facts),
        "findings": schema_of(Findings),
        "indexes": schema_of(IndexPlans),
        "subscriptions": schema_of(Subscriptions),
        "config": json_schema(),
    }
    return {f"{name}.schema.json": json.dumps(schema, indent=2) + "\n" for name, schema in schemas.items()}


def schema_of(shape: type) -> dict[str, Any]:
    """The JSON Schema of a TypedDict: no other properties are allowed, those not marked NotRequired must be there."""
    definitions: dict[str, Any] = {}
    _define(shape, definitions)
    top = definitions.pop(shape.__name__)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": shape.__name__,
        **top,
        "$defs": dict(sorted(definitions.items())),
    }


def _define(shape: type, definitions: dict[str, Any]) -> None:
    if shape.__name__ in definitions:
        return
    definitions[shape.__name__] = {}
    hints = get_type_hints(shape, include_extras=True)
    described = {"description": " ".join(shape.__doc__.split())} if shape.__doc__ else {}
    definitions[shape.__name__] = {
        **described,
        "type": "object",
        "properties": {name: _schema(hint, definitions) for name, hint in hints.items()},
        "required": [name for name, hint in hints.items() if get_origin(hint) is not NotRequired],
        "additionalProperties": False,
    }


def _schema(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is NotRequired:
        return _schema(arguments[0], definitions)
    if origin is Literal:
        return {"const": arguments[0]} if len(arguments) == 1 else {"enum": list(arguments)}
    if origin is list:
        return {"type": "array", "items": _schema(arguments[0], definitions)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(arguments[1], definitions)}
    if origin is Union or type(hint).__name__ == "UnionType":
        return {"anyOf": [_schema(argument, definitions) for argument in arguments]}
    if is_typeddict(hint):
        _define(hint, definitions)
        return {"$ref": f"#/$defs/{hint.__name__}"}
    return {"type": _SIMPLE[hint]}
