"""Which query `usePreloadedQuery` goes on with: the server's `preloadQuery` is in another file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from convex_lint.interpret.clients.definitions import Definitions
from convex_lint.interpret.clients.page import Binding, Page, last_name
from convex_lint.interpret.clients.references import References
from convex_lint.interpret.machine import Machine
from convex_lint.syntax import tree

Node = Any


class Preloads:
    """Answers for the pages of one program."""

    def __init__(self, m: Machine, definitions: Definitions, references: References) -> None:
        self._m = m
        self._page = definitions.page
        self._references = references

    def target(self, page: Page, node: Node) -> str | None:
        """The query of a preloaded result: as the prop's type says (`Preloaded<typeof api.a.b>`), else that of the one
        `preloadQuery` whose result has the same name."""
        binding = page.binding(node) if type(node) is tree.Name else None
        owner = page.binding(node.object) if type(node) is tree.Member and type(node.object) is tree.Name else None
        name = node.property if type(node) is tree.Member else node.name if type(node) is tree.Name else ""
        if isinstance(binding, Binding):
            name = binding.path[-1] if binding.path else binding.name
        for holder in (found.holder for found in (binding, owner) if isinstance(found, Binding)):
            if type(holder) is tree.Parameter:
                told = _type_of(page, holder.type, name)
                if told is not None:
                    return self._references.of_type(page, told)
        targets = self._by_name.get(name, set())
        return next(iter(targets)) if len(targets) == 1 else None

    @cached_property
    def _by_name(self) -> dict[str, set[str]]:
        """The queries that are preloaded into variables and props of each name."""
        found: dict[str, set[str]] = defaultdict(set)
        sources = self._m.program.modules.sources
        for file in self._m.program.clients:
            if b"preloadQuery" in sources[file].data:
                page = self._page(file)
                for call in page.calls:
                    if last_name(call.callee) == "preloadQuery" and call.arguments:
                        target = self._references.target(page, call.arguments[0])
                        if target is not None:
                            for name in _names_of(page, call):
                                found[name].add(target)
        return found


def _names_of(page: Page, call: tree.Call) -> Iterator[str]:
    """The variable that holds the result, and the props that it is passed on as."""
    around: Node = page.parent(call)
    while type(around) in (tree.Await, tree.Cast):
        around = page.parent(around)
    if type(around) is tree.Property and isinstance(around.key, str):
        yield around.key
    if type(around) is tree.Declarator:
        for binding in page.variables(around):
            yield binding.name
            for use in page.uses(binding):
                prop = page.parent(use)
                if type(prop) is tree.Property and isinstance(prop.key, str):
                    yield prop.key


def _type_of(page: Page, kind: Node, name: str) -> str | None:
    """`api.a.b` of the member `name: Preloaded<typeof api.a.b>`."""
    if type(kind) is tree.TypeName and kind.name in page.state.types:
        kind = page.state.types[kind.name].type
    if type(kind) is tree.TypeObject:
        kind = next((member.type for member in kind.members if member.name == name), None)
    if type(kind) is tree.TypeName and kind.name == "Preloaded" and kind.arguments:
        query = kind.arguments[0]
        if type(query) is tree.TypeQuery:
            return query.name
    return None
