"""Does a function give nothing but figures: numbers, ranks, yes or no? Then none of the rows is shown that it reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from convex_lint.analysis.surroundings import Surroundings, within
from convex_lint.source import Span
from convex_lint.syntax import tree
from convex_lint.syntax.walk import bare


def only_figures(around: Surroundings, place: Span) -> bool:
    """What the function around `place` returns from there on; a figure at least must be among it that is worked out."""
    functions = around.functions(place)
    if not functions:
        return False
    handler = functions[0]
    results = [bare(value) for value in _returned(handler) if value.start > place.end]
    given = [part for result in results for part in _parts(result)]
    return (
        bool(results)
        and all(type(result) is tree.Object for result in results)
        and all(_is_figure(part, handler) for part in given)
        and any(map(_is_worked_out, given))
    )


def _is_worked_out(part: Any) -> bool:
    """Not a constant, nor a field of a document as it is."""
    part = bare(part)
    size = type(part) is tree.Member and part.property in ("length", "size")
    return size or type(part) not in (tree.Constant, tree.Template, tree.Member)


def _returned(function: tree.Function) -> Iterator[Any]:
    """The results of the function itself, not of those inside of it."""
    pending: list[Any] = [function.body]
    while pending:
        node = pending.pop()
        if type(node) is tree.Return:
            if node.value is not None:
                yield node.value
        elif isinstance(node, tuple) and type(node) not in (tree.Function, tree.FunctionDeclaration):
            pending.extend(node)


def _parts(result: Any) -> Iterator[Any]:
    for member in result.members if type(result) is tree.Object else ():
        yield member.value if type(member) is tree.Property else member


def _origin(node: Any, handler: tree.Function) -> Any:
    """What a name stands for, where it is declared once in the function."""
    node = bare(node)
    if type(node) is not tree.Name:
        return node
    declared = [
        part
        for part in within(handler)
        if type(part) is tree.Declarator and type(part.target) is tree.Name and part.target.name == node.name
    ]
    return bare(declared[0].value) if len(declared) == 1 else node


def _is_figure(node: Any, handler: tree.Function, depth: int = 6) -> bool:
    node = _origin(node, handler)
    kind = type(node)
    if depth <= 0:
        return False
    if kind in (tree.Constant, tree.Template, tree.Member):
        return True
    if kind is tree.Unary:
        return bool(node.operator in ("!", "-", "+"))
    if kind is tree.Binary:
        sides = (node.left, node.right)
        return node.operator not in ("&&", "||", "??") or all(_is_figure(side, handler, depth - 1) for side in sides)
    if kind is tree.Conditional:
        return all(_is_figure(side, handler, depth - 1) for side in (node.then, node.other))
    return kind is tree.Call and _counts(node)


def _counts(call: tree.Call) -> bool:
    """`Math.round(...)`, `rows.findIndex(...)`, `rows.reduce((sum, row) => ..., 0)`, and what is not told of any row."""
    callee = call.callee
    if type(callee) is tree.Name:
        return not call.arguments or callee.name in ("Number", "Boolean", "String")
    if type(callee) is not tree.Member:
        return False
    if type(callee.object) is tree.Name and callee.object.name == "Math":
        return True
    if callee.property == "reduce":
        return len(call.arguments) == 2 and type(bare(call.arguments[1])) is tree.Constant
    return callee.property in _FIGURES


_FIGURES = frozenset(("findIndex", "indexOf", "some", "every", "includes", "toFixed", "toISOString", "getTime", "now"))
