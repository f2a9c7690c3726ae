"""How the command is started."""

from __future__ import annotations

import subprocess
import sys

from tests.command import ROOT, convex_lint


def test_the_package_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "convex_lint", "--version"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, convex_lint("--version").stdout)
