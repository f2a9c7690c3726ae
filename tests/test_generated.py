"""Files that are made from others are current: the index of the rules and the JSON Schemas."""

from __future__ import annotations

from pathlib import Path

import pytest

from convex_lint.engine.registry import installed
from convex_lint.report.json_schema import schema_files
from tests.command import ROOT

INDEX = """\
# The rules

<!-- Generated from the pages by `make regenerate`. -->

| rule | severity | what it says |
|---|---|---|
"""


def index() -> str:
    rows = (
        f"| [`{rule.id}`]({rule.page_name}) | {rule.severity()}{'' if rule.recommended else ', when selected'} | {rule.page.summary} |\n"
        for rule in installed().values()
        if rule.module.startswith("convex_lint_rules.")
    )
    return INDEX + "".join(rows)


def generated() -> dict[Path, str]:
    schemas = ROOT / "convex_lint" / "schemas"
    return {ROOT / "rules" / "README.md": index(), **{schemas / name: text for name, text in schema_files().items()}}


@pytest.mark.parametrize("path", generated(), ids=lambda path: path.name)
def test_the_file_is_current(path: Path, regenerate: bool) -> None:
    if regenerate:
        path.write_text(generated()[path], "utf-8")
    assert path.read_text("utf-8") == generated()[path]


def test_the_index_names_every_rule() -> None:
    assert [rule for rule in installed() if f"[`{rule}`]({rule.replace('-', '_')}.md)" not in index()] == []


def test_no_other_schema_lies_there() -> None:
    assert set((ROOT / "convex_lint" / "schemas").iterdir()) <= set(generated())
