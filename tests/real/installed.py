"""Fixtures: the installed npm packages, once a session, and the command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import npm
import pytest

LAUNCH = "import sys; from convex_lint.cli import run; sys.argv[0] = 'convex-lint'; run()"


@pytest.fixture(scope="session")
def installation() -> Path:
    if shutil.which("npm") is None:
        message = "Node 20 with npm is needed: the tests read, import and run published packages"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return npm.install()


@pytest.fixture(scope="session")
def components(installation: Path) -> dict[str, npm.Component]:
    return {component.name: component for component in npm.components(installation)}


class Cli:
    """Runs `convex-lint` as a user does: a process of its own, the exit code and both streams."""

    def __call__(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", LAUNCH, *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def json(self, *arguments: str | Path) -> Any:
        done = self(*arguments)
        assert done.returncode == 0, f"exit {done.returncode}\n{done.stderr[-2000:]}"
        return json.loads(done.stdout)


@pytest.fixture(scope="session")
def cli() -> Cli:
    return Cli()
