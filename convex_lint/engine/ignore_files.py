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
        self._by_name: dict[str, tuple[int, ...]] = {}
        self._by_folder: dict[str, tuple[int, ...]] = {}
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
        relative = relative_to(path, self.folder)
        candidates = self._candidates(relative)
        if not candidates:
            return None
        start = relative.partition("/")[0]
        lines = tuple(at for at in candidates if self._heads[at] in ("", start))
        if not lines:
            return None
        spec = self._specs.get(lines)
        if spec is None:
            spec = self._specs[lines] = _compile([self._lines[at] for at in lines])
        return spec.check_file(relative + "/" if folder else relative).include

    def _candidates(self, path: str) -> tuple[int, ...]:
        """The patterns that can match a path or a folder above it, going by the last part of each pattern."""
        above, _, name = path.rpartition("/")
        own = self._by_name.get(name)
        if own is None:
            globs = [at for at, glob in self._globs if glob is None or glob.match(name)]
            own = self._by_name[name] = (*self._literals.get(name, ()), *globs)
        if not above:
            return tuple(sorted(own))
        inherited = self._by_folder.get(above)
        if inherited is None:
            inherited = self._by_folder[above] = self._candidates(above)
        return tuple(sorted({*own, *inherited})) if own else inherited


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
