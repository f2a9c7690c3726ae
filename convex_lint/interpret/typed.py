"""Parts of documents, arguments and other values that a validator describes, and the tables that ids point to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from convex_lint.interpret.values import (
    UNDEFINED,
    UNKNOWN,
    Arg,
    Arr,
    Doc,
    Either,
    NewId,
    Obj,
    Prom,
    Typed,
    Value,
    join,
)
from convex_lint.model.schema import Validator
from convex_lint.model.value import Computed, Identity, IdOf, Literal

ANY = Validator("any")


def validator_of(m: Any, value: Value) -> Validator | None:
    """What is known of the shape of a document, an argument or a typed value."""
    if value.validator is not None:
        found: Validator = value.validator
        return found
    if type(value) is Doc and value.table is not None:
        table = m.table(value.component, value.table)
        if table is not None and table.validator is not None:
            whole: Validator = table.validator
            for name in value.path:
                inner = member(m, whole, name)
                if inner is None:
                    return None
                whole = inner
            return whole
    return None


def member(m: Any, validator: Validator, name: str) -> Validator | None:
    """The validator of a field (`[]`: of an element); a union where variants differ; None when it cannot exist.
    Asked for often, and with the same answer object each time, so that values can be recognised by it."""
    key = (id(validator), name)
    known = m.members.get(key)
    if known is None:
        known = m.members[key] = (validator, _member(validator, name))
    return known[1]  # type: ignore[no-any-return]


def _member(validator: Validator, name: str) -> Validator | None:
    found: list[Validator] = []
    for variant in validator.members_flat():
        if name == "[]":
            if variant.kind in ("array", "record") and variant.element is not None:
                found.append(variant.element)
        elif variant.kind == "record" and variant.element is not None:
            found.append(variant.element)
        elif name in variant.fields:
            found.append(variant.fields[name])
        elif variant.kind in ("any", "unknown"):
            found.append(ANY)
    distinct = list({id(inner): inner for variant in found for inner in _variants(variant)}.values())
    if not distinct:
        return None
    return distinct[0] if len(distinct) == 1 else Validator("union", members=tuple(distinct))


def _variants(validator: Validator) -> tuple[Validator, ...]:
    return (validator,) if validator.optional else validator.members_flat()


def part_of(m: Any, value: Value, name: str) -> Value:
    """`value.name`; `value[0]` is an element like others."""
    whole = validator_of(m, value)
    if name.isdigit() and whole is not None and any(variant.kind == "array" for variant in whole.members_flat()):
        name = "[]"
    inner = member(m, whole, name) if whole is not None else None
    kind = type(value)
    if kind is Doc:
        return Doc(value.component, value.table, (*value.path, name), value.origin, inner)
    if kind is Arg:
        if m.all_told and name != "[]" and whole is not None and _lacks(whole, name):
            return UNDEFINED  # the platform lets no call through that gives more than the validator says
        if m.one_case and inner is not None and inner.kind == "literal" and not inner.optional:
            return Literal(inner.value)
        return Arg((*value.path, name), inner)
    if inner is None and value.origin is not None and value.validator.kind == "any":
        inner = ANY
    return Typed(inner, value.origin, (*value.path, name)) if inner is not None else UNKNOWN


def _lacks(validator: Validator, name: str) -> bool:
    return validator.kind == "object" and name not in validator.fields


def tables_of(value: Value) -> tuple[str, ...]:
    """The tables that an id can belong to; empty when nothing is known."""
    kind = type(value)
    if kind is Doc:
        if value.path == ("_id",):
            return (value.table,) if value.table is not None else ()
        return _id_tables(value.validator)
    if kind is Arg or kind is Typed:
        return _id_tables(value.validator)
    if kind is NewId:
        return (value.table,) if value.table is not None else ()
    if kind is IdOf:
        return (value.table,)
    if kind is Identity:
        if value.table is not None:
            return (value.table,)
        # Auth libraries keep the id of their own user document in the identity: (table, "_id").
        return (value.path[0],) if value.path[1:] == ("_id",) else ()
    if kind is Either:
        return tuple(dict.fromkeys(table for option in value.options for table in tables_of(option)))
    if kind is Prom:
        return tables_of(value.value)
    if kind is Computed and value.operator in _SAME_TEXT and value.parts:
        return tables_of(value.parts[0])  # an id is a text, so its text is the id
    return ()


_SAME_TEXT = frozenset(("call:String", "call:toString"))


def names_rows(value: Value) -> bool:
    """A row of a known table, or an id of one."""
    return bool(tables_of(value)) or (type(value) is Doc and value.table is not None)


def ids_at(m: Any, component: str, table: str | None, path: Iterable[str]) -> tuple[str, ...]:
    """The tables of the ids that a field is declared to hold."""
    declared = m.table(component, table)
    validator = declared.validator if declared is not None else None
    for name in path:
        validator = member(m, validator, name) if validator is not None else None
    return _id_tables(validator)


def _id_tables(validator: Validator | None) -> tuple[str, ...]:
    if validator is None:
        return ()
    return tuple(dict.fromkeys(v.table for v in validator.members_flat() if v.kind == "id" and v.table is not None))


SYSTEM_FIELDS = ("_id", "_creationTime")


def fields_of(m: Any, value: Value) -> tuple[str, ...] | None:
    """The names of an object's fields, as far as every one of them is known; else None."""
    kind = type(value)
    if kind is Obj:
        if "\0any" in value.props or "\0base" in value.props:
            return None
        names = [name for name in value.props if not name.startswith("\0")]
        if value.rest is not None:
            rest = fields_of(m, value.rest)
            if rest is None:
                return None
            names.extend(name for name in rest if name not in value.hidden)
        return tuple(dict.fromkeys(names))
    if kind is Either:
        union: list[str] = []
        for option in value.options:
            if type(option) in (Obj, Doc, Arg, Typed, Either):
                fields = fields_of(m, option)
                if fields is None:
                    return None
                union.extend(fields)
            elif type(option).__name__ == "Unknown":
                return None
        return tuple(dict.fromkeys(union))
    if kind in (Doc, Arg, Typed):
        whole = validator_of(m, value)
        if whole is None:
            return None
        variants = [variant for variant in whole.members_flat() if variant.kind != "null"]
        if not variants or any(variant.kind != "object" for variant in variants):
            return None
        names = list(dict.fromkeys(name for variant in variants for name in variant.fields))
        if kind is Doc and not value.path:
            names = [*SYSTEM_FIELDS, *names]
        return tuple(names)
    return None


def element_of(m: Any, value: Value) -> Value:
    """What iterating gives."""
    kind = type(value)
    if kind is Arr:
        return join(*value.items) if value.items else UNKNOWN
    if kind in (Doc, Arg, Typed):
        return part_of(m, value, "[]")
    if kind is Either:
        found = [element_of(m, option) for option in value.options if type(option) in (Arr, Doc, Arg, Typed)]
        return join(*found) if found else UNKNOWN
    if kind is Prom:
        return element_of(m, value.value)
    return UNKNOWN


def any_part_of(m: Any, value: Value) -> Value:
    """What a key that is not known gives: an element, or any of the fields of an object."""
    whole = validator_of(m, value)
    part = element_of(m, value)
    if whole is None or part is UNKNOWN or part.validator is not None:
        return part
    shapes = {id(inner): inner for one in whole.members_flat() for inner in one.fields.values()}
    if not shapes:
        return part
    found = tuple(shapes.values())
    return replace(part, validator=found[0] if len(found) == 1 else Validator("union", members=found))
