"""`convex-lint explain`: the page of a rule."""

from __future__ import annotations

import click

from convex_lint.cli.streams import write
from convex_lint.engine.registry import lookup


@click.command("explain")
@click.argument("rule")
def command(rule: str) -> None:
    """Print the page of RULE: why it matters, a bad and a good example, and when to ignore it."""
    write(lookup(rule).page.text.rstrip() + "\n")
