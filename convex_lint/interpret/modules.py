"""Modules: evaluated once, when something of them is first used; exports found through barrels and `export *`."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.knowledge import packages
from convex_lint.interpret.knowledge.convex_server import generated
from convex_lint.interpret.machine import Frame, Machine
from convex_lint.interpret.statements import hoist, run_body
from convex_lint.interpret.values import (
    UNDEFINED,
    UNKNOWN,
    Export,
    ImportBinding,
    ModuleState,
    Namespace,
    Obj,
    Registered,
    Value,
)
from convex_lint.program.program import Program
from convex_lint.syntax import tree

_MAX_HOPS = 32


class Linker:
    """Answers what an import means. `components` maps a functions folder to its component's name; `functions` maps a
    function's id to what was registered under it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.modules: dict[str, ModuleState] = {}
        self.components: dict[str, str] = {}
        self.functions: dict[str, Registered] = {}
        self._paths: dict[int, str] = {}
        self._passed: dict[str, tuple[ModuleState, ...]] = {}
        self._origins: dict[str, dict[str, str]] = {}
        self._following: set[tuple[str, str]] = set()

    # ------------------------------------------------------------ modules

    def scanned(self, m: Machine, file: str) -> ModuleState:
        """The module with its imports, exports and types known; nothing of it has run."""
        state = self.modules.get(file)
        if state is None:
            folder = m.folder_of(file) or ""
            state = self.modules[file] = ModuleState(file, self.program.modules[file], folder)
            _scan(state)
        return state

    def evaluated(self, m: Machine, file: str) -> ModuleState:
        """The module after its top level ran, or while it runs, in a cycle."""
        state = self.scanned(m, file)
        if state.stage == "new":
            state.stage = "running"
            outer = (m.frame, m.scope, m.loops, m.branches, m.records, m.journal, m.component, m.recording, m.steps)
            m.frame, m.scope = Frame(file, "", state.scope), state.scope
            m.loops, m.branches, m.records, m.journal, m.recording, m.steps = [], 0, [], [], False, 0
            m.component = self.components.get(state.folder, "")
            exhausted, m.exhausted = m.exhausted, False
            hoist(m, tuple(_declarations(state.tree.body)))
            m.run_root(lambda: run_body(m, state.tree.body))
            m.exhausted = exhausted
            (m.frame, m.scope, m.loops, m.branches, m.records, m.journal, m.component, m.recording, m.steps) = outer
            state.stage = "done"
        return state

    # ------------------------------------------------------------ names

    def imported(self, m: Machine, binding: ImportBinding) -> Value:
        known = packages.export(m, binding.specifier, binding.name)
        if known is not None:
            return known
        found = self.program.resolve(binding.importer, binding.specifier)
        if found.generated is not None:
            folder, kind = found.generated
            component = self.components.get(folder, "")
            if binding.name == "*":
                names = ("api", "internal", "components") if kind == "api" else tuple(_SERVER_NAMES)
                return Obj({name: generated(m, kind, name, component) for name in names})
            return generated(m, kind, binding.name, component)
        if found.file is not None:
            return Namespace(found.file) if binding.name == "*" else self.export(m, found.file, binding.name)
        if found.package is not None:
            return packages.unknown_export(m, found.package, binding.name)
        return UNKNOWN

    def namespace(self, m: Machine, importer: str, specifier: str) -> Value:
        return self.imported(m, ImportBinding(importer, specifier, "*"))

    def export(self, m: Machine, file: str, name: str) -> Value:
        """The value that a module exports under a name."""
        state = self.evaluated(m, file)
        export = state.exports.get(name)
        if export is not None:
            if export.source is not None:
                return self._followed(m, (file, name), ImportBinding(file, export.source, export.name))
            value = state.scope.vars.get(export.name)
            if type(value) is ImportBinding:
                return self._followed(m, (file, name), value)
            return UNKNOWN if value is None else value
        if state.stars and name != "default":
            origin = self._origins_of(m, file).get(name)
            if origin is not None:
                return self.export(m, origin, name)
            for module in self._passed_on(m, file):
                for source in module.stars:
                    if self.program.resolve(module.file, source).file not in self.program.modules:
                        known = packages.export(m, source, name)
                        if known is not None:
                            return known
        if name == "default" and "\0default" in state.scope.vars:
            return state.scope.vars["\0default"]
        return UNKNOWN if state.stage == "running" else UNDEFINED

    def _followed(self, m: Machine, place: tuple[str, str], binding: ImportBinding) -> Value:
        """What a re-exported name stands for; names that lead only to one another stand for nothing."""
        if place in self._following:
            return UNKNOWN
        self._following.add(place)
        try:
            return self.imported(m, binding)
        finally:
            self._following.discard(place)

    def _passed_on(self, m: Machine, file: str) -> tuple[ModuleState, ...]:
        """The module and all whose exports reach it by `export *`, each once, in the order of the text."""
        known = self._passed.get(file)
        if known is None:
            seen: dict[str, ModuleState] = {}
            pending = [file]
            while pending:
                path = pending.pop()
                if path not in seen:
                    state = seen[path] = self.scanned(m, path)
                    found = [self.program.resolve(path, source).file for source in state.stars]
                    pending.extend([o for o in reversed(found) if o is not None and o in self.program.modules])
            known = self._passed[file] = tuple(seen.values())
        return known

    def _origins_of(self, m: Machine, file: str) -> dict[str, str]:
        """The names that reach a module by `export *`, with the file that exports each by its name."""
        known = self._origins.get(file)
        if known is None:
            known = self._origins[file] = {}
            for module in self._passed_on(m, file):
                if module.file != file:
                    for name in module.exports:
                        if name != "default":
                            known.setdefault(name, module.file)
        return known

    def origin(self, m: Machine, file: str, name: str) -> str | None:
        """The file behind an `export *` of a module that exports a name itself; None without any."""
        return self._origins_of(m, file).get(name)

    def export_names(self, m: Machine, file: str) -> tuple[str, ...]:
        """Every name that a module exports, in order; `default` of `export *` is not passed on."""
        return tuple(dict.fromkeys((*self.scanned(m, file).exports, *self._origins_of(m, file))))

    # ------------------------------------------------------------ types

    def type_named(self, m: Machine, module: ModuleState, name: str, hops: int = 0) -> tuple[Any, str] | None:
        """Where a type's name leads: (module, name), or ("platform", name) for one of Convex's own."""
        for hop in range(hops, _MAX_HOPS):
            if name in module.types:
                return (module, name)
            binding = module.scope.vars.get(name) if module.stage != "new" else _import_of(module, name)
            if "." in name:
                binding = _inside(module, name)
            export = module.exports.get(name)
            if type(binding) is not ImportBinding and export is not None and export.source is not None:
                binding = ImportBinding(module.file, export.source, export.name)
            if type(binding) is not ImportBinding:
                return self._starred(m, module, name, hop + 1)
            if binding.specifier in ("convex/server", "convex/values"):
                return ("platform", binding.name)
            found = self.program.resolve(binding.importer, binding.specifier)
            if found.generated is not None:
                return ("platform", binding.name)
            if found.file is None:
                return None
            module, name = self.scanned(m, found.file), binding.name
            export = module.exports.get(name)
            if export is not None and export.source is None:
                name = export.name
        return None

    def _starred(self, m: Machine, module: ModuleState, name: str, hops: int) -> tuple[Any, str] | None:
        for other in self._passed_on(m, module.file) if module.stars else ():
            if other is not module and (name in other.types or name in other.exports):
                return self.type_named(m, other, name, hops)
            if any(self.program.resolve(other.file, source).generated is not None for source in other.stars):
                return ("platform", name)
        return None

    # ------------------------------------------------------------ functions

    def register(self, id: str, value: Registered) -> None:
        self.functions.setdefault(id, value)
        self._paths.setdefault(_identity(value), id)

    def path_of(self, value: Value) -> str | None:
        return self._paths.get(_identity(value)) if type(value) is Registered else None


