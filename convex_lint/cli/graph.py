"""`convex-lint graph`: who reads, writes, runs and subscribes to what."""

from __future__ import annotations

from pathlib import Path

import click

from convex_lint.cli.options import config_option, output_option, paths_argument, read_config
from convex_lint.cli.streams import write


@click.command("graph")
@paths_argument
@click.option("--format", "format_", type=click.Choice(["dot", "json"]), default="dot", show_default=True)
@output_option
@config_option
def command(paths: tuple[Path, ...], format_: str, output: str | None, config_file: Path | None) -> None:
    """Print tables, indexes, functions, crons, routes and clients, and the edges between them."""
    from convex_lint.engine.lint import survey
    from convex_lint.graph.build import connect
    from convex_lint.report.graph import render_dot, render_graph_json

    places = paths or (Path(),)
    projects = survey(places, read_config(config_file, places))
    graphs = [(project.root, connect(project)) for project in projects]
    write((render_dot if format_ == "dot" else render_graph_json)(graphs), output)
