"""What is written down when the tool breaks."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from convex_lint.engine.failure import describe, failure


def raised(depth: int = 0) -> Exception:
    def dive(left: int) -> None:
        if left:
            dive(left - 1)
        raise ValueError("a secret of the source")

    try:
        try:
            dive(depth)
        except ValueError as inner:
            raise KeyError("another secret") from inner
    except KeyError as error:
        return error
    raise AssertionError


def test_the_log_tells_where_and_not_what(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    found = failure("hot-document", "apps/web", raised())
    text = Path(found.log).read_text()
    assert Path(found.log).is_relative_to(tmp_path)
    assert "rule: hot-document" in text
    assert "KeyError" in text
    assert "ValueError" in text
    assert "dive" in text
    assert "secret" not in text
    assert "apps/web" not in text
    assert "`hot-document` on `apps/web`" in found.message
    assert found.log in found.help


def test_a_long_traceback_is_cut() -> None:
    assert len(describe(raised(500)).splitlines()) < 100


def test_without_a_cache_folder_it_lies_in_the_temporary_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    assert Path(failure(None, "", raised()).log).is_relative_to(tmp_path / "temporary")


def test_without_any_folder_it_is_told_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
    found = failure(None, "", raised())
    assert (found.log, found.help) == ("", "Please report it.")
    assert found.message == "An internal error (KeyError) stopped the analysis; the rest of the run went on."
