"""Which function of the project does a file call by a name: one of its own, or one that it imports from a file beside it?"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from convex_lint.syntax import tree

_ENDINGS = ("", ".ts", ".tsx", ".js", "/index.ts", "/index.js")


def function_called(modules: Mapping[str, tree.Module], file: str, name: str) -> tree.Function | None:
    module = modules.get(file)
    if module is None:
        return None
    own = _declared(module, name)
    if own is not None:
        return own
    for statement in module.body:
        for imported in statement.names if type(statement) is tree.Import else ():
            if imported.local == name and type(statement) is tree.Import and statement.source.startswith("."):
                path = posixpath.normpath(posixpath.join(posixpath.dirname(file), statement.source))
                other = next((modules[path + end] for end in _ENDINGS if path + end in modules), None)
                return _declared(other, imported.imported) if other is not None else None
    return None


def _declared(module: tree.Module, name: str) -> tree.Function | None:
    for statement in module.body:
        declaration = statement.declaration if type(statement) is tree.ExportDeclaration else statement
        if type(declaration) is tree.FunctionDeclaration and declaration.function.name == name:
            return declaration.function
        for one in declaration.declarators if type(declaration) is tree.Variables else ():
            if type(one.target) is tree.Name and one.target.name == name and type(one.value) is tree.Function:
                return one.value
    return None
