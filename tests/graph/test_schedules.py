"""Five fields of a cron, and the seconds between two of its runs."""

from __future__ import annotations

import pytest

from convex_lint.graph.schedules import between_runs

DAY = 86_400.0


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ("* * * * *", 60),
        ("*/5 * * * *", 300),
        ("0 * * * *", 3600),
        ("15/15 * * * *", 1200),
        ("0,30 * * * *", 1800),
        ("0 */6 * * *", DAY / 4),
        ("0 9-17 * * 1-5", DAY / 9),
        ("30 3 * * *", DAY),
        ("0 8 * * 1", 7 * DAY),
        ("0 8 1 * *", 28 * DAY),
    ],
)
def test_the_time_between_two_runs(fields: str, seconds: float) -> None:
    assert between_runs(f"cron {fields}") == seconds


@pytest.mark.parametrize(
    "schedule", ["daily", "cron */5 * * * * *", "cron 0 H * * *", "cron 9-3 * * * *", "cron */0 * * * *"]
)
def test_what_cannot_be_read(schedule: str) -> None:
    assert between_runs(schedule) is None
