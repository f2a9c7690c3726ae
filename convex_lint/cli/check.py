"""`convex-lint check`: lint, print, and say with the exit code how it went."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from convex_lint.cli.options import config_option, output_option, paths_argument, read_config, split
from convex_lint.cli.streams import complain, use_color, width, write
from convex_lint.errors import NoProjectError

if TYPE_CHECKING:
    from convex_lint.engine.report import Report


@click.command("check")
@paths_argument
@click.option(
    "--format", "format_", type=click.Choice(["terminal", "json", "sarif"]), default="terminal", show_default=True
)
@output_option
@click.option(
    "--select",
    metavar="RULE",
    multiple=True,
    help="Run only these rules (repeatable, or separated by commas); `recommended` and `all` stand for many.",
)
@click.option("--ignore", metavar="RULE", multiple=True, help="Do not run these rules.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note", "never"]),
    help="The least severity that makes the exit code 1.  [default: error]",
)
@click.option(
    "--min-confidence", type=click.Choice(["high", "medium", "low"]), help="The least confidence shown.  [default: low]"
)
@click.option(
    "--sort",
    type=click.Choice(["impact", "file"]),
    default="impact",
    show_default=True,
    help="What the terminal shows first: what to mend first, or what stands first.",
)
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@click.option("-q", "--quiet", is_flag=True, help="No notices, and nothing at all when there is nothing to report.")
@click.option("-v", "--verbose", is_flag=True, help="Show notes, all related places, and what could not be followed.")
@config_option
@click.option("--hook", is_flag=True, help="For pre-commit: lint the whole project, and pass where there is none.")
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    format_: str,
    output: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    min_confidence: str | None,
    sort: str,
    color: str,
    quiet: bool,
    verbose: bool,
    config_file: Path | None,
    hook: bool,
) -> None:
    """Lint the Convex projects under PATHS (default: the working folder).

    The report goes to stdout, all else to stderr. Exit codes: 0 clean, 1 findings at or above --fail-on, 2 usage or
    configuration, 3 the run could not be completed.
    """
    from convex_lint.engine.lint import lint
    from convex_lint.engine.registry import PRESETS, lookup
    from convex_lint.rule import Severity

    # a hook's arguments are the changed files; the analysis is of the whole program
    places: Sequence[Path] = paths if paths and not hook else (Path(),)
    config = read_config(config_file, places).amended(
        select=[name if name in PRESETS else lookup(name).id for name in split(select)],
        ignore=[lookup(name).id for name in split(ignore)],
        fail_on=fail_on,
        min_confidence=min_confidence,
    )
    try:
        report = lint(places, config)
    except NoProjectError as error:
        if not hook:
            raise
        complain("note", error.message)
        return
    terminal = format_ == "terminal"
    code = report.exit_code(None if config.fail_on == "never" else Severity(config.fail_on))
    if quiet and terminal:
        report = replace(report, notices=())
    if report.results or report.failures or not (quiet and terminal):
        if format_ == "sarif":
            text = _sarif(report, code, places)
        else:
            text = _render(
                report, format_, color=use_color(color, output), width=width(output), verbose=verbose, sort=sort
            )
        write(text, output)
    if not terminal or output is not None:
        for failure in report.failures:
            complain("error", failure.message, failure.help)
    if output is not None and not quiet:
        complain("note", f"{len(report.results)} findings written to {output}.")
    ctx.exit(code)


def _sarif(report: Report, code: int, places: Sequence[Path]) -> str:
    from convex_lint.excerpts import find_excerpts
    from convex_lint.report.sarif import render_sarif

    excerpts = find_excerpts(Path(os.path.commonpath([place.resolve() for place in places])))
    return render_sarif(report, exit_code=code, excerpts=excerpts)


def _render(report: Report, format_: str, *, color: bool, width: int, verbose: bool, sort: str) -> str:
    if format_ == "json":
        from convex_lint.report.findings_json import render_json

        return render_json(report)
    from convex_lint.report.causes import Order
    from convex_lint.report.terminal import render_terminal

    return render_terminal(report, color=color, width=width, verbose=verbose, order=Order(sort))
