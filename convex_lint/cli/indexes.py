"""`convex-lint indexes`: which index serves which read of each table, and which to add, extend or drop."""

from __future__ import annotations

from pathlib import Path

import click

from convex_lint.cli.options import config_option, output_option, paths_argument
from convex_lint.cli.projects import ask_projects
from convex_lint.cli.streams import complain, write


@click.command("indexes")
@paths_argument
@click.option(
    "--format", "format_", type=click.Choice(["terminal", "json", "patch"]), default="terminal", show_default=True
)
@click.option("--patch", is_flag=True, help="Short for --format patch: a diff for `git apply`.")
@output_option
@config_option
def command(paths: tuple[Path, ...], format_: str, patch: bool, output: str | None, config_file: Path | None) -> None:
    """Print the reads of each table and the index that serves each, and the indexes to add (+), to extend (~) and to
    drop (-).

    What is added is the smallest set of indexes that serves the reads of which `missing-index` warns. The patch changes the
    schema, and the name of an index in the reads that use it; a read that is to use another range is `check`'s to tell.
    Its paths are relative to the folder of the repository, where `git apply` takes it.
    """
    from convex_lint.analysis.index_plan import index_plans
    from convex_lint.report.index_plans import render_plans, render_plans_json
    from convex_lint.report.schema_patch import render_patch

    planned = [(backend.project, index_plans(backend)) for backend in ask_projects(paths, config_file)]
    kind = "patch" if patch else format_
    if kind == "patch":
        text = render_patch(planned)
        if not text:
            complain("note", "nothing to change.")
    else:
        text = render_plans(planned) if kind == "terminal" else render_plans_json(planned)
    write(text, output)
