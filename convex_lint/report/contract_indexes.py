"""The public shape of what `convex-lint indexes --format json` prints; see `contract.py` for what all shapes share."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from convex_lint.report.contract import FilePlace


class ReadFact(TypedDict):
    """`function` is the function or helper in whose text the read stands, `callers` the functions that get there.
    `equalities` are the fields that it fixes, `last` the one that it compares or by which it orders rows, as it is written
    or would be with the `index` that serves it. `how`: `range` uses that index; `ignored` should; `missing` should once it
    is declared; `get` should be a `db.get`; `scan` needs none; `search` is a search of text or vectors; `unknown` could not
    be followed."""

    function: str
    callers: list[str]
    span: FilePlace
    how: Literal["range", "scan", "search", "get", "ignored", "missing", "unknown"]
    equalities: list[str]
    last: str | None
    index: str | None


class ChangeFact(TypedDict):
    """`declaration` is the call to write; `replaces` the index that becomes this one."""

    name: str
    fields: list[str]
    replaces: str | None
    declaration: str


class DropFact(TypedDict):
    """`servedBy`: the longer index that serves its readers; null when it has none."""

    name: str
    kind: Literal["database", "search", "vector"]
    servedBy: str | None


class TablePlanFact(TypedDict):
    """`fewest`: how many database indexes would do for all reads of the table if none were declared yet."""

    component: str
    table: str
    fewest: int
    reads: list[ReadFact]
    add: list[ChangeFact]
    extend: list[ChangeFact]
    drop: list[DropFact]
    project: NotRequired[str]


class IndexPlans(TypedDict):
    """Which index serves which read, and what to change: `convex-lint indexes`."""

    version: Literal[1]
    tables: list[TablePlanFact]
