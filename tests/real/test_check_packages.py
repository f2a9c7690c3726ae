"""`check` on published packages: it answers, its answer is JSON, and it tells clean from not clean by its exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import npm
import pytest
from test_inventory import COMPONENTS

pytestmark = pytest.mark.node


@pytest.mark.parametrize("name", COMPONENTS)
def test_check(name: str, components: dict[str, npm.Component], cli: Any) -> None:
    done = cli("check", "--format", "json", components[name].directory)
    assert done.returncode in (0, 1), done.stderr[-2000:]
    assert "Traceback" not in done.stderr
    report = json.loads(done.stdout)
    errors = [finding for finding in report["findings"] if finding["severity"] == "error"]
    assert done.returncode == bool(errors)


def test_a_package_without_functions(installation: Path, cli: Any) -> None:
    done = cli("check", installation / "packages" / "convex-helpers")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "convex" in done.stderr.lower()
