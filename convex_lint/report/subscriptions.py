"""OPEN QUERIES -> TEXT: what `convex-lint subscriptions` prints, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convex_lint.analysis.watched import Watched, WatchedRange
from convex_lint.graph.build import describe_range
from convex_lint.model.project import Project
from convex_lint.report.contract import VERSION, file_place
from convex_lint.report.contract_subscriptions import OpenQuery, OpenRange, Subscriber, Subscriptions, WriterEntry
from convex_lint.report.frame import few, hang
from convex_lint.report.indented import indented
from convex_lint.source import Span

Found = Sequence[tuple[Project, Sequence[Watched]]]

_HEAD = 11
_SAME = frozenset(("insert", "delete"))


def render_subscriptions(found: Found, *, width: int = 100) -> str:
    """One paragraph for each query that clients keep open, ending in a count; empty lines between projects' queries."""
    parts = [
        text for project, several in found for text in _paragraphs(project, several, len(found) > 1, max(width, 60))
    ]
    count = sum(len(several) for _, several in found)
    parts.append(f"{count} quer{'y is' if count == 1 else 'ies are'} kept open by clients.")
    return "\n\n".join(parts) + "\n"


def _paragraphs(project: Project, several: Sequence[Watched], named: bool, width: int) -> Iterator[str]:
    if named and several:
        yield f"# {project.root or '.'}"
    for one in several:
        lines = [("open in", line) for line in _clients(project, one)]
        lines += [("reads", _range(part)) for part in one.ranges] or [("reads", "no table that is known")]
        lines += [("run by", words) for words in _writers(one)]
        if one.ranges and not one.writers:
            lines.append(("run by", "nothing that was scanned writes there"))
        rows = [row for head, words in lines for row in hang(words, f"  {head:<{_HEAD - 2}}", width)]
        yield "\n".join([f"{one.query.id}  ({_at(project, one.query.span)})", *rows])


def _clients(project: Project, one: Watched) -> Iterator[str]:
    for call in one.subscribers:
        through = " through a hook of the project's own" if call.via else ""
        yield f"{call.hook} in {call.within}{through}  ({_at(project, call.span)})"


def _range(part: WatchedRange) -> str:
    read = part.opened.read
    whole = read.index == "by_creation_time" and not read.eq and not read.bounds
    how = f"by no index, {read.terminal}" if whole else describe_range(read)
    return f"{part.opened.table.name}: {part.extent.reason.replace('`', '')}, {how}"


def _writers(one: Watched) -> Iterator[str]:
    """One line for each that runs often, and one a table for all others."""
    others: dict[str, dict[str, None]] = {}
    for writer in one.writers:
        write = writer.write
        if writer.sign is None:
            others.setdefault(write.table or "?", {})[writer.function.id] = None
            continue
        fields = "any field" if write.fields is None else few(write.fields)
        what = write.op.value if write.op.value in _SAME or not fields else f"{write.op.value} {fields}"
        yield f"{writer.function.id}: {what} of {write.table}; {writer.sign.replace('`', '')}"
    for table, ids in others.items():
        yield f"{', '.join(ids)}: no sign of how often they write {table}"


def _at(project: Project, span: Span) -> str:
    source = project.sources.get(span.file)
    return f"{span.file}:{source.position(span.start).line}" if source is not None else span.file


def render_subscriptions_json(found: Found) -> str:
    """The same as one JSON document, ending in a line feed."""
    document: Subscriptions = {"version": VERSION, "queries": []}
    for project, several in found:
        for one in several:
            entry: OpenQuery = {
                "query": one.query.id,
                "span": file_place(one.query.span, project.sources),
                "subscribers": [
                    Subscriber(
                        hook=call.hook,
                        within=call.within,
                        skips=call.skips,
                        span=file_place(call.span, project.sources),
                        via=[file_place(span, project.sources) for span in call.via],
                    )
                    for call in one.subscribers
                ],
                "ranges": [_range_entry(project, part) for part in one.ranges],
            }
            if len(found) > 1:
                entry["project"] = project.root
            document["queries"].append(entry)
    return indented(document) + "\n"


def _range_entry(project: Project, part: WatchedRange) -> OpenRange:
    read = part.opened.read
    return OpenRange(
        table=part.opened.table.name,
        index=read.index,
        range=describe_range(read),
        words=part.extent.reason,
        tier=str(part.extent.tier),
        span=file_place(read.span, project.sources),
        writers=[
            WriterEntry(
                function=writer.function.id,
                op=writer.write.op.value,
                fields="*" if writer.write.fields is None else list(writer.write.fields),
                overlap=writer.overlap.value,
                sign=writer.sign,
                perMinute=writer.rate.per_minute if writer.rate is not None else None,
                span=file_place(writer.write.span, project.sources),
            )
            for writer in part.writers
        ],
    )
