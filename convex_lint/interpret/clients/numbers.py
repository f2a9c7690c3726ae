"""Numbers in client code: `30 * 1000`, `HEARTBEAT_MS`, imported ones included."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.clients.definitions import Definitions
from convex_lint.interpret.clients.page import Binding, Page, bare
from convex_lint.syntax import tree

_DEPTH = 6


class Numbers:
    """Answers for the pages of one program."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    def argument(self, page: Page, call: tree.Call, position: int) -> float | None:
        return self.of(page, call.arguments[position]) if position < len(call.arguments) else None

    def of(self, page: Page, node: Any, depth: int = _DEPTH) -> float | None:
        """The number that an expression always is; None when that cannot be told."""
        node = bare(node)
        kind = type(node)
        if kind is tree.Constant:
            number = node.value
            return float(number) if isinstance(number, (int, float)) and not isinstance(number, bool) else None
        if depth <= 0:
            return None
        if kind is tree.Binary and node.operator in ("*", "+"):
            left, right = self.of(page, node.left, depth - 1), self.of(page, node.right, depth - 1)
            if left is None or right is None:
                return None
            return left * right if node.operator == "*" else left + right
        if kind is tree.Name:
            binding = page.binding(node)
            if not isinstance(binding, Binding):
                place = self._definitions.follow(binding) if binding is not None else None
                if place is None or place.package:
                    return None
                page = self._definitions.page(place.file)
                binding = page.declared(place.name)
            if binding is not None and not binding.path and binding.value is not None:
                return self.of(page, binding.value, depth - 1)
        return None
