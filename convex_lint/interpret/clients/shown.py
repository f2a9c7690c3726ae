"""Which fields of a query's result a client looks at."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.clients.page import Binding, Page, last_name
from convex_lint.program.paths import VIEWS
from convex_lint.syntax import tree

Node = Any

_WALKS = frozenset(("map", "forEach", "filter", "some", "every", "flatMap"))
_SAME = frozenset(("filter", "slice", "toSorted", "sort", "reverse", "toReversed"))
_ONE = frozenset(("find", "at", "findLast", "pop", "shift"))
_TESTS = frozenset(("===", "!==", "==", "!="))


class _Lost(Exception):
    """The whole goes where it cannot be followed."""


def shown_fields(page: Page, call: tree.Call) -> frozenset[str] | None:
    """The names of all properties that are read from the result of a hook, at any depth, with a `*` behind those that go
    elsewhere as a whole; None when the result itself, or one of its rows, does."""
    if page.file.endswith(VIEWS):
        return None
    found: set[str] = set()
    try:
        _follow(page, _result(page, call), found, 12)
    except _Lost:
        return None
    return frozenset(found)


def _result(page: Page, call: tree.Call) -> Node:
    """What gives the result: the hook, or `useQuery` around `convexQuery(...)`."""
    around: Node = page.parent(call)
    if last_name(call.callee) != "convexQuery":
        return call
    while type(around) in (tree.Spread, tree.Object):
        around = page.parent(around)
    if type(around) is not tree.Call:
        raise _Lost
    return around


def _follow(page: Page, node: Node, found: set[str], depth: int) -> None:
    """`node` is the result or a part of it: what is done with it?"""
    around = page.parent(node)
    kind = type(around)
    if depth <= 0:
        raise _Lost
    if around is None or kind is tree.ExpressionStatement:
        return
    if kind is tree.Declarator and around.value is node:
        for binding in page.variables(around):
            _variable(page, binding, found, depth)
    elif kind is tree.Member and around.object is node:
        _member(page, around, found, depth)
    elif kind is tree.Subscript and around.object is node:
        if type(around.key) is tree.Constant and isinstance(around.key.value, str):
            found.add(around.key.value)
        _follow(page, around, found, depth - 1)
    elif kind is tree.Cast or (kind is tree.Conditional and around.test is not node):
        _follow(page, around, found, depth - 1)
    elif kind is tree.Binary:
        if around.operator in _TESTS:
            return
        if around.operator == "&&" and around.left is node:
            return
        if around.operator not in ("&&", "||", "??"):
            return  # arithmetic and text: a plain value was shown
        _follow(page, around, found, depth - 1)
    elif kind in (tree.Unary, tree.If, tree.While, tree.Template) or (kind is tree.Conditional and around.test is node):
        return
    elif kind is tree.ForEach and around.iterable is node:
        for binding in page.variables(around):
            _variable(page, binding, found, depth)
    elif kind is tree.Jsx and node is not around.tag:
        return  # a child: text, or elements that were followed already
    elif kind is tree.Array and type(page.parent(around)) is tree.Call and _is_dependency(page, around):
        return
    else:
        raise _Lost


def _variable(page: Page, binding: Binding, found: set[str], depth: int) -> None:
    if "..." in binding.path or "?" in binding.path:
        raise _Lost
    found.update(part for part in binding.path if not part.isdigit())
    for use in page.uses(binding):
        _follow(page, use, found, depth - 1)


def _member(page: Page, member: tree.Member, found: set[str], depth: int) -> None:
    around = page.parent(member)
    if type(around) is tree.Call and around.callee is member:
        name = member.property
        if name in _WALKS or name in _ONE:
            for function in around.arguments[:1]:
                if type(function) is not tree.Function:
                    raise _Lost
                for parameter in function.parameters[:1]:
                    for binding in page.variables(parameter):
                        _variable(page, binding, found, depth)
        elif name not in _SAME and name not in ("includes", "join", "toString", "toFixed", "toLocaleString"):
            raise _Lost
        if name in _SAME or name in _ONE:
            _follow(page, around, found, depth - 1)
        elif name in ("map", "flatMap") and _gives_row(around):
            raise _Lost
        return
    found.add(member.property)
    if member.property != "length" and type(around) not in _PLAIN_USES:
        _field(page, member, found, depth)


_PLAIN_USES = (tree.Jsx, tree.Template, tree.Unary, tree.If)


def _field(page: Page, member: tree.Member, found: set[str], depth: int) -> None:
    """A field that is read may be an object whose own fields are read: those names count too."""
    try:
        _follow(page, member, found, depth - 1)
    except _Lost:
        found.add(member.property + "*")


def _gives_row(call: tree.Call) -> bool:
    """`rows.map((row) => row)`: the callback passes the whole on."""
    function = call.arguments[0] if call.arguments else None
    if type(function) is not tree.Function or not function.parameters:
        return True
    target = function.parameters[0].target
    return type(function.body) is tree.Name and type(target) is tree.Name and function.body.name == target.name


def _is_dependency(page: Page, array: tree.Array) -> bool:
    """The second argument of an effect or of `useMemo`."""
    call = page.parent(array)
    return last_name(call.callee).startswith("use") and len(call.arguments) > 1 and call.arguments[1] is array
