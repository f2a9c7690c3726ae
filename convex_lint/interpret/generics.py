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
    if kind is not tree.TypeName or not type.arguments:
        return None
    argument = type.arguments[0]
    if type.name in ("Promise", "Array", "ReadonlyArray", "NonNullable"):
        inner = of_parameter(m, argument)
        if inner is None or type.name == "NonNullable":
            return inner
        return Prom(inner) if type.name == "Promise" else Arr([inner], exact=False)
    if type.name in ("Id", "GenericId", "Doc") and argument.__class__ is tree.TypeName:
        names = m.lookup(f"\0type {argument.name}")
        if names is not None:
            options = names.options if names.__class__ is Either else (names,)
            return join(*[Doc(m.component, o.value) if type.name == "Doc" else IdOf(o.value) for o in options])
    return None
