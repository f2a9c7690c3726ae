"""Writing properties: `object.name = value`, `object[key] = value`."""

from __future__ import annotations

from convex_lint.interpret.machine import Machine
from convex_lint.interpret.patterns import literal_name
from convex_lint.interpret.values import (
    Arr,
    Cls,
    Either,
    Fn,
    Obj,
    Value,
    join,
)
from convex_lint.syntax import tree


def set_member(m: Machine, target: tree.Member | tree.Subscript, value: Value) -> None:
    """`object.name = value`, `object[key] = value`."""
    from convex_lint.interpret.evaluate import evaluate

    owner = evaluate(m, target.object)
    if isinstance(target, tree.Member):
        name: str | None = target.property
    else:
        name = literal_name(evaluate(m, target.key))
    for option in owner.options if type(owner) is Either else (owner,):
        put(m, option, name, value)


def put(m: Machine, owner: Value, name: str | None, value: Value) -> None:
    kind = type(owner)
    if type(value) is Fn and name and not value.label:
        value.label = name
    if kind is Obj:
        if name is not None:
            m.write(owner, name, value)
        else:
            m.write(owner, "\0any", join(owner.props.get("\0any", value), value))
    elif kind is Arr:
        m.write_items(owner, [*owner.items, value][:64], False)
    elif kind is Fn and name is not None:
        owner.props[name] = value
    elif kind is Cls and name is not None:
        owner.statics[name] = value
