"""The SARIF report: what code scanning reads of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from convex_lint import __version__
from convex_lint.engine.report import RuleInfo
from convex_lint.model.project import Notice
from convex_lint.report import sarif
from convex_lint.report.sarif import render_sarif
from convex_lint.report.sarif_fingerprints import line_hashes, own_key
from convex_lint.report.sarif_model import om, to_dict, to_json
from convex_lint.report.sarif_places import uri
from convex_lint.rule import Confidence, Finding, Label, Severity
from convex_lint.source import Source, Span
from tests.report.example import BROKEN, MESSAGES, MISSING_INDEX, NOTE, RESULTS, SCHEMA, At, at, report, result
from tests.report.sarif_log import one, results_of, run_of


def test_one_result_in_full() -> None:
    found = results_of(report())[1]
    assert found == {
        "ruleId": "missing-index",
        "ruleIndex": 0,
        "level": "warning",
        "message": {
            "text": "`messages:list` scans `messages` for one `author`. "
            'Declare `.index("by_author", ["author"])` on `messages` and read it with '
            '`.withIndex("by_author", (q) => q.eq("author", args.author))`. '
            "Related: [declare it here](1)."
        },
        "locations": [
            {
                "logicalLocations": [
                    {"fullyQualifiedName": "messages:list", "kind": "function", "name": "list"},
                ],
                "physicalLocation": {
                    "artifactLocation": {"uri": "convex/messages.ts"},
                    "contextRegion": {
                        "startLine": 3,
                        "endLine": 7,
                        "snippet": {"text": "\n".join(MESSAGES.text.split("\n")[2:7])},
                    },
                    "region": {
                        "startLine": 5,
                        "startColumn": 18,
                        "endLine": 5,
                        "endColumn": 42,
                        "snippet": {"text": 'ctx.db.query("messages")'},
                    },
                },
            }
        ],
        "partialFingerprints": {
            "convexLint/v1": own_key("missing-index:messages:list:messages:author"),
            "primaryLocationLineHash": line_hashes(MESSAGES.text)[4],
        },
        "properties": {
            "confidence": "high",
            "key": "missing-index:messages:list:messages:author",
            "table": "messages",
        },
        "rank": 39.4,
        "relatedLocations": [
            {
                "id": 1,
                "message": {"text": "declare it here"},
                "physicalLocation": {
                    "artifactLocation": {"uri": "convex/schema.ts"},
                    "region": {
                        "startLine": 2,
                        "startColumn": 3,
                        "endLine": 2,
                        "endColumn": 24,
                        "snippet": {"text": "messages: defineTable"},
                    },
                },
            }
        ],
    }


def test_links_lead_to_related_places_whatever_their_words() -> None:
    unbounded = results_of(report())[0]
    assert unbounded["message"]["text"].endswith(
        "Related: [clients keep this \\[open\\]](1), [read here too](2). Confidence: medium."
    )
    for found in results_of(report()):
        linked = [int(number) for number in re.findall(r"\]\((\d+)\)", found["message"]["text"])]
        assert linked == [place["id"] for place in found.get("relatedLocations", [])]


def test_words_that_look_like_a_link_are_none() -> None:
    found = one(Finding(at(MESSAGES, "ctx"), "Read `rows[0](1)`.", "", key=["a"]))
    assert found["message"]["text"] == "Read `rows[0] (1)`."


def test_columns_are_utf16_code_units() -> None:
    run = run_of(report())
    assert run["columnKind"] == "utf16CodeUnits"
    wide = Source("convex/wide.ts", 'const s = "é漢😀"; const n = ctx.db.query("t").collect();\n'.encode())
    found = one(Finding(at(wide, 'ctx.db.query("t")'), "A.", "", key=["a"]), wide=wide)
    region = found["locations"][0]["physicalLocation"]["region"]
    # 27 characters stand before it, one of them two UTF-16 units; in UTF-8 they are 33 bytes.
    assert wide.data.index(b"ctx") == 33
    assert (region["startColumn"], region["endColumn"]) == (29, 46)


def test_uris_are_relative_and_escaped() -> None:
    found = results_of(report())[2]
    location = found["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": "convex/wide%20(%C3%A9)/a%3Ab.ts"}
    assert uri("app/[id]/a b#c?d%.ts") == "app/%5Bid%5D/a%20b%23c%3Fd%25.ts"


def test_every_rule_is_described_whether_it_fired_or_not() -> None:
    driver = run_of(report())["tool"]["driver"]
    assert driver["name"] == "convex-lint"
    assert driver["version"] == driver["semanticVersion"] == __version__
    assert [rule["id"] for rule in driver["rules"]] == [
        "missing-index",
        "never-fired",
        "small-remark",
        "unbounded-read",
    ]
    assert driver["rules"][3] == {
        "id": "unbounded-read",
        "name": "UnboundedRead",
        "defaultConfiguration": {"level": "error"},
        "fullDescription": {"text": "Unbounded read, in one sentence."},
        "help": {
            "text": "Unbounded read, in one sentence.\n\nBecause.\n\n"
            "See https://docs.convex.dev/database/reading-data/indexes/.",
            "markdown": "# Unbounded read\n\nUnbounded read, in one sentence.\n\n## Why\n\nBecause.\n",
        },
        "helpUri": "https://docs.convex.dev/database/reading-data/indexes/",
        "properties": {"precision": "high", "problem.severity": "error", "tags": ["performance", "convex"]},
        "shortDescription": {"text": "Unbounded read."},
    }
    # "warning" is the schema's default, but said: left out, it would mean the same only by luck.
    assert driver["rules"][0]["defaultConfiguration"] == {"level": "warning"}


def test_descriptions_keep_to_githubs_limit() -> None:
    rule = RuleInfo("x", "T" * 2000, "S " * 2000, Severity.NOTE, tuple(f"t{i}" for i in range(30)), "")
    (described,) = run_of(report(results=(), rules=(rule,)))["tool"]["driver"]["rules"]
    assert len(described["shortDescription"]["text"]) == 1024
    assert len(described["fullDescription"]["text"]) == 1024
    assert len(described["properties"]["tags"]) == 10
    assert described["help"]["text"]


@pytest.mark.parametrize("severity", [Severity.ERROR, Severity.WARNING, Severity.NOTE])
def test_the_level_is_always_said(severity: Severity) -> None:
    assert results_of(report(results=(result("missing-index", severity, MISSING_INDEX),)))[0]["level"] == severity.value


def test_a_clean_run_closes_alerts() -> None:
    run = run_of(report(results=()))
    assert run["results"] == []
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": 0}]


def test_the_invocation_tells_what_went_wrong() -> None:
    (invocation,) = run_of(BROKEN)["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 3
    failure, syntax, schema, followed = invocation["toolExecutionNotifications"]
    assert failure == {
        "level": "error",
        "message": {
            "text": "An internal error (KeyError) stopped the rule `hot-document`; the rest of the run went on."
        },
        "associatedRule": {"id": "hot-document"},
        "descriptor": {"id": "internal-error"},
        "exception": {"kind": "KeyError"},
    }
    assert syntax["message"]["text"] == "This file has syntax errors. Repair it."
    assert syntax["locations"][0]["physicalLocation"]["region"]["startColumn"] == 35
    assert schema == {
        "level": "note",
        "message": {"text": "There is no schema in `convex`."},
        "descriptor": {"id": "notice"},
    }
    assert "3 places" in followed["message"]["text"]


def test_a_notice_and_its_help_are_sentences() -> None:
    notices = (Notice("syntax error: `{` is never closed", help="The rest is analysed."),)
    (notice,) = run_of(report(notices=notices))["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"] == "syntax error: `{` is never closed. The rest is analysed."


def test_the_exit_code_is_that_of_the_process() -> None:
    assert run_of(report())["invocations"][0]["exitCode"] == 1
    assert run_of(report(), exit_code=0)["invocations"][0]["exitCode"] == 0


@pytest.mark.parametrize(
    ("projects", "category", "id"),
    [
        (("",), None, "convex-lint/"),
        (("apps/web",), None, "convex-lint/apps/web/"),
        (("apps/web", "apps/api"), None, "convex-lint/"),
        (("apps/web",), "nightly", "convex-lint/nightly/"),
        (("apps/web",), "", "convex-lint/"),
    ],
)
def test_the_category_ends_in_a_slash(projects: tuple[str, ...], category: str | None, id: str) -> None:
    assert run_of(report(projects=projects), category=category)["automationDetails"] == {"id": id}


def test_more_results_than_code_scanning_takes_are_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sarif.RESULTS == 25_000
    monkeypatch.setattr(sarif, "RESULTS", 2)
    run = run_of(report())
    assert len(run["results"]) == 2
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["level"] == "warning"
    assert told["message"]["text"].startswith("1 of 3 results were left out")


def test_related_places_are_unique_and_as_many_as_are_kept() -> None:
    labels = [Label(At(Span(SCHEMA.path, i // 2, i // 2 + 1)), "here") for i in range(60)] * 5
    more = [Label(At(Span(MESSAGES.path, i, i + 1)), "there") for i in range(120)]
    found = one(Finding(at(MESSAGES, "ctx"), "A hub.", "", key=["a"], related=[*labels, *more]))
    places = found["relatedLocations"]
    assert len(places) == 100
    assert len({json.dumps({**place, "id": 0}) for place in places}) == 100
    assert "[there](100), and 50 more." in found["message"]["text"]


def test_a_huge_span_is_not_copied() -> None:
    big = Source("convex/big.ts", b"x" * 10_000 + b"\n")
    found = one(Finding(At(Span("convex/big.ts", 0, 9_000)), "Big.", "", key=["a"]), big=big)
    assert found["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "convex/big.ts"},
        "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 9001},
    }


def test_a_context_is_more_than_its_region() -> None:
    whole = Source("convex/one.ts", b"one")
    found = one(Finding(At(Span("convex/one.ts", 0, 3)), "All.", "", key=["a"]), whole=whole)
    assert "contextRegion" not in found["locations"][0]["physicalLocation"]


def test_a_file_that_is_gone_still_has_a_place() -> None:
    found = one(Finding(At(Span("convex/gone.ts", 1, 2)), "Gone.", "", key=["a"]))
    assert found["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "convex/gone.ts"}}}]
    assert list(found["partialFingerprints"]) == ["convexLint/v1"]


def test_the_same_report_gives_the_same_bytes() -> None:
    assert render_sarif(BROKEN) == render_sarif(BROKEN)
    assert render_sarif(report()) == render_sarif(report(sources=dict(reversed(report().sources.items()))))
    slower = report(summary=BROKEN.summary)
    assert "2.5" not in render_sarif(slower)


def test_text_that_is_no_unicode_is_repaired() -> None:
    odd = report(results=(), notices=(Notice("half \ud83d é"),))
    text = render_sarif(odd)
    assert text.encode().decode() == text
    assert "half \ufffd é" in text


def test_a_low_confidence_is_said() -> None:
    finding = Finding(NOTE.place, "A.", "", key=["a"], confidence=Confidence.LOW)
    assert one(finding)["message"]["text"] == "A. Confidence: low."


def test_the_walker_knows_what_it_writes() -> None:
    assert to_dict(om.Suppression(kind="inSource", state="accepted")) == {"kind": "inSource", "status": "accepted"}
    assert to_dict(om.Result(message=om.Message(text="m"), level="warning")) == {
        "level": "warning",
        "message": {"text": "m"},
    }
    with pytest.raises(TypeError, match=r"^\$\.properties\.tags: set has no form in SARIF$"):
        to_dict(om.Run(tool=None, properties={"tags": {1, 2}}))
    with pytest.raises(TypeError, match=r"^\$\.properties: the key 1 is no string$"):
        to_dict(om.Run(tool=None, properties={1: 2}))
    with pytest.raises(ValueError, match="Out of range float"):
        to_json(om.SarifLog(runs=[], version="2.1.0", properties={"x": float("nan")}))


def test_sarif_om_is_loaded_by_nothing_else() -> None:
    code = "import sys, convex_lint.report.terminal; print('sarif_om' in sys.modules, 'convex_lint.excerpts' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"


def test_the_example_is_what_these_tests_think() -> None:
    assert [r.severity for r in RESULTS] == [Severity.ERROR, Severity.WARNING, Severity.NOTE]


def test_a_name_that_only_repeats_the_id_is_left_out() -> None:
    rule = RuleInfo("remark", "Remark", "A remark.", Severity.NOTE, (), "")
    (described,) = run_of(report(results=(), rules=(rule,)))["tool"]["driver"]["rules"]
    assert "name" not in described
