"""The public shape of what `convex-lint conflicts --format json` prints; places are as in `contract`."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from convex_lint.report.contract import FilePlace


class PartyFact(TypedDict):
    """A mutation and where it touches the table; `through` are the functions that it runs to get there, outermost first."""

    function: str
    span: FilePlace
    through: list[str]


class StrategyFact(TypedDict):
    """`name` is one of shard, narrow, split, compare, queue, aggregate, batch; `component` the package that does it."""

    name: str
    words: str
    component: str | None


class RateFact(TypedDict):
    """What says that one of the two runs often; `perMinute` is a rough number where the code tells one."""

    words: str
    perMinute: float | None


class ConflictEntry(TypedDict):
    """`reader` has read what `writer` writes. `range` completes "reads ..."; `tier` says who shares it: "fixed", "entity",
    "user", "tenant" or "table". `verdict` says whether they meet: "always", "same-key" (for equal arguments or the same
    caller) or "maybe"; `when` says it in words. `morePairs` counts other pairs of functions at the same two places; the
    more `points`, the sooner it should be looked at."""

    table: str
    reader: PartyFact
    writer: PartyFact
    self: bool
    range: str
    write: str
    verdict: str
    when: str
    tier: str
    rate: RateFact | None
    morePairs: int
    points: float
    strategies: list[StrategyFact]
    project: NotRequired[str]


class Conflicts(TypedDict):
    """The mutations that get in each other's way, the worst first: `convex-lint conflicts --format json`."""

    version: Literal[1]
    conflicts: list[ConflictEntry]
