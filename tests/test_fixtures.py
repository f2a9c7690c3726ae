"""The fixture apps: each has a golden report, and the repaired twins are silent."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.command import ROOT, convex_lint

FIXTURES = ROOT / "fixtures"
APPS = sorted(path.name for path in FIXTURES.iterdir() if path.is_dir())
FIRST_RULES = {
    "missing-index",
    "ignored-index",
    "redundant-index",
    "unbounded-read",
    "broad-subscription",
    "scan-before-write",
}


def copy_of(app: str, folder: Path) -> Path:
    """A copy outside of any repository, so that paths in reports are those of the app."""
    return Path(shutil.copytree(FIXTURES / app, folder / app, ignore=shutil.ignore_patterns("expected.json")))


def checked(app: Path) -> dict[str, Any]:
    done = convex_lint("check", "--format", "json", "--fail-on", "never", cwd=app)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    report["summary"].pop("seconds", None)
    return report


def golden(app: str) -> dict[str, Any]:
    return dict(json.loads((FIXTURES / app / "expected.json").read_text("utf-8")))


@pytest.mark.parametrize("app", APPS)
def test_the_report_is_the_golden_one(app: str, tmp_path: Path, regenerate: bool) -> None:
    report = checked(copy_of(app, tmp_path))
    if regenerate:
        text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
        (FIXTURES / app / "expected.json").write_text(text, "utf-8")
    assert report == golden(app)


@pytest.mark.parametrize("app", APPS)
def test_the_readme_names_the_app(app: str) -> None:
    assert f"| `{app}` |" in (FIXTURES / "README.md").read_text("utf-8")


@pytest.mark.parametrize("app", [app for app in APPS if app.endswith("-repaired")])
def test_a_repaired_twin_is_silent(app: str) -> None:
    assert golden(app)["findings"] == []
    assert golden(app.removesuffix("-repaired"))["findings"] != []


@pytest.mark.parametrize("app", [app for app in APPS if app.endswith("-repaired")])
def test_a_repaired_twin_has_the_functions_of_its_original(app: str) -> None:
    def functions(name: str) -> set[tuple[str, str, str, str]]:
        facts = json.loads(convex_lint("facts", str(FIXTURES / name)).stdout)
        return {(f["component"], f["path"], f["kind"], f["visibility"]) for f in facts["functions"]}

    original = functions(app.removesuffix("-repaired"))
    assert original
    assert functions(app) == original


def test_chat_has_the_problems_of_the_first_rules() -> None:
    findings = golden("chat")["findings"]
    assert {rule for finding in findings for rule in (finding["rule"], *finding["swallowed"])} >= FIRST_RULES


def test_a_broken_file_is_a_notice_and_the_rest_is_analysed() -> None:
    report = golden("broken-syntax")
    assert any(notice["file"] == "convex/unfinished.ts" for notice in report["notices"])
    assert any(finding["file"] == "convex/jobs.ts" for finding in report["findings"])


def test_a_missing_schema_is_said_once() -> None:
    notices = [notice for notice in golden("no-schema")["notices"] if "schema" in notice["message"]]
    assert len(notices) == 1


def test_both_projects_of_a_monorepo_are_found() -> None:
    files = {finding["file"] for finding in golden("monorepo")["findings"]}
    assert any(file.startswith("apps/notes/server/functions/") for file in files)
    assert any(file.startswith("apps/board/convex/") for file in files)
