"""Text as a terminal shows it: what stands for each character, and how many columns it takes."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

TAB = "    "
UNPRINTABLE = "\ufffd"
ELLIPSIS = "…"


class Cell(NamedTuple):
    """One character of the source: `text` is what is printed for it, `width` the columns that takes."""

    text: str
    width: int


class Crop(NamedTuple):
    """A stretch of cells that fits: cells `first` to `last` (exclusive), with an ellipsis on either side where cut."""

    first: int
    last: int
    cut_before: bool
    cut_after: bool

    def text(self, line: list[Cell]) -> str:
        shown = "".join(cell.text for cell in line[self.first : self.last])
        return ELLIPSIS * self.cut_before + shown + ELLIPSIS * self.cut_after

    def column(self, line: list[Cell], index: int) -> int:
        """The column, from 0, at which cell `index` stands in `text(line)`."""
        return self.cut_before + width_of(line[self.first : min(max(index, self.first), self.last)])


def cells(text: str) -> list[Cell]:
    """Control characters and those that reorder text show as a replacement character: they must not act on a terminal."""
    if text.isascii() and text.isprintable():
        return [Cell(char, 1) for char in text]
    return [_cell(char) for char in text]


def printable(text: str) -> str:
    """`text` on one line, as it may be sent to a terminal."""
    if text.isprintable():
        return text
    return "".join(_cell(" " if char in "\r\n\t" else char).text for char in text)


def display_width(text: str) -> int:
    return width_of(cells(text))


def width_of(line: list[Cell]) -> int:
    return sum(cell.width for cell in line)


def crop(line: list[Cell], start: int, end: int, room: int) -> Crop:
    """The part of a line around cells `start` to `end` that fits in `room` columns."""
    if width_of(line) <= room:
        return Crop(0, len(line), cut_before=False, cut_after=False)
    if width_of(line[:end]) <= room - 1:
        return Crop(0, _last(line, 0, room - 1), cut_before=False, cut_after=True)
    first, before = start, 0
    while first > 0 and before + line[first - 1].width <= room // 4:
        first -= 1
        before += line[first].width
    if width_of(line[first:]) > room - 1:
        cut = first > 0
        return Crop(first, _last(line, first, room - 1 - cut), cut_before=cut, cut_after=True)
    while first > 0 and width_of(line[first - 1 :]) <= room - 1:
        first -= 1
    return Crop(first, len(line), cut_before=first > 0, cut_after=False)


def _last(line: list[Cell], first: int, room: int) -> int:
    """One past the last cell, so that the cells from `first` on fit in `room` columns; at least one cell."""
    used, last = 0, first
    while last < len(line) and (used + line[last].width <= room or last == first):
        used += line[last].width
        last += 1
    return last


def _cell(char: str) -> Cell:
    if char == "\t":
        return Cell(TAB, len(TAB))
    category = unicodedata.category(char)
    if category in ("Mn", "Me") or "\u1160" <= char <= "\u11ff" or char == "\u200d":
        return Cell(char, 0)
    if category in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
        return Cell(UNPRINTABLE, 1)
    return Cell(char, 2 if unicodedata.east_asian_width(char) in "WF" else 1)
