"""From findings to a report: order, keys, severities, comments, confidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from convex_lint.engine.registry import Installed, Ready
from convex_lint.engine.report import Report
from convex_lint.engine.settle import Examined, settle
from convex_lint.model.project import Notice, Project, Unfollowed
from convex_lint.program.program import Modules, Program, Resolution
from convex_lint.rule import Confidence, Finding, Rule, Severity
from convex_lint.source import Source, Span
from convex_lint.syntax.parser import parse

TEXT = "a();\nb();\nc(); // convex-lint-ignore first: known\n// convex-lint-ignore second\n"


class First(Rule):
    def check(self, backend: Any) -> Iterator[Finding]:
        yield from ()


class Second(First):
    pass


@dataclass(frozen=True)
class At:
    span: Span


def ready(id: str, severity: Severity | None = None) -> Ready:
    """A rule that is installed, with a page; its check is not asked here."""
    rule = Installed(id, "test", f"{__name__}.{id}", f"{id}.md")
    type_ = {"first": First, "second": Second}[id]
    rule.__dict__["type"] = type_
    from convex_lint.page import parse_page

    rule.__dict__["page"] = parse_page(f"# {id}\n\nOne.\n")
    return Ready(rule, type_(severity=severity))


def finding(line: int, *key: str, file: str = "convex/a.ts", **changes: Any) -> Finding:
    start = (line - 1) * 5
    return Finding(At(Span(file, start, start + 3)), f"`{key}`.", "Do.", key=key or ("k",), **changes)


def report(
    *findings: tuple[str, Finding],
    texts: Mapping[str, str] | None = None,
    min_confidence: Confidence = Confidence.LOW,
    severity: Severity | None = None,
    root: str = "",
) -> Report:
    rules = {id: ready(id, severity) for id in ("first", "second")}
    examined = [one([(rules[id], found) for id, found in findings], texts or {"convex/a.ts": TEXT}, root)]
    return settle(examined, list(rules.values()), (), set(rules), min_confidence)


def one(findings: Sequence[tuple[Ready, Finding]], texts: Mapping[str, str], root: str) -> Examined:
    sources = {path: Source(path, text.encode()) for path, text in texts.items()}
    modules = Modules(sources, parse)
    for path in sources:
        assert modules[path].issues == ()
    program = Program(root, (), modules, (), lambda file, name: Resolution(), notices=(Notice("Twice."),))
    lost = Unfollowed(Span("convex/a.ts", 0, 1), "callee")
    project = Project(root, (), {}, (), (), (), (), (lost, lost), (Notice("Twice."), Notice("Once.")), sources)
    return Examined(program, project, findings)


def keys(report: Report) -> list[str]:
    return [result.key for result in report.results]


def test_order_is_severity_then_confidence_then_place() -> None:
    found = report(
        ("first", finding(2, "b")),
        ("second", finding(1, "z", confidence=Confidence.LOW)),
        ("first", finding(2, "n", severity=Severity.NOTE)),
        ("second", finding(1, "a")),
        ("first", finding(2, "e", severity=Severity.ERROR)),
    )
    assert keys(found) == ["first|e", "second|a", "first|b", "second|z", "first|n"]
    assert found.summary.by_severity == {"error": 1, "warning": 3, "note": 1}
    assert found.summary.by_rule == {"first": 3, "second": 2}


def test_the_order_in_which_rules_speak_is_no_matter() -> None:
    said = [("first", finding(1, "a")), ("second", finding(1, "a")), ("first", finding(2, "a"))]
    assert keys(report(*said)) == keys(report(*reversed(said))) == ["first|a", "second|a", "first|a|2"]


def test_the_same_finding_twice_is_one() -> None:
    assert keys(report(("first", finding(1)), ("first", finding(1)))) == ["first|k"]


def test_one_key_at_two_places_is_two_keys() -> None:
    assert keys(report(("first", finding(2)), ("first", finding(1)))) == ["first|k", "first|k|2"]


def test_a_key_names_the_project() -> None:
    assert keys(report(("first", finding(1)), root="apps/web")) == ["first|apps/web|k"]


def test_a_place_that_several_projects_share_is_told_once_where_it_matters_most() -> None:
    rules = {id: ready(id) for id in ("first", "second")}
    slight = finding(1, "k", severity=Severity.NOTE)
    texts = {"convex/a.ts": TEXT}
    examined = [
        one([(rules["first"], slight), (rules["second"], finding(1, "k"))], texts, "apps/a"),
        one([(rules["first"], finding(1, "k")), (rules["first"], finding(1, "other"))], texts, "apps/b"),
    ]
    found = settle(examined, list(rules.values()), (), set(rules), Confidence.LOW)
    assert keys(found) == ["first|apps/b|k", "first|apps/b|other", "second|apps/a|k"]
    assert found.summary.by_rule == {"first": 2, "second": 1}


def test_a_configured_severity_replaces_the_rules_own_and_caps_the_findings() -> None:
    findings = (("first", finding(1)), ("first", finding(2, severity=Severity.NOTE)))
    assert [r.severity for r in report(*findings).results] == ["warning", "note"]
    assert [r.severity for r in report(*findings, severity=Severity.ERROR).results] == ["error", "note"]
    loud = ("first", finding(1, severity=Severity.ERROR))
    assert [r.severity for r in report(loud, severity=Severity.NOTE).results] == ["note"]


def test_comments_suppress_the_rule_that_they_name_on_their_line() -> None:
    found = report(("first", finding(3)), ("second", finding(3)), ("first", finding(2)))
    assert keys(found) == ["first|k", "second|k"]
    assert [(r.key, r.suppression) for r in found.suppressed] == [("first|k|2", "known")]
    assert found.summary.suppressed == 1
    assert any("no reason" in notice.message for notice in found.notices)


def test_a_whole_file_can_be_ignored() -> None:
    texts = {"convex/a.ts": "// convex-lint-ignore-file first: generated\na();\n", "convex/b.ts": "b();\n"}
    found = report(("first", finding(2)), ("first", finding(1, file="convex/b.ts")), texts=texts)
    assert [r.finding.span.file for r in found.results] == ["convex/b.ts"]


def test_what_is_less_sure_than_asked_is_counted() -> None:
    low = ("first", finding(1, confidence=Confidence.LOW))
    found = report(low, ("second", finding(1)), min_confidence=Confidence.MEDIUM)
    assert keys(found) == ["second|k"]
    assert found.summary.hidden == 1


def test_notices_and_lost_places_are_said_once() -> None:
    found = report()
    assert [notice.message for notice in found.notices if notice.span is None] == ["Once.", "Twice."]
    assert found.summary.not_followed == len(found.unfollowed) == 1


def test_the_exit_code() -> None:
    found = report(("first", finding(1)))
    codes = [found.exit_code(severity) for severity in (Severity.ERROR, Severity.WARNING, Severity.NOTE, None)]
    assert codes == [0, 1, 1, 0]
