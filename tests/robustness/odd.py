"""Runs the program on odd projects, and what must hold of every run."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.cli.app import RULE
from tests.command import convex_lint

Done = subprocess.CompletedProcess[str]
COMMANDS = ["check", "facts", "graph"]


def ran(*arguments: str | Path, cwd: Path, env: dict[str, str] | None = None) -> Done:
    done = convex_lint(*map(str, arguments), cwd=cwd, env=env)
    assert "Traceback" not in done.stdout + done.stderr
    assert "internal error" not in done.stdout + done.stderr
    return done


def report(*arguments: str | Path, cwd: Path) -> dict[str, Any]:
    done = ran("check", "--format", "json", *arguments, cwd=cwd)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def refused(done: Done, *said: str, code: int = 2) -> None:
    """It ended with `code`, printed nothing else, and said all of `said` with a help."""
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("convex-lint: error: ")
    assert "\n  help: " in done.stderr
    for words in said:
        assert words in done.stderr


def places(document: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (f["rule"], f["file"], f["span"]["startLine"], f["span"]["startColumn"], f["span"]["endColumn"])
        for f in document["findings"]
    ]


EXPECTED = [(RULE, "convex/schema.ts", 6, 6, 36)]


def notices(document: dict[str, Any]) -> dict[str, str]:
    return {notice["file"]: notice["message"] + " " + notice["help"] for notice in document["notices"]}
