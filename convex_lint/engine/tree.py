"""Walking a repository: the sources and manifests that are not ignored, and where generated code lies."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from convex_lint.engine.disk import Disk
from convex_lint.engine.ignore_files import IgnoreFile, is_ignored
from convex_lint.model.project import Notice
from convex_lint.program.paths import below, inside, is_source, parent, upwards

_GENERATED = frozenset({"api.d.ts", "api.js", "api.ts", "server.d.ts", "server.js", "server.ts"})


class Tree:
    """What walks have found, by path: `folders`, `files` (sources) and `manifests`. `generated` are the folders that
    hold a `_generated` folder written by Convex."""

    def __init__(self, disk: Disk, excludes: Sequence[str] = ()) -> None:
        self.folders: set[str] = set()
        self.files: set[str] = set()
        self.manifests: set[str] = set()
        self.generated: set[str] = set()
        self._disk = disk
        self._excludes = (IgnoreFile("", excludes),) if excludes else ()
        self._sorted: list[str] = []

    def under(self, folder: str) -> list[str]:
        """The sources in `folder` and below, sorted."""
        if len(self._sorted) != len(self.files):
            self._sorted = sorted(self.files)
        if not folder:
            return list(self._sorted)
        start = bisect_left(self._sorted, folder + "/")
        return self._sorted[start : bisect_left(self._sorted, folder + "0", start)]  # "0" follows "/"

    def add(self, path: str) -> None:
        """Walk what the user named. What is ignored above it does not count when it would hide all of it."""
        if os.path.isfile(self._disk.absolute(path)):
            folder = parent(path)
            if folder not in self.folders:
                self._walk(folder, self._rules_above(folder))
            self._note(path)
        elif path not in self.folders:
            self._walk(path, self._rules_above(path))

    def _rules_above(self, folder: str) -> tuple[IgnoreFile, ...]:
        rules: list[IgnoreFile] = []
        for above in reversed(list(upwards(folder))):
            if above != folder:
                rules.extend(self._ignore_file(above))
        hidden = any(
            is_ignored(above, folder=True, ignore_files=[*rules, *self._excludes]) for above in upwards(folder) if above
        )
        return () if hidden else tuple(rules)

    def _ignore_file(self, folder: str) -> list[IgnoreFile]:
        try:
            with open(self._disk.absolute(below(folder, ".gitignore")), encoding="utf-8", errors="replace") as file:
                return [IgnoreFile(folder, file.read().splitlines())]
        except OSError:
            return []

    def _walk(self, start: str, rules: tuple[IgnoreFile, ...]) -> None:
        links: list[tuple[str, tuple[IgnoreFile, ...]]] = []
        self._descend([(start, rules)], links)
        # Links come last, so that a folder is known by its own name wherever it can be reached by it.
        while links:
            folder, rules = links.pop(0)
            inner = self._disk.relative(os.path.realpath(self._disk.absolute(folder)))
            if inner is None:
                continue
            self._disk.links[folder] = inner
            if not _is_hidden(inner):
                self._descend([(inner, rules)], links)

    def _descend(
        self, stack: list[tuple[str, tuple[IgnoreFile, ...]]], links: list[tuple[str, tuple[IgnoreFile, ...]]]
    ) -> None:
        while stack:
            folder, rules = stack.pop()
            absolute = self._disk.absolute(folder)
            # Only links lead to a place twice, and they are followed by their real names.
            if folder in self.folders:
                continue
            try:
                entries = sorted(os.scandir(absolute), key=lambda entry: entry.name)
            except OSError as error:
                self._disk.notices[folder] = Notice(
                    f"This folder cannot be read ({error.strerror or error}) and was skipped.",
                    file=folder,
                    help="Give yourself the right to read it, or exclude it in convex-lint.toml.",
                )
                continue
            self.folders.add(folder)
            names = frozenset(entry.name for entry in entries)
            self._disk.remember(folder, names)
            if ".gitignore" in names:
                rules = (*rules, *self._ignore_file(folder))
            for entry in entries:
                name = entry.name
                if name.startswith(".") or name == "node_modules":
                    continue
                path = f"{folder}/{name}" if folder else name
                if not _is_folder(entry):
                    wanted = is_source(name) or _is_manifest(name)
                    if wanted and not self._ignored(path, rules, folder=False):
                        if self._is_file(entry):
                            self._note(path)
                        elif entry.is_symlink() and not os.path.exists(entry.path):
                            self._disk.notices[path] = Notice(
                                "This link leads nowhere and was skipped.", file=path, help="Mend it or remove it."
                            )
                elif name == "_generated":
                    if not _GENERATED.isdisjoint(self._disk.names(path)):
                        self.generated.add(folder)
                elif not self._ignored(path, rules, folder=True):
                    if entry.is_symlink():
                        links.append((path, rules))
                    elif name != "dist" or "src" not in names:  # else it is what src was compiled to
                        stack.append((path, rules))

    def _ignored(self, path: str, rules: Sequence[IgnoreFile], *, folder: bool) -> bool:
        return bool(rules and is_ignored(path, folder=folder, ignore_files=rules)) or bool(
            self._excludes and is_ignored(path, folder=folder, ignore_files=self._excludes)
        )

    def _is_file(self, entry: os.DirEntry[str]) -> bool:
        try:
            if not entry.is_file():
                return False
        except OSError:
            return False
        return not entry.is_symlink() or self._disk.relative(os.path.realpath(entry.path)) is not None

    def _note(self, path: str) -> None:
        if is_source(path):
            self.files.add(path)
        elif _is_manifest(path.rpartition("/")[2]):
            self.manifests.add(path)


def outermost(folders: Iterable[str]) -> list[str]:
    """The folders that lie in no other of them."""
    found: list[str] = []
    for folder in sorted(set(folders), key=len):
        if not any(inside(folder, other) for other in found):
            found.append(folder)
    return sorted(found)


def _is_manifest(name: str) -> bool:
    return name.endswith(".json") and (
        name in ("package.json", "convex.json", "jsconfig.json") or name.startswith("tsconfig")
    )


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") or part == "node_modules" for part in path.split("/"))
