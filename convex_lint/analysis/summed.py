"""Figures made of all rows of a read: what a page of them, or the newest, would make false."""

from __future__ import annotations

from typing import Any

from convex_lint.analysis.surroundings import Surroundings, method_of, within
from convex_lint.model.operation import Read, Use
from convex_lint.syntax import tree

_ADDING = frozenset(("+=", "-=", "*="))


def adds_up_all(read: Read, surroundings: Surroundings) -> bool:
    """A `reduce` to a figure, or a loop over the rows, or over the groups into which a loop puts them, that adds to what is there."""
    return any(_adds(use, surroundings) for use in read.uses)


def _adds(use: Use, surroundings: Surroundings) -> bool:
    path = surroundings.around(use.span)
    if not path:
        return False
    node = path[-1]
    if use.kind == "reduce":
        return type(node) is tree.Call and len(node.arguments) > 1 and starts_a_figure(node.arguments[1])
    if use.kind != "iterate":
        return False
    body = _body(node)
    if body is None:
        return False
    if accumulates(body):
        return True
    functions = surroundings.functions(use.span)
    groups = _groups(body)
    return bool(groups and functions) and any(
        type(other) is tree.ForEach
        and other.start > node.end
        and any(type(part) is tree.Name and part.name in groups for part in within(other.iterable))
        and accumulates(other.body)
        for other in within(functions[-1])
    )


def _body(loop: Any) -> Any:
    """What is done with each row: `for (const row of rows) {...}`, `rows.forEach((row) => {...})`."""
    if type(loop) is tree.ForEach:
        return loop.body
    given = loop.arguments[0] if method_of(loop) == "forEach" and loop.arguments else None
    return given.body if type(given) is tree.Function else None


def accumulates(body: Any) -> bool:
    """It adds to something that was there before the round: `total += row.points`, `entry.count++`,
    `counts.set(id, (counts.get(id) ?? 0) + 1)`, `counts[id] = (counts[id] ?? 0) + 1`. A Map that is made anew in each round holds
    figures of one row."""
    declared = [node for node in within(body) if type(node) is tree.Declarator]
    own = {node.name for one in declared for node in within(one.target) if type(node) is tree.Name}
    anew = {_plain(one.target) for one in declared if type(one.value) is tree.New}
    for node in within(body):
        if type(node) is tree.Update or (type(node) is tree.Assign and node.operator in _ADDING):
            if not (type(node.target) is tree.Name and node.target.name in own) and not _is_text(node):
                return True
        elif type(node) is tree.Assign and node.operator == "=":
            target = _plain(node.target)
            if target is not None and any(_plain(part) == target for part in _added(node.value)):
                return True
        elif method_of(node) == "set" and len(node.arguments) == 2:
            holder = _plain(node.callee.object)
            if holder in anew:
                continue
            kept = {
                one.target.name
                for one in within(body)
                if type(one) is tree.Declarator
                and type(one.target) is tree.Name
                and any(_gets(part, holder) for part in within(one.value))
            }
            if any(
                _gets(part, holder) or (type(part) is tree.Name and part.name in kept)
                for part in _added(node.arguments[1])
            ):
                return True
    return False


def _gets(node: Any, holder: object) -> bool:
    return holder is not None and method_of(node) == "get" and _plain(node.callee.object) == holder


def _is_text(node: Any) -> bool:
    """`page += "..."` makes a text."""
    return type(node) is tree.Assign and any(
        (type(part) is tree.Constant and isinstance(part.value, str)) or type(part) is tree.Template
        for part in within(node.value)
        if type(part) in (tree.Constant, tree.Template)
    )


def _added(value: Any) -> list[Any]:
    """All that stands in the terms of a sum."""
    sums = (node for node in within(value) if type(node) is tree.Binary and node.operator in ("+", "-", "*"))
    return [part for node in sums for part in within(node)]


def _groups(body: Any) -> frozenset[str]:
    """The names of the Maps and objects into which a loop puts lists of rows."""
    found: set[str] = set()
    pushes = any(method_of(node) == "push" for node in within(body))
    for node in within(body) if pushes else ():
        holder: Any = None
        if method_of(node) == "set":
            holder = node.callee.object
        elif type(node) is tree.Assign and type(node.target) is tree.Subscript:
            holder = node.target.object
        if type(holder) is tree.Name:
            found.add(holder.name)
    return frozenset(found)


def starts_a_figure(value: Any) -> bool:
    """What a `reduce` begins with: anything but a list, which it fills."""
    while type(value) is tree.Cast:
        value = value.value
    return type(value) is not tree.Array


def _plain(node: Any) -> object:
    """A path of names, without where it stands; None for what is no such path."""
    if type(node) is tree.Name:
        return node.name
    if type(node) is tree.Member:
        inner = _plain(node.object)
        return (inner, node.property) if inner is not None else None
    if type(node) is tree.Subscript:
        inner, key = _plain(node.object), _plain(node.key)
        return (inner, "[]", key) if inner is not None and key is not None else None
    return None
