"""Source frames: carets stand under what they mean, whatever the line holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convex_lint.report.cells import cells, crop, display_width, width_of
from convex_lint.report.frame import Canvas, Mark, draw, hang
from convex_lint.report.palette import Palette
from convex_lint.source import Source, Span


def frame(text: str, start: int, end: int, *, width: int = 80, message: str = "", lines: int = 4) -> list[str]:
    """`start` and `end` count characters."""
    source = Source("a.ts", text.encode())
    span = Span("a.ts", len(text[:start].encode()), len(text[:end].encode()))
    return draw(source, Mark(span, "^", "", message, lines), Canvas(Palette(False), 2, width))


@pytest.mark.parametrize(
    ("before", "marked", "row", "carets"),
    [
        ("let a = ", "b()", " 1 | let a = b();", "   |         ^^^"),
        ("\t\tlet a = ", "b()", " 1 |         let a = b();", "   |                 ^^^"),
        ("漢字 = ", "字()", " 1 | 漢字 = 字();", "   |        ^^^^"),
        ("é漢😀 = ", "b", " 1 | é漢😀 = b;", "   |         ^"),
        ("e\u0301 = ", "b", " 1 | e\u0301 = b;", "   |     ^"),
        ("\u202ea = ", "b", " 1 | \ufffda = b;", "   |      ^"),
        ("a\x1b[31m = ", "b", " 1 | a\ufffd[31m = b;", "   |          ^"),
        ("a = ", "", " 1 | a = ;", "   |     ^"),
    ],
)
def test_carets_stand_under_the_code(before: str, marked: str, row: str, carets: str) -> None:
    text = f"{before}{marked};\nnext"
    assert frame(text, len(before), len(before) + len(marked)) == [row, carets]


def test_a_message_stands_behind_the_marks_or_wraps_under_them() -> None:
    assert frame("call()", 0, 4, message="why") == [" 1 | call()", "   | ^^^^ why"]
    assert frame("call()", 0, 4, message="one two three four five six seven eight", width=40) == [
        " 1 | call()",
        "   | ^^^^",
        "   | one two three four five six seven",
        "   | eight",
    ]


def test_every_line_of_a_short_span_is_marked_without_its_blanks() -> None:
    assert frame("x = a\n\n  .b( )  \n  .c();", 4, 23) == [
        " 1 | x = a",
        "   |     ^",
        " 2 |",
        " 3 |   .b( )",
        "   |   ^^^^^",
        " 4 |   .c();",
        "   |   ^^^^",
    ]


def test_a_long_span_shows_its_first_lines() -> None:
    text = "f({\n  a,\n  b,\n  c,\n  d,\n})"
    assert frame(text, 0, len(text), message="all of it") == [
        " 1 | f({",
        "   | ^^^",
        " 2 |   a,",
        "   |   ^^",
        " 3 |   b,",
        "   |   ^^ all of it",
        "...",
    ]
    assert frame(text, 0, len(text), message="all of it", lines=1) == [" 1 | f({", "   | ^^^ all of it"]


def test_a_span_that_ends_with_its_line_does_not_show_the_next() -> None:
    assert frame("one\ntwo\n", 0, 4) == [" 1 | one", "   | ^^^"]


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_line_ends_of_every_kind(ending: str) -> None:
    text = f"one{ending}two{ending}three"
    start = text.index("two")
    assert frame(text, start, start + 3) == [" 2 | two", "   | ^^^"]


def test_a_long_line_is_cropped_around_the_span() -> None:
    line = "a" * 300 + "TARGET" + "b" * 300
    assert frame(line, 300, 306, width=45) == [
        " 1 | …" + "a" * 10 + "TARGET" + "b" * 22 + "…",
        "   |            ^^^^^^",
    ]
    assert frame(line, 0, 3, width=45) == [" 1 | " + "a" * 39 + "…", "   | ^^^"]
    assert frame(line, 603, 606, width=45) == [" 1 | …" + "b" * 39, "   |                                      ^^^"]
    assert frame(line, 100, 606, width=45)[1].count("^") == 28


def test_a_span_past_the_end_of_the_file_is_shown_at_its_end() -> None:
    source = Source("a.ts", b"ab")
    assert draw(source, Mark(Span("a.ts", 7, 9), "^", ""), Canvas(Palette(False), 2, 80)) == [" 1 | ab", "   |   ^"]


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60), st.integers(20, 50))
def test_no_line_overruns_and_the_marked_text_stays_in_sight(text: str, start: int, length: int, room: int) -> None:
    line = cells(text)
    start = min(start, len(line))
    end = min(start + length, len(line))
    part = crop(line, start, end, room)
    assert display_width(part.text(line)) <= room
    assert part.first <= start
    assert part.column(line, start) <= room
    if start < len(line):
        assert part.first <= start < part.last
        shown = part.text(line)
        assert width_of(cells(shown)) >= part.column(line, start)


def test_help_keeps_short_code_in_one_piece() -> None:
    assert hang("Use `one two three` and then `four five`, please.", "help: ", 34) == [
        "help: Use `one two three` and then",
        "      `four five`, please.",
    ]
    assert hang("First.\n    code  stays\nLast.", "- ", 40) == ["- First.", "      code  stays", "  Last."]
