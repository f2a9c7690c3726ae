"""A report built by hand: two files, a finding whose story runs through three functions, and one of each other thing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from convex_lint.engine.report import Failure, Report, Result, RuleInfo, Summary
from convex_lint.model.function import Function, Kind, Visibility
from convex_lint.model.operation import Op, Read
from convex_lint.model.project import Notice, Unfollowed
from convex_lint.model.schema import Table
from convex_lint.rule import Confidence, Finding, Label, Severity
from convex_lint.source import Located, Source, Span

MESSAGES = Source(
    "convex/messages.ts",
    b"""\
import { query } from "./_generated/server";

export const list = query({
  handler: async (ctx, args) => {
    return await ctx.db.query("messages").filter((q) => q.eq(q.field("author"), args.author)).collect();
  },
});

export const everything = query({
  handler: async (ctx) => {
    const rows = await ctx.db
      .query("messages")
      .order("desc")
      .collect();
    return rows;
  },
});
""",
)
SCHEMA = Source(
    "convex/schema.ts",
    b"""\
export default defineSchema({
  messages: defineTable({ author: v.string() }),
});
""",
)
WIDE = Source("convex/wide (é)/a:b.ts", 'const é漢😀 = 1; await ctx.db.query("t");\n'.encode())


@dataclass(frozen=True)
class At:
    """A place that is nothing but a place."""

    span: Span


def at(source: Source, text: str, *, nth: int = 0) -> At:
    encoded, start = text.encode(), -1
    for _ in range(nth + 1):
        start = source.data.index(encoded, start + 1)
    return At(Span(source.path, start, start + len(encoded)))


def read(place: Located, *, within: str) -> Read:
    return Read(
        ordinal=0,
        op=Op.QUERY,
        component="",
        span=place.span,
        via=(),
        within=within,
        loops=(),
        conditional=False,
        table="messages",
        index="by_creation_time",
    )


TABLE = Table("", "messages", at(SCHEMA, "messages: defineTable").span, None)
EVERYTHING = Function(
    "", "messages:everything", Kind.QUERY, Visibility.PUBLIC, at(MESSAGES, "everything").span, None, None, None
)

MISSING_INDEX = Finding(
    read(at(MESSAGES, 'ctx.db.query("messages")'), within="messages:list"),
    "`messages:list` scans `messages` for one `author`.",
    'Declare `.index("by_author", ["author"])` on `messages` and read it with '
    '`.withIndex("by_author", (q) => q.eq("author", args.author))`.',
    key=["messages:list", "messages", "author"],
    related=[Label(TABLE, "declare it here")],
    table="messages",
)
UNBOUNDED = Finding(
    read(
        at(MESSAGES, 'ctx.db\n      .query("messages")\n      .order("desc")\n      .collect()'),
        within="messages:everything",
    ),
    "`messages:everything` reads all of `messages`.",
    "Paginate it.",
    key=["messages:everything", "messages"],
    related=[
        Label(EVERYTHING, "clients keep this [open]"),
        Label(read(at(MESSAGES, 'ctx.db.query("messages")'), within="messages:list"), "read here too"),
    ],
    confidence=Confidence.MEDIUM,
)
NOTE = Finding(at(WIDE, 'query("t")'), "A remark on `t`.", "Look at it.", key=["t"])


def result(rule: str, severity: Severity, finding: Finding, *, project: str = "") -> Result:
    return Result(rule, severity, finding, project, ":".join((rule, *finding.key)))


RESULTS = (
    result("unbounded-read", Severity.ERROR, UNBOUNDED),
    result("missing-index", Severity.WARNING, MISSING_INDEX),
    result("small-remark", Severity.NOTE, NOTE),
)
RULES = tuple(
    RuleInfo(
        id=id,
        title=title,
        summary=f"{title}, in one sentence.",
        severity=severity,
        tags=("performance", "performance"),
        page=f"# {title}\n\n{title}, in one sentence.\n\n## Why\n\nBecause.\n",
        url="https://docs.convex.dev/database/reading-data/indexes/",
    )
    for id, title, severity in (
        ("missing-index", "Missing index", Severity.WARNING),
        ("never-fired", "Never fired", Severity.NOTE),
        ("small-remark", "Small remark", Severity.NOTE),
        ("unbounded-read", "Unbounded read", Severity.ERROR),
    )
)


def report(**changes: Any) -> Report:
    fields: dict[str, Any] = {
        "results": RESULTS,
        "summary": Summary(projects=1, files=3, functions=2, tables=1, seconds=0.123),
        "rules": RULES,
        "sources": {source.path: source for source in (MESSAGES, SCHEMA, WIDE)},
        "projects": ("",),
    }
    return Report(**{**fields, **changes})


BROKEN = report(
    notices=(
        Notice("This file has syntax errors.", "convex/schema.ts", at(SCHEMA, "v.string()").span, "Repair it."),
        Notice("There is no schema in `convex`."),
    ),
    failures=(Failure("hot-document", "", "KeyError", "convex-lint-crash.log"),),
    unfollowed=(
        Unfollowed(at(MESSAGES, "rows;").span, "dynamic table name"),
        Unfollowed(at(MESSAGES, "args.author").span, "unknown callee"),
        Unfollowed(at(MESSAGES, "args)").span, "unknown callee"),
    ),
    summary=Summary(
        projects=2, files=1_234, functions=1, tables=0, seconds=2.5, suppressed=1, hidden=2, not_followed=3
    ),
)


def numbered(count: int, cause: str = "one repair", **changes: Any) -> tuple[Result, ...]:
    """Findings at places of the schema, from its first line on, with one cause."""
    finding = Finding(at(SCHEMA, "export"), "A scan.", "Mend it.", key=["k"], cause=[cause], **changes)
    places = [at(SCHEMA, "export"), at(SCHEMA, "messages"), at(SCHEMA, "v.string"), *[at(SCHEMA, "}")] * count]
    return tuple(
        Result("r", Severity.WARNING, replace(finding, place=place), "", f"r|{number}")
        for number, place in enumerate(places[:count])
    )
