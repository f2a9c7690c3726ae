"""`convex-lint check` where there are examples beside a product."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.app import app, run


def test_examples_are_silent_beside_a_product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app(tmp_path / "examples" / "chat")
    app(tmp_path / "apps" / "web")
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)

    def files(*arguments: str) -> set[str]:
        return {
            found["file"].partition("/convex/")[0]
            for found in json.loads(run("check", "--format", "json", *arguments).stdout)["findings"]
        }

    assert files() == {"apps/web"}
    assert "1 finding in examples, tests and copies" in " ".join(run("check").stdout.split())
    assert json.loads(run("check", "--format", "json").stdout)["summary"]["aside"] == 1
    for named in ("examples/chat", "examples", "examples/chat/convex", "examples/chat/convex/messages.ts"):
        assert files(named) == {"examples/chat"}, named
    monkeypatch.chdir(tmp_path / "examples" / "chat")
    assert files() == {"examples/chat"}
    monkeypatch.chdir(tmp_path)
    (tmp_path / "convex-lint.toml").write_text("examples = true\n")
    assert files() == {"apps/web", "examples/chat"}
