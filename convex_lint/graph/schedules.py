"""How many seconds lie between two runs of a cron that is given as five fields (`*/5 * * * *`)."""

from __future__ import annotations

import re

_DAY = 86_400.0


def between_runs(schedule: str) -> float | None:
    """For `cron 0 8 * * 1`; of one that runs several times on some of the days, the mean over all; None for what cannot be
    read."""
    parts = schedule.split()[1:] if schedule.startswith("cron ") else []
    if len(parts) != 5:
        return None
    minutes, hours = _several(parts[0], 60), _several(parts[1], 24)
    if minutes is None or hours is None:
        return None
    _, _, day, _, weekday = parts
    days = 7 if weekday.isalnum() and day == "*" else 28 if day.isdigit() and weekday == "*" else 1
    return days * _DAY / (minutes * hours)


def _several(field: str, all_: int) -> int | None:
    """How many of the minutes or hours a field names: `*`, `*/5`, `8-18`, `0,30`."""
    total = 0
    for part in field.split(","):
        found = _PART.fullmatch(part)
        if found is None:
            return None
        first, last, step = found["first"], found["last"], int(found["step"] or 1)
        if first == "*":
            span = all_
        elif last is not None:
            span = int(last) - int(first) + 1
        else:
            span = all_ - int(first) if found["step"] else 1
        if span <= 0 or step == 0:
            return None
        total += -(-span // step)
    return total


_PART = re.compile(r"(?P<first>\*|\d+)(?:-(?P<last>\d+))?(?:/(?P<step>\d+))?")
