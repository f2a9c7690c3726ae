"""How often client code really does what it looks for: `if (Date.now() - last.current < FIVE_MINUTES) return`."""

from __future__ import annotations

import re
from typing import Any

from convex_lint.interpret.clients.numbers import Numbers
from convex_lint.interpret.clients.page import Binding, Page, bare, nodes_in
from convex_lint.syntax import tree

_LAST = re.compile(r"last|prev|since", re.IGNORECASE)
_COMPARE = ("<", "<=", ">", ">=")


def spacing(page: Page, function: tree.Function, call: Any, numbers: Numbers) -> float | None:
    """The seconds that lie between two calls, where the function compares the time since the last one with a number before it
    calls, and may leave; None where it does not."""
    before = [part for part in nodes_in(function.body) if part.start < call.start]
    if not any(type(part) is tree.Return for part in before):
        return None
    found = [
        milliseconds / 1000
        for part in before
        if type(part) is tree.Binary and part.operator in _COMPARE and _is_elapsed(page, part.left)
        if (milliseconds := numbers.of(page, part.right)) is not None
    ]
    return max(found, default=None)


def _is_elapsed(page: Page, node: Any) -> bool:
    """`now - lastSent.current`, or a constant that is."""
    node = bare(node)
    if type(node) is tree.Name:
        binding = page.binding(node)
        return isinstance(binding, Binding) and not binding.path and _subtracts(bare(binding.value))
    return _subtracts(node)


def _subtracts(node: Any) -> bool:
    if type(node) is not tree.Binary or node.operator != "-":
        return False
    since = bare(node.right)
    if type(since) is tree.Member:
        return since.property == "current" or _LAST.search(since.property) is not None
    return type(since) is tree.Name and _LAST.search(since.name) is not None
