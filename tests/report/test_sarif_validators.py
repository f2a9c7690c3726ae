"""The SARIF report, judged by others: the OASIS schema, and Microsoft's validator with GitHub's rules."""

from __future__ import annotations

import copy
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from convex_lint.engine.report import Report, Result
from convex_lint.excerpts import parse_lock
from convex_lint.report.sarif import render_sarif
from tests.excerpts.fixture import lock
from tests.report.example import BROKEN, RESULTS, report

pytestmark = pytest.mark.node

# What the validator would also like, each with why it is not there.
UNHEEDED = {
    "SARIF2002",  # messages by id and arguments: ours are whole sentences
    "SARIF2003",  # version control: a report knows no repository
    "SARIF2005",  # informationUri: the project has no published page yet
    "SARIF2009",  # rule ids like ABC1234: ours are words
}

MANY = tuple(
    Result(found.rule, found.severity, found.finding, found.project, f"{found.key}#{i}")
    for i in range(2, 5)
    for found in RESULTS
)
REPORTS: dict[str, Report] = {
    "findings": report(),
    "clean": report(results=()),
    "broken": BROKEN,
    "many": report(results=MANY),
    "empty": Report(),
}


@pytest.fixture(scope="session")
def package() -> Path:
    if shutil.which("npm") is None:
        message = "Node 20 with npm is needed: the validator is an npm package"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    from tests.report import multitool

    return multitool.install()


@pytest.fixture(scope="session")
def validate(package: Path) -> Callable[[Any], list[str]]:
    from tests.report import multitool

    schema = multitool.schema(package)
    validator = jsonschema.validators.validator_for(schema)(schema)
    return lambda log: [f"{error.json_path}: {error.message}" for error in validator.iter_errors(log)]


@pytest.mark.parametrize("name", REPORTS)
def test_the_oasis_schema_holds(name: str, validate: Callable[[Any], list[str]]) -> None:
    assert validate(json.loads(render_sarif(REPORTS[name], excerpts=parse_lock(lock())))) == []


def test_the_schema_that_is_used_can_fail(validate: Callable[[Any], list[str]]) -> None:
    good = json.loads(render_sarif(report()))
    for spoil in (
        lambda run: run["results"][0].update(level="purple"),
        lambda run: run["results"][0].pop("message"),
        lambda run: run["tool"]["driver"]["rules"].append(run["tool"]["driver"]["rules"][0]),
        lambda run: run["results"][0]["locations"][0]["physicalLocation"]["region"].update(startLine=0),
        lambda run: run["results"][0].update(state="accepted"),
    ):
        bad = copy.deepcopy(good)
        spoil(bad["runs"][0])
        assert validate(bad)


def test_microsofts_validator_finds_no_error(package: Path, tmp_path: Path) -> None:
    from tests.report import multitool

    log = tmp_path / "report.sarif"
    for name in ("findings", "broken"):
        log.write_text(render_sarif(REPORTS[name], excerpts=parse_lock(lock())), encoding="utf-8")
        found = [c for c in multitool.complaints(package, log, tmp_path) if c.rule not in UNHEEDED]
        assert found == []
    bad = json.loads(log.read_text(encoding="utf-8"))
    bad["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = (
        "https://a.example/b.ts"
    )
    bad["runs"][0]["results"][1]["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "/convex/a.ts"
    del bad["runs"][0]["tool"]["driver"]["rules"][0]["help"]
    log.write_text(json.dumps(bad), encoding="utf-8")
    rules = {c.rule for c in multitool.complaints(package, log, tmp_path) if c.level == "error"}
    assert rules == {"SARIF1004", "GH1005", "GH2012"}
