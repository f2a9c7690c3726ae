"""The cases of a function whose arguments name one of several tables: what it does with one it does not do with others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from convex_lint.interpret.machine import Machine
from convex_lint.interpret.values import MAX_NAMES
from convex_lint.model.schema import Validator


def cases(m: Machine, component: str, args: Validator | None) -> tuple[Validator, ...]:
    """The validator with one table named in each; itself, alone, where no argument is a choice of tables."""
    if args is None or args.kind != "object":
        return () if args is None else (args,)
    schema = m.schemas.get(component)
    for name, field in args.fields.items() if schema is not None else ():
        members = field.members_flat()
        if 1 < len(members) <= MAX_NAMES and not field.optional:
            named = [set(_literals(member)) & set(schema.tables if schema is not None else ()) for member in members]
            if all(named):
                return tuple([replace(args, fields={**args.fields, name: member}) for member in members])
    return (args,)


def _literals(validator: Validator) -> Iterator[str]:
    """The texts that a literal, or the literal fields of an object, can be."""
    parts = validator.fields.values() if validator.kind == "object" else (validator,)
    for part in parts:
        if part.kind == "literal" and isinstance(part.value, str):
            yield part.value
