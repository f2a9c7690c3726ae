"""What a package.json says of the files behind the package's name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from convex_lint.program.paths import inside

_CONDITIONS = (
    "@convex-dev/component-source",
    "convex-component-source",
    "source",
    "import",
    "module",
    "convex",
    "node",
    "default",
    "require",
    "types",
)
_BUILD = frozenset({"dist", "build", "lib", "out", "output"})
_FORMATS = frozenset({"esm", "cjs", "es", "mjs", "commonjs", "module", "types", "node"})


def split_specifier(specifier: str) -> tuple[str, str] | None:
    """A bare specifier as (package name, path in the package); None when it cannot name a package."""
    parts = specifier.split("/")
    size = 2 if specifier.startswith("@") else 1
    if len(parts) < size or not all(parts[:size]) or ":" in parts[0] or parts[0] == "@":
        return None
    return "/".join(parts[:size]), "/".join(parts[size:])


def exported_targets(manifest: Mapping[str, Any], subpath: str) -> Iterator[str]:
    """The files that `subpath` ("" for the package itself) may stand for, best first, as written in the manifest."""
    exports = manifest.get("exports")
    if exports is not None:
        if isinstance(exports, Mapping) and any(str(key).startswith(".") for key in exports):
            yield from mapped_targets(exports, f"./{subpath}" if subpath else ".")
        elif not subpath:
            yield from _flatten(exports)
    if subpath:
        yield from (subpath, f"src/{subpath}")
        return
    for field in ("source", "module", "main", "types", "typings"):
        if isinstance(manifest.get(field), str):
            yield manifest[field]
    yield from ("index", "src/index")


def tries_out(manifest: Mapping[str, Any], folder: str) -> bool:
    """Whether the package is a library for programs that use Convex, which publishes other files than those of `folder` (a path
    in the package): these only try it out. Libraries name Convex as a peer."""
    peers, files = manifest.get("peerDependencies"), manifest.get("files")
    if manifest.get("private") is True or not isinstance(peers, Mapping) or "convex" not in peers:
        return False
    kept = [str(file).partition("*")[0].strip("./") for file in files] if isinstance(files, list) else []
    return bool(kept) and not any(inside(folder, file) for file in kept)


def mapped_targets(table: Mapping[str, Any], key: str) -> Iterator[str]:
    """The targets of `key` in an `exports` or `imports` table, patterns with `*` included."""
    if key in table:
        yield from _flatten(table[key])
        return
    best: tuple[int, str, str] | None = None
    for pattern in table:
        head, star, tail = str(pattern).partition("*")
        if star and key.startswith(head) and key.endswith(tail) and len(key) >= len(head) + len(tail):
            hole = key[len(head) : len(key) - len(tail)]
            if best is None or len(head) > best[0]:
                best = (len(head), pattern, hole)
    if best is not None:
        for target in _flatten(table[best[1]]):
            yield target.replace("*", best[2])


def source_of_build(target: str) -> Iterator[str]:
    """Where the source of a built file may lie: `dist/esm/a.js` -> `src/a`, `a`."""
    parts = target.removeprefix("./").split("/")
    for at, part in enumerate(parts[:-1]):
        if part in _BUILD:
            rest = parts[at + 1 :]
            while len(rest) > 1 and rest[0] in _FORMATS:
                rest = rest[1:]
            if rest[0] == "src":
                rest = rest[1:]
            stem = "/".join([*rest[:-1], without_extension(rest[-1])])
            yield "/".join([*parts[:at], "src", stem])
            yield "/".join([*parts[:at], stem])
            return


def without_extension(name: str) -> str:
    for end in (".d.ts", ".d.mts", ".d.cts"):
        if name.endswith(end):
            return name[: -len(end)]
    stem, dot, _ = name.rpartition(".")
    return stem if dot and stem else name


def builds_on_convex(manifest: Mapping[str, Any]) -> bool:
    """Whether an installed package depends on Convex, so that its source says something of functions."""
    return manifest.get("name") != "convex" and any(
        isinstance(manifest.get(field), Mapping) and "convex" in manifest[field]
        for field in ("dependencies", "peerDependencies")
    )


def _flatten(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _flatten(item, depth + 1)
    elif isinstance(value, Mapping) and depth < 8:
        for condition in _CONDITIONS:
            if condition in value:
                yield from _flatten(value[condition], depth + 1)
        for condition in value:
            if condition not in _CONDITIONS:
                yield from _flatten(value[condition], depth + 1)
