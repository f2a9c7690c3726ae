"""Which code only shows, tests or copies something: nobody's data passes through it, so what it costs is no one's matter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from convex_lint.analysis.vocabulary import ARCHIVES, COPIES, EXHIBITS, TOOLS, TRIALS, head_of, words_of
from convex_lint.program.jsonc import parse_object
from convex_lint.program.manifests import tries_out
from convex_lint.program.paths import below, inside, parent, relative_to, upwards
from convex_lint.program.program import Program
from convex_lint.program.workspace import Workspace

_SOURCES = frozenset(("src", "app", "pages", "lib", "components", "server"))
"""Folders inside of a package: below them names speak of the product (`app/demo/page.tsx` is a page of it)."""


class Showcases:
    """Judges the files of one run by the folders around their functions folder, or around their package.

    `folders` are the functions folders of all projects of the run, `roots` the folders of these projects, `named` the
    paths that the run was asked about: what somebody names is what they want to hear of, so only the folders below
    count. Where all there is shows, tests or copies something, that is what the run is about, and nothing is set
    aside. `trials` are the functions folders of libraries that do not publish them: the library is the product."""

    def __init__(
        self,
        folders: Iterable[str],
        roots: Iterable[str] = (),
        named: Sequence[str] = ("",),
        trials: Iterable[str] = (),
    ) -> None:
        self._folders = _deepest_first(folders)
        self._trials = frozenset(trials)
        homes = [*self._folders, *filter(None, roots)]
        self._named = _deepest_first(around for path in named or ("",) for around in _meant(path, homes))
        self._beside_product = not all(self._only_shows(folder, folder) for folder in self._folders)

    @classmethod
    def of(cls, projects: Iterable[Workspace | Program], named: Sequence[str] = ("",)) -> Self:
        """Those of a run; without projects, nothing is one."""
        several = tuple(projects)
        folders = [folder.path for project in several for folder in project.folders]
        trials = [path for project in several if isinstance(project, Workspace) for path in _tried_out(project)]
        return cls(folders, [project.root for project in several], named, trials)

    def holds(self, file: str) -> bool:
        """The file is no part of a product, and it was not asked for."""
        home = next((folder for folder in self._folders if inside(file, folder)), None)
        if home in self._trials and home not in self._named:
            return True
        return self._beside_product and self._only_shows(file, home if home is not None else _package(file))

    def _only_shows(self, path: str, home: str) -> bool:
        name = next((name for name in self._named if inside(path, name)), "")
        return home != name and inside(home, name) and any(map(_says_so, relative_to(home, name).split("/")))


def _tried_out(project: Workspace) -> Iterator[str]:
    for folder in project.folders:
        package = next((above for above in upwards(folder.path) if project.manifest(below(above, _MANIFEST))), None)
        if package is None or folder.component:
            continue
        try:
            manifest = parse_object(project.manifest(below(package, _MANIFEST)) or "")
        except ValueError:
            continue  # whoever builds the package is told
        if tries_out(manifest, relative_to(folder.path, package)):
            yield folder.path


_MANIFEST = "package.json"


def _meant(path: str, homes: Sequence[str]) -> Iterator[str]:
    """A path, or what it is a part of: who names a file wants to hear of the functions around it."""
    yield path
    if not any(inside(home, path) for home in homes):
        yield from (home for home in homes if inside(path, home))


def _deepest_first(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(paths), key=lambda path: (-len(path), path)))


def _package(file: str) -> str:
    """The folder of the package that a file lies in, as far as the names of the folders tell."""
    kept: list[str] = []
    for segment in parent(file).split("/"):
        if segment in _SOURCES:
            break
        kept.append(segment)
    return "/".join(kept)


def _says_so(segment: str) -> bool:
    if segment in COPIES or segment.endswith(ARCHIVES) or (segment.startswith(".") and len(segment) > 1):
        return True
    words = words_of(segment)
    return bool(words & EXHIBITS) or head_of(segment) in TRIALS or any(tool <= words for tool in TOOLS)
