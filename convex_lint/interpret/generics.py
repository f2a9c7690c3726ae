"""Type parameters that stand for a table's name: `<T extends TableNames>(table: T, id: Id<T>)`."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.machine import Machine
from convex_lint.interpret.values import Arr, Doc, Either, Prom, Value, join
from convex_lint.model.value import IdOf, Literal
from convex_lint.syntax import tree


def name_parameter(m: Machine, type: Any, value: Value) -> None:
    """`<T extends TableNames>(table: T, id: Id<T>)`: while the call runs, `T` is the name that was given."""
    if type.__class__ is tree.TypeName and not type.arguments and type.name[:1].isupper():
        options = value.options if value.__class__ is Either else (value,)
        if all(option.__class__ is Literal and isinstance(option.value, str) for option in options):
            m.scope.vars[f"\0type {type.name}"] = value


def of_parameter(m: Machine, type: Any) -> Value:
    """`Id<T>`, `Doc<T>` and what is made of them, for the type parameters of the running functions."""
    kind = type.__class__
    if kind is tree.TypeUnion:
        known = [told for told in [of_parameter(m, item) for item in type.items] if told is not None]
        return join(*known) if known else None
    if kind is tree.TypeArray:
        element = of_parameter(m, type.element)
        return Arr([element], exact=False) if element is not None else None
    if kind is tree.TypeIndexed:
        return _id_of_document(m, type)
    if kind is not tree.TypeName or not type.arguments:
        return None
    argument = type.arguments[0]
    if type.name in ("Promise", "Array", "ReadonlyArray", "NonNullable"):
        inner = of_parameter(m, argument)
        if inner is None or type.name == "NonNullable":
            return inner
        return Prom(inner) if type.name == "Promise" else Arr([inner], exact=False)
    if type.name in ("Id", "GenericId", "Doc") and argument.__class__ is tree.TypeName:
        names = _named(m, argument)
        if names:
            return join(*[Doc(m.component, name) if type.name == "Doc" else IdOf(name) for name in names])
    return None


def _id_of_document(m: Machine, type: tree.TypeIndexed) -> Value:
    """`Doc<T>["_id"]`, `DocumentByName<Model, T>["_id"]`: whatever a type makes of a table's name, its `_id` is an id of
    that table."""
    whole, key = type.object, type.key
    if key.__class__ is not tree.TypeLiteral or key.value != "_id" or whole.__class__ is not tree.TypeName:
        return None
    named = [names for names in [_named(m, argument) for argument in whole.arguments] if names]
    return join(*[IdOf(name) for name in named[0]]) if len(named) == 1 else None


def _named(m: Machine, type: Any) -> list[str]:
    """The tables that a type parameter stands for while the call runs."""
    value = m.lookup(f"\0type {type.name}") if type.__class__ is tree.TypeName else None
    if value is None:
        return []
    return [option.value for option in (value.options if value.__class__ is Either else (value,))]
