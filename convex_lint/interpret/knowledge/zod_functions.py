"""convex-helpers `server/zod`, `zod3` and `zod4`: builders whose `args` are zod schemas (helpers:server/zod4.ts)."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.knowledge.acting import Module, native
from convex_lint.interpret.knowledge.convex_values import object_validator, validator
from convex_lint.interpret.knowledge.custom_functions import custom_builder
from convex_lint.interpret.knowledge.helper_validators import system_fields
from convex_lint.interpret.knowledge.names import literal_names
from convex_lint.interpret.knowledge.zod import zid
from convex_lint.interpret.values import Call, Obj, ValidatorValue, Value


def _same(m: Any, call: Call) -> Value:
    """zod schemas are validators to us already."""
    return ValidatorValue(validator(m, call.arg(0)))


def _same_fields(m: Any, call: Call) -> Value:
    return Obj({name: ValidatorValue(part) for name, part in object_validator(m, call.arg(0)).fields.items()})


def _with_system_fields(m: Any, call: Call) -> Value:
    fields = {**object_validator(m, call.arg(1)).fields, **system_fields(literal_names(call.arg(0))[0])}
    return Obj({name: ValidatorValue(part) for name, part in fields.items()})


EXPORTS: Module = {
    **{name: native(name, custom_builder) for name in ("zCustomQuery", "zCustomMutation", "zCustomAction")},
    **{name: native(name, _same) for name in ("zodToConvex", "zodOutputToConvex", "convexToZod", "zBrand")},
    **{
        name: native(name, _same_fields)
        for name in ("zodToConvexFields", "zodOutputToConvexFields", "convexToZodFields")
    },
    "zid": native("zid", zid),
    "Zid": native("Zid", zid),
    "withSystemFields": native("withSystemFields", _with_system_fields),
}
