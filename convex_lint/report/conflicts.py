"""CONFLICTS -> TEXT and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.conflicts import Party
from convex_lint.analysis.contention import Contention, condition_in_words, contentions, strategies
from convex_lint.model.function import qualified
from convex_lint.report.contract import VERSION, file_place
from convex_lint.report.contract_conflicts import ConflictEntry, Conflicts, PartyFact


def render_conflicts(backends: Sequence[Backend], limit: int) -> str:
    """The worst `limit` of each project, in full sentences."""
    parts = []
    for backend in backends:
        found = contentions(backend)
        heading = f"{backend.project.root or '.'}: " if len(backends) > 1 else ""
        count = f"{len(found)} conflict{'' if len(found) == 1 else 's'} between mutations" if found else "no conflicts"
        lines = [heading + count + (f", the worst {limit}:" if len(found) > limit else "")]
        for number, contention in enumerate(found[:limit], 1):
            lines += ["", *_in_full(backend, number, contention)]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _in_full(backend: Backend, number: int, contention: Contention) -> Iterator[str]:
    reader, writer = contention.names
    pair = f"{reader} and itself" if contention.itself else f"{reader} and {writer}"
    yield f"{number}. {pair}, on {contention.table.name}"
    yield f"   reads   {contention.range}, at {_place(backend, contention.reader)}"
    yield f"   writes  {_written(contention)}, at {_place(backend, contention.writer)}"
    yield f"   meet    {condition_in_words(contention.meeting)}"
    if contention.rate is not None:
        yield f"   often   {contention.rate.words}"
    if contention.more:
        yield f"   also    {contention.more} more pair{'' if contention.more == 1 else 's'} of functions at these places"
    for strategy in strategies(backend, contention):
        tool = f" ({strategy.component})" if strategy.component else ""
        yield f"   {strategy.name:<7} {strategy.words}{tool}"


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
    fields = getattr(operation, "fields", None)
    return f"{operation.op} of {', '.join(fields)}" if fields else str(operation.op)


def _place(backend: Backend, party: Party) -> str:
    """`convex/rooms.ts:12`."""
    at = file_place(party.touch.operation.span, backend.project.sources)
    return f"{at['file']}:{at['startLine']}"
