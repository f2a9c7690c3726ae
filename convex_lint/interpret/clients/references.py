"""Which Convex function an expression of client code names."""

from __future__ import annotations

import re
from typing import Any

from convex_lint.interpret.clients.page import Binding, Page, bare, last_name
from convex_lint.interpret.knowledge.context import reference_path, string_path
from convex_lint.interpret.machine import Machine
from convex_lint.interpret.values import ImportBinding, Reference
from convex_lint.syntax import tree

_API = re.compile(r"api|internal|components|convex|backend|anyapi", re.IGNORECASE)
"""Imports under other names are not looked into: most of what client code imports has nothing to do with us."""

_NAME = re.compile(r"[\w/.-]+(?::\w+)?")
"""`dir/mod:fn`, or `mod` for what the module exports by default."""

_DEPTH = 8


class References:
    """Answers for the pages of one program; what an import holds is looked up once."""

    def __init__(self, m: Machine) -> None:
        self._m = m
        self._imported: dict[ImportBinding, Reference | None] = {}

    def target(self, page: Page, node: Any, *, strings: bool = False) -> str | None:
        """The id of the function that an expression names. `strings`: a text may name one too."""
        node = bare(node)
        if type(node) is tree.Constant and isinstance(node.value, str):
            return string_path(node.value, "") if strings and _NAME.fullmatch(node.value) else None
        if type(node) is tree.Call and last_name(node.callee) == "makeFunctionReference" and node.arguments:
            return self.target(page, node.arguments[0], strings=True)
        found = self._reference(page, node, ())
        return reference_path(found) if found is not None else None

    def of_type(self, page: Page, name: str) -> str | None:
        """The same for `typeof api.a.b`."""
        first, _, rest = name.partition(".")
        found = self._of_binding(page, page.state.scope.vars.get(first), tuple(rest.split(".")) if rest else (), 0)
        return reference_path(found) if found is not None else None

    def module(self, page: Page, node: Any) -> Reference | None:
        """`api.presence`: a part of the API, for hooks that take a whole module."""
        return self._reference(page, bare(node), ())

    def _reference(self, page: Page, node: Any, path: tuple[str, ...], depth: int = 0) -> Reference | None:
        names = list(reversed(path))
        while type(node) in (tree.Member, tree.Subscript):
            if type(node) is tree.Member:
                names.append(node.property)
            elif type(node.key) is tree.Constant and isinstance(node.key.value, str):
                names.append(node.key.value)  # api["dir/mod"]
            else:
                return None
            node = bare(node.object)
        if type(node) is not tree.Name or depth > _DEPTH:
            return None
        return self._of_binding(page, page.binding(node), tuple(reversed(names)), depth)

    def _of_binding(
        self, page: Page, binding: Binding | ImportBinding | None, path: tuple[str, ...], depth: int
    ) -> Reference | None:
        if isinstance(binding, Binding):
            if type(binding.holder) is tree.Declarator and binding.value is not None:
                return self._reference(page, bare(binding.value), (*binding.path, *path), depth + 1)
            return None
        if type(binding) is not ImportBinding:
            return None
        held = self._import(binding)
        return Reference(held.through, held.component, (*held.parts, *path)) if held is not None else None

    def _import(self, binding: ImportBinding) -> Reference | None:
        if binding not in self._imported:
            value = None
            if _API.search(binding.name) or _API.search(binding.specifier):
                value = self._m.linker.imported(self._m, binding)
            self._imported[binding] = value if type(value) is Reference else None
        return self._imported[binding]
