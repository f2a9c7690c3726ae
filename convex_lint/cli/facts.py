"""`convex-lint facts`: what is true of a project, and no opinion on it."""

from __future__ import annotations

from pathlib import Path

import click

from convex_lint.cli.options import config_option, output_option, paths_argument, read_config
from convex_lint.cli.streams import write


@click.command("facts")
@paths_argument
@output_option
@config_option
def command(paths: tuple[Path, ...], output: str | None, config_file: Path | None) -> None:
    """Print components, tables, functions with every operation, crons, routes and subscriptions as JSON.

    The JSON Schema is facts.schema.json in the package's folder `schemas`.
    """
    from convex_lint.engine.lint import survey
    from convex_lint.report.facts_json import render_facts

    places = paths or (Path(),)
    write(render_facts(survey(places, read_config(config_file, places))), output)
