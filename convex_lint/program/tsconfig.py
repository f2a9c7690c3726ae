"""Path aliases: `baseUrl` and `paths` of tsconfig.json, with `extends` and `references`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from convex_lint.program.jsonc import parse_object
from convex_lint.program.manifests import split_specifier
from convex_lint.program.paths import below, join, parent


class Aliases(NamedTuple):
    """`base` is the folder of `baseUrl`; `paths` has patterns with their targets, already seen from the root."""

    base: str | None = None
    paths: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def targets(self, specifier: str) -> Iterator[str]:
        """Where TypeScript would look, best first."""
        best: tuple[int, tuple[str, ...], str] | None = None
        for pattern, targets in self.paths:
            head, star, tail = pattern.partition("*")
            if not star:
                if pattern == specifier:
                    best = (1 << 30, targets, "")
                continue
            fits = specifier.startswith(head) and specifier.endswith(tail)
            if fits and len(specifier) >= len(head) + len(tail) and (best is None or len(head) > best[0]):
                best = (len(head), targets, specifier[len(head) : len(specifier) - len(tail)])
        if best is not None:
            for target in best[1]:
                path = join("", target.replace("*", best[2]))
                if path is not None:
                    yield path
        if self.base is not None:
            path = join(self.base, specifier)
            if path is not None:
                yield path


class AliasReader:
    """Reads tsconfig files through `read`; `find_package` gives the folders that a package name may stand for."""

    def __init__(self, read: Callable[[str], str | None], find_package: Callable[[str, str], Iterator[str]]) -> None:
        self._read = read
        self._find_package = find_package
        self._folders: dict[str, tuple[Aliases, ...]] = {}

    def of_folder(self, folder: str) -> tuple[Aliases, ...]:
        """The aliases of the tsconfig.json (or jsconfig.json) in this very folder, those of its references last."""
        known = self._folders.get(folder)
        if known is None:
            found: list[Aliases] = []
            for name in ("tsconfig.json", "jsconfig.json"):
                path = below(folder, name)
                if self._read(path) is not None:
                    found.append(self._aliases(path, frozenset()))
                    found.extend(self._references(path))
            known = self._folders[folder] = tuple(a for a in found if a.paths or a.base is not None)
        return known

    def _aliases(self, path: str, seen: frozenset[str]) -> Aliases:
        config = self._config(path)
        if config is None or path in seen:
            return Aliases()
        aliases = Aliases()
        extends = config.get("extends")
        for name in extends if isinstance(extends, list) else [extends]:
            target = self._extended(path, name) if isinstance(name, str) else None
            if target is not None:
                inherited = self._aliases(target, seen | {path})
                aliases = Aliases(
                    inherited.base if inherited.base is not None else aliases.base, inherited.paths or aliases.paths
                )
        options = config.get("compilerOptions")
        if not isinstance(options, dict):
            return aliases
        folder, base = parent(path), aliases.base
        if isinstance(options.get("baseUrl"), str):
            base = join(folder, _here(options["baseUrl"]))
        paths = aliases.paths
        if isinstance(options.get("paths"), dict):
            start = base if base is not None else folder
            paths = tuple(
                (pattern, tuple(_from(start, target) for target in targets if isinstance(target, str)))
                for pattern, targets in options["paths"].items()
                if isinstance(targets, list)
            )
        return Aliases(base, paths)

    def _references(self, path: str) -> Iterator[Aliases]:
        config = self._config(path) or {}
        references = config.get("references")
        for reference in references if isinstance(references, list) else ():
            target = reference.get("path") if isinstance(reference, dict) else None
            if isinstance(target, str):
                for file in self._files(join(parent(path), target)):
                    if file != path:
                        yield self._aliases(file, frozenset({path}))
                        break

    def _extended(self, path: str, name: str) -> str | None:
        name = _here(name)
        if name.startswith((".", "/")):
            return next(self._files(join(parent(path), name)), None)
        split = split_specifier(name)
        if split is None:
            return None
        for package in self._find_package(parent(path), split[0]):
            for file in self._files(join(package, split[1] or "tsconfig.json")):
                return file
        return None

    def _files(self, path: str | None) -> Iterator[str]:
        if path is not None:
            for candidate in (path, f"{path}.json", below(path, "tsconfig.json")):
                if candidate.endswith(".json") and self._read(candidate) is not None:
                    yield candidate

    def _config(self, path: str) -> dict[str, Any] | None:
        text = self._read(path)
        if text is None:
            return None
        try:
            return parse_object(text)
        except ValueError:
            return None


def _here(text: str) -> str:
    return text.replace("${configDir}", ".")


def _from(start: str, target: str) -> str:
    # The hole has to survive normalisation, and a target may climb above the folder before it is filled.
    path = join(start, _here(target))
    return path if path is not None else "../outside"
