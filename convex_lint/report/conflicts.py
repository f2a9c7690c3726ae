"""CONFLICTS -> TEXT and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.conflicts import Party
from convex_lint.analysis.contention import Contention, condition_in_words, contentions, strategies
from convex_lint.model.function import qualified


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
    """`{"version": 1, "projects": [{"root", "conflicts": [...]}]}`, the worst first."""
    projects = [
        {
            "root": backend.project.root,
            "conflicts": [_entry(backend, contention) for contention in contentions(backend)],
        }
        for backend in backends
    ]
    return json.dumps({"version": 1, "projects": projects}, indent=2) + "\n"


def _entry(backend: Backend, contention: Contention) -> dict[str, object]:
    rate = contention.rate
    return {
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
        "strategies": [strategy._asdict() for strategy in strategies(backend, contention)],
    }


def _party(backend: Backend, party: Party) -> dict[str, object]:
    calls = [call.target for call in party.touch.calls]
    return {"function": party.mutation.id, "place": _place(backend, party), "through": calls}


def _written(contention: Contention) -> str:
    operation = contention.writer.touch.operation
    fields = getattr(operation, "fields", None)
    return f"{operation.op} of {', '.join(fields)}" if fields else str(operation.op)


def _place(backend: Backend, party: Party) -> str:
    """`convex/rooms.ts:12`."""
    span = party.touch.operation.span
    source = backend.project.sources.get(span.file)
    if source is None:
        return span.file
    line = source.data[: span.start].count(b"\n") + 1
    return f"{span.file}:{line}"
