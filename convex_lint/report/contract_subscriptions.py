"""The public shape of what `convex-lint subscriptions --format json` prints; places are as in `contract`."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from convex_lint.report.contract import FilePlace


class Subscriber(TypedDict):
    """One place that keeps a query open. `via` leads from it to the library's hook, through hooks of the project's own."""

    hook: str
    within: str
    skips: bool
    span: FilePlace
    via: list[FilePlace]


class WriterEntry(TypedDict):
    """A function that runs the query again. `overlap` says whether its write falls into the range: "always", "same-key"
    (for equal arguments or the same caller) or "maybe". `sign` is what says that it runs often, in words; `perMinute` is a rough
    number where the code tells one."""

    function: str
    op: str
    fields: list[str] | Literal["*"]
    overlap: str
    sign: str | None
    perMinute: float | None
    span: FilePlace


class OpenRange(TypedDict):
    """`tier` says what its rows have in common: "fixed", "entity", "user", "tenant" or "table"; `words` says it in words."""

    table: str
    index: str | None
    range: str
    words: str
    tier: str
    span: FilePlace
    writers: list[WriterEntry]


class OpenQuery(TypedDict):
    query: str
    span: FilePlace
    subscribers: list[Subscriber]
    ranges: list[OpenRange]
    project: NotRequired[str]


class Subscriptions(TypedDict):
    """The queries that clients keep open: `convex-lint subscriptions --format json`."""

    version: Literal[1]
    queries: list[OpenQuery]
