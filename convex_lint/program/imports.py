"""What an import leads to: relative paths, tsconfig aliases, packages and Convex's generated code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from convex_lint.program.jsonc import parse_object
from convex_lint.program.manifests import exported_targets, mapped_targets, source_of_build, split_specifier
from convex_lint.program.paths import EXTENSIONS, below, inside, is_source, join, parent, shared_depth, upwards
from convex_lint.program.program import Resolution
from convex_lint.program.tsconfig import AliasReader

_GENERATED = re.compile(r"(?:(.*)/)?_generated/(api|server|dataModel)(?:\.(?:d\.)?[cm]?[jt]s)?")
_REWRITES = {
    ".js": (".ts", ".tsx", ".js", ".jsx"),
    ".jsx": (".tsx", ".jsx"),
    ".mjs": (".mts", ".mjs"),
    ".cjs": (".cts", ".cjs"),
}
# Three patterns, because a search for a fixed beginning is several times as fast as one for alternatives.
_SPECIFIERS = tuple(
    re.compile(start + rb"""(?:"([^"\n\r]+)"|'([^'\n\r]+)')""")
    for start in (rb"from\s*+", rb"import\s*+\(?\s*+", rb"require\s*+\(\s*+")
)
# Aliases that frameworks define in generated tsconfig files, which are seldom on disk.
_FRAMEWORK = (("$lib", ("src/lib",)), ("@", ("src", "", "app")), ("~", ("src", "", "app")))


class Files(Protocol):
    """What the resolver must know of the files: a disk while discovering, a workspace afterwards."""

    @property
    def packages(self) -> Mapping[str, tuple[str, ...]]: ...

    @property
    def links(self) -> Mapping[str, str]: ...

    def has(self, path: str) -> bool: ...

    def manifest(self, path: str) -> str | None: ...


def specifiers(data: bytes) -> set[str]:
    """The specifiers that a source may import, found without parsing it: none is missed, a comment may add some."""
    return {
        (double or single).decode("utf-8", "replace")
        for pattern in _SPECIFIERS
        for double, single in pattern.findall(data)
    }


def probe(has: Callable[[str], bool], path: str) -> str | None:
    """The source that a path without (or with JavaScript's) extension stands for, as TypeScript looks for it."""
    stem, dot, extension = path.rpartition(".")
    rewritten = _REWRITES.get(dot + extension)
    if rewritten is not None:
        for end in rewritten:
            if has(stem + end):
                return stem + end
    elif path and is_source(path) and has(path):
        return path
    for start in (path, below(path, "index")):
        for end in EXTENSIONS:
            if start and has(start + end):
                return start + end
    if path.endswith((".d.ts", ".d.mts", ".d.cts")):
        return probe(has, path[: path.rindex(".d.")])
    return None


