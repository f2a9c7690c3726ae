"""The command line: one file a command; the only door to click."""

from convex_lint.cli.entry import main, run

__all__ = ["main", "run"]
