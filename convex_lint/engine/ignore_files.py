"""What .gitignore files say of a path: pathspec has the word, and is asked only where a pattern can match."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import translate
from typing import TYPE_CHECKING

from convex_lint.program.paths import inside, relative_to

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


class IgnoreFile:
    """The patterns of one .gitignore file in `folder`."""

    def __init__(self, folder: str, lines: Iterable[str]) -> None:
        self.folder = folder
        self._lines = [line for line in lines if line.strip() and not line.startswith("#")]
        self._spec: GitIgnoreSpec | None = None
        self._names: dict[str, bool] = {}
        self._literals: set[str] = set()
        globs: list[str] = []
        self._anything = False
        for line in self._lines:
            # A path matches a pattern only if its own name matches the pattern's last part.
            last = line.strip().lstrip("!").rstrip("/").rpartition("/")[2]
            if "\\" in line or last in ("*", "**", ""):
                self._anything = True
            elif re.search(r"[*?\[]", last):
                globs.append(translate(last))
            else:
                self._literals.add(last)
        self._globs = re.compile("|".join(globs)) if globs else None

    def verdict(self, path: str, *, folder: bool) -> bool | None:
        """True: ignored, False: taken back by a `!` pattern, None: not mentioned."""
        name = path.rpartition("/")[2]
        if not (self._anything or self._may_match(name)):
            return None
        if self._spec is None:
            self._spec = _compile(self._lines)
        relative = relative_to(path, self.folder)
        return self._spec.check_file(relative + "/" if folder else relative).include

    def _may_match(self, name: str) -> bool:
        known = self._names.get(name)
        if known is None:
            known = name in self._literals or (self._globs is not None and self._globs.match(name) is not None)
            self._names[name] = known
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

    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError:
        good = []
        for line in lines:
            try:
                GitIgnoreSpec.from_lines([line])
            except ValueError:
                continue
            good.append(line)
        return GitIgnoreSpec.from_lines(good)
