"""Helpers that one function calls in very many ways: past their budget they are run for all of these ways together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from convex_lint.interpret.inside import inside
from convex_lint.interpret.typed import tables_of
from convex_lint.interpret.values import (
    UNDEFINED,
    UNKNOWN,
    Arg,
    Arr,
    Bound,
    Call,
    Doc,
    Either,
    Fn,
    NewId,
    Obj,
    Prom,
    Typed,
    Value,
    join,
    options_of,
)
from convex_lint.model.value import Computed, IdOf, Literal

if TYPE_CHECKING:
    from convex_lint.interpret.machine import Machine
    from convex_lint.interpret.summary import Summary

_DEPTH = 3
_OPTIONS = 6
"""How many texts and numbers an argument may be before nothing is known of it."""
_MOST = 10
"""How many closures and the like an argument may be."""
LIFTS = 8
"""At how many places what such a helper does is told: it is the same at each."""
RUNS = 12
"""How often it may be run for more and more ways."""


class Ways:
    """The arguments that a helper was given past its budget, by position, and what it does with any of them: `summaries` by
    what tells such arguments apart, `form` the last of these."""

    __slots__ = ("args", "form", "lifts", "open", "runs", "summaries")

    def __init__(self) -> None:
        self.args: list[Value] = []
        self.form: Any = None
        self.open = False
        self.runs = 0
        self.lifts = 0
        self.summaries: dict[Any, Summary] = {}

    def add(self, m: Machine, fn: Fn, receiver: Value, call: Call) -> Summary | None:
        """Takes a call in. What the helper does then, when it was run for such calls before."""
        if not self.summaries and not self.may_run():
            return None
        before, given = self.args, call.args
        self.open = self.open or call.open
        teller = _Teller(m)
        try:
            self.args = [
                teller.joined([*options_of(_at(before, i)), *options_of(_at(given, i))] if before else [_at(given, i)])
                for i in range(max(len(before), len(given)))
            ]
            self.form = (self.open, teller.told((*self.args, receiver)), teller.remembered(fn))
        except TooMuch:
            self.runs = RUNS
            return None
        return self.summaries.get(self.form)

    def may_run(self) -> bool:
        return self.runs < RUNS

    def keeps(self, written: set[int], call: Call) -> bool:
        """May a run answer for others? Not if it changed what it was given: that, the others must do to theirs."""
        given = {id(part) for arg in call.args for part in inside(arg)}
        return written.isdisjoint(given)


def _at(values: list[Value], i: int) -> Value:
    return values[i] if i < len(values) else UNDEFINED


def together(ways: Ways, call: Call) -> Call:
    """One call in all ways; what it is given now is among them itself, so that what is done to it is done."""
    args = [
        join(_at(call.args, i), value) if type(_at(call.args, i)) in (Obj, Arr) else value
        for i, value in enumerate(ways.args)
    ]
    return Call(call.node, args, call.this, call.types, ways.open)


_IDS = frozenset((Doc, Arg, NewId, Typed))


class TooMuch(Exception):
    """More is told in one call than can be compared with others."""


_PARTS = 400


class _Teller:
    """What tells wide values apart. Closures of one place in the text are the same when they remember the same."""

    def __init__(self, m: Machine) -> None:
        self.m = m
        self.left = _PARTS
        self.telling: set[int] = set()

    def wide(self, value: Value, depth: int = 0) -> Value:
        """What a value is, without which of its kind: an id of a table, a row of one, an object with such parts."""
        kind = type(value)
        if kind is Either:
            return self.joined(value.options, depth)
        if kind is Doc and not tables_of(value):
            return Doc(value.component, value.table, value.path, None, value.validator)
        if kind in _IDS:
            tables = tables_of(value)
            if tables:
                return join(*map(IdOf, tables))
            return Typed(value.validator) if kind is not NewId and value.validator is not None else UNKNOWN
        if kind is Computed:
            return UNKNOWN
        if kind is Prom:
            return Prom(self.wide(value.value, depth))
        if depth >= _DEPTH or kind not in (Obj, Arr) or (kind is Obj and value.kind is not None):
            return value
        if kind is Arr:
            return Arr([self.joined(value.items, depth + 1)] if value.items else (), exact=False)
        made = Obj({name: self.wide(part, depth + 1) for name, part in value.props.items()}, value.rest)
        made.hidden, made.getters = value.hidden, value.getters
        return made

    def joined(self, options: Iterable[Value], depth: int = 0) -> Value:
        """Any of the values; objects are put together part by part."""
        parts = [part for option in options for part in options_of(self.wide(option, depth))]
        objects = [part for part in parts if type(part) is Obj and part.kind is None]
        arrays = [part for part in parts if type(part) is Arr]
        plain = [part for part in parts if type(part) is not Arr and not (type(part) is Obj and part.kind is None)]
        distinct = {self.told(part): part for part in plain}
        literals = sum(type(part) is Literal for part in distinct.values())
        if literals > _OPTIONS or (literals and UNKNOWN in plain):
            distinct = {key: part for key, part in distinct.items() if type(part) is not Literal}
            distinct[UNKNOWN] = UNKNOWN
        made = list(distinct.values())
        if len(made) > _MOST:
            raise TooMuch
        if objects:
            made.append(objects[0] if len(objects) == 1 else self._merged(objects, depth))
        if arrays:
            items = [item for array in arrays for item in array.items]
            made.append(
                arrays[0] if len(arrays) == 1 else Arr([self.joined(items, depth)] if items else (), exact=False)
            )
        return join(*made)

    def _merged(self, objects: list[Obj], depth: int) -> Obj:
        names = dict.fromkeys(name for one in objects for name in one.props)
        rests = [one.rest for one in objects if one.rest is not None]
        made = Obj(rest=join(*rests) if rests else None)
        for name in names:
            parts = [one.props.get(name, UNDEFINED) for one in objects]
            hidden = name.startswith("\0")
            made.props[name] = next(p for p in parts if p is not UNDEFINED) if hidden else self.joined(parts, depth + 1)
        made.hidden = frozenset.intersection(*[one.hidden for one in objects])
        made.getters = next((one.getters for one in objects if one.getters is not None), None)
        return made

    def told(self, value: Value) -> Any:
        self.left -= 1
        if self.left < 0:
            raise TooMuch
        kind = type(value)
        if kind is Either:
            return (kind, frozenset(map(self.told, value.options)))
        if kind is tuple:
            return tuple(map(self.told, value))
        if kind is Prom:
            return (kind, self.told(value.value))
        if kind is Bound:
            return (kind, value.name, self.told(value.object))
        if kind is Fn:
            return (kind, id(value.node), self.remembered(value))
        if kind is Arr:
            return (kind, frozenset(map(self.told, value.items)))
        if kind is Obj:
            return (kind, value.kind, self._parts(value), self.told(value.rest))
        if kind in _IDS:
            tables = tables_of(value)
            return (IdOf, tables) if tables else (kind, value.table, value.path) if kind is Doc else kind
        if kind is Computed:
            return kind
        if kind is Literal:
            return (kind, type(value.value), value.value)
        try:
            hash(value)
        except TypeError:
            return (kind, id(value))
        return (kind, value)

    def _parts(self, value: Obj) -> Any:
        return tuple([(name, self.told(part)) for name, part in value.props.items() if not name.startswith("\0")])

    def remembered(self, fn: Fn) -> Any:
        """What a closure remembers of the functions around it. One that remembers itself says so once."""
        if fn.scope.parent is None or id(fn.node) in self.telling:
            return ()
        self.telling.add(id(fn.node))
        found = []
        for name in self._names(fn.node):
            scope: Any = fn.scope
            while scope.parent is not None:
                if name in scope.vars:
                    found.append(self.told(scope.vars[name]))
                    break
                scope = scope.parent
        self.telling.discard(id(fn.node))
        return tuple(found)

    def _names(self, node: Any) -> tuple[str, ...]:
        from convex_lint.interpret.loops import names_in

        known = self.m.mentioned.get(id(node))
        if known is None:
            known = self.m.mentioned[id(node)] = tuple(sorted(names_in(node)))
        return known
