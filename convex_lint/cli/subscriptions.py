"""`convex-lint subscriptions`: which queries clients keep open, what they read, and what runs them again."""

from __future__ import annotations

from pathlib import Path

import click

from convex_lint.cli.options import config_option, output_option, paths_argument
from convex_lint.cli.projects import ask_projects
from convex_lint.cli.streams import width, write


@click.command("subscriptions")
@paths_argument
@click.option("--format", "format_", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True)
@output_option
@config_option
def command(paths: tuple[Path, ...], format_: str, output: str | None, config_file: Path | None) -> None:
    """Print each query that clients keep open: the hooks and components that do, the ranges that it reads, and the
    functions whose writes run it again, with what says that they run often.

    Those that run again most often come first. The JSON Schema is subscriptions.schema.json in the package's folder
    `schemas`.
    """
    from convex_lint.analysis.watched import watched
    from convex_lint.report.subscriptions import render_subscriptions, render_subscriptions_json

    found = [(backend.project, watched(backend)) for backend in ask_projects(paths, config_file)]
    write(
        render_subscriptions(found, width=width(output)) if format_ == "terminal" else render_subscriptions_json(found),
        output,
    )
