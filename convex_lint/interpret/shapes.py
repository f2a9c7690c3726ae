"""Validators for what annotations say of arguments and documents that have none."""

from __future__ import annotations

from convex_lint.interpret.machine import Machine
from convex_lint.interpret.values import Arr, Doc, Either, Obj, Typed, Value, join
from convex_lint.model.schema import Validator
from convex_lint.model.value import IdOf


def shape_of(m: Machine, told: Value, depth: int = 0) -> Validator | None:
    """The validator that a type's value would have, where it leads to ids; None when it tells nothing of them."""
    kind = told.__class__
    if kind is IdOf:
        return Validator("id", table=told.table)
    if depth > 4:
        return None
    if kind is Typed:
        return told.validator  # type: ignore[no-any-return]
    if kind is Doc and told.table is not None and not told.path:
        table = m.table(told.component, told.table)
        fields = table.validator.fields if table is not None and table.validator is not None else {}
        return Validator("object", fields={"_id": Validator("id", table=told.table), **fields})
    if kind is Obj:
        parts = {name: shape_of(m, part, depth + 1) for name, part in told.props.items() if not name.startswith("\0")}
        rest = shape_of(m, told.rest, depth + 1) if told.rest is not None else Validator("object")
        if rest is not None and rest.kind == "object" and (rest.fields or any(parts.values())):
            own = {name: part or Validator("any") for name, part in parts.items()}
            return Validator("object", fields={**rest.fields, **own})
    elif kind is Arr and told.items:
        element = shape_of(m, join(*told.items), depth + 1)
        return Validator("array", element=element) if element is not None else None
    elif kind is Either:
        members = [shape_of(m, option, depth + 1) for option in told.options]
        known = tuple([member for member in members if member is not None])
        return (known[0] if len(known) == 1 else Validator("union", members=known)) if known else None
    return None
