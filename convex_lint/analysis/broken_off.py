"""Rows that are all collected, and then walked only as far as the first that is not wanted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from convex_lint.analysis.surroundings import Surroundings, within
from convex_lint.model.operation import Read
from convex_lint.syntax import tree
from convex_lint.syntax.walk import last_of

_LOOPS = (tree.For, tree.ForEach, tree.While)


def breaks_off(read: Read, around: Surroundings) -> bool:
    """`const rows = await query.collect(); for (const row of rows) { if (...) break; }`, and nothing else looks at `rows`."""
    if read.terminal != "collect":
        return False
    path = around.around(read.span)
    declared = next((node for node in reversed(path) if type(node) is tree.Declarator), None)
    block = next((node for node in reversed(path) if type(node) is tree.Block), None)
    if declared is None or block is None or type(declared.target) is not tree.Name:
        return False
    if type(declared.value) is not tree.Await or declared.value.value.end != read.span.end:
        return False  # what is awaited has been changed meanwhile
    name = declared.target.name
    uses = [node for node in within(block) if type(node) is tree.Name and node.name == name]
    walks = [
        node
        for node in within(block)
        if type(node) is tree.ForEach
        and node.kind == "of"
        and type(node.iterable) is tree.Name
        and node.iterable.name == name
    ]
    return len(walks) == 1 and len(uses) == 2 and any(type(node) is tree.Break for node in _own(walks[0].body))


def ends_with_a_find(read: Read, around: Surroundings) -> bool:
    """`for (const row of rows) { const found = await ...; if (found) return found; }`: what is awaited for a row tells whether it is
    the one that is wanted, and nothing else is done with the rows."""
    walks = [use for use in read.uses if use.kind == "iterate"]
    if read.terminal != "collect" or len(walks) != 1 or len({use.kind for use in read.uses} - {"filter"}) != 1:
        return False
    path = around.around(walks[0].span)
    loop = path[-1] if path else None
    if type(loop) is not tree.ForEach or not any(type(node) is tree.Await for node in within(loop.body)):
        return False
    last = last_of(loop.body)
    return type(last) is tree.If and any(
        type(node) is tree.Return and node.value is not None for node in _own(last.then)
    )


def _own(node: Any) -> Iterator[Any]:
    """What belongs to the loop itself rather than to a loop, a `switch` or a function in it."""
    if not isinstance(node, tuple) or type(node) in (*_LOOPS, tree.Switch, tree.Function):
        return
    yield node
    for part in node:
        yield from _own(part)
