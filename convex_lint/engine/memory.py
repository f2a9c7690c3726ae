"""A workspace made of texts in memory, for tests and for the examples of the rules' pages."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping

from convex_lint.program.workspace import FunctionsFolder, Workspace
from convex_lint.source import Source

_SOURCE = re.compile(r"\.(?:[cm]?[jt]sx?|vue|svelte)$")
_CONFIG = re.compile(r"(^|/)convex\.config\.[cm]?[jt]s$")


def workspace_of(texts: Mapping[str, str]) -> Workspace:
    """The project in `texts` (text by path): the app in `convex/`, or where convex.json puts it, and a component in each
    other folder that holds a convex.config file. Files elsewhere are clients."""
    sources = {path: Source(path, text.encode()) for path, text in texts.items() if _SOURCE.search(path)}
    app = _functions_folder(texts)
    configs = {posixpath.dirname(path): path for path in sources if _CONFIG.search(path)}
    paths = sorted({app, *configs} if any(_inside(path, app) for path in sources) else configs)
    paths.sort(key=lambda path: path != app)
    folders = []
    for folder in paths:
        nested = [other for other in paths if other != folder and _inside(other + "/", folder)]
        files = (p for p in sorted(sources) if _inside(p, folder) and not any(_inside(p, other) for other in nested))
        folders.append(FunctionsFolder(folder, folder != app, configs.get(folder), tuple(files)))
    return Workspace(
        root="",
        folders=tuple(folders),
        sources=sources,
        clients=tuple(path for path in sorted(sources) if not any(_inside(path, folder) for folder in paths)),
        manifests={path: text for path, text in texts.items() if path.endswith(".json")},
    )


def _functions_folder(texts: Mapping[str, str]) -> str:
    try:
        written = json.loads(texts.get("convex.json", "{}")).get("functions", "convex/")
    except ValueError:
        return "convex"
    return posixpath.normpath(str(written))


def _inside(path: str, folder: str) -> bool:
    return folder in ("", ".") or path.startswith(folder + "/")
