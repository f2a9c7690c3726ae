"""What type annotations witness where the values themselves do not: contexts, ids, documents, literals, validators."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from convex_lint.interpret import generics
from convex_lint.interpret.machine import Machine
from convex_lint.interpret.parts import is_vague, refine_elements, refine_parts
from convex_lint.interpret.shapes import shape_of
from convex_lint.interpret.typed import tables_of
from convex_lint.interpret.values import (
    SHARED,
    UNKNOWN,
    Arg,
    Arr,
    Ctx,
    Database,
    Doc,
    Either,
    Fn,
    ModuleState,
    Obj,
    Prom,
    Scope,
    Typed,
    ValidatorValue,
    Value,
    join,
)
from convex_lint.model.value import Computed, Identity, IdOf, Literal, Unknown
from convex_lint.syntax import tree

_CONTEXTS = {
    "QueryCtx": "query",
    "MutationCtx": "mutation",
    "ActionCtx": "action",
    "GenericQueryCtx": "query",
    "GenericMutationCtx": "mutation",
    "GenericActionCtx": "action",
}
_TRANSPARENT = frozenset(
    ("Readonly", "Partial", "Required", "NonNullable", "Awaited", "WithoutSystemFields", "Omit", "Pick", "Expand",
     "WithOptionalSystemFields")
)  # fmt: skip


def refine(m: Machine, value: Value, type: tree.Type | None, scope: Scope) -> Value:
    """`value`, with what is unknown in it replaced by what the annotation says."""
    if type is None:
        return value
    kind = type_of = value.__class__
    if is_vague(value):
        return from_type(m, type, scope.module) or generics.of_parameter(m, type) or value
    if kind is Obj:
        refine_parts(m, value, type, scope)
        return value
    if kind is Arr:
        return refine_elements(m, value, type, scope)
    if kind is Prom and is_vague(value.value):
        told = from_type(m, type, scope.module)
        return told if told.__class__ is Prom else (Prom(told) if told is not None else value)
    if kind is Doc and value.table is None and not value.path:
        told = from_type(m, type, scope.module)
        for option in told.options if told.__class__ is Either else (told,):
            if option.__class__ is Doc and option.table is not None and not option.path:
                if value.origin is not None and value.origin.details.get("table") is None:
                    value.origin.details["table"] = option.table
                return Doc(option.component, option.table, (), value.origin, option.validator)
        return value
    if type_of is Either and any(is_vague(option) for option in value.options):
        told = from_type(m, type, scope.module)
        if told is not None:
            return join(*[told if is_vague(option) else option for option in value.options])
    if (kind in _NAMELESS or kind in _DESCRIBED) and not tables_of(value):
        told = from_type(m, type, scope.module)
        told = generics.of_parameter(m, type) if told is None else told
        tables = tables_of(told)
        if tables and kind is Identity:
            return Identity(value.path, tables[0]) if len(tables) == 1 else told
        if tables:
            # A text that was made or stored as a plain one: that it is an id, and of which table, only the type says.
            shape = shape_of(m, told) if kind in _DESCRIBED else None
            return replace(value, validator=shape) if shape is not None else told
    if kind is Typed and value.validator.kind in _VAGUE:  # a text that a schema of another library let through
        told = from_type(m, type, scope.module)
        shape = shape_of(m, told) if value.origin is not None and tables_of(told) else None
        return replace(value, validator=shape) if shape is not None else told if tables_of(told) else value
    if kind in _DESCRIBED and (value.validator is None or value.validator.kind in _VAGUE):
        told = from_type(m, type, scope.module)
        told = generics.of_parameter(m, type) if told is None else told
        shape = shape_of(m, told) if told is not None else None
        return replace(value, validator=shape) if shape is not None else value
    return value


_DESCRIBED = frozenset((Arg, Doc, Typed))
_NAMELESS = frozenset((Computed, Literal, Either, Identity))
_VAGUE = frozenset(("any", "unknown", "string"))


def returned(m: Machine, fn: Fn) -> Value:
    """The result of a function that is not run."""
    if fn.node.returns is not None:
        return from_type(m, fn.node.returns, fn.scope.module) or UNKNOWN
    return Prom(UNKNOWN) if fn.node.flow == "async" else UNKNOWN


def from_type(m: Machine, type: tree.Type, module: ModuleState) -> Value:
    """A value that stands for any of the type; None when the type tells nothing. One value answers for a type wherever
    it is named, so a recursive type ends at its own name."""
    key = (id(type), m.component)
    if key in m.types:
        return m.types[key]
    m.types[key] = None
    told = _expanded(m, type, module)
    for option in told.options if told.__class__ is Either else (told,):
        if option.__class__ in (Obj, Arr):
            option.born = SHARED
    m.types[key] = told
    return told


def _expanded(m: Machine, type: Any, module: ModuleState) -> Value:
    kind = type.__class__
    if kind is tree.TypeName:
        return _named(m, type, module)
    if kind is tree.TypeLiteral:
        return Literal(type.value)
    if kind is tree.TypeUnion:
        told = [from_type(m, item, module) for item in type.items]
        if all(option is None for option in told):
            return None
        known = [option if option is not None else UNKNOWN for option in told]
        nullish = [option for option in known if not (option.__class__ is Literal and option.value is None)]
        return join(*(nullish or known))
    if kind is tree.TypeIntersection:
        return _intersection([from_type(m, item, module) for item in type.items])
    if kind is tree.TypeArray:
        element = from_type(m, type.element, module)
        return Arr([element if element is not None else UNKNOWN], exact=False)
    if kind is tree.TypeTuple:
        return Arr([from_type(m, item, module) or UNKNOWN for item in type.items])
    if kind is tree.TypeObject:
        props = {}
        for member in type.members:
            told = from_type(m, member.type, module)
            props[member.name] = told if told is not None else UNKNOWN
        return Obj(props)
    if kind is tree.TypeIndexed:
        return _indexed(m, type, module)
    return None


def _intersection(parts: list[Value]) -> Value:
    known = [part for part in parts if part is not None]
    if not known:
        return None
    if len(known) == 1:
        return known[0]
    merged = Obj()
    rests = []
    for part in known:
        if part.__class__ is Obj:
            merged.props.update(part.props)
            if part.rest is not None:
                rests.append(part.rest)
        else:
            rests.append(part)
    merged.rest = join(*rests) if rests else None
    return merged


def _indexed(m: Machine, type: tree.TypeIndexed, module: ModuleState) -> Value:
    from convex_lint.interpret.members import get

    whole = from_type(m, type.object, module)
    if whole is None:
        return None
    if whole.__class__ is Arr:
        return join(*whole.items)
    key = type.key
    if key.__class__ is tree.TypeLiteral:
        part = get(m, whole, str(key.value), type)
        untold = part.__class__ is Unknown or (part.__class__ is Doc and part.table is None)
        return None if untold else part
    return None


def _named(m: Machine, type: tree.TypeName, module: ModuleState) -> Value:
    name = type.name
    argument = type.arguments[0] if type.arguments else None
    if name in ("Promise", "PromiseLike"):
        inner = from_type(m, argument, module) if argument is not None else None
        return Prom(inner if inner is not None else UNKNOWN)
    if name in ("Array", "ReadonlyArray", "Set", "AsyncIterable", "AsyncGenerator", "Generator", "Iterable"):
        inner = from_type(m, argument, module) if argument is not None else None
        return Arr([inner if inner is not None else UNKNOWN], exact=False)
    if name == "Date":
        return UNKNOWN
    if name in _TRANSPARENT and argument is not None:
        return from_type(m, argument, module)
    if name in ("any", "unknown", "string", "number", "boolean", "void", "never", "object", "bigint", "symbol"):
        return None
    if name in ("null", "undefined"):
        return Literal(None)
    if name == "ReturnType" and argument.__class__ is tree.TypeQuery:
        fn = _value_named(m, argument.name, module)
        if fn.__class__ is Fn and fn.node.returns is not None:
            return from_type(m, fn.node.returns, fn.scope.module)
        return None
    return _declared(m, type, argument, module)


def _declared(m: Machine, type: tree.TypeName, argument: Any, module: ModuleState) -> Value:
    declaration = module.types.get(type.name) or module.inner_types.get(type.name)
    if declaration is not None:
        return from_type(m, declaration.type, module)
    found = m.linker.type_named(m, module, type.name)
    if found is None:
        return None
    origin, name = found
    if origin.__class__ is ModuleState:
        declaration = origin.types.get(name)
        return from_type(m, declaration.type, origin) if declaration is not None else None
    return _platform(m, name, argument, module)


def _platform(m: Machine, name: str, argument: Any, module: ModuleState) -> Value:
    """A type of Convex's own, by its exported name."""
    if name in _CONTEXTS:
        return Ctx(_CONTEXTS[name], m.component)
    if name in ("DatabaseReader", "GenericDatabaseReader"):
        return Database(m.component, False)
    if name in ("DatabaseWriter", "GenericDatabaseWriter"):
        return Database(m.component, True)
    if name in ("Id", "GenericId", "Doc", "DocumentByName"):
        told = from_type(m, argument, module) if argument is not None else None
        if name == "DocumentByName":
            return None
        made = [
            IdOf(option.value) if name in ("Id", "GenericId") else Doc(m.component, option.value)
            for option in (told.options if told.__class__ is Either else (told,))
            if option.__class__ is Literal and isinstance(option.value, str)
        ]
        if made:
            return join(*made)
        return Doc(m.component, None) if name == "Doc" else None
    if name in ("Infer", "ObjectType") and argument.__class__ is tree.TypeQuery:
        value = _value_named(m, argument.name, module)
        return _of_validator(value)
    if name in ("Auth", "Scheduler", "StorageReader", "StorageWriter", "StorageActionWriter"):
        from convex_lint.interpret.knowledge.context import HOSTS

        return HOSTS(name, m.component)
    return None


def _of_validator(value: Value) -> Value:
    if value.__class__ is ValidatorValue:
        return Typed(value.validator)
    if value.__class__ is Obj and value.props:
        return Obj({name: _of_validator(part) or UNKNOWN for name, part in value.props.items()})
    return None


def _value_named(m: Machine, dotted: str, module: ModuleState) -> Value:
    from convex_lint.interpret.members import get

    first, *rest = dotted.split(".")
    outer = m.scope
    m.scope = module.scope
    value = m.lookup(first)
    m.scope = outer
    for name in rest:
        if value is None:
            return UNKNOWN
        value = get(m, value, name, _NOWHERE)
    return UNKNOWN if value is None else value


_NOWHERE = tree.Opaque(0, 0, "annotation")
