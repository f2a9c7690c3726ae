"""Indexes that code looks up in a schema, by the fields that it is told: it takes the first that begins with them."""

from __future__ import annotations

from collections.abc import Callable

from convex_lint.interpret.knowledge.index_ranges import Meant
from convex_lint.interpret.values import Range


def first_that_fit(
    possible: list[Meant], fields_of: Callable[[str | None], tuple[str, ...] | None]
) -> list[tuple[Meant, bool]]:
    """The indexes and ranges that such code can mean, and which of them it means only where it asks for an order: an index
    without a range where there are ranges of it, or one with more fields than the range where an earlier one has these."""
    names = list(dict.fromkeys(name for name, _ in possible))
    ranged = {name for name, range in possible if type(range) is Range and (range.eq or range.bounds)}
    found = []
    for name, range in possible:
        fields = fields_of(name)
        if type(range) is not Range or fields is None:
            found.append(((name, range), False))
            continue
        told = len(range.eq) + bool(range.bounds)
        earlier = [other for other in map(fields_of, names[: names.index(name)]) if other is not None]
        if any(other[: told + 1] == fields[: told + 1] for other in earlier):
            continue  # with an order by one field more, too
        for_order = any(other[:told] == fields[:told] for other in earlier) if told else name in ranged
        found.append(((name, range), for_order))
    return found
