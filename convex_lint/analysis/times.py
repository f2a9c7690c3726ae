"""Fields that hold a time, by their names."""

from __future__ import annotations

from collections.abc import Iterable

from convex_lint.analysis.vocabulary import words_of
from convex_lint.model.operation import Predicate
from convex_lint.model.value import DocumentField, Literal


def tells_when(field: str) -> bool:
    words = words_of(field)
    return bool(words & _MOMENTS) or field == "_creationTime" or field.endswith("At")


def is_window(comparisons: Iterable[Predicate]) -> bool:
    """What lies between two bounds, or came in since: a week ago, or whenever the call says."""
    asked = tuple(comparisons)
    return {part.operator[0] for part in asked} == {"g", "l"} or any(
        part.operator in ("gt", "gte") and not isinstance(part.value, (Literal, DocumentField)) and _dates(part)
        for part in asked
    )


def _dates(part: Predicate) -> bool:
    field = part.field or ""
    return tells_when(field) or bool(words_of(field) & {"date", "day", "time"})


_MOMENTS = frozenset(("timestamp", "hour", "minute", "moment"))
