"""What a type says of the parts of objects and arrays of which nothing else is known."""

from __future__ import annotations

from convex_lint.interpret.machine import Machine
from convex_lint.interpret.typed import names_rows, part_of, tables_of
from convex_lint.interpret.values import UNKNOWN, Arr, Doc, Obj, Scope, Typed, Value, join
from convex_lint.model.value import Unknown
from convex_lint.syntax import tree


def is_vague(value: Value) -> bool:
    """Nothing is known of it, but perhaps which run gave it."""
    return value.__class__ is Unknown or (
        value.__class__ is Typed and value.origin is not None and value.validator.kind == "any"
    )


def refine_parts(m: Machine, value: Obj, type: tree.Type, scope: Scope) -> None:
    """What is unknown in an object becomes what its type says of it."""
    if not any(is_vague(part) for part in value.props.values()):
        return
    from convex_lint.interpret.annotation import from_type

    told = from_type(m, type, scope.module)
    if told.__class__ is Obj:
        for name, part in told.props.items():
            if part.__class__ is not Unknown and is_vague(value.props.get(name)):
                m.write(value, name, part)
    elif told.__class__ is Doc and told.table is not None:
        for name in [name for name, part in value.props.items() if is_vague(part)]:
            part = part_of(m, told, name)
            if tables_of(part):
                m.write(value, name, part)


def refine_elements(m: Machine, value: Arr, type: tree.Type, scope: Scope) -> Value:
    """An array with what is unknown in it replaced by what its type says of an element."""
    if any(is_vague(item) for item in value.items) and not m.is_platform(value):
        from convex_lint.interpret.annotation import from_type

        told = from_type(m, type, scope.module)
        element = join(*told.items) if told.__class__ is Arr and told.items else UNKNOWN
        if names_rows(element):
            m.write_items(value, [element if is_vague(item) else item for item in value.items], value.exact)
    return value
