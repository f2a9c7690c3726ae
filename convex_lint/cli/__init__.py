"""The command line: one file a command; the only door to click."""

from convex_lint.cli.entry import main

__all__ = ["main"]
