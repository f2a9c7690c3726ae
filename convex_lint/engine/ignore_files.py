"""What .gitignore files say of a path: pathspec has the word, and is asked only where a pattern can match."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from fnmatch import translate
from typing import TYPE_CHECKING

from convex_lint.program.paths import inside, relative_to

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


_GLOB = re.compile(r"[*?\[]")


class IgnoreFile:
    """The patterns of one .gitignore file in `folder`."""

    def __init__(self, folder: str, lines: Iterable[str]) -> None:
        self.folder = folder
        self._lines = [line for line in lines if line.strip() and not line.startswith("#")]
        self._specs: dict[tuple[int, ...], GitIgnoreSpec] = {}
        self._by_name: dict[str, list[int]] = {}
        # Of each pattern: the folder at which it is anchored, "" for none, and what a name must look like.
        self._heads: list[str] = []
        self._literals: dict[str, list[int]] = {}
        self._globs: list[tuple[int, re.Pattern[str] | None]] = []
        for at, line in enumerate(self._lines):
            head, _, last = line.strip().lstrip("!").strip("/").rpartition("/")
            head = head.partition("/")[0]
            self._heads.append("" if "\\" in head or _GLOB.search(head) else head)
            if "\\" in line or last in ("*", "**", ""):
                self._globs.append((at, None))
            elif _GLOB.search(last):
                self._globs.append((at, _compile_glob(last)))
            else:
                self._literals.setdefault(last, []).append(at)

    def verdict(self, path: str, *, folder: bool) -> bool | None:
        """True: ignored, False: taken back by a `!` pattern, None: not mentioned."""
        candidates = self._candidates(path.rpartition("/")[2])
        if not candidates:
            return None
        relative = relative_to(path, self.folder)
        start = relative.partition("/")[0]
        lines = tuple(at for at in candidates if self._heads[at] in ("", start))
        if not lines:
            return None
        spec = self._specs.get(lines)
        if spec is None:
            spec = self._specs[lines] = _compile([self._lines[at] for at in lines])
        return spec.check_file(relative + "/" if folder else relative).include

    def _candidates(self, name: str) -> list[int]:
        """The patterns whose last part the name matches: no other can match a path that ends in it."""
        known = self._by_name.get(name)
        if known is None:
            globs = [at for at, glob in self._globs if glob is None or glob.match(name)]
            known = self._by_name[name] = sorted([*self._literals.get(name, ()), *globs])
        return known


def is_ignored(path: str, *, folder: bool, ignore_files: Sequence[IgnoreFile]) -> bool:
    """Whether the deepest .gitignore file that mentions `path` ignores it; `ignore_files` go from the root down."""
    for ignore_file in reversed(ignore_files):
        if inside(path, ignore_file.folder):
            verdict = ignore_file.verdict(path, folder=folder)
            if verdict is not None:
                return verdict
    return False


def _compile(lines: Sequence[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    with warnings.catch_warnings():
        # `[[...slug]]` is a folder of Next.js that people ignore by that name; Python warns of its brackets.
        warnings.simplefilter("ignore", FutureWarning)
        try:
            return GitIgnoreSpec.from_lines(lines)
        except ValueError:
            return GitIgnoreSpec.from_lines(line for line in lines if _is_valid(line))


def _compile_glob(text: str) -> re.Pattern[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return re.compile(translate(text))


def _is_valid(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
