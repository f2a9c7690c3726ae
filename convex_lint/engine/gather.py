"""Gathering a workspace: which folders belong together, and the sources that go with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from convex_lint.engine.disk import Disk
from convex_lint.engine.folders import Found
from convex_lint.engine.tree import Tree
from convex_lint.model.project import Notice
from convex_lint.program.imports import Resolver, specifiers
from convex_lint.program.jsonc import parse_object
from convex_lint.program.manifests import builds_on_convex, split_specifier
from convex_lint.program.paths import VIEWS, below, inside, parent, shared_depth, upwards
from convex_lint.program.workspace import FunctionsFolder, Workspace
from convex_lint.source import Source

LIBRARY_FILES = 200
LIBRARY_BYTES = 4 * 1024 * 1024
"""How much source of installed packages one workspace takes."""

LARGEST_VIEW = 256 * 1024
"""Larger files that do not mention Convex are data or bundles."""

_API_USE = re.compile(rb"\bapi\.\w+\.\w")


class Gatherer:
    """`groups` are the functions folders that belong together: an app's first, then those of its components."""

    def __init__(self, tree: Tree, disk: Disk, found: Sequence[Found]) -> None:
        self._tree = tree
        self._disk = disk
        self._found = found
        self._resolver = Resolver(disk, [folder.path for folder in found])
        self._libraries: dict[str, bool] = {}
        self._imports: dict[str, tuple[str, ...]] = {}
        self._client_files: list[str] | None = None
        self.groups = self._group()

    def workspaces(self, wanted: Sequence[int]) -> list[Workspace]:
        for path in sorted(self._tree.manifests):
            if path.endswith(("tsconfig.json", "jsconfig.json")):
                self._resolver.touch(parent(path))
        clients, views = self._assign_clients(wanted)
        return [self._workspace(self.groups[at], clients[at], views[at]) for at in wanted]

    # ------------------------------------------------------------ which folders belong together

    def _group(self) -> list[tuple[Found, ...]]:
        used: set[str] = set()
        groups = []
        for apps in (True, False):
            for folder in self._found:
                if folder.component != apps and folder.path not in used:
                    group = self._reachable(folder)
                    used.update(member.path for member in group)
                    groups.append(group)
        # A component may have come before the one that uses it.
        return [
            group
            for group in groups
            if not any(group is not other and group[0].component and group[0] in other for other in groups)
        ]

    def _reachable(self, start: Found) -> tuple[Found, ...]:
        by_config = {folder.config: folder for folder in self._found if folder.component}
        group = [start]
        for folder in group:
            mounted = sorted(self._imported(folder.config)) if folder.config is not None else []
            nested = [other.path for other in self._found if inside(other.path, folder.path) and other.component]
            for other in [by_config.get(file) for file in mounted] + [f for f in self._found if f.path in nested]:
                if other is not None and other not in group:
                    group.append(other)
        return tuple(group)

    def _imported(self, file: str) -> tuple[str, ...]:
        """The files that a file imports."""
        known = self._imports.get(file)
        if known is None:
            data = self._disk.data(file) or b""
            found = {
                resolution.file
                for specifier in specifiers(data)
                if (resolution := self._resolver.exactly(file, specifier)) is not None
            }
            known = self._imports[file] = tuple(sorted(path for path in found if path is not None))
        return known

    # ------------------------------------------------------------ the sources of a group

    def _workspace(self, group: Sequence[Found], clients: Sequence[str], views: Sequence[str]) -> Workspace:
        disk = self._disk
        sources: dict[str, Source] = {}
        notices: list[Notice] = []
        folders = []
        for folder in group:
            files = tuple(
                path
                for path in self._tree.under(folder.path)
                if self._owner(path) == folder.path and not path.endswith(VIEWS)
            )
            folders.append(FunctionsFolder(folder.path, folder.component, folder.config, files))
            for path in files:
                source = disk.source(path)
                if source is not None:
                    sources[path] = source
        self._close(sources, notices)
        kept = []
        for path in clients:
            source = disk.source(path)
            if source is not None:
                sources.setdefault(path, source)
                kept.append(path)
        used = self._sources_of_views(views)
        looked_at = {path for folder in folders for path in folder.files} | set(sources) | set(clients)
        roots = {folder.root for folder in group}
        notices.extend(
            notice
            for path, notice in sorted(disk.notices.items())
            if path in looked_at or parent(path) in roots or any(inside(path, folder.path) for folder in group)
        )
        own = {folder.path for folder in group}
        return Workspace(
            root=group[0].root,
            folders=tuple(folders),
            sources=dict(sorted(sources.items())),
            clients=tuple(kept),
            views=used,
            manifests=disk.manifests,
            packages=disk.packages,
            links=disk.links,
            elsewhere=tuple(folder.path for folder in self._found if folder.path not in own),
            notices=tuple(notices),
        )

    def _sources_of_views(self, views: Sequence[str]) -> dict[str, Source]:
        """They are read as far as that goes: what cannot be used among them is nobody's loss."""
        kept = {}
        for path in views:
            source = self._disk.source(path)
            if source is None:
                self._disk.notices.pop(path, None)
            elif len(source.data) <= LARGEST_VIEW:
                kept[path] = source
        return kept

    def _owner(self, path: str) -> str | None:
        """The innermost functions folder that a file lies in."""
        return max((f.path for f in self._found if inside(path, f.path)), key=len, default=None)

    def _close(self, sources: dict[str, Source], notices: list[Notice]) -> None:
        """Add what the sources import, and what that imports."""
        pending = sorted(sources)
        files = size = 0
        while pending:
            for file in self._imported(pending.pop()):
                if file in sources:
                    continue
                library = "node_modules" in file.split("/") and not self._is_in_group(file)
                if library:
                    if not self._is_convex_library(file):
                        continue
                    if files >= LIBRARY_FILES or size >= LIBRARY_BYTES:
                        notices.append(_too_much(file))
                        return
                source = self._disk.source(file)
                if source is not None:
                    sources[file] = source
                    pending.append(file)
                    if library:
                        files, size = files + 1, size + len(source.data)

    def _is_in_group(self, file: str) -> bool:
        return file in self._tree.files

    def _is_convex_library(self, file: str) -> bool:
        """Whether the installed package that a file belongs to depends on Convex."""
        for folder in upwards(parent(file)):
            if folder.rpartition("/")[2] == "node_modules":
                return False
            known = self._libraries.get(folder)
            if known is None:
                text = self._disk.manifest(below(folder, "package.json"))
                if text is None:
                    continue
                try:
                    manifest = parse_object(text)
                except ValueError:
                    manifest = {}
                if "name" not in manifest:  # only says which module format the folder has
                    continue
                known = self._libraries[folder] = builds_on_convex(manifest)
            return known
        return False

    # ------------------------------------------------------------ clients

    def _assign_clients(self, wanted: Iterable[int]) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
        """The client files of each group, and the others outside of functions folders: by what they import, else by the
        project that they lie in, else by nearness."""
        clients: dict[int, list[str]] = {at: [] for at in range(len(self.groups))}
        views: dict[int, list[str]] = {at: [] for at in range(len(self.groups))}
        for path in self._tree.under(""):
            if self._owner(path) is None:
                found = clients if self._mentions_convex(path) else views
                for at in self._users(path) if len(self.groups) > 1 else range(len(self.groups)):
                    found[at].append(path)
        return clients, views

    def _mentions_convex(self, path: str) -> bool:
        data = self._disk.data(path)
        if data is None:
            return False
        named = b"convex" in data or b"useConvex" in data or b"_generated/" in data
        return named or (b"api." in data and _API_USE.search(data) is not None)

    def _users(self, path: str) -> set[int]:
        users: set[int] = set()
        for specifier in specifiers(self._disk.data(path) or b""):
            package = split_specifier(specifier)
            if "_generated/" in specifier or (package is not None and package[0] in self._disk.packages):
                found = self._resolver.exactly(path, specifier)
                if found is not None and found.generated is not None:
                    users |= self._having(found.generated[0])
        if users:
            return users
        depths = [
            (len(group[0].root) + 1 if inside(path, group[0].root) else 0, shared_depth(path, group[0].path))
            for group in self.groups
        ]
        deepest = max(depth for depth, _ in depths)
        if deepest:
            return {at for at, (depth, _) in enumerate(depths) if depth == deepest}
        nearest = max(shared for _, shared in depths)
        return {at for at, (_, shared) in enumerate(depths) if shared == nearest}

    def _having(self, folder: str) -> set[int]:
        return {at for at, group in enumerate(self.groups) if any(member.path == folder for member in group)}


def _too_much(file: str) -> Notice:
    return Notice(
        f"Installed packages have more source than is read ({LIBRARY_FILES} files or {LIBRARY_BYTES // 1024 // 1024} MiB).",
        file=file,
        help="Calls into the packages that were left out are not followed.",
    )
