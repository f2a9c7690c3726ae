"""The public shapes of our JSON, versioned: what `facts` and `check --format json` print.

Paths are relative to the root of the run, with `/`. Lines and columns count from 1, columns in UTF-16 code units, ends
exclusive. `project` is present when a run found several projects, and is the folder of the one that it belongs to.
The JSON Schemas in `convex_lint/schemas/` are generated from these types.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NotRequired, TypedDict

from convex_lint.source import Source, Span

VERSION: Literal[1] = 1

SeverityName = Literal["error", "warning", "note"]


class Place(TypedDict):
    startLine: int
    startColumn: int
    endLine: int
    endColumn: int


class FilePlace(TypedDict):
    file: str
    startLine: int
    startColumn: int
    endLine: int
    endColumn: int


# ---------------------------------------------------------------- facts


class ComponentFact(TypedDict):
    """`name` is "" for the root, else the instance names joined with `/`; `path` is its functions folder."""

    name: str
    path: str
    project: NotRequired[str]


class IndexFact(TypedDict):
    """`fields` as declared; for a search or vector index the searched field, then the filter fields."""

    name: str
    kind: Literal["database", "search", "vector"]
    fields: list[str]
    staged: bool


class TableFact(TypedDict):
    """`fields` are the top-level fields of all variants, without system fields."""

    component: str
    name: str
    fields: list[str]
    indexes: list[IndexFact]
    project: NotRequired[str]


class GuardFact(TypedDict):
    """A condition on the way to an operation, `span`, that must hold (`holds` true) or must not; `otherwise` says what
    happens in the other case: the function throws, the function around it returns, or only what stands behind is skipped."""

    span: FilePlace
    holds: bool
    otherwise: Literal["throw", "return", "skip"]


class OperationFact(TypedDict):
    """`table` null: not known. `eq` and `bounds` are the fields of the index range, in order. `order` is null for all but
    "query" and "paginate": a search sorts by relevance. `limit` is "argument" where an argument of the function decides
    it. `fields` are those that a write sets, "*" where they cannot be told, null for
    everything that is no write. `via` are the call sites from the handler to the span, outermost first. `rangeKnown` and
    `readFields` (the fields of its rows that code looks at one by one) are null for all but reads. `guards` are outermost
    first. `promise` says what becomes of the promise that the operation, or the async helper around it, gives."""

    op: Literal[
        "get", "query", "paginate", "search", "vectorSearch", "insert", "patch", "replace", "delete", "run", "schedule",
        "auth", "clock", "fetch", "storage",
    ]  # fmt: skip
    table: str | None
    index: str | None
    eq: list[str]
    bounds: list[str]
    order: Literal["asc", "desc"] | None
    terminal: str | None
    limit: float | Literal["argument"] | None
    fields: list[str] | Literal["*"] | None
    target: str | None
    rangeKnown: bool | None
    readFields: list[str] | None
    loopDepth: int
    conditional: bool
    guards: list[GuardFact]
    promise: Literal["awaited", "returned", "collected", "dropped"]
    span: FilePlace
    via: list[FilePlace]


class FunctionFact(TypedDict):
    component: str
    path: str
    kind: Literal["query", "mutation", "action", "http"]
    visibility: Literal["public", "internal"]
    file: str
    span: FilePlace
    operations: list[OperationFact]
    project: NotRequired[str]


class CronFact(TypedDict):
    """`every` is in seconds, null for cron expressions and monthly schedules."""

    component: str
    name: str
    schedule: str
    every: float | None
    target: str | None
    file: str
    span: FilePlace
    project: NotRequired[str]


class RouteFact(TypedDict):
    """`path` ends in `*` for a pathPrefix."""

    component: str
    method: str
    path: str
    target: str | None
    file: str
    span: FilePlace
    project: NotRequired[str]


class SubscriptionFact(TypedDict):
    """A client call site of a query that stays open. `within` is the client component or function around it; `skips`:
    some path passes "skip"."""

    hook: str
    target: str | None
    within: str
    skips: bool
    file: str
    span: FilePlace
    project: NotRequired[str]


class NotFollowed(TypedDict):
    file: str
    span: FilePlace
    reason: str
    project: NotRequired[str]


class Facts(TypedDict):
    """What is true of the Convex projects under a path: `convex-lint facts`."""

    version: Literal[1]
    components: list[ComponentFact]
    tables: list[TableFact]
    functions: list[FunctionFact]
    crons: list[CronFact]
    routes: list[RouteFact]
    subscriptions: list[SubscriptionFact]
    notFollowed: list[NotFollowed]


# ---------------------------------------------------------------- findings


class RelatedPlace(TypedDict):
    file: str
    span: Place
    message: str


class FindingEntry(TypedDict):
    """`function` is the function, or the helper, in whose text the place stands; "" outside of any. `key` stays the same
    when lines move; `cause` is the same for all findings that one repair mends. `swallowed` are the rules that say the
    same less exactly, or of the same function what the same repair mends. `rank` is from 0 to 100: the greater, the sooner to be mended."""

    rule: str
    severity: SeverityName
    confidence: Literal["high", "medium", "low"]
    message: str
    help: str
    file: str
    span: Place
    function: str
    component: str
    table: str | None
    index: str | None
    related: list[RelatedPlace]
    key: str
    cause: str
    swallowed: list[str]
    rank: float
    project: NotRequired[str]


class NoticeEntry(TypedDict):
    """Something to know of the run. `error`: a part of it could not be completed, and `rule` says which if it was one."""

    level: Literal["error", "note"]
    message: str
    help: str
    rule: str | None
    file: str | None
    span: Place | None


class SeverityCounts(TypedDict):
    error: int
    warning: int
    note: int


class SummaryEntry(TypedDict):
    """`complete` false: some part of the run broke (exit code 3). `hidden` counts what `min-confidence` holds back,
    `aside` what stands in examples, tests and copies of other projects."""

    complete: bool
    projects: list[str]
    files: int
    functions: int
    tables: int
    findings: int
    bySeverity: SeverityCounts
    byRule: dict[str, int]
    suppressed: int
    hidden: int
    aside: int
    notFollowed: int


class Findings(TypedDict):
    """What the rules say: `convex-lint check --format json`."""

    version: Literal[1]
    findings: list[FindingEntry]
    notices: list[NoticeEntry]
    summary: SummaryEntry


# ---------------------------------------------------------------- places and schemas


def place(span: Span, sources: Mapping[str, Source]) -> Place:
    """The lines and columns of a span; 1:1 for a file whose text is not at hand."""
    source = sources.get(span.file)
    if source is None:
        return {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}
    start, end = source.position(span.start), source.position(span.end)
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}


def file_place(span: Span, sources: Mapping[str, Source]) -> FilePlace:
    at = place(span, sources)
    return {
        "file": span.file,
        "startLine": at["startLine"],
        "startColumn": at["startColumn"],
        "endLine": at["endLine"],
        "endColumn": at["endColumn"],
    }
