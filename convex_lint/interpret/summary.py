"""Keys by which a call's arguments are recognised again, so that a helper is interpreted once for each kind of call."""

from __future__ import annotations

from typing import Any, NamedTuple

from convex_lint.interpret.guards import GuardNode
from convex_lint.interpret.looks import Look
from convex_lint.interpret.record import Kept, Record
from convex_lint.interpret.values import (
    SHARED,
    Arg,
    Arr,
    Bound,
    Cls,
    Database,
    Doc,
    Either,
    Fn,
    Native,
    NewId,
    Obj,
    Prom,
    Registered,
    TableQuery,
    Typed,
    ValidatorValue,
    Value,
)
from convex_lint.model.schema import Validator
from convex_lint.model.value import Computed, Literal

_THEMSELVES = frozenset((Native, Cls, Database, Registered, TableQuery, Typed, ValidatorValue))
"""Equal only to themselves. A key holds them, not their addresses: one that is gone leaves its address to another."""

_MAX_PROPS = 48
_MAX_DEPTH = 6
_MAX_PARTS = 2_000


class _Unkeyed(Exception):
    pass


class Summary(NamedTuple):
    """What one kind of call does: its records and its result, in terms of `origins`, the reads whose documents were
    among its arguments; `looks`, what it looks at in those documents; `guard`, the guards behind which it ends normally;
    `lossy`: something in it could not be followed."""

    records: list[Kept]
    result: Value
    origins: list[Record]
    looks: list[Look]
    guard: GuardNode | None
    lossy: bool


def closes(value: Value, seen: set[int] | None = None) -> bool:
    """Does a result hold a function that remembers variables of the call? These are gone when the function that was
    analysed then has ended, so such a call is made anew each time."""
    kind = type(value)
    if kind is Fn:
        return value.scope.parent is not None
    if kind is Cls:
        return value.scope.parent is not None
    if kind is Prom:
        return closes(value.value, seen)
    if kind is Bound:
        return closes(value.object, seen)
    if kind is Either:
        return any(closes(option, seen) for option in value.options)
    if kind not in (Obj, Arr) or value.born == SHARED:
        return False
    seen = set() if seen is None else seen
    if id(value) in seen:
        return False
    seen.add(id(value))
    if kind is Arr:
        return any(closes(item, seen) for item in value.items)
    if type(value.kind) is Cls and value.kind.scope.parent is not None:
        return True
    return closes(value.rest, seen) or any(closes(part, seen) for part in value.props.values())


class Shapes:
    """Numbers for validators, the same for equal ones: what a helper does with `args.id` of one function it does with that
    of another that declares it likewise."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}
        self._known: dict[int, tuple[Validator, int]] = {}

    def of(self, validator: Validator | None) -> int:
        if validator is None:
            return -1
        known = self._known.get(id(validator))
        if known is not None:
            return known[1]
        form = (
            validator.kind,
            validator.optional,
            validator.table,
            type(validator.value),
            validator.value,
            tuple([(name, self.of(field)) for name, field in validator.fields.items()]),
            tuple([self.of(member) for member in validator.members]),
            self.of(validator.element),
        )
        number = self._numbers.setdefault(form, len(self._numbers))
        self._known[id(validator)] = (validator, number)
        return number


def key_of(values: tuple[Value, ...], shapes: Shapes) -> tuple[Any, list[Record]]:
    """A hashable key (None when a value is too large, or can change in ways that a key cannot see) and the reads that
    it names by number, so that documents of different reads give the same key."""
    origins: list[Record] = []
    try:
        left = [_MAX_PARTS]
        return tuple([_key(value, 0, origins, left, shapes) for value in values]), origins
    except _Unkeyed:
        return None, origins


def _number(origin: Record | None, origins: list[Record]) -> int:
    if origin is None:
        return -1
    for i, known in enumerate(origins):
        if known is origin:
            return i
    origins.append(origin)
    return len(origins) - 1


def _key(value: Value, depth: int, origins: list[Record], left: list[int], shapes: Shapes) -> Any:
    kind = type(value)
    left[0] -= 1
    if depth > _MAX_DEPTH or left[0] < 0:
        raise _Unkeyed
    if kind is Literal:
        return (Literal, type(value.value), value.value)
    if kind is Doc:
        return (Doc, value.component, value.table, value.path, _number(value.origin, origins))
    if kind is Arg:
        return (Arg, value.path, shapes.of(value.validator))
    if kind is NewId:
        return (NewId, value.table, _number(value.origin, origins))
    if kind is Either or kind is tuple:
        return (
            kind,
            tuple(
                [
                    _key(option, depth + 1, origins, left, shapes)
                    for option in (value.options if kind is Either else value)
                ]
            ),
        )
    if kind is Prom:
        return (Prom, _key(value.value, depth + 1, origins, left, shapes))
    if kind is Computed:
        return (Computed, value.operator, tuple([_key(part, depth + 1, origins, left, shapes) for part in value.parts]))
    if kind is Fn:
        if value.scope.parent is not None:
            raise _Unkeyed
        return (Fn, id(value.node))
    if kind in _THEMSELVES or (kind in (Obj, Arr) and value.born == SHARED):
        return (kind, value)
    if kind is Obj:
        if len(value.props) > _MAX_PROPS:
            raise _Unkeyed
        props = tuple([(name, _key(part, depth + 1, origins, left, shapes)) for name, part in value.props.items()])
        rest = _key(value.rest, depth + 1, origins, left, shapes) if value.rest is not None else None
        return (Obj, value.kind, props, rest, value.hidden)
    if kind is Arr:
        if len(value.items) > _MAX_PROPS:
            raise _Unkeyed
        return (
            Arr,
            value.exact,
            value.filled,
            _number(value.rows, origins),
            tuple([_key(item, depth + 1, origins, left, shapes) for item in value.items]),
        )
    try:
        hash(value)
    except TypeError:
        raise _Unkeyed from None
    return (kind, value)
