"""Does a function give one object for each row that it read, and drop none? Then it has to read them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from convex_lint.analysis.surroundings import Surroundings, within
from convex_lint.model.operation import Read
from convex_lint.syntax import tree
from convex_lint.syntax.walk import bare

Declared = Callable[[str, str], tree.Function | None]
"""The function of a name that a file declares."""


def one_for_each(around: Surroundings, declared: Declared, read: Read) -> bool:
    """`return rows.map((row) => ({ ... }))`, through `Promise.all` and a name as well, of rows of which nothing else is done."""
    maps = [use.span for use in read.uses if use.kind == "map"]
    others = [use for use in read.uses if use.kind not in ("map", "sort", "returned")]
    if not maps or read.residual or any(use.kind != "passed" for use in others):
        return False
    if not all(any(map.start <= use.span.start and use.span.end <= map.end for map in maps) for use in others):
        return False  # other code gets the rows, not only what is made of each
    return all(_is_given(around.around(map), declared, map.file) for map in maps)


def _is_given(path: Sequence[Any], declared: Declared, file: str) -> bool:
    """The call at the end of the path makes an object of each row, and its result is part of what the function returns."""
    found = next((at for at in range(len(path) - 1, -1, -1) if _maps(path[at])), None)
    if found is None or not _makes_objects(path[found], declared, file):
        return False
    inner = path[found]
    for node in reversed(path[:found]):
        kind = type(node)
        if kind is tree.Return or (kind is tree.Function and node.body is inner):
            return True
        if kind is tree.Declarator and type(node.target) is tree.Name:
            function = next((one for one in reversed(path[:found]) if type(one) is tree.Function), None)
            return function is not None and _is_returned(node.target, function)
        through = kind in (tree.Await, tree.Cast, tree.Object, tree.Property)
        if not through and not (kind is tree.Call and _waits(node)):
            return False
        inner = node
    return False


def _maps(node: Any) -> bool:
    return type(node) is tree.Call and type(node.callee) is tree.Member and node.callee.property == "map"


def _waits(call: tree.Call) -> bool:
    callee = call.callee
    return type(callee) is tree.Member and type(callee.object) is tree.Name and callee.object.name == "Promise"


def _makes_objects(call: tree.Call, declared: Declared, file: str) -> bool:
    """A function of another file may say of a row that there is nothing to show."""
    made = call.arguments[0] if call.arguments else None
    if type(made) is tree.Name:
        made = declared(file, made.name)
    if type(made) is not tree.Function:
        return False
    if type(made.body) is not tree.Block:
        return type(bare(made.body)) is tree.Object
    results = [node for node in _own(made) if type(node) is tree.Return]
    return bool(results) and all(type(bare(result.value)) is tree.Object for result in results)


def _own(function: tree.Function) -> list[Any]:
    """The nodes of a function without those of functions inside of it."""
    found: list[Any] = []
    pending: list[Any] = [function.body]
    while pending:
        node = pending.pop()
        if hasattr(node, "start"):
            found.append(node)
        if isinstance(node, tuple) and type(node) not in (tree.Function, tree.FunctionDeclaration):
            pending.extend(node)
    return found


def _is_returned(name: tree.Name, function: tree.Function) -> bool:
    """The name stands in what is returned, as it is, and nowhere else but where it is sorted."""
    named = [node for node in within(function.body) if type(node) is tree.Name and node.name == name.name]
    others = {node.start for node in named} - {name.start}
    given: set[int] = set()
    for node in _own(function):
        if type(node) is tree.Return:
            given.update(_plain(node.value))
        if type(node) is tree.ExpressionStatement:
            sorted_there = bare(node.value)
            given.update(_plain(sorted_there) if type(sorted_there) is tree.Call else ())
    return bool(others) and others <= given


def _plain(value: Any) -> list[int]:
    value = bare(value)
    if type(value) is tree.Name:
        return [value.start]
    if type(value) is tree.Call and type(value.callee) is tree.Member and value.callee.property == "sort":
        return _plain(value.callee.object)
    if type(value) is tree.Object:
        return [at for member in value.members if type(member) is tree.Property for at in _plain(member.value)]
    return []
