"""What a condition says of its parts, where it holds or does not."""

from __future__ import annotations

from collections.abc import Iterator

from convex_lint.model.value import Computed, Value


def told(condition: Value, holds: bool) -> Iterator[tuple[Value, bool]]:
    """The parts that are surely true, or surely not: of `!(a || b)` that holds, `a` and `b` do not."""
    if isinstance(condition, Computed) and condition.operator == "!":
        yield from told(condition.parts[0], not holds)
    elif isinstance(condition, Computed) and condition.operator == ("&&" if holds else "||"):
        for part in condition.parts:
            yield from told(part, holds)
    else:
        yield condition, holds
