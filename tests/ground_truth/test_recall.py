"""convex-lint predicts what real functions did when their own tests ran: same table, index, range fields, written fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from recording import NO_SUITE, SUITES
from report import measure, recorded, render, total

pytestmark = pytest.mark.node

RECALL = 0.99
FIELD_RECALL = 0.97


def test_the_suites_run(installation: Path) -> None:
    """A recording that is not made would be a recall of one."""
    effects, operations, _ = recorded(installation)
    assert operations > 50_000
    assert len(effects) >= 15
    assert sum(map(len, effects.values())) > 600


def test_every_component_has_a_suite_or_a_reason(components: dict[str, Any]) -> None:
    assert sorted(components) == sorted([*SUITES, *NO_SUITE])


def test_recall(installation: Path, cli: Any) -> None:
    scores = measure(installation, cli)
    report = render(scores)
    print(report)
    together = total(scores)
    assert together.recall >= RECALL, report
    assert together.field_recall >= FIELD_RECALL, report
