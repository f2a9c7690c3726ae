"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from convex_lint.engine.config import Config, find_config, load_config
from convex_lint.errors import UsageError

Command = TypeVar("Command", bound=Callable[..., Any])


def paths_argument(command: Command) -> Command:
    return click.argument("paths", nargs=-1, type=click.Path(path_type=Path))(command)


def config_option(command: Command) -> Command:
    return click.option(
        "--config",
        "config_file",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Read this configuration instead of the convex-lint.toml at PATHS or above.",
    )(command)


def output_option(command: Command) -> Command:
    return click.option(
        "-o", "--output", metavar="FILE", help="Write to FILE instead of stdout; missing folders are made."
    )(command)


def read_config(file: Path | None, paths: Sequence[Path]) -> Config:
    """The configuration in `file`, else in the nearest convex-lint.toml to all of `paths`, else the defaults."""
    if file is None:
        try:
            places = [path.resolve() for path in paths]
        except FileNotFoundError as error:
            raise UsageError("the working folder is gone.", help="Change to a folder that exists.") from error
        file = find_config(Path(os.path.commonpath(places)))
    return load_config(file)


def split(values: Sequence[str]) -> list[str]:
    """`--select a,b --select c` -> a, b, c."""
    return [name.strip() for value in values for name in value.split(",") if name.strip()]
