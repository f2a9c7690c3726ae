"""The hook, with the real pre-commit in a scratch repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import ROOT

PRE_COMMIT = shutil.which("pre-commit", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")

pytestmark = [
    pytest.mark.skipif(PRE_COMMIT is None, reason="pre-commit is not installed"),
    pytest.mark.xdist_group("pre-commit"),
]

CONFIG = """\
repos:
  - repo: {repository}
    rev: {revision}
    hooks:
      - id: convex-lint
        args: [--fail-on, warning]
"""


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def hook_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This project as a repository with one commit, whatever state the working tree is in."""
    folder = tmp_path_factory.mktemp("hook")
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file() and name.split("/")[0] not in ("tests", "bench", "fixtures"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "all")
    return folder


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit installs the hook, once for all tests here."""
    return tmp_path_factory.mktemp("pre-commit")


def run_hook(repository: Path, cache: Path, app: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    revision = git(repository, "rev-parse", "HEAD")
    (app / ".pre-commit-config.yaml").write_text(CONFIG.format(repository=repository, revision=revision), "utf-8")
    git(app, "add", "--all")
    return subprocess.run(
        [str(PRE_COMMIT), "run", "--color", "never", *arguments],
        cwd=app,
        env={**os.environ, "PRE_COMMIT_HOME": str(cache), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def scratch(app: str, folder: Path) -> Path:
    shutil.copytree(ROOT / "fixtures" / app, folder / app)
    git(folder / app, "init", "--quiet")
    return folder / app


def test_one_staged_file_is_judged_by_the_whole_project(hook_repository: Path, cache: Path, tmp_path: Path) -> None:
    app = scratch("chat", tmp_path)
    git(app, "add", "--all")
    git(app, "commit", "--quiet", "--message", "all")
    schema = app / "convex" / "schema.ts"
    schema.write_text(schema.read_text("utf-8") + "\n// touched\n", "utf-8")
    done = run_hook(hook_repository, cache, app)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "convex/messages.ts" in done.stdout  # not staged, and found all the same
    assert "missing-index" in done.stdout


def test_a_clean_project_may_be_committed(hook_repository: Path, cache: Path, tmp_path: Path) -> None:
    done = run_hook(hook_repository, cache, scratch("chat-repaired", tmp_path), "--all-files")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout


def test_other_files_do_not_start_the_hook(hook_repository: Path, cache: Path, tmp_path: Path) -> None:
    app = scratch("chat", tmp_path)
    git(app, "add", "--all")
    git(app, "commit", "--quiet", "--message", "all")
    (app / "notes.md").write_text("Nothing of Convex.\n", "utf-8")
    git(app, "add", "notes.md")
    git(app, "commit", "--quiet", "--message", "notes")
    done = run_hook(hook_repository, cache, app, "--files", "notes.md")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Skipped" in done.stdout
