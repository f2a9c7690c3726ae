"""link(workspace) -> Program: functions folders with their entry points, and imports that lead somewhere."""

from __future__ import annotations

from collections.abc import Callable

from convex_lint.model.project import Notice
from convex_lint.program.entrypoints import entry_points, is_deployable
from convex_lint.program.imports import Resolver
from convex_lint.program.paths import EXTENSIONS, below, inside
from convex_lint.program.program import EntryPoint, Folder, Modules, Program
from convex_lint.program.workspace import FunctionsFolder, Workspace
from convex_lint.source import Source
from convex_lint.syntax.tree import Module


def link(workspace: Workspace, parse: Callable[[Source], Module]) -> Program:
    """The program of a workspace. Nothing is parsed here: modules are, when they are first asked for."""
    folders = tuple(_folder(workspace, folder) for folder in workspace.folders)
    notices = [notice for folder in folders for entry in folder.entry_points for notice in _undeployable(entry)]
    return Program(
        root=workspace.root,
        folders=folders,
        modules=Modules({**workspace.views, **workspace.sources}, parse),
        clients=workspace.clients,
        resolve=Resolver(workspace, [folder.path for folder in folders], workspace.elsewhere),
        notices=(*workspace.notices, *notices),
        views=tuple(workspace.views),
        alone=not workspace.elsewhere,
    )


def _folder(workspace: Workspace, folder: FunctionsFolder) -> Folder:
    nested = [
        other.path for other in workspace.folders if other.path != folder.path and inside(other.path, folder.path)
    ]
    schemas = (below(folder.path, "schema" + extension) for extension in EXTENSIONS)
    return Folder(
        path=folder.path,
        component=folder.component,
        config=folder.config,
        schema=next((schema for schema in schemas if schema in workspace.sources), None),
        entry_points=entry_points(folder.path, folder.files, workspace.sources, nested),
    )


def _undeployable(entry: EntryPoint) -> list[Notice]:
    if is_deployable(entry.path):
        return []
    return [
        Notice(
            f"`{entry.path}` is not a path that Convex can deploy.",
            file=entry.file,
            help="Rename the file: letters, digits, `_` and `.` only, at most 64 characters a name.",
        )
    ]
