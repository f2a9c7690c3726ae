"""The import contracts of pyproject.toml hold, and each of them can break."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import ROOT


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    # not the `lint-imports` script: run from the folder, so that its packages are found before the installed ones
    code = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the packages and the contracts, to be spoilt."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "convex_lint", tmp_path / "convex_lint", ignore=ignored)
    shutil.copytree(ROOT / "rules", tmp_path / "convex_lint_rules", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_import_contracts_hold(house: Path) -> None:
    done = contracts(house)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("convex_lint/newcomer.py", "", "layers only look down"),
        ("convex_lint/model/newcomer.py", "import convex_lint.engine.report", "layers only look down"),
        ("convex_lint/interpret/newcomer.py", "import tree_sitter", "one door to tree-sitter"),
        ("convex_lint/analysis/newcomer.py", "import networkx", "one door to networkx"),
        ("convex_lint/report/newcomer.py", "import sarif_om", "one door to sarif-om"),
        ("convex_lint/engine/newcomer.py", "import click", "one door to click"),
        ("convex_lint_rules/newcomer.py", "import convex_lint.syntax.tree", "rules import public names only"),
    ],
)
def test_the_import_contracts_can_break(house: Path, file: str, line: str, contract: str) -> None:
    (house / file).write_text(f'"""A newcomer."""\n\n{line}\n', "utf-8")
    done = contracts(house)
    assert done.returncode != 0
    assert re.search(rf"^{contract}.* BROKEN", done.stdout, re.MULTILINE), done.stdout
