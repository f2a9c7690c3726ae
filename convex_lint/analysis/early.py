"""Walks over rows that stop after so many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from convex_lint.analysis.surroundings import Surroundings
from convex_lint.model.operation import Read
from convex_lint.syntax import tree

_COMPARES = frozenset((">", ">=", "==", "==="))
_LIMIT = re.compile(r"[A-Z][A-Z0-9_]+|\w*(?:[lL]imit|[mM]ax)\w*")


def stops_at_a_count(read: Read, surroundings: Surroundings) -> bool:
    """`for await (const row of rows) { if (found.length >= 20) break; }`: reads no more rows than it counts, whether those
    that it has seen or those that it keeps. A generator that yields them reads as many as it is asked for."""
    if read.terminal != "iterate":
        return False
    loop = next((node for node in reversed(surroundings.around(read.span)) if type(node) is tree.ForEach), None)
    return loop is not None and any(map(_ends_the_walk, _own_nodes(loop.body)))


def _own_nodes(node: Any) -> Iterator[Any]:
    """The node and what is inside of it, but not the code of functions that it makes."""
    pending = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, tuple) and type(part) is not tree.Function:
            if hasattr(part, "start"):
                yield part
            pending.extend(part)


def _ends_the_walk(node: Any) -> bool:
    if type(node) is tree.Yield:
        return True
    if type(node) is not tree.If:
        return False
    first = next(iter(node.then.body), None) if type(node.then) is tree.Block else node.then
    return type(first) in (tree.Return, tree.Break) and any(map(_counts, _own_nodes(node.test)))


def _counts(node: Any) -> bool:
    """`found.length >= 20`, `seen > MAX_ROWS`, `count === args.limit`."""
    if type(node) is not tree.Binary or node.operator not in _COMPARES:
        return False
    if type(node.left) is tree.Member and node.left.property == "length":
        return True
    right = node.right
    if type(right) is tree.Constant:
        return isinstance(right.value, (int, float)) and not isinstance(right.value, bool)
    name = right.name if type(right) is tree.Name else right.property if type(right) is tree.Member else ""
    return _LIMIT.fullmatch(name) is not None
