"""Runs a rule's page as a test, for the bundled rules and for other people's rule packs.

@pytest.mark.parametrize("rule", rules_of("my_pack"))
def test_page(rule: str) -> None:
    check_page(rule)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources
from convex_lint.engine.registry import installed, lookup
from convex_lint.engine.report import Report
from convex_lint.page import Example, Mark
from convex_lint.source import Source, Span, utf16_length
from convex_lint.syntax.parser import parse


class Shown(NamedTuple):
    """A span as a page can mark it: the part of it on its first line, in 1-based UTF-16 columns, `end` exclusive."""

    file: str
    line: int
    start: int
    end: int
    message: str


def rules_of(package: str | None = None) -> list[str]:
    """The ids of the installed rules, or of those in one package."""
    return [id for id, rule in installed().items() if package is None or rule.module.rpartition(".")[0] == package]


def check_page(rule: str) -> None:
    """Runs the examples of the page of `rule`, with that rule alone. Raises AssertionError with what was expected and
    what was found: a finding that no `^^^` marks, a mark that no finding meets, a `---` that no related label meets, a
    Bad example that marks nothing, a Good one that does, code that does not parse."""
    page = lookup(rule).page
    wrong = [f"the page has no example under `## {name}`" for name in ("Bad", "Good") if not _has(name, page.examples)]
    for example in page.examples:
        wrong += [f"{example.name} (line {example.page_line}): {line}" for line in check_example(rule, example)]
    if wrong:
        raise AssertionError(f"{lookup(rule).page_name}:\n" + "\n".join(wrong))


def check_example(rule: str, example: Example) -> list[str]:
    """What is wrong with one example, a line each; empty when it says what the rule says."""
    expected = [mark for mark in example.marks if not mark.related]
    wrong = []
    if example.section == "Bad" and not expected:
        wrong.append("a bad example marks at least one place with `^^^`")
    if example.section == "Good" and example.marks:
        wrong.append("a good example marks nothing")
    report = lint_sources(example.files, Config(select=(rule,)))
    wrong += [failure.message + " " + failure.help for failure in report.failures]
    for path, text in example.files.items():
        wrong += [f"{path}: syntax error: {issue.message}" for issue in parse(Source(path, text.encode())).issues]
    found = [shown(result.finding.span, result.finding.message, report) for result in report.results]
    labels = {shown(label.span, label.message, report) for r in report.results for label in r.finding.related}
    missing = list(expected)
    for one in found:
        met = next((mark for mark in missing if meets(one, mark)), None)
        if met is not None:
            missing.remove(met)
        else:
            wrong.append("not expected: " + _drawn(one, "^", report))
    wrong += [f"expected in page line {mark.page_line}, not found: {_describe(mark)}" for mark in missing]
    for mark in example.marks:
        if mark.related and not any(meets(label, mark) for label in labels):
            wrong.append(f"expected in page line {mark.page_line}, no related label: {_describe(mark)}")
            wrong += [
                "  a label is: " + _drawn(label, "-", report) for label in sorted(labels) if label.file == mark.file
            ]
    return wrong


def shown(span: Span, message: str, report: Report) -> Shown:
    source = report.sources.get(span.file) or Source(span.file, b"")
    start, end = source.position(span.start), source.position(span.end)
    last = end.column if end.line == start.line else utf16_length(source.line(start.line).rstrip()) + 1
    return Shown(span.file, start.line, start.column, last, message)


def meets(one: Shown, mark: Mark) -> bool:
    return one[:4] == mark[:4] and mark.message in one.message


def _has(section: str, examples: Iterable[Example]) -> bool:
    return any(example.section == section for example in examples)


def _describe(mark: Mark) -> str:
    return f"{mark.file}, columns {mark.start} to {mark.end - 1}: {mark.message}"


def _drawn(one: Shown, sign: str, report: Report) -> str:
    """The line and the mark that would meet it, ready to be copied into the page."""
    source = report.sources.get(one.file) or Source(one.file, b"")
    line = source.line(one.line)
    pad = " " * len(_prefix(line, one.start))
    pad = "//" + pad[2:] if len(pad) >= 2 else pad
    return f"{one.file}, line {one.line}:\n{line}\n{pad}{sign * max(one.end - one.start, 1)} {one.message}"


def _prefix(line: str, column: int) -> str:
    """The text before a 1-based UTF-16 column."""
    for length in range(len(line) + 1):
        if utf16_length(line[:length]) >= column - 1:
            return line[:length]
    return line
