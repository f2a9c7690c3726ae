"""`convex-lint conflicts`: which mutations get in each other's way, the worst first, and what helps."""

from __future__ import annotations

from pathlib import Path

import click

from convex_lint.cli.options import config_option, output_option, paths_argument
from convex_lint.cli.projects import ask_projects
from convex_lint.cli.streams import width, write


@click.command("conflicts")
@paths_argument
@click.option("--format", "format_", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True)
@click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="Show the worst N reads; JSON has all.",
)
@output_option
@config_option
def command(paths: tuple[Path, ...], format_: str, limit: int, output: str | None, config_file: Path | None) -> None:
    """List the mutations that conflict with one another or with themselves.

    Each with both places, the range in words, when the two meet, how often, and the strategies that fit.
    The JSON Schema is conflicts.schema.json in the package's folder `schemas`.
    """
    from convex_lint.report.conflicts import render_conflicts, render_conflicts_json

    backends = ask_projects(paths, config_file)
    text = (
        render_conflicts(backends, limit, width=width(output))
        if format_ == "terminal"
        else render_conflicts_json(backends)
    )
    write(text, output)
