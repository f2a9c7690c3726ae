"""Intervals over an index key, with symbolic ends, and what two symbolic values say of each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal as Choice

from convex_lint.model.operation import Bound, Key, Read
from convex_lint.model.value import (
    Argument,
    Clock,
    Computed,
    DocumentField,
    Environment,
    Identity,
    Inserted,
    Literal,
    Random,
    Undefined,
    Unknown,
    Value,
    parts_of,
)


@dataclass(frozen=True, slots=True)
class KeyRange:
    """The interval of one index that a read covers when nothing stops it early: `eq` pins a prefix of the key, `bounds`
    are on the one field after it."""

    index: str
    eq: tuple[Key, ...]
    bounds: tuple[Bound, ...]

    @classmethod
    def of(cls, read: Read) -> KeyRange:
        return cls(read.index or "by_creation_time", read.eq, read.bounds)

    @property
    def bounded(self) -> bool:
        return bool(self.bounds)

    @property
    def whole(self) -> bool:
        """Every key of the index."""
        return not self.eq and not self.bounds

    @property
    def closed(self) -> bool:
        """Bounded on both sides."""
        sides = {bound.operator[:2] for bound in self.bounds}
        return sides == {"gt", "lt"}


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What is known of one version of a document. `closed`: it has the fields in `known` and no others."""

    values: Mapping[str, Value]
    known: frozenset[str] = frozenset()
    closed: bool = False

    def value(self, field: str) -> Value | None:
        return self.values.get(field)

    def lacks(self, field: str) -> bool:
        """The document certainly has no such field."""
        return self.closed and field.partition(".")[0] not in self.known and not field.startswith("_")


Outcome = Choice["equal", "same-call", "different", "unknown"]


def compare(left: Value, right: Value) -> Outcome:
    """`equal` in every execution, `same-call`: equal when arguments or caller are, `different` for certain."""
    constants = (Literal, Undefined)
    if isinstance(left, constants) and isinstance(right, constants):
        return "equal" if _constant(left) == _constant(right) else "different"
    if left == right:
        return _certainty(left)
    return "unknown"


def _constant(value: Literal | Undefined) -> tuple[str, object]:
    # JavaScript's true is not 1, and undefined is not null.
    if isinstance(value, Undefined):
        return ("undefined", None)
    return (
        "number" if isinstance(value.value, float) else type(value.value).__name__.replace("int", "number"),
        value.value,
    )


def _certainty(value: Value) -> Outcome:
    parts = parts_of(value)
    if any(isinstance(part, (Unknown, Random, Clock, Inserted)) for part in parts):
        return "unknown"
    if any(isinstance(part, (Argument, Identity, DocumentField)) for part in parts):
        return "same-call"
    if all(isinstance(part, (Literal, Undefined, Environment, Computed)) for part in parts):
        return "equal"
    return "unknown"
