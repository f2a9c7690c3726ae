"""Which files of the clients does any page lead to? By the imports in the texts of all files, framework or not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from convex_lint.program.paths import parent


class Imports:
    """Who imports whom, as far as the paths tell. A path that may mean several files means all of them."""

    def __init__(self, texts: Mapping[str, bytes]) -> None:
        self._targets: dict[str, list[str]] = defaultdict(list)
        for file in texts:
            for name in _names(file):
                self._targets[name].append(file)
        self._stars = {file: frozenset(self._starred(file, text)) for file, text in texts.items() if b"*" in text}
        self._by_file = {file: frozenset(self._of(file, text)) for file, text in texts.items()}

    def reached(self, roots: Collection[str]) -> frozenset[str]:
        """The roots, and the files that their imports lead to."""
        found = set(roots)
        queue = list(roots)
        for file in queue:
            for target in self._by_file.get(file, ()):
                if target not in found:
                    found.add(target)
                    queue.append(target)
        return frozenset(found)

    def given_out(self, files: Iterable[str]) -> frozenset[str]:
        """The files, and those of which they export all again."""
        found = dict.fromkeys(files)
        queue = list(found)
        for file in queue:
            for target in self._stars.get(file, ()):
                if target not in found:
                    found[target] = None
                    queue.append(target)
        return frozenset(found)

    def _starred(self, file: str, text: bytes) -> Iterator[str]:
        for found in _STAR.finditer(text):
            yield from self._resolved(file, found[1].decode("utf-8", "replace"))

    def _of(self, file: str, text: bytes) -> Iterator[str]:
        for found in _SPECIFIER.finditer(text):
            yield from self._resolved(file, (found[1] or found[2]).decode("utf-8", "replace"))

    def _resolved(self, file: str, path: str) -> list[str]:
        """The files that a path means; of an alias or a package (`@/components/Chat`) the longest tail that some file has."""
        if path.startswith("."):
            return self._targets.get(_joined(parent(file), path), [])
        parts = path.split("/")
        for start in range(len(parts)):
            found = self._targets.get("~" + _bare("/".join(parts[start:])))
            if found:
                return found
        return []


def _names(file: str) -> Iterator[str]:
    """What an import may call the file: its path without the ending, that of its folder for an index, and each tail of
    these for aliases."""
    whole = _bare(file)
    for name in (whole, parent(whole)) if whole.rpartition("/")[2] == "index" else (whole,):
        yield name
        parts = name.split("/")
        yield from ("~" + "/".join(parts[start:]) for start in range(len(parts)))


def _bare(path: str) -> str:
    return _ENDING.sub("", path)


def _joined(folder: str, path: str) -> str:
    parts = folder.split("/") if folder else []
    for part in _bare(path).split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in (".", ""):
            parts.append(part)
    return "/".join(parts)


_STAR = re.compile(rb"\bexport\s*\*\s*(?:as\s+[\w$]+\s+)?from\s*[\"']([^\"'\n]+)[\"']")
_ENDING = re.compile(r"\.(?:[cm]?[jt]sx?|svelte|vue|astro|mdx?)$")
_SPECIFIER = re.compile(
    rb"(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*(?:/\*[^*]*\*/\s*)?[\"'`]([^\"'`\n]+)[\"'`]"
    rb"|[\"']((?:\.{1,2}|[@~])/[^\"'\n]+)[\"']"
)
