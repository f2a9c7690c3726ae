"""Finding functions folders: what convex.json names, components, and folders that look like Convex's own."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from typing import NamedTuple

from convex_lint.engine.disk import Disk
from convex_lint.engine.tree import Tree
from convex_lint.model.project import Notice
from convex_lint.program.jsonc import parse_object
from convex_lint.program.paths import EXTENSIONS, below, inside, join, parent, upwards

_COMPONENT = re.compile(rb"\bdefineComponent\s*[(<]")
_APP = re.compile(rb"\bdefineApp\s*[(<]")
_SERVER_IMPORT = re.compile(rb"""["'](?:convex/(?:server|values)|(?:\.\.?/)+_generated/server(?:\.js)?)["']""")
_GENERATED_IMPORT = re.compile(rb"""["']((?:\.\.?/)+_generated/server)(?:\.js)?["']""")
_NAMED, _MARKED, _DECLARED = 1, 2, 3


class Found(NamedTuple):
    """A functions folder. `root` is the project's folder; `config` its convex.config file. `strength`: it is only
    named `convex` and speaks of Convex, it bears marks that Convex itself knows, or convex.json names it."""

    path: str
    component: bool
    config: str | None
    root: str
    strength: int


def find_folders(tree: Tree, disk: Disk, named: Collection[str] = ()) -> list[Found]:
    """All functions folders of the tree, sorted by path. Those that the user `named` need less to be believed."""
    declared = _declared(tree, disk)
    configs = _configs(tree, disk)
    found: dict[str, Found] = {}
    for path in sorted(_candidates(tree, disk) | declared.keys() | configs.keys()):
        config, component = configs.get(path, (None, False))
        if path in declared or config is not None:
            strength = _DECLARED if path in declared else _MARKED
        else:
            strength = _strength(path, tree, disk)
        if strength:
            root = declared[path] if path in declared else _project_root(path, tree)
            found[path] = Found(path, component, config, root, strength)
    kept = {path: folder for path, folder in found.items() if path in named or not _is_shadowed(folder, found)}
    kept = {path: folder for path, folder in kept.items() if path in named or not _is_copy(folder, kept, tree)}
    for path in named:
        if not any(inside(folder, path) or inside(path, folder) for folder in kept) and _is_generated_for(
            path, tree, disk
        ):
            kept[path] = Found(path, False, None, _project_root(path, tree), _NAMED)
    return [kept[path] for path in sorted(kept)]


def _is_shadowed(folder: Found, found: dict[str, Found]) -> bool:
    """Whether another folder is what Convex would take instead of this one."""
    for other in found.values():
        if other.path == folder.path:
            continue
        if folder.component:
            if "/dist/" in f"/{folder.path}/" and _source_of(folder.path) == other.path:
                return True
            continue
        within = inside(folder.path, other.path) and inside(other.path, folder.root)
        around = inside(other.path, folder.path)
        rival = other.root == folder.root and not (other.component and folder.strength > _NAMED)
        if within and other.strength >= folder.strength:
            return True
        if (rival or around) and other.strength > folder.strength and (around or folder.strength != _MARKED):
            return True
        if rival and other.strength == _DECLARED and folder.strength < _DECLARED:
            return True
    return False


def _is_copy(folder: Found, kept: dict[str, Found], tree: Tree) -> bool:
    """Nothing but generated code is in it: a client's copy of what another folder of the repository offers."""
    if folder.strength == _DECLARED or any(tree.under(folder.path)):
        return False
    return any(any(tree.under(other)) for other in kept)


def _source_of(path: str) -> str:
    return re.sub(r"(^|/)dist/(?:(?:esm|cjs)/)?", r"\1src/", path)


def _declared(tree: Tree, disk: Disk) -> dict[str, str]:
    """Functions folders that a convex.json names, with the folder of that file."""
    found: dict[str, str] = {}
    for path in sorted(path for path in tree.manifests if path.rpartition("/")[2] == "convex.json"):
        text = disk.manifest(path)
        if text is None:
            continue
        try:
            functions = parse_object(text).get("functions")
        except ValueError as error:
            disk.notices[path] = Notice(
                f"This file is not valid JSON ({error}); the default functions folder is assumed.",
                file=path,
                help="Correct it; `npx convex dev` cannot read it either.",
            )
            continue
        if functions is None:
            continue
        folder = join(parent(path), functions) if isinstance(functions, str) else None
        if folder is None or not os.path.isdir(disk.absolute(folder)):
            disk.notices[path] = Notice(
                f"This file names {functions!r} as the functions folder, which is not a folder of this repository.",
                file=path,
                help="Correct `functions`: a path relative to convex.json.",
            )
            continue
        tree.add(folder)
        found.setdefault(folder, parent(path))
    return found


def _configs(tree: Tree, disk: Disk) -> dict[str, tuple[str, bool]]:
    """Folders with a convex.config file, and whether it defines a component."""
    found: dict[str, tuple[str, bool]] = {}
    for extension in EXTENSIONS:
        for folder in tree.folders:
            path = below(folder, "convex.config" + extension)
            if folder not in found and path in tree.files:
                data = disk.data(path) or b""
                if _COMPONENT.search(data):
                    found[folder] = (path, True)
                elif _APP.search(data):
                    found[folder] = (path, False)
    return found


def _candidates(tree: Tree, disk: Disk) -> set[str]:
    root_name = os.path.basename(disk.real_root)
    return tree.generated | {
        folder for folder in tree.folders if (folder.rpartition("/")[2] if folder else root_name) == "convex"
    }


def _strength(folder: str, tree: Tree, disk: Disk) -> int:
    if folder in tree.generated:
        return _MARKED
    names = disk.names(folder)
    if any(below(folder, name) in tree.files for name in ("schema.ts", "schema.js")):
        return _MARKED
    if "tsconfig.json" in names and "package.json" not in names:
        text = disk.manifest(below(folder, "tsconfig.json")) or ""
        if "Convex" in text or "_generated" in text:
            return _MARKED
    if "package.json" in names:  # the package may be named `convex` for other reasons
        return _NAMED if _is_generated_for(folder, tree, disk) else 0
    return _NAMED if any(_SERVER_IMPORT.search(disk.data(path) or b"") for path in tree.under(folder)) else 0


def _is_generated_for(folder: str, tree: Tree, disk: Disk) -> bool:
    """Whether some file in the folder imports generated code that would lie in it, be it there or not."""
    generated = below(folder, "_generated/server")
    return any(
        join(parent(path), match[1].decode()) == generated
        for path in tree.under(folder)
        for match in _GENERATED_IMPORT.finditer(disk.data(path) or b"")
    )


def _project_root(folder: str, tree: Tree) -> str:
    """The nearest folder above with a package.json or a convex.json; without one the parent."""
    for above in upwards(parent(folder)):
        if below(above, "package.json") in tree.manifests or below(above, "convex.json") in tree.manifests:
            return above
    return parent(folder)
