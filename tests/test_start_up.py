"""Start-up time is part of the product: a command loads only what it needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.command import ROOT

HEAVY = ("networkx", "sarif_om", "pydantic", "tree_sitter")


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--version"], HEAVY),
        (["--help"], HEAVY),
        (["check", "--help"], HEAVY),
        (["rules", "--help"], HEAVY),
        (["explain", "missing-index"], HEAVY),
        (["rules"], ("networkx", "sarif_om", "tree_sitter")),
        (["facts", "fixtures/no-schema"], ("networkx", "sarif_om", "pydantic")),
        (["check", "fixtures/no-schema", "--fail-on", "never"], ("sarif_om", "networkx")),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_loads_only_what_it_needs(arguments: list[str], unwanted: tuple[str, ...]) -> None:
    code = (
        "import sys\n"
        "from convex_lint.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        f"print('loaded:', *[m for m in {unwanted!r} if m in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout
    assert done.stderr.splitlines()[-1] == "loaded:", done.stderr
