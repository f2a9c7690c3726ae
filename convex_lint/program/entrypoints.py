"""Which files of a functions folder the Convex bundler takes as modules, and under which path.

The rules are those of the npm package `convex`, `src/bundler/index.ts` (`entryPoints`, `determineEnvironment`); what a
path may be made of is decided by the server (`crates/convex/sync_types/src/path.rs`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from convex_lint.program.paths import EXTENSIONS, inside, relative_to
from convex_lint.program.program import EntryPoint
from convex_lint.source import Source

_HAS_MODULE_LINE = re.compile(rb"^\s{0,100}(?:import|export)", re.MULTILINE)
_DIRECTIVE = re.compile(
    rb"""(?:\s|//[^\n\r]*|/\*[\s\S]*?\*/)*+(?:"([^"\n\r]*)"|'([^'\n\r]*)')[^\S\n\r]*(?=[;\n\r/]|$);?"""
)
_SHEBANG = re.compile(rb"#![^\n\r]*")
_COMPONENT = re.compile(r"[A-Za-z0-9_.]{1,64}")


def entry_points(
    folder: str, files: Iterable[str], sources: Mapping[str, Source], nested: Iterable[str] = ()
) -> tuple[EntryPoint, ...]:
    """The entry points among `files`, all of which lie in `folder`; `nested` are the components inside of it."""
    nested = tuple(nested)
    found = []
    for file in sorted(files):
        path = module_path(folder, file)
        if path is None or file not in sources or any(inside(file, component) for component in nested):
            continue
        data = sources[file].data
        if file.endswith((".ts", ".tsx")) and not _HAS_MODULE_LINE.search(data):
            continue
        found.append(EntryPoint(file, path, "use node" in directives(data)))
    return tuple(found)


def module_path(folder: str, file: str) -> str | None:
    """`dir/mod` for a file that by its name is an entry point, else None."""
    relative = relative_to(file, folder)
    name = relative.rpartition("/")[2]
    if (
        not name.endswith(EXTENSIONS)
        or relative.startswith("_generated/")
        or name.startswith((".", "#"))
        or name in ("schema.ts", "schema.js")
        or name.count(".") > 1
        or " " in relative
    ):
        return None
    return relative.rpartition(".")[0]


def is_deployable(path: str) -> bool:
    """Whether the server accepts a module of this path."""
    return all(_COMPONENT.fullmatch(part) for part in path.split("/"))


def directives(data: bytes) -> tuple[str, ...]:
    """The directives in the prologue of a source (`use node`, `use client`), without parsing it."""
    shebang = _SHEBANG.match(data)
    at = shebang.end() if shebang else 0
    found = []
    while match := _DIRECTIVE.match(data, at):
        found.append((match[1] or match[2] or b"").decode("utf-8", "replace"))
        at = match.end()
    return tuple(found)
