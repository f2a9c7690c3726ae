"""`convex-lint explain`: the page of a rule, or everything that is known of a function or a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from convex_lint.cli.options import config_option, output_option, paths_argument
from convex_lint.cli.projects import ask_projects
from convex_lint.cli.streams import width, write
from convex_lint.engine.registry import installed
from convex_lint.errors import NoProjectError, UsageError

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend
    from convex_lint.report.portrait_text import Portrait


@click.command("explain")
@click.argument("name")
@paths_argument
@click.option("--format", "format_", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True)
@output_option
@config_option
def command(name: str, paths: tuple[Path, ...], format_: str, output: str | None, config_file: Path | None) -> None:
    """Print the page of a rule, or what is known of a function or a table of the projects under PATHS.

    NAME is a rule (`missing-index`), a function (`messages:send`, `folder/module:name`; `folder/module` for a default
    export) or a table (`messages`); those of a component have its name and a slash in front. The JSON Schema is
    explain.schema.json in the package's folder `schemas`.
    """
    rule = installed().get(name)
    if rule is not None:
        page = rule.page.text.rstrip() + "\n"
        write(page if format_ == "terminal" else _json([{"subject": "rule", "id": rule.id, "page": page}]), output)
        return
    portraits = _portraits(name, paths, config_file)
    if format_ == "json":
        write(_json(portraits), output)
    else:
        from convex_lint.report.portrait_text import render_portraits

        write(render_portraits(portraits, width=width(output)), output)


def _portraits(name: str, paths: Sequence[Path], config_file: Path | None) -> list[Portrait]:
    """Of every function and table of that name. Raises UsageError with the nearest name where there is none."""
    from convex_lint.engine.nearest import suggestion
    from convex_lint.model.function import qualified

    try:
        backends = ask_projects(paths, config_file)
    except NoProjectError as error:
        help = suggestion(name, installed())
        raise UsageError(
            f"there is no rule `{name}`, and no Convex project here that may know the name.", help=help
        ) from error
    found = [portrait for backend in backends for portrait in _of(backend, name)]
    if not found:
        functions = {function.id for backend in backends for function in backend.functions}
        tables = {qualified(table.component, table.name) for backend in backends for table in backend.tables}
        help = suggestion(name, functions if ":" in name else functions | tables | installed().keys())
        raise UsageError(f"there is no rule, function or table `{name}`.", help=help)
    return found


def _of(backend: Backend, name: str) -> list[Portrait]:
    from convex_lint.model.function import qualified
    from convex_lint.report.portrait import function_portrait
    from convex_lint.report.portrait_table import table_portrait

    functions: list[Portrait] = [function_portrait(backend, one) for one in backend.functions if one.id == name]
    tables: list[Portrait] = [
        table_portrait(backend, one) for one in backend.tables if qualified(one.component, one.name) == name
    ]
    return functions + tables


def _json(subjects: Sequence[object]) -> str:
    return json.dumps({"version": 1, "subjects": subjects}, indent=2) + "\n"
