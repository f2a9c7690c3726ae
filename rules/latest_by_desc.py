"""Open queries over the newest rows of a range that many writers insert into. See latest_by_desc.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.exposure import Purpose
from convex_lint.analysis.invalidation import OpenRead, Writer
from convex_lint.analysis.rates import Strength
from convex_lint.analysis.subscribers import clients_in_words, hooks_in_words
from convex_lint.analysis.vocabulary import head_of
from convex_lint.model.operation import Op
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity


class LatestByDesc(Rule):
    default_severity: ClassVar[Severity] = Severity.NOTE
    tags: ClassVar[tuple[str, ...]] = ("subscriptions", "performance")
    recommended: ClassVar[bool] = False

    def check(self, backend: Backend) -> Iterator[Finding]:
        seen: set[tuple[str, str]] = set()
        for opened in backend.open_reads:
            key = (opened.query.id, opened.table.name)
            if key in seen or not _takes_newest(opened) or backend.purpose(opened.query) is not Purpose.PRODUCT:
                continue
            inserts = [
                writer for writer in backend.writers_into(opened.read, opened.table) if writer.write.op is Op.INSERT
            ]
            if inserts and inserts[0].rate is not None and inserts[0].rate.strength not in _WEAK:
                seen.add(key)
                yield _finding(backend, opened, inserts[0])


_WEAK = frozenset((Strength.SHARED, Strength.MOUNT, Strength.STAMP))
_TALK = frozenset(
    [
        "message",
        "messages",
        "comment",
        "comments",
        "chat",
        "chats",
        "reply",
        "replies",
        "post",
        "posts",
        "notification",
        "notifications",
    ]
)


def _takes_newest(opened: OpenRead) -> bool:
    read = opened.read
    return (
        read.op is Op.QUERY
        and read.order == "desc"
        and read.terminal in ("first", "take")
        and not opened.table.inferred
        and head_of(opened.table.name) not in _TALK
    )


def _finding(backend: Backend, opened: OpenRead, writer: Writer) -> Finding:
    extent = backend.extent(opened.read, opened.table)
    return Finding(
        opened.read,
        f"`{opened.query.id}`, which {clients_in_words(opened.subscribers)} open, reads the newest of {extent.reason}, so that "
        f"every insert there runs it again, and `{writer.function.id}` inserts often: {writer.sign}.",
        "Keep what the page shows in a row of its own, and let the writer change it as often as someone looks; or ask now and then "
        f"(`convex.query(...)` in a timer). Subscribers: {hooks_in_words(opened.subscribers)}.",
        key=(opened.query.id, opened.table.name),
        related=[Label(writer.write, f"`{writer.function.id}` inserts here")],
        confidence=Confidence.LOW,
        table=opened.table.name,
        index=opened.read.index,
        function=opened.query.path,
        component=opened.query.component,
        sites=(opened.read.span,),
        impact=backend.impacts.of_open(opened, writer.rate),
    )
