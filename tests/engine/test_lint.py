"""The pipeline by its other door: a project in memory."""

from __future__ import annotations

import pytest

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources
from convex_lint.errors import ConfigError
from convex_lint.report.findings_json import render_json
from tests.cli.app import FILES, RULE


def test_a_project_in_memory() -> None:
    report = lint_sources(FILES)
    assert [result.rule for result in report.results] == [RULE]
    assert (report.summary.projects, report.summary.functions, report.summary.tables) == (1, 2, 1)
    assert report.summary.seconds > 0
    assert RULE in [rule.id for rule in report.rules]


def test_the_order_of_files_is_no_matter() -> None:
    assert render_json(lint_sources(FILES)) == render_json(lint_sources(dict(reversed(FILES.items()))))


def test_settings_are_validated_before_anything_is_read() -> None:
    with pytest.raises(ConfigError):
        lint_sources({}, Config(rules={RULE: {"no-such-setting": 1}}))


def test_an_empty_project_says_nothing() -> None:
    assert lint_sources({}).results == ()


def test_odd_files_do_no_harm() -> None:
    odd = {
        f"convex/{n}.ts": text for n, text in enumerate(["", "\0", "}" * 50, "export", "x" * 10_000, "`${", "\ufeff"])
    }
    report = lint_sources({**FILES, **odd})
    assert report.failures == ()
    assert [result.rule for result in report.results] == [RULE]
