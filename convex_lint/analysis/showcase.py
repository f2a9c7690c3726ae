"""Which folders hold code that no users wait for: tests, examples, demos, benchmarks, copies of other projects."""

from __future__ import annotations

import re
from functools import cache

from convex_lint.analysis.vocabulary import SHOWCASES, words_of

_ARCHIVE = re.compile(r".*[a-z0-9]-(?:main|master)")
"""The folder of an archive that was downloaded: `convex-backend-main`."""


@cache
def is_showcase(folder: str) -> bool:
    """`folder` is relative to the root of the run: its name there says nothing of the whole."""
    return any(words_of(part) & SHOWCASES or _ARCHIVE.fullmatch(part) is not None for part in folder.split("/"))


@cache
def outer_folder(file: str, path: str) -> str:
    """The folder that holds the functions of `path` (`dir/mod:fn`), without those inside of the functions folder."""
    module = path.rpartition(":")[0] or path
    stem = file.rpartition(".")[0]
    return stem.removesuffix(module) if stem.endswith(module) else ""
