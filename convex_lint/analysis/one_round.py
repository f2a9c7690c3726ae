"""What a loop does in one of its rounds only: `if (!started) { started = true; await note(); }`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from convex_lint.analysis.surroundings import Surroundings, within
from convex_lint.model.operation import Loop, Operation
from convex_lint.syntax import tree


def in_one_round(around: Surroundings, operation: Operation, loop: Loop) -> bool:
    """It stands in the arm of an `if` that is taken while a variable is empty, which the arm fills and nothing in the loop
    empties again."""
    for place in (operation.span, *operation.via):
        path = around.around(place) if place.file == loop.span.file else ()
        inner = [node for node in path if loop.span.start <= node.start and node.end <= loop.span.end]
        for node, arm in pairwise(inner):
            taken = type(node) is tree.If and arm is node.then
            if taken and any(_is_filled(name, arm, inner[0]) for name in _empty(node.test)):
                return True
    return False


def _empty(test: Any) -> Iterator[str]:
    """The variables that are certainly empty where the test is true."""
    if type(test) is tree.Binary and test.operator == "&&":
        yield from _empty(test.left)
        yield from _empty(test.right)
    elif type(test) is tree.Unary and test.operator == "!" and type(test.operand) is tree.Name:
        yield test.operand.name
    elif type(test) is tree.Binary and test.operator in ("===", "==") and _is_nothing(test.right):
        yield from (test.left.name,) if type(test.left) is tree.Name else ()


def _is_filled(name: str, arm: Any, loop: Any) -> bool:
    if not any(not _is_nothing(node.value) for node in _fills(name, arm)):
        return False
    return not any(_is_nothing(node.value) for node in _fills(name, loop))


def _fills(name: str, inside: Any) -> Iterator[Any]:
    for node in within(inside):
        if type(node) is tree.Assign and type(node.target) is tree.Name and node.target.name == name:
            yield node


def _is_nothing(node: Any) -> bool:
    if type(node) is tree.Constant:
        return not node.value
    return type(node) is tree.Name and node.name == "undefined"
