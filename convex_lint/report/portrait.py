"""Everything that is known of one function or one table, as data: what `explain --format json` prints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypedDict

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.conflicts import pairs
from convex_lint.analysis.words import read_in_words, write_in_words
from convex_lint.graph.graph import Entry, EntryKind
from convex_lint.model.function import Function
from convex_lint.model.operation import Call, Op, Operation, Platform, Read, Write
from convex_lint.report.contract import FilePlace, file_place
from convex_lint.source import Span


class Step(TypedDict):
    """One operation of a function. `words` say what it does, `why` how much it may hold and why we think so ("" for what
    is no read of a table). `via` are the call sites from the handler, outermost first."""

    words: str
    why: str
    table: str | None
    conditional: bool
    loopDepth: int
    place: FilePlace
    via: list[FilePlace]


class GuardFact(TypedDict):
    """`condition` as written. `otherwise`: what happens when it is not as the operations behind it need it."""

    condition: str
    holds: bool
    otherwise: str
    place: FilePlace


class ConflictFact(TypedDict):
    """With `function`, on `table`. `certainty`: `always`, `same-key` (calls with equal values) or `maybe`."""

    function: str
    table: str
    certainty: str


class FunctionPortrait(TypedDict):
    """`startedBy` and `runsOften` in words. `invalidates` are open queries that its writes run again, `invalidatedBy` the
    functions whose writes run it again while a client keeps it open."""

    subject: Literal["function"]
    id: str
    project: str
    kind: str
    visibility: str
    place: FilePlace
    startedBy: list[str]
    runsOften: str | None
    callers: list[str]
    subscribers: list[str]
    guards: list[GuardFact]
    reads: list[Step]
    writes: list[Step]
    calls: list[Step]
    platform: list[Step]
    conflicts: list[ConflictFact]
    invalidates: list[str]
    invalidatedBy: list[str]


def function_portrait(backend: Backend, function: Function) -> FunctionPortrait:
    operations = function.operations
    rate = backend.rate(function)
    return {
        "subject": "function",
        "id": function.id,
        "project": backend.project.root,
        "kind": function.kind.value,
        "visibility": function.visibility.value,
        "place": _place(backend, function.span),
        "startedBy": _unique(_entry(entry) for entry in backend.graph.entries(function)),
        "runsOften": rate.words if rate is not None else None,
        "callers": [caller.id for caller in backend.graph.callers(function)],
        "subscribers": _unique(
            f"`{call.hook}` in `{call.within}` ({call.span.file})" for call in backend.graph.subscribers(function)
        ),
        "guards": _guards(backend, operations),
        "reads": [_read(backend, step) for step in operations if isinstance(step, Read)],
        "writes": [_step(backend, step, write_in_words(step)) for step in operations if isinstance(step, Write)],
        "calls": [_step(backend, step, _call(step)) for step in operations if isinstance(step, Call)],
        "platform": [_step(backend, step, f"`{step.method}`") for step in operations if isinstance(step, Platform)],
        "conflicts": _conflicts(backend, function),
        "invalidates": _invalidated(backend, function),
        "invalidatedBy": _invalidators(backend, function),
    }


def _read(backend: Backend, read: Read) -> Step:
    table = None if read.system else backend.table_of(read)
    why = ""
    if table is not None:
        why = f"holds {backend.extent(read, table).reason}"
        if read.op not in (Op.GET, Op.SEARCH, Op.VECTOR_SEARCH) and read.terminal != "unique":
            why += f"; the table {backend.growth(table).reason}"
    return _step(backend, read, read_in_words(read), why)


def _step(backend: Backend, operation: Operation, words: str, why: str = "") -> Step:
    return {
        "words": words,
        "why": why,
        "table": operation.table if isinstance(operation, (Read, Write)) else None,
        "conditional": operation.conditional,
        "loopDepth": operation.loop_depth,
        "place": _place(backend, operation.span),
        "via": [_place(backend, span) for span in operation.via],
    }


def _call(call: Call) -> str:
    target = f"`{call.target}`" if call.target else "a function that was not followed"
    return f"schedules {target}" if call.op is Op.SCHEDULE else f"runs {target}"


def _entry(entry: Entry) -> str:
    words = {
        EntryKind.CLIENT: f"the client `{entry.name}`",
        EntryKind.PUBLIC: "anyone on the internet: it is public",
        EntryKind.HTTP: f"the HTTP route `{entry.name}`",
        EntryKind.CRON: f"the cron `{entry.name}`",
        EntryKind.SCHEDULED: f"the scheduler, from `{entry.name}`",
        EntryKind.COMPONENT: "the app that mounts the component",
    }
    through = f", through `{entry.through[-1]}`" if entry.through and entry.kind is not EntryKind.SCHEDULED else ""
    return words[entry.kind] + through


def _guards(backend: Backend, operations: Iterable[Operation]) -> list[GuardFact]:
    found: dict[Span, GuardFact] = {}
    for operation in operations:
        for guard in operation.guards:
            if guard.otherwise != "skip":
                found.setdefault(
                    guard.span,
                    {
                        "condition": " ".join(backend.text_of(guard.span).split()),
                        "holds": guard.holds,
                        "otherwise": guard.otherwise,
                        "place": _place(backend, guard.span),
                    },
                )
    return list(found.values())


def _conflicts(backend: Backend, function: Function) -> list[ConflictFact]:
    found: dict[tuple[str, str], ConflictFact] = {}
    for reader, writer, clash in pairs(backend.clashes, backend.graph):
        if function.id not in (reader.id, writer.id):
            continue
        other = writer if reader.id == function.id else reader
        fact: ConflictFact = {
            "function": other.id,
            "table": clash.table.name,
            "certainty": clash.meeting.verdict.value,
        }
        known = found.setdefault((other.id, clash.table.name), fact)
        if _CERTAINTY.index(fact["certainty"]) < _CERTAINTY.index(known["certainty"]):
            found[(other.id, clash.table.name)] = fact
    return sorted(found.values(), key=lambda one: (_CERTAINTY.index(one["certainty"]), one["function"], one["table"]))


_CERTAINTY = ("always", "same-key", "maybe", "never")


def _invalidated(backend: Backend, function: Function) -> list[str]:
    return sorted(
        {
            opened.query.id
            for opened in backend.open_reads
            if any(writer.function.id == function.id for writer in backend.writers_into(opened.read, opened.table))
        }
    )


def _invalidators(backend: Backend, function: Function) -> list[str]:
    return sorted(
        {
            writer.function.id
            for opened in backend.open_reads
            if opened.query.id == function.id
            for writer in backend.writers_into(opened.read, opened.table)
        }
    )


def _place(backend: Backend, span: Span) -> FilePlace:
    return file_place(span, backend.project.sources)


def _unique(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
