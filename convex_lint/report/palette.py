"""The few colours of the terminal report, named by what they mean."""

from __future__ import annotations

from convex_lint.rule import Severity

BOLD = "1"
DIM = "2"
FRAME = "34"
LABEL = "1;34"
HELP = "1;36"
GOOD = "1;32"
ERROR = "1;31"
WARNING = "1;33"
NOTE = "1;36"

OF_SEVERITY = {Severity.ERROR: ERROR, Severity.WARNING: WARNING, Severity.NOTE: NOTE, Severity.OFF: DIM}


class Palette:
    """Paints text with ANSI codes, or leaves it alone."""

    __slots__ = ("color",)

    def __init__(self, color: bool) -> None:
        self.color = color

    def paint(self, style: str, text: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.color and text else text
