"""Symbolic values: what the analysis knows of a key, a bound, a written field or a document's id.

All are immutable and hashable; equal values mean "the same expression", `Unknown` is never equal evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import TypeAlias, Union

from convex_lint.fact import fact

MAX_WEIGHT = 256
"""How many values an expression may consist of before the composed ones among its parts are forgotten."""


@fact
class Literal:
    value: str | float | int | bool | None


@fact
class Undefined:
    pass


@fact
class Argument:
    """A part of the function's arguments; `path` is empty for all of them. `table` is set where the validator or a
    type says `Id<table>`."""

    path: tuple[str, ...]
    table: str | None = None


@fact
class DocumentField:
    """A field of a document that was read. `path` is empty for the whole document, `("_id",)` for its id; `read` is
    the `ordinal` of the read in the same function, None when the document came from elsewhere (an annotation, a trigger)."""

    table: str | None
    path: tuple[str, ...]
    read: int | None = None


@fact
class Inserted:
    """The id that `db.insert` returned; `write` is the ordinal of the insert."""

    table: str | None
    write: int | None = None


@fact
class Result:
    """A part of what `ctx.run*` gave; `call` is the ordinal of the run in the same function, `[]` in the path an element."""

    call: int | None
    path: tuple[str, ...] = ()


@fact
class IdOf:
    """An id of which only the table is known (an annotation, `normalizeId`)."""

    table: str


@fact
class Identity:
    """A part of `ctx.auth.getUserIdentity()`, or the user that an auth library returns. `table` is set where a type says
    `Id<table>`."""

    path: tuple[str, ...] = ()
    table: str | None = field(default=None, compare=False)


@fact
class Clock:
    pass


@fact
class Random:
    pass


@fact
class Environment:
    """`process.env[name]`."""

    name: str


@fact
class Computed:
    """The result of an operator or a library function over `parts`; `operator` is the JavaScript operator, `template`,
    `call:<name>`, `either` (one of the parts) or `length`. Comparison and `&&`, `||`, `!` are how conditions appear.

    `x = x + x` doubles an expression each time: past MAX_WEIGHT values its composed parts are `Unknown`, so that whoever
    walks or compares expressions may do so part by part."""

    operator: str
    parts: tuple[Value, ...]
    weight: int = field(init=False, repr=False, compare=False)
    _hash: int = field(init=False, repr=False, compare=False)

    def __init__(self, operator: str, parts: tuple[Value, ...]) -> None:
        weight = 1
        for part in parts:
            weight += getattr(part, "weight", 1)
        if weight > MAX_WEIGHT:
            parts = tuple([part if getattr(part, "weight", 1) == 1 else UNKNOWN for part in parts])
            weight = 1 + len(parts)
        self.operator = operator  # type: ignore[misc]
        self.parts = parts  # type: ignore[misc]
        self.weight = weight  # type: ignore[misc]

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            self._hash = found = hash((self.operator, self.parts))  # type: ignore[misc]
            return found

    def __reduce__(self) -> tuple[type[Computed], tuple[str, tuple[Value, ...]]]:
        return (Computed, (self.operator, self.parts))  # hashes of texts are those of one process


@fact
class Unknown:
    reason: str = ""


Value: TypeAlias = Union[
    Literal, Undefined, Argument, DocumentField, Inserted, Result, IdOf, Identity, Clock, Random, Environment, Computed,
    Unknown,
]  # fmt: skip


UNKNOWN = Unknown()


def parts_of(value: Value) -> Sequence[Value]:
    """`value` and everything inside of it, outermost first."""
    if not isinstance(value, Computed):
        return (value,)
    found: list[Value] = []
    waiting: list[Value] = [value]
    while waiting:
        part = waiting.pop()
        found.append(part)
        if type(part) is Computed:
            waiting.extend(reversed(part.parts))
    return found
