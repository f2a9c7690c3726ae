"""A new rule passes, as it is written, every test that rules must pass."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from convex_lint.errors import UsageError
from convex_lint.page import HEADINGS, OPTIONAL, parse_page
from convex_lint.scaffold import new_rule
from tests.cli.app import run
from tests.trees import write


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """An installed, empty rule pack."""
    write(
        tmp_path,
        {
            "stranger_rules/__init__.py": '"""A pack."""\n',
            "stranger-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n",
            "stranger-1.0.dist-info/entry_points.txt": "[convex_lint.rules]\nstranger = stranger_rules\n",
        },
    )
    return tmp_path / "stranger_rules"


def test_its_page_passes(pack: Path) -> None:
    done = run("new-rule", "cold-document", "--folder", pack)
    assert done.exit_code == 0
    assert [Path(line).name for line in done.stdout.splitlines()] == ["cold_document.py", "cold_document.md"]
    code = "from convex_lint.testing import *; check_page('cold-document'); print(rules_of('stranger_rules'))"
    checked = subprocess.run([sys.executable, "-c", code], cwd=pack.parent, capture_output=True, text=True, check=False)
    assert (checked.stdout, checked.stderr) == ("['cold-document']\n", "")


def test_its_headings_are_those_of_a_page(pack: Path) -> None:
    page = parse_page(new_rule("cold-document", pack)[1].read_text())
    assert list(page.sections) == [heading for heading in HEADINGS if heading not in OPTIONAL]
    assert page.title == "Cold document"
    assert page.summary.endswith(".")
    assert page.url
    assert page.topic


def test_its_module_keeps_the_style(pack: Path) -> None:
    module = new_rule("cold-document", pack)[0]
    for command in (["check", "--config", "pyproject.toml"], ["format", "--check", "--config", "pyproject.toml"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, str(module)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["Hot", "cold_document", "", "../x", "-x", "hot--x", "1x"])
def test_a_name_that_is_none(pack: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name"):
        new_rule(name, pack)


def test_nothing_is_overwritten(pack: Path) -> None:
    new_rule("cold-document", pack)
    with pytest.raises(UsageError, match="exists already"):
        new_rule("cold-document", pack)
    with pytest.raises(UsageError, match="no folder"):
        new_rule("cold-document", pack / "no")
