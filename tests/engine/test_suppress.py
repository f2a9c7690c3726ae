"""Comments that ignore findings: of which line they speak, and what is said of those that ignore nothing."""

from __future__ import annotations

import pytest

from convex_lint.engine.suppress import Suppression, suppressions
from convex_lint.model.project import Notice
from convex_lint.source import Source
from convex_lint.syntax.parser import parse

KNOWN = {"missing-index", "unbounded-read"}


def said(text: str, path: str = "convex/a.ts") -> list[Suppression | Notice]:
    source = Source(path, text.encode())
    return list(suppressions(parse(source), source, KNOWN))


def lines(text: str, path: str = "convex/a.ts") -> list[tuple[str, int | None]]:
    found = said(text, path)
    assert all(isinstance(item, Suppression) for item in found), found
    return [(item.rule, item.line) for item in found if isinstance(item, Suppression)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("// convex-lint-ignore missing-index: small\nf();\n", 2),
        ("f(); // convex-lint-ignore missing-index: small\ng();\n", 1),
        ("  /* convex-lint-ignore missing-index: small */\nf();\n", 2),
        ("  /* convex-lint-ignore missing-index: small */ f();\n", 1),
        ("/*\n * convex-lint-ignore missing-index: small\n */\nf();\n", 4),
        ("/** convex-lint-ignore missing-index: small */\nf();\n", 2),
        ("//convex-lint-ignore missing-index:small\nf();\n", 2),
        ("// convex-lint-ignore missing-index: small\n// and more words\nf();\n", 3),
        ("// convex-lint-ignore missing-index: small\r\nf();\r\n", 2),
        ("const a = {\n  // convex-lint-ignore missing-index: small\n  b: f(),\n};\n", 3),
    ],
)
def test_of_which_line_a_comment_speaks(text: str, line: int) -> None:
    assert lines(text) == [("missing-index", line)]


def test_in_jsx() -> None:
    text = "const a = <p>\n  {/* convex-lint-ignore missing-index: small */}\n  {f()}\n</p>;\n"
    assert lines(text, "src/A.tsx") == [("missing-index", 3)]


def test_several_rules_and_the_reason() -> None:
    text = "// convex-lint-ignore missing-index, unbounded-read: one row: a flag\nf();\n"
    assert said(text) == [Suppression(rule, 2, "one row: a flag") for rule in ("missing-index", "unbounded-read")]


def test_comments_above_one_line_add_up() -> None:
    text = "// convex-lint-ignore missing-index: a\n// convex-lint-ignore unbounded-read: b\nf();\n"
    assert lines(text) == [("missing-index", 3), ("unbounded-read", 3)]


def test_a_whole_file() -> None:
    text = '"use node";\n// convex-lint-ignore-file missing-index: generated\nimport "a";\n'
    assert said(text) == [Suppression("missing-index", None, "generated")]


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("// convex-lint-ignore missing-index\n", "no reason", "rule: reason"),
        ("// convex-lint-ignore missing-index:  \n", "no reason", "rule: reason"),
        ("/* convex-lint-ignore missing-index: */\n", "no reason", "rule: reason"),
        ("// convex-lint-ignore: because\n", "names no rule", "rule: reason"),
        ("// convex-lint-ignore missing-indices: because\n", "`missing-indices`", "Did you mean `missing-index`?"),
        ("// convex-lint-ignore zzz: because\n", "`zzz`", "`convex-lint rules`"),
        ("f();\n// convex-lint-ignore-file missing-index: late\n", "below the top", "above the first statement"),
    ],
)
def test_what_ignores_nothing_is_told(text: str, message: str, help: str) -> None:
    (notice,) = said(text)
    assert isinstance(notice, Notice)
    assert message in notice.message
    assert help in notice.help
    assert notice.span is not None
    assert notice.file == "convex/a.ts"


def test_one_unknown_rule_leaves_the_others() -> None:
    known, unknown = said("// convex-lint-ignore missing-index, zzz: because\nf();\n")
    assert isinstance(known, Suppression)
    assert isinstance(unknown, Notice)


def test_other_words_are_no_suppression() -> None:
    assert (
        said('// see convex-lint-ignore\nconst a = "convex-lint-ignore missing-index: x";\n// convex-lint is good\n')
        == []
    )
