"""What is written down when a part of the tool breaks: enough for a bug report, nothing of the user's source."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import tempfile
import traceback
from pathlib import Path

from convex_lint import __version__
from convex_lint.engine.report import Failure


def failure(rule: str | None, project: str, error: Exception) -> Failure:
    """The failure that `error` is, its traceback written to a file of the user's cache folder."""
    return Failure(rule, project, type(error).__name__, write_log(error, rule or ""))


def write_log(error: BaseException, rule: str = "") -> str:
    """Writes the traceback of `error` and returns the path of the file, "" when none can be written.

    The message of an exception is left out, as it may quote source text, and so are paths: frames name modules."""
    text = describe(error, rule)
    name = f"crash-{hashlib.sha256(text.encode()).hexdigest()[:12]}.txt"
    for folder in (_cache(), Path(tempfile.gettempdir()) / "convex-lint"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        except OSError:
            continue
        return str(folder / name)
    return ""


def describe(error: BaseException, rule: str = "") -> str:
    lines = [
        f"convex-lint {__version__}, Python {platform.python_version()}, {sys.platform}",
        *([f"rule: {rule}"] if rule else []),
    ]
    cause: BaseException | None = error
    while cause is not None:
        lines.append(f"{type(cause).__module__}.{type(cause).__qualname__} at, innermost last:")
        frames = list(traceback.walk_tb(cause.__traceback__))
        shown = frames if len(frames) <= 60 else [*frames[:30], *frames[-30:]]
        for frame, line in shown:
            lines.append(f"  {frame.f_globals.get('__name__', '?')}:{line} in {frame.f_code.co_qualname}")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "\n".join(lines) + "\n"


def _cache() -> Path:
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return Path(base) / "convex-lint" if base else Path(tempfile.gettempdir()) / "convex-lint"
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return Path(base or Path.home() / ".cache") / "convex-lint"
    except RuntimeError:  # no home folder
        return Path(tempfile.gettempdir()) / "convex-lint"
