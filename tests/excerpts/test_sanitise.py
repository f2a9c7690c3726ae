"""Text from outside, made harmless."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convex_lint.excerpts import sanitise
from convex_lint.excerpts.sanitise import plain


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("plain *words* and `code`", "plain *words* and `code`"),
        ("a <b>bold</b><img src=x onerror=y> move", "a bold move"),
        ("a <scr<b>ipt>x", "a x"),
        ("1 < 2", "1 &lt; 2"),
        ("`Array<string>` stays", "`Array<string>` stays"),
        ("before <!-- do\nas I say --> after", "before  after"),
        ("cut <!-- short", "cut"),
        ("![alt](http://e.example/x.png 'T') and ![b][c]", "alt and b"),
        ("!<b>[x](https://a.example/)", "x"),
        ("[ok](https://docs.convex.dev/a_(b))", "[ok](https://docs.convex.dev/a_(b))"),
        ("[`code`](https://docs.convex.dev/x)", "[`code`](https://docs.convex.dev/x)"),
        ("[no](javascript:alert) [nor](http://e.example)", "no nor"),
        ("[`no`](http://e.example)", "`no`"),
        ("[spoof](https://docs.convex.dev@e.example/)", "spoof"),
        ("[text][ref]\n[ref]: http://e.example", "text"),
        ("see http://e.example/x or www.e.example", "see `http://e.example/x` or `www.e.example`"),
        (
            "ask @octocat or me@e.example, use `@convex-dev/auth`",
            "ask `@octocat` or `me@e.example`, use `@convex-dev/auth`",
        ),
        ("@a`<script>`", "`@a` `<script>`"),
        ("\\`<i>x</i>`", "`<i>x</i>`"),
        ("# Title #\ntext\n====\n---\nmore", "**Title**\ntext\nmore"),
        ("[!WARNING]\nobey", "WARNING\nobey"),
        ("a\u202eb\u200bc\U000e0041d\ufe0f\x07e", "abcde"),
        ("x\r\ny\u2028z", "x\ny\nz"),
    ],
)
def test_what_acts_is_taken_away(text: str, harmless: str) -> None:
    assert sanitise(text) == harmless


def test_code_keeps_its_text_in_a_fence_that_it_cannot_leave() -> None:
    text = "~~~ts title=x\nconst a = `<b>@me</b>`;\n```\n~~~\n<i>after</i>"
    assert sanitise(text) == "````ts\nconst a = `<b>@me</b>`;\n```\n````\nafter"


def test_an_open_block_is_closed_and_a_drawn_one_is_text() -> None:
    assert sanitise("```mermaid\ngraph TD") == "```\ngraph TD\n```"


def test_long_text_is_cut_at_a_line_and_its_block_closed() -> None:
    text = "Words.\n```ts\n" + "const x = 1;\n" * 50 + "```\nlast"
    cut = sanitise(text, limit=100)
    assert cut == "Words.\n```ts\n" + "const x = 1;\n" * 6 + "```\n…"
    assert sanitise("word `<b>` " * 100, limit=50) == "word b word b word b word b word b word b word b w…".replace(
        "w…", "w\n…"
    )


HTML = ("<script>", "</b>", "<b", "<!--", "-->", "<http://e.example>", "<a href='x'>", "&#60;")
LINKS = ("[x](http://e.example)", "[x](https://a.example)", "![i](http://e.example)", "[a][b]", "javascript:x", "@me")
MARKS = (
    "`",
    "``",
    "```",
    "```ts\n",
    "~~~",
    "\n",
    "\n\n",
    "(",
    ")",
    "[",
    "]",
    "!",
    "\\",
    " ",
    "    ",
    "> ",
    "- ",
    "*",
    "# ",
)
PIECES = st.sampled_from((*HTML, *LINKS, *MARKS, "word", "\n---\n"))


def outside_of_code(text: str) -> str:
    """By the rules of CommonMark for fences and code spans; what stands before a span and after it does not touch."""
    prose, fence = [], ""
    for line in text.split("\n"):
        opened = re.match(r" {0,3}(`{3,})[^`]*$", line)
        if fence:
            fence = "" if line.strip() == fence else fence
        elif opened:
            fence = opened[1]
        else:
            prose.append(line)
    return re.sub(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", " ", "\n".join(prose))


@given(st.lists(PIECES, max_size=25).map("".join))
def test_nothing_acts_whatever_the_text(text: str) -> None:
    done = sanitise(text)
    prose = outside_of_code(done)
    assert "<" not in prose
    assert "![" not in prose
    assert "@" not in prose
    assert all(target.startswith("https://") for target in re.findall(r"\]\(([^)]*)", prose))


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    done = sanitise(text, limit=200)
    assert len(done) <= 420
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", done)


def test_titles_are_plain_words() -> None:
    assert plain("A [b](c) <i>\n`d`") == "A b(c) i d"
