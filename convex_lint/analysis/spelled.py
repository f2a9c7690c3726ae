"""Which functions other programs name in text: `"messages:list"` is what the HTTP API and some clients take."""

from __future__ import annotations

import re

from convex_lint.interpret.clients.usage import is_test
from convex_lint.model.function import Visibility
from convex_lint.model.project import Project

_NAME = re.compile(rb"""(["'`])([A-Za-z0-9_/]+:[A-Za-z0-9_$]+)\1""")


def spelled_out(project: Project) -> frozenset[str]:
    """The ids of public functions of the root whose whole name stands in a string outside of the functions folders, tests and
    scripts: some program calls them, though not through the generated `api`."""
    public = {
        function.path: function.id
        for function in project.functions
        if not function.component and function.visibility is Visibility.PUBLIC
    }
    folders = tuple(f"{component.path}/" for component in project.components if component.path)
    found: set[str] = set()
    for file, source in project.sources.items():
        if file.startswith(folders) or is_test(file) or _is_script(file):
            continue
        found.update(match[2].decode() for match in _NAME.finditer(source.data))
    return frozenset(public[name] for name in found if name in public)


def _is_script(file: str) -> bool:
    """Run by hand by those who build the product."""
    folders = set(file.split("/")[:-1])
    return "scripts" in folders and not folders & {"src", "app"}
