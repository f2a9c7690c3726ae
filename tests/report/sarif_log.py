"""The parts of a rendered SARIF log that tests ask for."""

from __future__ import annotations

import json
from typing import Any

from convex_lint.engine.report import Report
from convex_lint.report.sarif import render_sarif
from convex_lint.rule import Finding, Severity
from convex_lint.source import Source
from tests.report.example import report, result


def run_of(report: Report, **options: Any) -> dict[str, Any]:
    log = json.loads(render_sarif(report, **options))
    assert list(log) == ["$schema", "version", "runs"]
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def results_of(report: Report) -> list[dict[str, Any]]:
    return list(run_of(report)["results"])


def one(finding: Finding, **sources: Source) -> dict[str, Any]:
    extra = {**report().sources, **{source.path: source for source in sources.values()}}
    return results_of(report(results=(result("missing-index", Severity.WARNING, finding),), sources=extra))[0]
