"""FINDINGS -> JSON: what `convex-lint check --format json` prints. The same input gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

from convex_lint.engine.report import Report, Result
from convex_lint.report.contract import VERSION, FindingEntry, Findings, NoticeEntry, SeverityName, place


def render_json(report: Report) -> str:
    """The report as one JSON document, ending in a line feed; ASCII, so that any terminal prints it."""
    return json.dumps(findings(report), indent=2) + "\n"


def findings(report: Report) -> Findings:
    summary = report.summary
    return {
        "version": VERSION,
        "findings": [_finding(result, report) for result in report.results],
        "notices": list(_notices(report)),
        "summary": {
            "complete": not report.failures,
            "projects": list(report.projects),
            "files": summary.files,
            "functions": summary.functions,
            "tables": summary.tables,
            "findings": len(report.results),
            "bySeverity": {
                "error": summary.by_severity.get("error", 0),
                "warning": summary.by_severity.get("warning", 0),
                "note": summary.by_severity.get("note", 0),
            },
            "byRule": dict(sorted(summary.by_rule.items())),
            "suppressed": summary.suppressed,
            "hidden": summary.hidden,
            "aside": summary.aside,
            "notFollowed": summary.not_followed,
        },
    }


def _finding(result: Result, report: Report) -> FindingEntry:
    finding = result.finding
    entry: FindingEntry = {
        "rule": result.rule,
        "severity": cast(SeverityName, result.severity.value),
        "confidence": finding.confidence.value,
        "message": finding.message,
        "help": finding.help,
        "file": finding.span.file,
        "span": place(finding.span, report.sources),
        "function": finding.function,
        "component": finding.component,
        "table": finding.table,
        "index": finding.index,
        "related": [
            {"file": label.span.file, "span": place(label.span, report.sources), "message": label.message}
            for label in finding.related
        ],
        "key": result.key,
        "cause": "|".join(result.cause),
        "swallowed": list(result.swallowed),
        "rank": result.rank,
    }
    if len(report.projects) > 1:
        entry["project"] = result.project
    return entry


def _notices(report: Report) -> Iterator[NoticeEntry]:
    for failure in report.failures:
        yield {
            "level": "error",
            "message": failure.message,
            "help": failure.help,
            "rule": failure.rule,
            "file": None,
            "span": None,
        }
    for notice in report.notices:
        yield {
            "level": "note",
            "message": notice.message,
            "help": notice.help,
            "rule": None,
            "file": notice.file or (notice.span.file if notice.span else None),
            "span": place(notice.span, report.sources) if notice.span else None,
        }
