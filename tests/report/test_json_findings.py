"""The findings as JSON keep their contract."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from convex_lint.report.contract import Findings
from convex_lint.report.findings_json import render_json
from convex_lint.report.json_schema import schema_of
from tests.report import example


def rendered(report: Any) -> dict[str, Any]:
    text = render_json(report)
    assert text.endswith("}\n")
    document: dict[str, Any] = json.loads(text)
    jsonschema.Draft202012Validator(schema_of(Findings)).validate(document)
    return document


def test_a_finding() -> None:
    document = rendered(example.report())
    assert document["version"] == 1
    assert document["findings"][1] == {
        "rule": "missing-index",
        "severity": "warning",
        "confidence": "high",
        "message": "`messages:list` scans `messages` for one `author`.",
        "help": 'Declare `.index("by_author", ["author"])` on `messages` and read it with '
        '`.withIndex("by_author", (q) => q.eq("author", args.author))`.',
        "file": "convex/messages.ts",
        "span": {"startLine": 5, "startColumn": 18, "endLine": 5, "endColumn": 42},
        "function": "messages:list",
        "component": "",
        "table": "messages",
        "index": None,
        "related": [
            {
                "file": "convex/schema.ts",
                "span": {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 24},
                "message": "declare it here",
            }
        ],
        "key": "missing-index:messages:list:messages:author",
        "cause": "missing-index|messages:list|messages|author",
        "swallowed": [],
        "rank": 39.4,
    }


def test_columns_count_utf16_code_units() -> None:
    note = rendered(example.report())["findings"][2]
    line = example.WIDE.line(1)
    start = len(line[: line.index("query")].encode("utf-16-le")) // 2 + 1
    assert note["span"] == {"startLine": 1, "startColumn": start, "endLine": 1, "endColumn": start + len('query("t")')}


def test_notices_and_failures() -> None:
    document = rendered(example.BROKEN)
    failure, broken, schema = document["notices"]
    assert (failure["level"], failure["rule"]) == ("error", "hot-document")
    assert "convex-lint-crash.log" in failure["help"]
    assert (broken["level"], broken["file"], broken["span"]["startLine"]) == ("note", "convex/schema.ts", 2)
    assert (schema["file"], schema["span"]) == (None, None)
    summary = document["summary"]
    assert (summary["complete"], summary["suppressed"], summary["hidden"], summary["notFollowed"]) == (False, 1, 2, 3)


def test_a_clean_run() -> None:
    document = rendered(example.report(results=()))
    assert document["findings"] == []
    assert document["summary"]["complete"] is True
    assert document["summary"]["bySeverity"] == {"error": 0, "warning": 0, "note": 0}


def test_several_projects_are_named() -> None:
    results = tuple(replace(result, project="apps/web") for result in example.RESULTS)
    document = rendered(example.report(results=results, projects=("apps/admin", "apps/web")))
    assert {finding["project"] for finding in document["findings"]} == {"apps/web"}
    assert document["summary"]["projects"] == ["apps/admin", "apps/web"]
    assert "project" not in rendered(example.report())["findings"][0]


def test_time_stays_out_so_that_two_runs_give_the_same_bytes() -> None:
    first = example.report()
    later = replace(first, summary=replace(first.summary, seconds=9.0))
    assert render_json(first) == render_json(later)
    assert render_json(first).isascii()


def test_the_schema_sees_what_does_not_belong() -> None:
    document = rendered(example.report())
    document["findings"][0]["extra"] = 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema_of(Findings)).validate(document)
