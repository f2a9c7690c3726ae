"""CONFLICTS -> TEXT and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.conflicts import Party
from convex_lint.analysis.contention import Contention, condition_in_words, contentions, strategies
from convex_lint.model.function import qualified
from convex_lint.model.operation import Write
from convex_lint.report.contract import VERSION, file_place
from convex_lint.report.contract_conflicts import ConflictEntry, Conflicts, PartyFact
from convex_lint.report.frame import few, hang
from convex_lint.source import Span

_OTHERS = 4
_HEAD = 10


def render_conflicts(backends: Sequence[Backend], limit: int, *, width: int = 100) -> str:
    """The worst `limit` reads of each project that others write into, in full sentences."""
    parts = []
    for backend in backends:
        found = contentions(backend)
        groups = _by_read(found)
        heading = f"{backend.project.root or '.'}: " if len(backends) > 1 else ""
        count = f"{len(found)} conflict{'' if len(found) == 1 else 's'} between mutations" if found else "no conflicts"
        cut = f" at {len(groups)} reads, the worst {limit}:" if len(groups) > limit else ""
        lines = [heading + count + cut]
        for number, group in enumerate(groups[:limit], 1):
            lines += ["", f"{number}. {_pair(group[0])}"]
            for head, words in _in_full(backend, group):
                lines += hang(words, f"   {head:<{_HEAD}}", max(width, 60))
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _by_read(found: Sequence[Contention]) -> list[list[Contention]]:
    """Those of one read of one mutation stand together, where the worst of them stands."""
    groups: dict[tuple[str, Span], list[Contention]] = {}
    for contention in found:
        reader = contention.reader
        groups.setdefault((reader.mutation.id, reader.touch.operation.span), []).append(contention)
    return list(groups.values())


def _pair(contention: Contention) -> str:
    reader, writer = contention.names
    return f"{f'{reader} and itself' if contention.itself else f'{reader} and {writer}'}, on {contention.table.name}"


def _in_full(backend: Backend, group: Sequence[Contention]) -> Iterator[tuple[str, str]]:
    worst, *others = group
    yield "reads", f"{worst.range}, at {_place(backend, worst.reader)}"
    yield "writes", f"{_written(worst)}, at {_place(backend, worst.writer)}"
    yield "meet", condition_in_words(worst.meeting)
    if worst.rate is not None:
        yield "often", worst.rate.words
    for other in others[:_OTHERS]:
        when = condition_in_words(other.meeting)
        yield "also", f"{other.names[1]}: {_written(other)}, at {_place(backend, other.writer)}, {when}"
    more = sum(other.more for other in group) + len(others[_OTHERS:])
    if more:
        yield "", f"and {more} more pair{'' if more == 1 else 's'} of functions"
    for strategy in strategies(backend, worst):
        tool = f" ({strategy.component})" if strategy.component else ""
        yield strategy.name, f"{strategy.words}{tool}"


def render_conflicts_json(backends: Sequence[Backend]) -> str:
    """The contract `Conflicts` as JSON, the worst of each project first."""
    entries = [_entry(backend, contention) for backend in backends for contention in contentions(backend)]
    document: Conflicts = {"version": VERSION, "conflicts": entries}
    return json.dumps(document, indent=2) + "\n"


def _entry(backend: Backend, contention: Contention) -> ConflictEntry:
    rate = contention.rate
    entry: ConflictEntry = {
        "table": qualified(contention.table.component, contention.table.name),
        "reader": _party(backend, contention.reader),
        "writer": _party(backend, contention.writer),
        "self": contention.itself,
        "range": contention.range,
        "write": _written(contention),
        "verdict": contention.meeting.verdict.value,
        "when": condition_in_words(contention.meeting),
        "tier": str(contention.tier),
        "rate": None if rate is None else {"words": rate.words, "perMinute": rate.per_minute},
        "morePairs": contention.more,
        "points": contention.points,
        "strategies": [
            {"name": strategy.name, "words": strategy.words, "component": strategy.component}
            for strategy in strategies(backend, contention)
        ],
    }
    if backend.project.root:
        entry["project"] = backend.project.root
    return entry


def _party(backend: Backend, party: Party) -> PartyFact:
    return {
        "function": party.mutation.id,
        "span": file_place(party.touch.operation.span, backend.project.sources),
        "through": [call.target for call in party.touch.calls if call.target],
    }


def _written(contention: Contention) -> str:
    operation = contention.writer.touch.operation
    return (
        f"{operation.op} of {few(operation.fields)}"
        if isinstance(operation, Write) and operation.fields
        else str(operation.op)
    )


def _place(backend: Backend, party: Party) -> str:
    """`convex/rooms.ts:12`."""
    at = file_place(party.touch.operation.span, backend.project.sources)
    return f"{at['file']}:{at['startLine']}"
