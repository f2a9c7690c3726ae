"""Everything that can end a run, and nothing that a user's broken source can cause.

ConvexLintError            exit 3: the run could not be completed
├── UsageError             exit 2: the command line asks for something that does not exist
├── ConfigError            exit 2: convex-lint.toml says something that cannot be meant
├── NoProjectError         exit 2: no Convex project under the paths given
└── RuleError              exit 3: a rule broke; the others still ran

A file that does not parse, a package that is not installed and code that cannot be followed are data
(`Notice`, `Unfollowed`), never exceptions.
"""

from __future__ import annotations


class ConvexLintError(Exception):
    """Base of the tree. `help` says what to do; `exit_code` is what the process returns."""

    exit_code = 3

    def __init__(self, message: str, *, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class UsageError(ConvexLintError):
    exit_code = 2


class ConfigError(ConvexLintError):
    exit_code = 2


class NoProjectError(ConvexLintError):
    exit_code = 2


class RuleError(ConvexLintError):
    exit_code = 3
