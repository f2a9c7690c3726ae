"""What is said where there is no Convex project."""

from __future__ import annotations

from pathlib import Path

import pytest

from convex_lint.engine.discover import discover
from convex_lint.errors import NoProjectError
from tests.trees import SCHEMA, write


def test_no_project_says_where_it_looked_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(NoProjectError, match="empty") as error:
        discover([tmp_path / "empty"], root=tmp_path)
    assert "convex.json" in error.value.help


def test_a_convex_folder_without_convex_code_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"package.json": "{}", "convex/shapes.ts": "export const sides = 3;"})
    with pytest.raises(NoProjectError) as error:
        discover([tmp_path], root=tmp_path)
    assert str(tmp_path / "convex") in error.value.help
    assert "`_generated`" in error.value.help


def test_no_project_names_those_elsewhere_in_the_repository(tmp_path: Path) -> None:
    write(tmp_path, {"package.json": "{}", "be/package.json": "{}", "be/convex/schema.ts": SCHEMA, "web/a.ts": ""})
    with pytest.raises(NoProjectError) as error:
        discover([tmp_path / "web"], root=tmp_path)
    assert "be/convex" in error.value.help
