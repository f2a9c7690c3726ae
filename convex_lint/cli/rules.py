"""`convex-lint rules`: what is installed."""

from __future__ import annotations

import json

import click

from convex_lint.cli.streams import write
from convex_lint.engine.config import Config
from convex_lint.engine.registry import ALL, Ready, configured


@click.command("rules")
@click.option("--format", "format_", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True)
def command(format_: str) -> None:
    """List the rules that are installed: id, severity, and what each finds."""
    ready, failures = configured(Config(select=(ALL,)))
    if failures:
        from convex_lint.errors import RuleError

        raise RuleError(failures[0].message, help=failures[0].help)
    if format_ == "json":
        write(json.dumps({"version": 1, "rules": [_entry(rule) for rule in ready]}, indent=2) + "\n")
        return
    longest = max((len(rule.id) for rule in ready), default=0)
    lines = [f"{rule.id:<{longest}}  {rule.severity.value:<7}  {rule.info.summary}{_condition(rule)}" for rule in ready]
    write("".join(line + "\n" for line in lines))


def _condition(rule: Ready) -> str:
    return "" if rule.installed.recommended else " (only when selected)"


def _entry(rule: Ready) -> dict[str, object]:
    info = rule.info
    return {
        "id": info.id,
        "title": info.title,
        "summary": info.summary,
        "severity": info.severity.value,
        "recommended": rule.installed.recommended,
        "tags": list(info.tags),
        "pack": rule.installed.pack,
        "url": info.url,
        "settings": [
            {"name": s.name, "type": s.type, "default": s.default, "description": s.description} for s in info.settings
        ],
    }
