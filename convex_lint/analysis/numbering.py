"""Numbers that are counted up and handed out: a place in a line, the number of an order."""

from __future__ import annotations

from collections.abc import Iterator

from convex_lint.analysis.surroundings import Surroundings, within
from convex_lint.model.operation import Write
from convex_lint.syntax import tree


def hands_out(around: Surroundings, write: Write) -> bool:
    """The helper that counts gives the new number to whoever called it, and that one does something with it. Several
    documents that share the count have no such number."""
    if not write.via or around.ignores(write.via[-1]):
        return False
    functions = around.functions(write.span)
    counted = frozenset(_stored(around, write))
    return bool(functions) and any(
        type(node) is tree.Return and type(node.value) is tree.Name and node.value.name in counted
        for node in within(functions[-1])
    )


def _stored(around: Surroundings, write: Write) -> Iterator[str]:
    """The variables whose values the write stores."""
    calls = (node for node in around.around(write.span) if type(node) is tree.Call)
    objects = (given for call in calls for given in call.arguments if type(given) is tree.Object)
    for given in objects:
        for part in given.members:
            if type(part) is tree.Property and type(part.value) is tree.Name:
                yield part.value.name
