"""FACTS -> JSON: what `convex-lint facts` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Literal, TypeAlias, Union, cast

from convex_lint.model import value as symbolic
from convex_lint.model.function import Function
from convex_lint.model.operation import Call, Guard, Op, Operation, Read, Write
from convex_lint.model.project import Project
from convex_lint.model.schema import Table
from convex_lint.report.contract import (
    VERSION,
    ComponentFact,
    CronFact,
    Facts,
    FilePlace,
    FunctionFact,
    GuardFact,
    IndexFact,
    NotFollowed,
    OperationFact,
    RouteFact,
    SubscriptionFact,
    TableFact,
    file_place,
)
from convex_lint.report.indented import indented
from convex_lint.source import Span

Entry: TypeAlias = Union[ComponentFact, TableFact, FunctionFact, CronFact, RouteFact, SubscriptionFact, NotFollowed]

_ORDERED = (Op.QUERY, Op.PAGINATE)
"""The reads whose rows come in the order of an index; a search has its own, by relevance."""


def render_facts(projects: Sequence[Project]) -> str:
    """The facts of all projects as one JSON document, ending in a line feed; ASCII, so that any terminal prints it."""
    return indented(facts(projects)) + "\n"


def facts(projects: Sequence[Project]) -> Facts:
    """The facts of all projects; each entry names its project when there are several."""
    document: Facts = {
        "version": VERSION,
        "components": [],
        "tables": [],
        "functions": [],
        "crons": [],
        "routes": [],
        "subscriptions": [],
        "notFollowed": [],
    }
    for project in projects:
        for name, entries in _entries(project).items():
            for entry in entries:
                if len(projects) > 1:
                    entry["project"] = project.root
                cast(dict[str, list[Entry]], document)[name].append(entry)
    return document


def _entries(project: Project) -> dict[str, list[Entry]]:
    sources = project.sources
    places: dict[Span, FilePlace] = {}
    return {
        "components": [{"name": c.name, "path": c.path} for c in project.components],
        "tables": [_table(table) for table in _tables(project)],
        "functions": [_function(function, project, places) for function in project.functions],
        "crons": [
            {
                "component": cron.component,
                "name": cron.name,
                "schedule": cron.schedule,
                "every": cron.every if cron.every is not None and isfinite(cron.every) else None,
                "target": cron.target,
                "file": cron.span.file,
                "span": file_place(cron.span, sources),
            }
            for cron in project.crons
        ],
        "routes": [
            {
                "component": route.component,
                "method": route.method,
                "path": route.path,
                "target": route.target,
                "file": route.span.file,
                "span": file_place(route.span, sources),
            }
            for route in project.routes
        ],
        "subscriptions": [
            {
                "hook": call.hook,
                "target": call.target,
                "within": call.within,
                "skips": call.skips,
                "file": call.span.file,
                "span": file_place(call.span, sources),
            }
            for call in project.client_calls
            if call.subscribes
        ],
        "notFollowed": [
            {"file": place.span.file, "span": file_place(place.span, sources), "reason": place.reason}
            for place in project.unfollowed
        ],
    }


def _tables(project: Project) -> Iterator[Table]:
    """The declared tables; for a component that declares none, those that its code names."""
    for schema in project.schemas.values():
        declared = [table for table in schema.tables.values() if not table.inferred]
        yield from declared or schema.tables.values()


def _table(table: Table) -> TableFact:
    indexes: list[IndexFact] = [
        {"name": i.name, "kind": "database", "fields": list(i.fields), "staged": i.staged} for i in table.indexes
    ]
    indexes += [
        {"name": i.name, "kind": "search", "fields": [i.search_field, *i.filter_fields], "staged": i.staged}
        for i in table.search_indexes
    ]
    indexes += [
        {"name": i.name, "kind": "vector", "fields": [i.vector_field, *i.filter_fields], "staged": i.staged}
        for i in table.vector_indexes
    ]
    return {"component": table.component, "name": table.name, "fields": list(table.fields), "indexes": indexes}


def _function(function: Function, project: Project, places: dict[Span, FilePlace]) -> FunctionFact:
    return {
        "component": function.component,
        "path": function.path,
        "kind": function.kind.value,
        "visibility": function.visibility.value,
        "file": function.span.file,
        "span": file_place(function.span, project.sources),
        "operations": [_operation(operation, project, places) for operation in function.operations],
    }


def _place(span: Span, project: Project, places: dict[Span, FilePlace]) -> FilePlace:
    """The same place stands in the paths of many operations: one object for all of them."""
    known = places.get(span)
    if known is None:
        known = places[span] = file_place(span, project.sources)
    return known


def _operation(operation: Operation, project: Project, places: dict[Span, FilePlace]) -> OperationFact:
    read = operation if isinstance(operation, Read) else None
    write = operation if isinstance(operation, Write) else None
    fields: list[str] | Literal["*"] | None = None
    if write is not None:
        fields = "*" if write.fields is None else list(write.fields)
    return {
        "op": operation.op.value,
        "table": read.table if read else write.table if write else None,
        "index": read.index if read else None,
        "eq": [key.field for key in read.eq] if read else [],
        "bounds": list(dict.fromkeys(bound.field for bound in read.bounds)) if read else [],
        "order": cast(Literal["asc", "desc"], read.order) if read and read.op in _ORDERED else None,
        "terminal": read.terminal if read else None,
        "limit": _limit(read.limit) if read else None,
        "fields": fields,
        "target": operation.target if isinstance(operation, Call) else None,
        "rangeKnown": read.range_known if read else None,
        "readFields": list(read.fields) if read else None,
        "loopDepth": operation.loop_depth,
        "conditional": operation.conditional,
        "guards": [_guard(guard, project, places) for guard in operation.guards],
        "promise": cast(Literal["awaited", "returned", "collected", "dropped"], operation.promise),
        "span": _place(operation.span, project, places),
        "via": [_place(site, project, places) for site in operation.via],
    }


def _guard(guard: Guard, project: Project, places: dict[Span, FilePlace]) -> GuardFact:
    otherwise = cast(Literal["throw", "return", "skip"], guard.otherwise)
    return {"span": _place(guard.span, project, places), "holds": guard.holds, "otherwise": otherwise}


def _limit(limit: symbolic.Value | None) -> float | Literal["argument"] | None:
    """A literal as it is; "argument" for whatever an argument decides; null otherwise."""
    if limit is None:
        return None
    if isinstance(limit, symbolic.Literal) and isinstance(limit.value, (int, float)) and isfinite(limit.value):
        return int(limit.value) if limit.value == int(limit.value) else limit.value
    if any(isinstance(part, symbolic.Argument) for part in symbolic.parts_of(limit)):
        return "argument"
    return None
