"""Object literals and spreads."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret import looks, typed
from convex_lint.interpret.knowledge import context, database
from convex_lint.interpret.machine import Machine
from convex_lint.interpret.values import (
    UNDEFINED,
    UNKNOWN,
    Arg,
    Ctx,
    Database,
    Doc,
    Either,
    Fn,
    Obj,
    Typed,
    ValidatorValue,
    Value,
    join,
)
from convex_lint.model.value import Computed, Literal
from convex_lint.syntax import tree


def object_literal(m: Machine, node: tree.Object) -> Value:
    from convex_lint.interpret.evaluate import evaluate, evaluate_function
    from convex_lint.interpret.patterns import literal_name

    made = Obj()
    props = made.props
    member: Any
    for member in node.members:
        if type(member) is tree.Spread:
            spread_into(m, made, evaluate(m, member.value), member)
            continue
        key = member.key if type(member.key) is str else literal_name(evaluate(m, member.key))
        if type(member.value) is tree.Function:
            value: Value = evaluate_function(m, member.value)
            if member.kind != "init":
                value.this = made
            if key is not None and not value.label:
                value.label = key
            if member.kind in ("get", "set"):
                if member.kind == "get" and key is not None:
                    made.getters = {**(made.getters or {}), key: value}
                continue
        else:
            value = evaluate(m, member.value)
        if key is not None:
            props[key] = value
        else:
            props["\0any"] = join(props["\0any"], value) if "\0any" in props else value
    return made


_WRITES = ("insert", "patch", "replace", "delete")


def spread_into(m: Machine, target: Obj, source: Value, node: Any, journal: bool = False) -> None:
    """`{ ...source }` into `target`; with `journal` the writes can be undone (`Object.assign`)."""

    def put(name: str, value: Value) -> None:
        if journal:
            m.write(target, name, value)
        else:
            target.props[name] = value

    kind = type(source)
    if kind is Obj:
        m.steps += len(source.props)
        for name, value in source.props.items():
            put(name, value)
        for name, getter in (source.getters or {}).items():
            from convex_lint.interpret.calls import call_function
            from convex_lint.interpret.values import Call

            put(name, call_function(m, getter, Call(node, []), source))
        if source.rest is not None:
            _spread_rest(m, target, source.rest, source.hidden, put, journal)
    elif kind is Either:
        _spread_either(m, target, source, node, put, journal)
    elif kind is Ctx:
        for name, value in context.spread(m, source, node).items():
            put(name, value)
    elif kind is Database:
        for name in ("get", "query", "normalizeId", "system", *(_WRITES if source.writable else ())):
            put(name, database.get(m, source, name, node))
    elif kind in (Doc, Arg, Typed, ValidatorValue):
        if kind is Doc and not source.path:
            looks.use(m, source.origin, "passed", node)
        _spread_rest(m, target, source, frozenset(), put, journal)
    elif kind is Computed or kind is Literal or source is UNDEFINED or kind is Fn:
        if kind is Fn:
            for name, value in source.props.items():
                put(name, value)
    else:
        _spread_rest(m, target, UNKNOWN, frozenset(), put, journal)


def _spread_rest(m: Machine, target: Obj, rest: Value, hidden: frozenset[str], put: Any, journal: bool) -> None:
    fields = typed.fields_of(m, rest) if type(rest) in (Doc, Arg, Typed) else None
    if fields is not None:
        for name in fields:
            if name not in hidden:
                put(name, typed.part_of(m, rest, name))
        return
    m.steps += len(target.props)
    for name, value in list(target.props.items()):
        if not name.startswith("\0") and name not in hidden:
            put(
                name,
                join(value, UNKNOWN) if type(rest) not in (Arg, Doc) else join(value, typed.part_of(m, rest, name)),
            )
    hidden = hidden if target.rest is None else target.hidden & hidden
    rest = rest if target.rest is None else join(target.rest, rest)
    if journal:
        m.write_rest(target, rest, hidden)
    else:
        target.rest, target.hidden = rest, hidden


def _spread_either(m: Machine, target: Obj, source: Either, node: Any, put: Any, journal: bool) -> None:
    made: list[Obj] = []
    for option in source.options:
        if m.exhausted or not m.spend(node):
            return
        if type(option) is Literal or option is UNDEFINED or type(option) is Computed:
            made.append(Obj())
            continue
        one = Obj()
        spread_into(m, one, option, node)
        made.append(one)
    names = dict.fromkeys(name for one in made for name in one.props)
    m.steps += len(names) * len(made)
    for name in names:
        found = [one.props[name] for one in made if name in one.props]
        if len(found) < len(made):
            found.append(target.props.get(name, UNDEFINED))
        put(name, join(*found))
    for one in made:
        if one.rest is not None:
            _spread_rest(m, target, one.rest, one.hidden, put, journal)
