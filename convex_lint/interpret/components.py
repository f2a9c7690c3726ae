"""Which functions folder is which component: what `convex.config` files say (npm convex `server/components/definition.ts`)."""

from __future__ import annotations

from convex_lint.interpret.machine import Machine
from convex_lint.interpret.values import ComponentDefinition
from convex_lint.model.project import Component

_MAX_DEPTH = 8


def resolve(m: Machine) -> tuple[Component, ...]:
    """Names the folders of the program, the root's "" first; a component that no app mounts keeps its own name. One
    that is mounted several times is analysed under its first name, and told again for the others (`instances.py`)."""
    linker = m.linker
    folders = m.program.folders
    names: dict[str, str] = {}
    definitions: dict[str, ComponentDefinition] = {}
    further: list[Component] = []
    for folder in folders:
        if not folder.component:
            names.setdefault(folder.path, "")
    linker.components.update(names)
    for folder in folders:
        if folder.config is not None:
            value = linker.export(m, folder.config, "default")
            if type(value) is ComponentDefinition:
                definitions[folder.path] = value
    for folder in folders:
        if not folder.component and folder.path in definitions:
            _mount(definitions[folder.path], "", names, further, 0)
    for folder in folders:
        if folder.path not in names:
            definition = definitions.get(folder.path)
            own = definition.name if definition is not None and definition.name else folder.path.rsplit("/", 1)[-1]
            names[folder.path] = _unused(own, set(names.values()))
            if definition is not None:
                _mount(definition, names[folder.path], names, further, 0)
    linker.components.clear()
    linker.components.update(names)
    # What was evaluated so far did not know the names yet.
    linker.modules.clear()
    return (*[Component(names[folder.path], folder.path) for folder in folders], *further)


def _mount(
    definition: ComponentDefinition, prefix: str, names: dict[str, str], further: list[Component], depth: int
) -> None:
    if depth > _MAX_DEPTH:
        return
    for used, name in definition.uses:
        full = f"{prefix}/{name}" if prefix else name
        if used.folder is not None:
            if names.setdefault(used.folder, full) != full:
                further.append(Component(full, used.folder))
            _mount(used, full, names, further, depth + 1)


def _unused(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    return next(f"{name}{i}" for i in range(2, 1000) if f"{name}{i}" not in taken)
