"""The public shape of what `convex-lint explain --format json` prints."""

from __future__ import annotations

from typing import Literal, TypedDict

from convex_lint.report.portrait import FunctionPortrait
from convex_lint.report.portrait_table import TablePortrait


class RulePortrait(TypedDict):
    """`page` is Markdown."""

    subject: Literal["rule"]
    id: str
    page: str


class Portraits(TypedDict):
    """What is known of the rule, functions or tables of one name: `convex-lint explain --format json`."""

    version: Literal[1]
    subjects: list[RulePortrait | FunctionPortrait | TablePortrait]
