"""Projects built by hand: facts without a parser, for tests of what follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import Any

from convex_lint.model.function import Cron, Function, Kind, Route, Visibility
from convex_lint.model.operation import Bound, Call, Key, Op, Operation, Predicate, Read, Use, Write
from convex_lint.model.project import Component, Project
from convex_lint.model.schema import Index, Schema, Table, Validator
from convex_lint.model.subscription import ClientCall
from convex_lint.model.value import UNKNOWN, Argument, DocumentField, Value
from convex_lint.source import Span

_PLACES = count()


def span(file: str = "convex/app.ts") -> Span:
    """A place that no other thing has."""
    start = next(_PLACES) * 10
    return Span(file, start, start + 9)


STRING = Validator("string")
NUMBER = Validator("float64")
BOOLEAN = Validator("boolean")


def reference(table: str) -> Validator:
    return Validator("id", table=table)


def enum(*values: str) -> Validator:
    return Validator("union", members=tuple(Validator("literal", value=value) for value in values))


def table(
    name: str, indexes: dict[str, list[str]] | None = None, /, staged: Iterable[str] = (), **fields: Validator
) -> Table:
    return Table(
        "",
        name,
        span("convex/schema.ts"),
        Validator("object", fields=fields),
        tuple(
            Index(index, tuple(keys), index in set(staged), span("convex/schema.ts"))
            for index, keys in (indexes or {}).items()
        ),
    )


def eq(field: str, value: Value | None = None, source: str = "filter") -> Predicate:
    return Predicate("eq", source, span(), field, value if value is not None else Argument((field,)))


def either(*parts: Predicate) -> Predicate:
    return Predicate("or", parts[0].source, span(), parts=parts)


def read(
    table: str,
    index: str = "by_creation_time",
    keys: dict[str, Value | None] | None = None,
    *,
    bounds: Iterable[tuple[str, str]] = (),
    terminal: str = "collect",
    residual: Iterable[Predicate] = (),
    uses: Iterable[tuple[str, str | None]] = (),
    **more: Any,
) -> Read:
    return Read(
        op=Op.GET if terminal == "get" else Op.PAGINATE if terminal == "paginate" else Op.QUERY,
        table=table,
        index="by_id" if terminal == "get" else index,
        eq=tuple(Key(field, value or Argument((field,))) for field, value in (keys or {}).items()),
        bounds=tuple(Bound(field, operator, Argument((field,))) for field, operator in bounds),
        terminal=terminal,
        residual=tuple(residual),
        uses=tuple(Use(kind, span(), field) for kind, field in uses),
        **_common(more),
    )


def insert(table: str, **values: Value) -> Write:
    conditional = bool(values.pop("conditional", False))
    return Write(
        op=Op.INSERT,
        table=table,
        fields=tuple(values),
        values=tuple(values.items()),
        **_common({"conditional": conditional}),
    )


def patch(table: str, target: Value = UNKNOWN, **values: Value) -> Write:
    return Write(
        op=Op.PATCH, table=table, fields=tuple(values), values=tuple(values.items()), target=target, **_common({})
    )


def delete(table: str, target: Value = UNKNOWN, **more: Any) -> Write:
    return Write(op=Op.DELETE, table=table, target=target, **_common(more))


def run(target: str, method: str = "runMutation") -> Call:
    return Call(op=Op.RUN, method=method, target=target, through="internal", **_common({}))


def schedule(target: str) -> Call:
    return Call(op=Op.SCHEDULE, method="runAfter", target=target, through="internal", **_common({}))


def row(table: str, read: int, *path: str) -> DocumentField:
    return DocumentField(table, path or ("_id",), read)


def _common(more: dict[str, Any]) -> dict[str, Any]:
    known = {"ordinal": -1, "component": "", "span": span(), "via": (), "within": "", "loops": (), "conditional": False}
    return {**known, **more}


def function(path: str, kind: str, *operations: Operation, internal: bool = False) -> Function:
    """Operations get their ordinals here; those without a `within` stand in the function itself."""
    from dataclasses import replace

    placed = tuple(
        replace(operation, ordinal=number, within=operation.within or path)
        for number, operation in enumerate(operations)
    )
    visibility = Visibility.INTERNAL if internal else Visibility.PUBLIC
    return Function("", path, Kind(kind), visibility, span(), span(), None, None, placed)


def query(path: str, *operations: Operation, internal: bool = False) -> Function:
    return function(path, "query", *operations, internal=internal)


def mutation(path: str, *operations: Operation, internal: bool = False) -> Function:
    return function(path, "mutation", *operations, internal=internal)


def subscription(target: str, within: str = "Page", hook: str = "useQuery", file: str = "src/page.tsx") -> ClientCall:
    return ClientCall(hook, hook in ("useQuery", "usePaginatedQuery"), target, span(file), within, None, False)


def cron(name: str, target: str, every: float | None = 60.0) -> Cron:
    return Cron("", name, "interval", every, target, span("convex/crons.ts"))


def route(path: str, target: str) -> Route:
    return Route("", "POST", path, target, span("convex/http.ts"))


def project(*parts: Table | Function | ClientCall | Cron | Route) -> Project:
    tables = {part.name: part for part in parts if isinstance(part, Table)}
    return Project(
        root="",
        components=(Component("", "convex"),),
        schemas={"": Schema("", span("convex/schema.ts"), tables)},
        functions=tuple(part for part in parts if isinstance(part, Function)),
        crons=tuple(part for part in parts if isinstance(part, Cron)),
        routes=tuple(part for part in parts if isinstance(part, Route)),
        client_calls=tuple(part for part in parts if isinstance(part, ClientCall)),
        unfollowed=(),
        notices=(),
    )
