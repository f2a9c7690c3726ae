"""Paths of a run: relative to its root, with `/`, the root itself being the empty string."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

EXTENSIONS = (".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs")
VIEWS = (".vue", ".svelte")
"""Single-file components, whose `<script>` blocks are code. The Convex bundler takes none of them."""
_DECLARATIONS = (".d.ts", ".d.mts", ".d.cts")


def is_source(path: str) -> bool:
    """Whether the name is that of a file with TypeScript or JavaScript in it (declaration files have no code)."""
    return path.endswith((*EXTENSIONS, *VIEWS)) and not path.endswith(_DECLARATIONS)


def join(folder: str, relative: str) -> str | None:
    """The normalised path of `relative` as seen from `folder`; None when it leaves the root."""
    path = posixpath.normpath(posixpath.join(folder, relative))
    if path == ".":
        return ""
    return None if path.startswith(("../", "/")) or path == ".." else path


def parent(path: str) -> str:
    return path.rpartition("/")[0]


def below(folder: str, name: str) -> str:
    """`folder/name`, where `folder` may be the root."""
    return f"{folder}/{name}" if folder else name


def inside(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or lies in it."""
    return not folder or path == folder or path.startswith(folder + "/")


def relative_to(path: str, folder: str) -> str:
    """`path` as seen from `folder`, which it must be inside of."""
    return path[len(folder) + 1 :] if folder else path


def upwards(folder: str) -> Iterator[str]:
    """`folder` and every folder above it, the root last."""
    yield folder
    while folder:
        folder = parent(folder)
        yield folder


def shared_depth(one: str, other: str) -> int:
    """How many leading folders two paths share."""
    depth = 0
    for a, b in zip(one.split("/"), other.split("/"), strict=False):
        if a != b or not a:
            break
        depth += 1
    return depth
