"""`convex-lint`: the commands, each loaded when it is used, and what every one of them does about errors."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import Any, NoReturn

import click

from convex_lint import __version__
from convex_lint.cli.streams import complain
from convex_lint.errors import ConvexLintError

COMMANDS = {
    "check": "Lint the Convex projects under PATHS.",
    "rules": "List the rules that are installed.",
    "explain": "Print the page of a rule, or what is known of a function or a table.",
    "indexes": "Print which index serves which read, and what to change.",
    "conflicts": "List the mutations that conflict, the worst first.",
    "facts": "Print what the analysis knows of a project, as JSON.",
    "graph": "Print tables, functions and clients as a graph.",
    "subscriptions": "Print which queries clients keep open, and what runs them again.",
    "new-rule": "Write the two files of a new rule.",
}
EXIT_INTERNAL = 3
EXIT_INTERRUPTED = 130
EXIT_UNHEARD = 120
"""What a command that printed to nobody leaves with, as Python's own exit does."""


class Commands(click.Group):
    """Commands that are imported when they run, so that `--help` and `--version` cost nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"convex_lint.cli.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ConvexLintError as error:
            complain("error", error.message, error.help)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            complain("error", "interrupted.")
            ctx.exit(EXIT_INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:  # our own fault: say so, and leave something to report
            from convex_lint.engine.failure import write_log

            log = write_log(error)
            help = f"Please report it and attach `{log}`; it holds no source text." if log else "Please report it."
            complain("error", f"internal error ({type(error).__name__}); the run could not be completed.", help)
            ctx.exit(EXIT_INTERNAL)


@click.command(
    cls=Commands,
    name="convex-lint",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 clean, 1 findings at or above --fail-on, 2 usage or configuration, 3 the run could not be "
    "completed.",
)
@click.version_option(__version__, "-V", "--version", message="convex-lint %(version)s")
def main() -> None:
    """A static analyzer for Convex backends."""


def run() -> NoReturn:
    """The command as a process of its own. Nearly everything that it makes lives until its end: neither looking for
    garbage meanwhile nor taking all of it apart afterwards is worth the quarter of the time that they take."""
    gc.disable()
    code: Any = 0
    try:
        main()
    except SystemExit as leaving:
        code = leaving.code
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):  # closed, or its reader has gone
            code = code or EXIT_UNHEARD
    os._exit(code if isinstance(code, int) else int(code is not None))
