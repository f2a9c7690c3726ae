"""Source frames: the lines that a span covers, with line numbers and marks under the code."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from convex_lint.report.cells import cells, crop, display_width, width_of
from convex_lint.report.palette import FRAME, LABEL, Palette
from convex_lint.source import Source, Span

LINES = 4
"""How many lines of a place are shown; of a longer one, the first three. Of a related place, the first."""

LONG = 2_000
"""Of a line with more characters only those around the mark are looked at: minified files are one line."""


class Mark(NamedTuple):
    """What to underline: `sign` is `^` for the place itself, `-` for related ones; `message` stands behind the marks."""

    span: Span
    sign: str
    style: str
    message: str = ""
    lines: int = LINES


class Canvas(NamedTuple):
    """Where frames are drawn: `gutter` is the width of the line numbers, `width` that of the whole line."""

    palette: Palette
    gutter: int
    width: int

    @property
    def room(self) -> int:
        return max(self.width - self.gutter - 3, 20)

    def row(self, text: str = "", number: int | None = None) -> str:
        head = f"{'' if number is None else number:>{self.gutter}} |"
        return self.palette.paint(FRAME, head) + (f" {text}" if text else "")


def lines_of(source: Source, span: Span) -> tuple[int, int]:
    """The first and the last line of a span, both included; an end at the start of a line belongs to the line before."""
    first = source.position(span.start).line
    last = source.position(span.end).line
    if last > first and source.line_starts[last - 1] >= span.end:
        last -= 1
    return first, last


def last_shown(source: Source, mark: Mark) -> int:
    """The greatest line number that the frame of a mark prints."""
    first, last = lines_of(source, mark.span)
    return last if last - first < mark.lines else first + max(mark.lines - 2, 0)


def draw(source: Source, mark: Mark, canvas: Canvas, *, beside: Sequence[Mark] = ()) -> list[str]:
    """The rows of a frame. Marks `beside` are drawn under the first line, on which they must lie."""
    first, last = lines_of(source, mark.span)
    shown = last_shown(source, mark)
    rows: list[str] = []
    for number in range(first, shown + 1):
        text = source.line(number)
        start, end = _marked(source, number, text, mark.span, first)
        if len(text) > LONG:
            before = max(start - canvas.room, 0)
            text = text[before : start + 2 * canvas.room]
            start, end = start - before, min(end - before, len(text))
        line = cells(text)
        part = crop(line, start, end, canvas.room)
        rows.append(canvas.row(part.text(line).rstrip(), number))
        final = number == shown
        if start < end or number == first:
            at = part.column(line, start)
            marks = mark.sign * max(part.column(line, end) - at, 1)
            rows.extend(_under(canvas, at, marks, mark.style, mark.message if final else ""))
        if number == first:
            for other in beside:
                from_, to = _marked(source, number, text, other.span, first)
                at = part.column(line, from_)
                marks = other.sign * max(part.column(line, to) - at, 1)
                rows.extend(_under(canvas, at, marks, other.style, other.message))
    if shown < last and mark.lines > 1:
        rows.append(canvas.palette.paint(FRAME, "." * max(canvas.gutter, 3)))
    return rows


def fits_beside(source: Source, mark: Mark, other: Mark, canvas: Canvas) -> bool:
    """Whether `other` can be drawn in the frame of `mark`: both on one line, and what it marks is not cropped away."""
    lines = lines_of(source, mark.span)
    if lines[0] != lines[1] or lines_of(source, other.span) != lines or mark.span.file != other.span.file:
        return False
    text = source.line(lines[0])
    return len(text) <= LONG and width_of(cells(text)) <= canvas.room


def few(names: Sequence[str], most: int = 4) -> str:
    """`a, b, c, d and 3 more`."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def hang(text: str, head: str, width: int) -> list[str]:
    """`text` wrapped behind `head`, further lines under its first word. Code in backticks stays in one piece where it
    can, and lines that are indented are code: they are left as they are."""
    indent = " " * display_width(head)
    room = max(width - len(indent), 24)
    rows: list[str] = []
    for paragraph in text.splitlines() or [""]:
        if paragraph.startswith("    ") or not paragraph.strip():
            rows.append(paragraph.rstrip())
            continue
        wrapped = textwrap.wrap(
            _glue(paragraph, room), room, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
        )
        rows.extend(line.replace("\0", " ") for line in wrapped)
    return [((head if i == 0 else indent) + row).rstrip() for i, row in enumerate(rows)]


def _glue(text: str, room: int) -> str:
    """Spaces inside short code spans made unbreakable (as NUL, which no message contains)."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return text
    for i in range(1, len(parts), 2):
        if len(parts[i]) <= room * 2 // 3:
            parts[i] = parts[i].replace(" ", "\0")
    return "`".join(parts)


def _marked(source: Source, number: int, text: str, span: Span, first: int) -> tuple[int, int]:
    """The characters of line `number` that the span covers, without blanks around them on the lines after the first."""
    begin = source.line_starts[number - 1]

    def index(offset: int) -> int:
        inside = source.data[begin : max(offset, begin)].decode("utf-8", "replace")
        return min(len(inside), len(text))

    start, end = index(span.start), index(span.end)
    while end > start and text[end - 1].isspace():
        end -= 1
    while number > first and start < end and text[start].isspace():
        start += 1
    return start, end


def _under(canvas: Canvas, at: int, marks: str, style: str, message: str) -> list[str]:
    paint = canvas.palette.paint
    marked = " " * at + paint(style, marks)
    if not message:
        return [canvas.row(marked)]
    if at + len(marks) + 1 + display_width(message) <= canvas.room:
        return [canvas.row(f"{marked} {paint(style, message)}")]
    indent = min(at, max(canvas.room - 40, 0))
    rows = hang(message, "", canvas.room - indent)
    return [canvas.row(marked), *(canvas.row(" " * indent + paint(style, row)) for row in rows)]


def related_mark(span: Span, message: str) -> Mark:
    return Mark(span, "-", LABEL, message, lines=1)
