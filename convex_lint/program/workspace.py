"""Workspace: everything that was read from disk for one Convex project; all later layers work from it alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from convex_lint.model.project import Notice
from convex_lint.source import Source


class FunctionsFolder(NamedTuple):
    """A folder that Convex bundles: the app's, or a component's. `config` is its convex.config file, `files` are the
    sources in it, those of components nested in it left out."""

    path: str
    component: bool
    config: str | None
    files: tuple[str, ...]


@dataclass(frozen=True)
class Workspace:
    """One Convex project. All paths are relative to the root of the run, with `/`.

    `root` is the project's folder. `folders` starts with the app's functions folder where there is one, then come the
    components that belong to it. `sources` holds the files of the folders, what they import from elsewhere in the
    repository and from installed packages that build on Convex, and the `clients`: files outside of any functions
    folder that mention Convex. `views` are the other files there, some of which may use what the clients export.
    `manifests` are the texts of the package.json, tsconfig and convex.json files by path,
    `packages` the folders of the repository's own packages by name, `links` symlinked folders and what they lead to,
    `elsewhere` functions folders of the run that belong to other workspaces."""

    root: str
    folders: tuple[FunctionsFolder, ...]
    sources: Mapping[str, Source] = field(repr=False)
    clients: tuple[str, ...] = field(default=(), repr=False)
    views: Mapping[str, Source] = field(default_factory=dict, repr=False)
    manifests: Mapping[str, str] = field(default_factory=dict, repr=False)
    packages: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    links: Mapping[str, str] = field(default_factory=dict, repr=False)
    elsewhere: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()

    def has(self, path: str) -> bool:
        return path in self.sources or path in self.views

    def manifest(self, path: str) -> str | None:
        return self.manifests.get(path)
