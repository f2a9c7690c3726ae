"""The projects that a command asks, and what the user should know of them first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from convex_lint.cli.options import read_config
from convex_lint.cli.streams import complain

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend
    from convex_lint.model.project import Notice

_SHOWN = 10


def ask_projects(paths: Sequence[Path], config_file: Path | None) -> tuple[Backend, ...]:
    """The projects under `paths`, or under the working folder, as the configuration describes them. Files that do not parse
    and figures that mean nothing are told on stderr: an answer may lack what they hold."""
    from convex_lint.engine.figures import strangers
    from convex_lint.engine.lint import ask

    places = paths or (Path(),)
    config = read_config(config_file, places)
    backends = ask(places, config)
    projects = [backend.project for backend in backends]
    told = {_in_words(notice, backend): notice for backend in backends for notice in backend.project.notices}
    told |= {notice.message: notice for notice in strangers(config, projects)}
    for words, notice in list(told.items())[:_SHOWN]:
        complain("notice", words, notice.help)
    if len(told) > _SHOWN:
        complain("notice", f"and {len(told) - _SHOWN} more; `convex-lint check -v` shows all.")
    return backends


def _in_words(notice: Notice, backend: Backend) -> str:
    from convex_lint.report.contract import file_place

    if notice.span is not None:
        at = file_place(notice.span, backend.project.sources)
        return f"{at['file']}:{at['startLine']}:{at['startColumn']}: {notice.message}"
    return f"{notice.file}: {notice.message}" if notice.file else notice.message
