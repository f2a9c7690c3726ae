"""Where text lies: a file, a span in it, and the one place where byte offsets become lines and columns."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple, Protocol


class Span(NamedTuple):
    """A stretch of a file: `start` and `end` are UTF-8 byte offsets, `end` exclusive."""

    file: str
    start: int
    end: int


class Position(NamedTuple):
    """1-based line, 1-based column counted in UTF-16 code units (SARIF `utf16CodeUnits`, LSP, JavaScript)."""

    line: int
    column: int


class Located(Protocol):
    """Anything that stands somewhere in the source."""

    @property
    def span(self) -> Span: ...


class Source:
    """One file: `path` relative to the root of the run, with `/`; `data` is its UTF-8 text without a byte order mark.

    Lines end at LF, CRLF or a lone CR, as in JavaScript's editors.
    """

    __slots__ = ("_counts", "_starts", "data", "path")

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data
        self._starts: list[int] | None = None
        self._counts: list[int] | None = None

    def __repr__(self) -> str:
        return f"Source({self.path!r}, {len(self.data)} bytes)"

    def __reduce__(self) -> tuple[type[Source], tuple[str, bytes]]:
        return (Source, (self.path, self.data))

    @property
    def text(self) -> str:
        return self.data.decode("utf-8", "replace")

    @property
    def line_starts(self) -> list[int]:
        if self._starts is None:
            self._starts = [0, *_line_starts(self.data)]
        return self._starts

    def position(self, offset: int) -> Position:
        """The position of a byte offset; offsets past the end give the end of the file."""
        starts = self.line_starts
        offset = min(offset, len(self.data))
        line = bisect_right(starts, offset) - 1
        if offset - starts[line] > _FAR:
            return Position(line + 1, self._units(offset) - self._units(starts[line]) + 1)
        before = self.data[starts[line] : offset]
        return Position(line + 1, utf16_length(before.decode("utf-8", "replace")) + 1)

    def _units(self, offset: int) -> int:
        """The UTF-16 code units before an offset. Code that a bundler wrote is one line of megabytes, so they are counted
        once, in steps."""
        if self._counts is None:
            self._counts = [0]
            for at in range(0, len(self.data), _FAR):
                self._counts.append(self._counts[-1] + _utf16_units(self.data[at : at + _FAR]))
        step = offset // _FAR
        return self._counts[step] + _utf16_units(self.data[step * _FAR : offset])

    def line(self, number: int) -> str:
        """The text of a 1-based line, without its line end; empty past the end."""
        starts = self.line_starts
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.data)
        return self.data[starts[number - 1] : end].decode("utf-8", "replace").rstrip("\r\n")


def utf16_length(text: str) -> int:
    """How many UTF-16 code units `text` takes."""
    return len(text) + sum(1 for c in text if c > "\uffff") if not text.isascii() else len(text)


_FAR = 4_096
_CONTINUATIONS = bytes(range(0x80, 0xC0))
_OF_TWO_UNITS = bytes(range(0xF0, 0xF8))


def _utf16_units(data: bytes) -> int:
    """The same for a stretch of UTF-8, wherever it is cut."""
    if data.isascii():
        return len(data)
    return 2 * len(data.translate(None, _CONTINUATIONS)) - len(data.translate(None, _CONTINUATIONS + _OF_TWO_UNITS))


def _line_starts(data: bytes) -> list[int]:
    if b"\r" not in data:
        starts = []
        at = data.find(b"\n")
        while at != -1:
            starts.append(at + 1)
            at = data.find(b"\n", at + 1)
        return starts
    starts, i, size = [], 0, len(data)
    while i < size:
        byte = data[i]
        if byte == 13 and i + 1 < size and data[i + 1] == 10:
            i += 1
        if byte in (10, 13):
            starts.append(i + 1)
        i += 1
    return starts
