"""Whether an object has a member: `"scheduler" in ctx` tells a mutation from a query in helpers that serve both."""

from __future__ import annotations

from convex_lint.interpret.knowledge import context
from convex_lint.interpret.operators import binary
from convex_lint.interpret.values import UNDEFINED, Ctx, Database, Either, Obj, Value
from convex_lint.model.value import Literal

_READS = frozenset(("get", "query", "normalizeId", "system"))
_WRITES = frozenset(("insert", "patch", "replace", "delete"))


def is_in(name: Value, owner: Value) -> Value:
    """`name in owner`."""
    known = has(name, owner)
    return binary("in", name, owner) if known is None else Literal(known)


def has(name: Value, owner: Value) -> bool | None:
    """What `name in owner` gives; None when the program does not say."""
    if type(name) is not Literal or not isinstance(name.value, str):
        return None
    kind = type(owner)
    if kind is Ctx:
        members = context.MEMBERS.get(owner.kind)
        return None if members is None else name.value in members
    if kind is Database:
        return name.value in _READS or (owner.writable and name.value in _WRITES)
    if kind is Obj:
        return _own(name.value, owner)
    if kind is Either:
        found = {has(name, option) for option in owner.options}
        return found.pop() if len(found) == 1 else None
    return None


def _own(name: str, owner: Obj) -> bool | None:
    if name in owner.props:
        given = owner.props[name]
        options = given.options if type(given) is Either else (given,)
        return None if UNDEFINED in options else True
    if owner.rest is not None and name not in owner.hidden:
        return has(Literal(name), owner.rest)
    return None