_SERVER_NAMES = (
    "query", "internalQuery", "mutation", "internalMutation", "action", "internalAction", "httpAction",
)  # fmt: skip


def _identity(value: Value) -> int:
    return id(value)


def _declarations(body: tuple[tree.Statement, ...]) -> list[tree.Statement]:
    return [part.declaration if type(part) is tree.ExportDeclaration else part for part in body]


def _import_of(module: ModuleState, name: str) -> ImportBinding | None:
    value = module.scope.vars.get(name)
    return value if type(value) is ImportBinding else None


def _inside(module: ModuleState, dotted: str) -> ImportBinding | None:
    """`ns.Name`, `import("./x").Name`."""
    if dotted.startswith("import("):
        specifier, _, name = dotted.removeprefix("import(").partition(")")
        return ImportBinding(module.file, specifier.strip(" \"'"), name.lstrip(". "))
    first, _, name = dotted.partition(".")
    space = _import_of(module, first)
    return ImportBinding(space.importer, space.specifier, name) if space is not None and space.name == "*" else None


def _scan(state: ModuleState) -> None:
    """Imports become bindings, exports are listed, types are kept."""
    bindings = state.scope.vars
    statement: Any
    for statement in state.tree.body:
        kind = type(statement)
        if kind is tree.Import:
            for name in statement.names:
                bindings[name.local] = ImportBinding(state.file, statement.source, name.imported)
        elif kind is tree.ExportNames:
            for export in statement.names:
                state.exports[export.exported] = Export(export.local, statement.source)
        elif kind is tree.ExportAll:
            if statement.alias is not None:
                state.exports[statement.alias] = Export("*", statement.source)
            else:
                state.stars.append(statement.source)
        elif kind is tree.ExportDefault:
            value = statement.value
            if type(value) in (tree.Function, tree.Class) and value.name:
                state.exports["default"] = Export("\0default")
            else:
                state.exports["default"] = Export("\0default")
        elif kind is tree.ExportDeclaration:
            _scan_declaration(state, statement.declaration)
        elif kind is tree.TypeDeclaration:
            state.types[statement.name] = statement


def _scan_declaration(state: ModuleState, declaration: Any) -> None:
    kind = type(declaration)
    if kind is tree.Variables:
        for declarator in declaration.declarators:
            for name in pattern_names(declarator.target):
                state.exports[name] = Export(name)
    elif kind is tree.FunctionDeclaration:
        state.exports[declaration.function.name or ""] = Export(declaration.function.name or "")
    elif kind is tree.ClassDeclaration:
        state.exports[declaration.definition.name or ""] = Export(declaration.definition.name or "")
    elif kind is tree.Enum:
        state.exports[declaration.name] = Export(declaration.name)
    elif kind is tree.TypeDeclaration:
        state.types[declaration.name] = declaration
        state.exports.setdefault(declaration.name, Export(declaration.name))


def pattern_names(pattern: Any) -> list[str]:
    """The names that a pattern declares."""
    kind = type(pattern)
    if kind is tree.Name:
        return [pattern.name]
    if kind is tree.ObjectPattern:
        names = [name for part in pattern.properties for name in pattern_names(part.target)]
        return names + (pattern_names(pattern.rest) if pattern.rest is not None else [])
    if kind is tree.ArrayPattern:
        names = [name for item in pattern.items if item is not None for name in pattern_names(item.target)]
        return names + (pattern_names(pattern.rest) if pattern.rest is not None else [])
    return []
