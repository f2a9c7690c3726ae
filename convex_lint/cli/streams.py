"""Where output goes: the report to stdout or to a file, everything else to stderr, in colour where that is wanted."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Literal

import click

from convex_lint.errors import ConvexLintError, UsageError

FILE_WIDTH = 100
_ELSEWHERE = "Write it to a file with --output."


def complain(kind: str, message: str, help: str = "") -> None:
    """One line on stderr, with what to do about it on the next. Where nobody can be told, the exit code still says it."""
    try:
        click.echo(f"convex-lint: {kind}: {message}", err=True)
        if help:
            click.echo(f"  help: {help}", err=True)
    except OSError:
        _abandon("stderr")


def write(text: str, output: str | None = None) -> None:
    """The report, to stdout or to the file `output`. Raises UsageError when the file cannot be written, and
    ConvexLintError when stdout cannot."""
    data = text.encode("utf-8", "backslashreplace")
    if output is not None and output != "-":
        _write_file(data, output)
        return
    if sys.stdout is None:
        raise ConvexLintError("the report cannot be printed: stdout is closed.", help=_ELSEWHERE)
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _abandon("stdout")
    except OSError as error:
        _abandon("stdout")
        raise ConvexLintError(f"the report cannot be printed: {error.strerror or error}.", help=_ELSEWHERE) from error


def _abandon(name: Literal["stdout", "stderr"]) -> None:
    """The reader has gone (`| head`). Nothing is wrong with that: keep Python from saying so at exit."""
    setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115  lives until the process ends


def _write_file(data: bytes, output: str) -> None:
    """Whole or not at all: written next to the file, then renamed."""
    path = Path(os.path.realpath(output))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            path.write_bytes(data)  # a device or a pipe is written to, not replaced
            return
        beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            beside.write_bytes(data)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(
            f"`{output}` cannot be written: {error.strerror or error}.", help="Check the path given to --output."
        ) from error


def use_color(choice: str, output: str | None) -> bool:
    """--color, then FORCE_COLOR and CLICOLOR_FORCE, then NO_COLOR, then TERM=dumb, then whether stdout is a terminal."""
    if choice != "auto":
        return choice == "always"
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        if os.environ.get(name, "0") not in ("", "0"):
            return True
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or output not in (None, "-"):
        return False
    return sys.stdout is not None and sys.stdout.isatty()


def width(output: str | None) -> int:
    return shutil.get_terminal_size((FILE_WIDTH, 24)).columns if output in (None, "-") else FILE_WIDTH
