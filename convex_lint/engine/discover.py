"""discover(paths) -> workspaces: the only reader of the user's files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from convex_lint.engine.disk import Disk
from convex_lint.engine.folders import Found, find_folders
from convex_lint.engine.gather import Gatherer
from convex_lint.engine.tree import Tree, outermost
from convex_lint.errors import NoProjectError, UsageError
from convex_lint.program.jsonc import parse_object
from convex_lint.program.paths import inside, parent, upwards
from convex_lint.program.workspace import Workspace


def discover(paths: Sequence[Path], *, root: Path | None = None, excludes: Sequence[str] = ()) -> list[Workspace]:
    """The Convex projects under `paths`, or around them when they lie inside of one.

    `root` is what all paths are relative to: the top of the git repository unless given. `excludes` are patterns as in
    .gitignore. Raises UsageError for a path that does not exist, NoProjectError when there is no project."""
    absolute = [Path(os.path.abspath(path)) for path in paths] or [Path.cwd()]
    for path in absolute:
        if not path.exists():
            raise UsageError(f"{path} does not exist.", help="Name a folder or a file of a Convex project.")
    base = Path(os.path.abspath(root)) if root is not None else run_root(absolute)
    disk = Disk(str(base))
    named = [_relative(path, disk) for path in absolute]
    tree = Tree(disk, excludes)
    for folder in outermost(_scope(path, disk) for path in named):
        tree.add(folder)
    for named_path in named:
        tree.add(named_path)
    _read_manifests(tree, disk)
    groups = Gatherer(tree, disk, find_folders(tree, disk, named))
    wanted = _wanted(named, groups.groups, disk)
    if not wanted:
        raise _no_project(absolute, groups.groups, disk, excludes)
    return groups.workspaces(wanted)


def run_root(paths: Sequence[Path]) -> Path:
    """The top of the git repository that holds all `paths`. Without one, the package around their common folder, or
    that folder itself."""
    folders = [path if path.is_dir() else path.parent for path in paths]
    common = Path(os.path.commonpath(folders))
    above = [common, *common.parents]
    for folder in above:
        if (folder / ".git").exists():
            return folder
    home = Path.home()
    for folder in above:
        # A package.json in the home folder (or above) is a stray one.
        if inside(home.as_posix(), folder.as_posix()):
            break
        if (folder / "package.json").is_file() or (folder / "convex.json").is_file():
            return folder
    # Without any manifest: a functions folder given by itself belongs to the folder around it.
    project = next((folder.parent for folder in above if folder.name == "convex"), None)
    return project if project is not None else common


def _relative(path: Path, disk: Disk) -> str:
    relative = disk.relative(os.path.realpath(path))
    if relative is None:
        relative = disk.relative(str(path))
    if relative is None:
        raise UsageError(
            f"{path} is outside of {disk.root}.", help="Name paths below the root, or another root that holds them."
        )
    return relative


def _scope(path: str, disk: Disk) -> str:
    """The folder to walk for a path: the outermost package around it, whose code may use the project."""
    folder = path if os.path.isdir(disk.absolute(path)) else parent(path)
    scope = folder
    for above in upwards(folder):
        if above.rpartition("/")[2] == "node_modules":
            break
        if not disk.names(above).isdisjoint(("package.json", "convex.json", "pnpm-workspace.yaml")):
            scope = above
    return scope


def _read_manifests(tree: Tree, disk: Disk) -> None:
    """Read every manifest that was walked, and index the repository's own packages by name."""
    packages: dict[str, list[str]] = {}
    for path in sorted(tree.manifests):
        text = disk.manifest(path)
        if text is not None and path.rpartition("/")[2] == "package.json":
            try:
                name = parse_object(text).get("name")
            except ValueError:
                continue
            if isinstance(name, str):
                packages.setdefault(name, []).append(parent(path))
    disk.packages.update((name, tuple(folders)) for name, folders in packages.items())


def _wanted(named: Sequence[str], groups: Sequence[Sequence[Found]], disk: Disk) -> list[int]:
    """The groups that the named paths ask for: those under a path, else the one around it."""
    wanted: set[int] = set()
    for path in named:
        under = {at for at, group in enumerate(groups) if any(inside(folder.path, path) for folder in group)}
        if not under:
            holding = [
                (len(folder.path), -at)
                for at, group in enumerate(groups)
                for folder in group
                if inside(path, folder.path)
            ] or [(len(group[0].root), -at) for at, group in enumerate(groups) if inside(path, group[0].root)]
            depth = max(holding, default=(0, 0))[0]
            under = {-at for length, at in holding if length == depth}
        wanted |= under
    return sorted(wanted)


def _no_project(
    paths: Sequence[Path], groups: Sequence[Sequence[Found]], disk: Disk, excludes: Sequence[str]
) -> NoProjectError:
    looked = ", ".join(str(path) for path in paths)
    if groups:
        others = ", ".join(group[0].path or "." for group in groups[:5])
        help = f"In the same repository there are: {others}. Name one of them."
    elif disk.notices:
        notice = next(iter(disk.notices.values()))
        help = f"{notice.file}: {notice.message} {notice.help}"
    elif not excludes and (idle := next((path / "convex" for path in paths if (path / "convex").is_dir()), None)):
        help = (
            f"There is {idle}, but nothing in it that git does not ignore belongs to Convex: no schema.ts, no `_generated` "
            "folder, no import of `convex/server`. `npx convex dev` begins a project."
        )
    else:
        help = (
            "Run it in a project with a `convex/` folder, or name that folder; if it has another name, convex.json must "
            'say so: { "functions": "path/to/functions/" }.'
        )
        if excludes:
            help += f" Or does `exclude` leave it out? It says {', '.join(f'`{pattern}`' for pattern in excludes[:5])}."
    return NoProjectError(f"No Convex project found in {looked}.", help=help)