class Resolver:
    """Resolves imports over `files`. `folders` are the functions folders that generated code may belong to, the most
    likely first; `elsewhere` are functions folders of other projects, whose generated code leads nowhere."""

    def __init__(self, files: Files, folders: Sequence[str], elsewhere: Sequence[str] = ()) -> None:
        self._files = files
        self._folders = tuple(folders)
        self._elsewhere = frozenset(elsewhere) - frozenset(folders)
        self._known: dict[tuple[str, str], Resolution | None] = {}
        self._manifests: dict[str, Mapping[str, Any] | None] = {}
        self._aliases = AliasReader(files.manifest, self._package_folders)

    def __call__(self, importer: str, specifier: str) -> Resolution:
        """What `specifier` means in the file `importer`. Generated code that no rule leads to, because it is aliased
        by a file that is not there, belongs to the nearest functions folder."""
        found = self.exactly(importer, specifier)
        if found is not None:
            return found
        bare = not specifier.startswith((".", "/"))
        generated = _GENERATED.fullmatch(specifier)
        if generated is not None and self._folders and self._ours(importer):
            return Resolution(generated=(self._nearest(importer), generated[2]))
        return Resolution(package=specifier) if bare else Resolution()

    def exactly(self, importer: str, specifier: str) -> Resolution | None:
        """The same without any guess; None when no rule leads to a file or to generated code."""
        key = (parent(importer), specifier)
        if key not in self._known:
            self._known[key] = self._locate(*key, depth=0)
        return self._known[key]

    def touch(self, folder: str) -> None:
        """Read the tsconfig of a folder and all that it extends."""
        self._aliases.of_folder(folder)

    def _locate(self, folder: str, specifier: str, depth: int) -> Resolution | None:
        if depth > 4 or not specifier:
            return None
        if specifier in (".", "..") or specifier.startswith(("./", "../")):
            return self._at(join(folder, specifier))
        for above in upwards(folder):
            for aliases in self._aliases.of_folder(above):
                for path in aliases.targets(specifier):
                    found = self._at(path)
                    if found is not None:
                        return found
        if specifier.startswith("#"):
            return self._imported(folder, specifier, depth)
        return self._framework(folder, specifier) or self._package(folder, specifier)

    def _at(self, path: str | None) -> Resolution | None:
        if path is None:
            return None
        path = self._canonical(path)
        generated = _GENERATED.fullmatch(path)
        if generated is not None:
            folder = generated[1] or ""
            if folder in self._folders:
                return Resolution(generated=(folder, generated[2]))
            if folder in self._elsewhere:
                return Resolution()
        file = probe(self._files.has, path)
        return Resolution(file=file) if file is not None else None

    def _canonical(self, path: str) -> str:
        """`path` with symlinked folders replaced by what they lead to."""
        links = self._files.links
        for _ in range(8 if links else 0):
            at = next((folder for folder in upwards(path) if folder in links), None)
            if at is None:
                break
            path = links[at] + path[len(at) :] if links[at] else path[len(at) + 1 :]
        return path

    def _framework(self, folder: str, specifier: str) -> Resolution | None:
        head, slash, rest = specifier.partition("/")
        for alias, starts in _FRAMEWORK if slash else ():
            if head == alias:
                package = self._nearest_package(folder) or ""
                for start in starts:
                    found = self._at(join(below(package, start) if start else package, rest))
                    if found is not None:
                        return found
        return None

    def _imported(self, folder: str, specifier: str, depth: int) -> Resolution | None:
        package = self._nearest_package(folder)
        manifest = self._manifest(package) if package is not None else None
        table = manifest.get("imports") if manifest is not None else None
        if package is None or not isinstance(table, Mapping):
            return None
        for target in mapped_targets(table, specifier):
            if target.startswith("."):
                found = self._first(package, target, built=False)
            else:
                found = self._locate(package, target, depth + 1)
            if found is not None:
                return found
        return None

    def _package(self, folder: str, specifier: str) -> Resolution | None:
        split = split_specifier(specifier)
        if split is None or split[0] == "convex":
            return None
        name, subpath = split
        for package in self._package_folders(folder, name):
            manifest = self._manifest(package) or {}
            installed = "node_modules" in package.split("/")
            for target in exported_targets(manifest, subpath):
                found = self._first(package, target, built=installed)
                if found is not None:
                    return found._replace(library=specifier) if installed and found.file else found
            if subpath.removesuffix(".js") == "convex.config":
                for component in self._folders:
                    if inside(component, package):
                        found = self._at(below(component, "convex.config"))
                        if found is not None:
                            return found
        return None

    def _first(self, package: str, target: str, *, built: bool) -> Resolution | None:
        """The file of a target in a package. Of our own packages the source is wanted, of installed ones what they
        ship (`built`); either serves when the other is missing."""
        sources = source_of_build(target)
        for path in (target, *sources) if built else (*sources, target):
            found = self._at(join(package, path))
            if found is not None:
                return found
        return None

    def _package_folders(self, folder: str, name: str) -> Iterator[str]:
        own = self._files.packages.get(name, ())
        yield from sorted(own, key=lambda path: (-shared_depth(path, folder), path))
        for above in upwards(folder):
            if above.rpartition("/")[2] != "node_modules":
                manifest = below(above, f"node_modules/{name}/package.json")
                if self._files.manifest(manifest) is not None:
                    yield self._canonical(parent(manifest))
                    return

    def _nearest_package(self, folder: str) -> str | None:
        return next((above for above in upwards(folder) if self._manifest(above) is not None), None)

    def _manifest(self, package: str) -> Mapping[str, Any] | None:
        if package not in self._manifests:
            text = self._files.manifest(below(package, "package.json"))
            try:
                self._manifests[package] = parse_object(text) if text is not None else None
            except ValueError:
                self._manifests[package] = {}
        return self._manifests[package]

    def _ours(self, importer: str) -> bool:
        """Not a file of an installed package, unless that package itself is what we analyse."""
        if "node_modules" not in importer.split("/"):
            return True
        package = self._nearest_package(parent(importer))
        return package is not None and any(inside(folder, package) for folder in self._folders)

    def _nearest(self, importer: str) -> str:
        around = [folder for folder in self._folders if inside(importer, folder)]
        if around:
            return max(around, key=len)
        return max(self._folders, key=lambda folder: shared_depth(folder, importer))
