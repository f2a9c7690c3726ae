"""What a call in client code is: a hook of a library, a method of a client, or a wrapper of the project's own around one."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.clients.definitions import Definitions, Place
from convex_lint.interpret.clients.page import Binding, Page, bare, last_name, nodes_in
from convex_lint.interpret.clients.references import References
from convex_lint.interpret.knowledge.clients import AUTOMATIC, HOOKS, MAKERS, METHODS, Hook
from convex_lint.interpret.values import ImportBinding
from convex_lint.program.paths import VIEWS
from convex_lint.syntax import tree


class Hooks:
    """Answers for the calls of one program's pages."""

    def __init__(self, definitions: Definitions, references: References) -> None:
        self._definitions = definitions
        self._references = references
        self._meanings: dict[Place, Hook | None] = {}

    def of(self, page: Page, call: tree.Call) -> Hook | None:
        """The hook that a call is of; None for calls that have nothing to do with Convex."""
        callee = bare(call.callee)
        if type(callee) is tree.Name:
            return self._named(page, callee)
        if type(callee) is not tree.Member:
            return None
        method = METHODS.get(callee.property)
        if method is not None and self._is_given(page, call, method):
            return method
        owner = bare(callee.object)
        if type(owner) is tree.Name:
            binding = page.binding(owner)
            if type(binding) is ImportBinding and binding.name == "*":
                place = self._definitions.follow(binding)
                if place is not None:
                    return self._meaning(Place(place.file, callee.property, place.package))
        return None

    def unknown(self, page: Page, call: tree.Call) -> Hook | None:
        """A call that is given a function reference, of something that cannot be looked into: by its name."""
        name = call.callee.name if type(call.callee) is tree.Name else ""
        if not name or not call.arguments or self._references.target(page, call.arguments[0]) is None:
            return None
        return Hook(name, name.startswith("use") and "Query" in name)

    def _is_given(self, page: Page, call: tree.Call, method: Hook) -> bool:
        if not call.arguments:
            return False
        first = bare(call.arguments[0])
        if method.form == "options":
            first = bare(property_of(first, "query"))
        return self._references.target(page, first) is not None

    def _named(self, page: Page, name: tree.Name) -> Hook | None:
        place = self._definitions.place(page, name)
        if place is not None:
            return self._meaning(place)
        if page.binding(name) is None and page.file.endswith((*VIEWS, ".ts")):
            return AUTOMATIC.get(name.name)
        return None

    def _meaning(self, place: Place) -> Hook | None:
        if place.package:
            return HOOKS.get(place.package, {}).get(place.name)
        if place not in self._meanings:
            self._meanings[place] = None  # what is defined by itself is no hook
            self._meanings[place] = self._defined(place)
        return self._meanings[place]

    def _defined(self, place: Place) -> Hook | None:
        """`const useCached = useQuery`, `const useQuery = makeUseQueryWithStatus(useQueries)`, and functions that pass
        their own parameter on as the reference."""
        if place.name in ("*", "default"):
            return None
        page = self._definitions.page(place.file)
        binding = page.declared(place.name)
        value = bare(binding.value) if binding is not None else None
        if binding is None or value is None:
            return None
        if type(value) is tree.Name and not binding.path:
            return self._named(page, value)
        if type(value) is tree.Call:
            made = MAKERS.get(last_name(value.callee))
            if made is not None:
                return made
            value = bare(value.arguments[0]) if value.arguments else None
        return self._wrapper(page, place.name, value) if type(value) is tree.Function else None

    def _wrapper(self, page: Page, name: str, function: tree.Function) -> Hook | None:
        parameters = _numbered(page, function)
        if not parameters:
            return None
        for node in nodes_in(function.body):
            if type(node) is not tree.Call:
                continue
            hook = self.of(page, node)
            if hook is None or hook.form != "reference":
                continue
            reference = _parameter(page, node, hook.reference, parameters)
            if reference is not None:
                made = _given_back(page, node, function)
                if hook.makes:
                    return hook._replace(reference=reference)
                if made is not None:
                    own = _numbered(page, made)
                    given = _parameter(page, node, hook.arguments, own)
                    return hook._replace(
                        reference=reference,
                        arguments=given if given is not None else len(own),
                        makes=True,
                        whole=page.parent(node) is made or type(page.parent(node)) is tree.Return,
                    )
                given = _parameter(page, node, hook.arguments, parameters)
                return hook._replace(reference=reference, arguments=given if given is not None else reference + 1)
        return None


def _numbered(page: Page, function: tree.Function) -> dict[int, int]:
    """The parameters of a function that are taken as a whole, with their positions."""
    return {
        id(binding): number
        for number, parameter in enumerate(function.parameters)
        for binding in page.variables(parameter)
        if not binding.path
    }


def _given_back(page: Page, node: tree.Call, maker: tree.Function) -> tree.Function | None:
    """The function in `maker` around a call, where `maker` gives it back: `(query) => (args) => useQuery(query, args)`."""
    inner: tree.Function | None = None
    for _, around in page.above(node):
        if around is maker:
            break
        if isinstance(around, tree.Function):
            inner = around
    if inner is None:
        return None
    name = page.name_of(inner)
    returns = (
        part for part in nodes_in(maker.body) if type(part) is tree.Return and page.function_around(part) is maker
    )
    given = [bare(maker.body), *(bare(part.value) for part in returns)]
    if any(value is inner or (type(value) is tree.Name and value.name == name) for value in given):
        return inner
    return None


def _parameter(page: Page, call: tree.Call, position: int, parameters: dict[int, int]) -> int | None:
    """Which of the wrapper's parameters is passed on there."""
    if position >= len(call.arguments):
        return None
    given: Any = call.arguments[position]
    if type(given) is tree.Spread:
        given = given.value
    for node in nodes_in(given):
        if type(node) is tree.Name:
            binding = page.binding(node)
            if isinstance(binding, Binding) and id(binding) in parameters:
                return parameters[id(binding)]
    return None


def property_of(node: Any, name: str) -> Any:
    """The value of a property in an object literal; None without it."""
    if type(node) is not tree.Object:
        return None
    for member in node.members:
        if type(member) is tree.Property and member.key == name:
            return member.value
    return None
