"""Program: the modules of one Convex project, its functions folders, and what each import leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from convex_lint.model.project import Notice
from convex_lint.source import Source
from convex_lint.syntax.tree import Module


class EntryPoint(NamedTuple):
    """A file that the Convex bundler takes as a module. `path` is `dir/mod`; `node` when it says "use node"."""

    file: str
    path: str
    node: bool


class Folder(NamedTuple):
    """A functions folder: the app's (`component` False) or a component's. `config` is its convex.config file,
    `schema` its schema file, both as paths of the run, None when absent."""

    path: str
    component: bool
    config: str | None
    schema: str | None
    entry_points: tuple[EntryPoint, ...]


class Resolution(NamedTuple):
    """What an import specifier leads to: at most one of the first three is set, none when it leads nowhere.

    `file`: a source of this program. `package`: a bare specifier as written (`convex/server`, `zod`), also when the
    package is not installed. `generated`: (functions folder path, `api` | `server` | `dataModel`) for Convex's
    generated code, whether or not it exists on disk. `library` is the bare specifier as written when `file` belongs to
    an installed package, for those who know that library better than its source."""

    file: str | None = None
    package: str | None = None
    generated: tuple[str, str] | None = None
    library: str | None = None


class Modules:
    """The parsed files, by path, each parsed when it is first asked for."""

    def __init__(self, sources: Mapping[str, Source], parse: Callable[[Source], Module]) -> None:
        self.sources = sources
        self._parse = parse
        self._parsed: dict[str, Module] = {}

    def __getitem__(self, path: str) -> Module:
        module = self._parsed.get(path)
        if module is None:
            module = self._parsed[path] = self._parse(self.sources[path])
        return module

    def __contains__(self, path: object) -> bool:
        return path in self.sources

    @property
    def parsed(self) -> Mapping[str, Module]:
        """Those parsed so far."""
        return self._parsed


@dataclass(frozen=True)
class Program:
    """One Convex project, linked. `root` is its folder relative to the root of the run ("" for itself). `folders` starts
    with the app's functions folder where there is one. `clients` are sources outside of the functions folders that mention
    Convex, `views` the others there; `alone`: the repository has no other backend to which clients may belong."""

    root: str
    folders: tuple[Folder, ...]
    modules: Modules
    clients: tuple[str, ...]
    resolve: Callable[[str, str], Resolution]
    """(path of the importing file, specifier) -> Resolution"""
    notices: tuple[Notice, ...] = field(default=())
    views: tuple[str, ...] = ()
    alone: bool = True
