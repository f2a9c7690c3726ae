"""CI fails on a test that is skipped, unless the list in conftest.py allows it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import ROOT

SUITE = """\
import pytest

def test_runs():
    pass

@pytest.mark.skipif(True, reason="no moon")
def test_does_not():
    raise AssertionError
"""


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_a_skip_fails_in_ci_only(ci: str, code: int, tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_suite.py").write_text(SUITE, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "CI": ci}, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout
    assert ("test_suite.py::test_does_not" in done.stdout) == bool(ci)
    assert "1 passed, 1 skipped" in done.stdout.splitlines()[-1]
