"""Where a name of client code is defined, through imports, barrels and default exports."""

from __future__ import annotations

from typing import Any, NamedTuple

from convex_lint.interpret.clients.page import Binding, Page, bare
from convex_lint.interpret.machine import Machine
from convex_lint.interpret.values import ImportBinding
from convex_lint.program.paths import VIEWS
from convex_lint.syntax import tree

_HOOKS_OF_ITS_OWN = ("/_generated/react", "/_generated/react.js")
"""What convex wrote there before version 1.0: the hooks, which know the functions by name."""

_HOPS = 12


class Place(NamedTuple):
    """A module's own variable (`package` empty), or the export `name` of a package."""

    file: str
    name: str
    package: str = ""


class Definitions:
    """Follows names from page to page; pages are laid out when they are first asked for."""

    def __init__(self, m: Machine) -> None:
        self._m = m
        self._pages: dict[str, Page] = {}
        self._followed: dict[ImportBinding, Place | None] = {}

    def page(self, file: str) -> Page:
        known = self._pages.get(file)
        if known is None:
            known = self._pages[file] = Page(
                self._m.linker.scanned(self._m, file), self._m.program.modules.sources[file]
            )
        return known

    def place(self, page: Page, name: tree.Name) -> Place | None:
        """Where a name that is used on a page is defined; None for what a function declares itself and for globals."""
        binding = page.binding(name)
        if isinstance(binding, Binding):
            return Place(page.file, name.name) if binding.scope == 0 else None
        return self.follow(binding) if binding is not None else None

    def own(self, page: Page, element: tree.Jsx) -> tuple[Page, tree.Function] | None:
        """The project's own component that an element renders, and its page; None for those of packages and of the platform."""
        return self.function(page, element.tag) if type(element.tag) is tree.Name else None

    def function(self, page: Page, name: tree.Name) -> tuple[Page, tree.Function] | None:
        """The project's own function that a name stands for, and its page."""
        place = self.place(page, name)
        if place is None or place.package or not place.file:
            return None
        own = self.page(place.file)
        binding = own.declared(place.name)
        value: Any = bare(binding.value) if binding is not None else None
        while type(value) is tree.Call and value.arguments:
            value = bare(value.arguments[0])  # memo(...), forwardRef(...)
        return (own, value) if type(value) is tree.Function else None

    def follow(self, binding: ImportBinding) -> Place | None:
        """Where an import leads."""
        if binding not in self._followed:
            self._followed[binding] = self._follow(binding)
        return self._followed[binding]

    def exported(self, file: str, name: str) -> Place | None:
        """Where what a module of the project exports under a name is defined."""
        return self._exported(file, name, 0)

    def _follow(self, binding: ImportBinding, hops: int = 0) -> Place | None:
        if hops > _HOPS:
            return None
        found = self._m.program.resolve(binding.importer, binding.specifier)
        if found.library is not None or found.file is None or found.file not in self._m.program.modules:
            package = found.library or found.package
            if package is None and binding.specifier.endswith(_HOOKS_OF_ITS_OWN):
                package = "convex/react"
            return Place("", binding.name, package) if package is not None else None
        return self._exported(found.file, binding.name, hops + 1)

    def _exported(self, file: str, name: str, hops: int) -> Place | None:
        """Where what a module exports under a name is defined."""
        if name == "*" or (name == "default" and file.endswith(VIEWS)):
            return Place(file, name)
        state = self._m.linker.scanned(self._m, file)
        export = state.exports.get(name)
        if export is None:
            origin = self._m.linker.origin(self._m, file, name)
            if origin is None or origin == file or hops > _HOPS:
                return self._starred(file, state.stars, name)
            return self._exported(origin, name, hops + 1)
        if export.source is not None:
            return self._follow(ImportBinding(file, export.source, export.name), hops + 1)
        own = _default_name(state.tree.body) if export.name == "\0default" else export.name
        inner = state.scope.vars.get(own)
        return self._follow(inner, hops + 1) if type(inner) is ImportBinding else Place(file, own)

    def _starred(self, importer: str, stars: list[str], name: str) -> Place | None:
        """`export * from "convex/react"`."""
        for source in stars:
            found = self._m.program.resolve(importer, source)
            if found.file is None and found.package is not None:
                return Place("", name, found.package)
        return None


def _default_name(body: tuple[Any, ...]) -> str:
    """The variable that `export default` exports, wrappers such as `memo(Chat)` left out."""
    for statement in body:
        if type(statement) is tree.ExportDefault:
            value: Any = statement.value
            while type(value) in (tree.Call, tree.Cast):
                value = value.value if type(value) is tree.Cast else (*value.arguments, None)[0]
            if type(value) in (tree.Name, tree.Function, tree.Class):
                return str(value.name or "default")
    return "default"
