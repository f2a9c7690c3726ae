"""Ways through the tree: to a place in it, to everything inside of a node, and to what a cast or an `await` is of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from convex_lint.syntax import tree


def path_to(part: Any, start: int, end: int) -> Iterator[Any]:
    """The nodes that hold the bytes from `start` to `end`, outermost first."""
    while part is not None:
        if hasattr(part, "start"):
            yield part
        part = next((inner for inner in _nodes(part) if inner.start <= start and end <= inner.end), None)


def _nodes(part: Any) -> Iterator[Any]:
    """The nodes directly inside of one, through tuples that are none."""
    for inner in part:
        if hasattr(inner, "start"):
            yield inner
        elif isinstance(inner, tuple):
            yield from _nodes(inner)


def within(node: Any) -> Iterator[Any]:
    """The node and everything inside of it, in no order."""
    pending = [node]
    while pending:
        part = pending.pop()
        if not isinstance(part, tuple):
            continue
        if hasattr(part, "start"):
            yield part
        pending.extend(part)


def is_name(node: Any, name: str) -> bool:
    return type(node) is tree.Name and node.name == name


def last_of(branch: Any) -> Any:
    """The statement with which a branch or the body of a loop ends, in a block or alone."""
    return branch.body[-1] if type(branch) is tree.Block and branch.body else branch


def bare(node: Any) -> Any:
    """An expression without casts and awaits around it."""
    while type(node) in (tree.Cast, tree.Await):
        node = node.value
    return node
