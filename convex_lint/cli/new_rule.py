"""`convex-lint new-rule`: the two files of a new rule."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("new-rule")
@click.argument("name")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path("rules"),
    show_default=True,
    help="The package of the rule pack.",
)
def command(name: str, folder: Path) -> None:
    """Write the page and the module of a new rule NAME, such as hot-document; both already pass their tests."""
    from convex_lint.scaffold import new_rule

    for file in new_rule(name, folder):
        click.echo(file)
