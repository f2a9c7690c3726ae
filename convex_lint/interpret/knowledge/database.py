"""`ctx.db`: reads, writes and query builders (npm convex `server/database.ts`, `server/query.ts`, `server/index_range_builder.ts`)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from convex_lint.interpret import typed
from convex_lint.interpret.knowledge.hooks import Event, tell
from convex_lint.interpret.values import (
    UNDEFINED,
    UNKNOWN,
    Arr,
    Bound,
    Call,
    Database,
    Doc,
    Either,
    Host,
    NewId,
    Obj,
    Prom,
    Range,
    RowField,
    TableQuery,
    Value,
    join,
)
from convex_lint.model.operation import Op
from convex_lint.model.value import Clock, Computed, IdOf, Literal
from convex_lint.source import Span

_WRITES = {"insert": Op.INSERT, "patch": Op.PATCH, "replace": Op.REPLACE, "delete": Op.DELETE}
_BOUNDS = ("gt", "gte", "lt", "lte")
_COMPARISONS = {
    "eq": "===", "neq": "!==", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "and": "&&", "or": "||", "not": "!",
    "add": "+", "sub": "-", "mul": "*", "div": "/", "mod": "%", "neg": "-",
}  # fmt: skip


def literal_names(value: Value) -> list[str | None]:
    """The strings that a table's or index's name can be; `[None]` when it is not known."""
    options = value.options if type(value) is Either else (value,)
    names: list[str | None] = []
    for option in options:
        name = option.value if type(option) is Literal and isinstance(option.value, str) else None
        if name not in names:
            names.append(name)
    return names


def get(m: Any, value: Database, name: str, node: Any) -> Value:
    if name == "system":
        return Database(value.component, False, system=True)
    if name == "vars":
        return Obj({"commitTs": Clock()})
    return Bound(value, name)


def invoke(m: Any, value: Database, name: str, call: Call) -> Value:
    if name == "query":
        return _start(m, value, call.arg(0) if value.table is None else Literal(value.table), call)
    if name == "get":
        return _get(m, value, call)
    if name in _WRITES:
        return _write(m, value, name, call)
    if name == "normalizeId":
        tables = [table for table in literal_names(call.arg(0)) if table is not None]
        return join(*[IdOf(table) for table in tables]) if tables else UNKNOWN
    if name == "table":
        tables = literal_names(call.arg(0))
        return join(*[replace(value, table=table) for table in tables])
    from convex_lint.interpret.calls import call_unknown

    call_unknown(m, call)
    return UNKNOWN


def _start(m: Any, database: Database, name: Value, call: Call) -> Value:
    names = literal_names(name)
    if names == [None]:
        m.lost(call.node, "table name not known")
    return join(*[TableQuery(database, table, call.node.start) for table in names])


def _addressed(m: Any, database: Database, call: Call, extra: int) -> tuple[list[str | None], Value, list[Value]]:
    """(tables, id, further arguments) of `get`, `patch`, `replace`, `delete`, in the one- or two-argument form."""
    args = list(call.args)
    while len(args) < 1 + extra:
        args.append(UNKNOWN if call.open else UNDEFINED)
    if database.table is not None:
        return [database.table], args[0], args[1:]
    if len(args) > 1 + extra or (extra == 0 and len(args) == 2):
        return literal_names(args[0]), args[1], args[2:]
    tables = typed.tables_of(args[0])
    return list(tables) or [None], args[0], args[1:]


def _get(m: Any, database: Database, call: Call) -> Value:
    tables, key, _ = _addressed(m, database, call, 0)
    if tables == [None]:
        m.lost(call.node, "table of an id not known")
    results = []
    m.branches += len(tables) > 1
    for table in tables:
        record = m.record(
            Op.GET,
            call.node,
            database.component,
            table=table,
            index="by_id",
            eq=(("_id", key),),
            key=key,
            terminal="get",
            system=database.system,
        )
        tell(m, Event("get", database, table, key, UNDEFINED, call, record))
        results.append(Doc(database.component, table, (), record))
    m.branches -= len(tables) > 1
    return Prom(join(*results))


def _write(m: Any, database: Database, name: str, call: Call) -> Value:
    op = _WRITES[name]
    if op is Op.INSERT:
        if database.table is not None:
            tables, document = [database.table], call.arg(0)
        else:
            tables, document = literal_names(call.arg(0)), call.arg(1)
        key: Value = UNKNOWN
    else:
        tables, key, rest = _addressed(m, database, call, 0 if op is Op.DELETE else 1)
        document = rest[0] if rest else Obj()
    if tables == [None]:
        m.lost(call.node, "table name not known" if op is Op.INSERT else "table of an id not known")
    result: Value = UNDEFINED
    results = []
    m.branches += len(tables) > 1
    for table in tables:
        tell(m, Event(name, database, table, key, document, call, None))
        record = m.record(op, call.node, database.component, table=table, target=key, document=document)
        fields = () if op is Op.DELETE else written_fields(m, database.component, table, document, op)
        record.details["fields"] = fields
        result = NewId(table, record) if op is Op.INSERT else UNDEFINED
        tell(m, Event(name, database, table, result if op is Op.INSERT else key, document, call, record))
        results.append(Prom(result, record))
    m.branches -= len(tables) > 1
    return join(*results)


def written_fields(m: Any, component: str, table: str | None, document: Value, op: Op) -> tuple[str, ...] | None:
    fields = typed.fields_of(m, document)
    if fields is None and op is not Op.PATCH:
        known = m.table(component, table) if table is not None else None
        if known is not None and known.fields:
            return tuple(known.fields)
    if fields is None:
        return None
    return tuple(name for name in fields if name not in typed.SYSTEM_FIELDS)


# ---------------------------------------------------------------- query builders


def invoke_query(m: Any, query: TableQuery, name: str, call: Call) -> Value:
    if name == "withIndex":
        return _with_index(m, query, call)
    if name == "withSearchIndex":
        return _with_search(m, query, call)
    if name == "filter":
        condition = _run(m, call.arg(0), Host("filter", query.database.component), call)
        span = m.span(call.node)
        return replace(
            query, filters=(*query.filters, condition), filter_spans=(*query.filter_spans, _from(call, span))
        )
    if name == "order":
        order = call.arg(0)
        orders = [option.value for option in _options(order) if type(option) is Literal]
        if len(orders) != len(_options(order)) or not orders:
            return join(replace(query, order="asc"), replace(query, order="desc"))
        return join(*[replace(query, order=str(value)) for value in orders])
    if name in ("fullTableScan", "limit"):
        return query
    return _terminal(m, query, name, call)


def _from(call: Call, span: Span) -> Span:
    """The span of `.filter(...)` alone, without the chain before it."""
    callee = getattr(call.node, "callee", None)
    at = getattr(callee, "at", None)
    return Span(span.file, at, span.end) if at is not None else span


def _options(value: Value) -> tuple[Value, ...]:
    return value.options if type(value) is Either else (value,)


def _run(m: Any, callback: Value, builder: Value, call: Call) -> Value:
    from convex_lint.interpret.calls import awaited, call_value

    return awaited(call_value(m, callback, Call(call.node, [builder])))


def _with_index(m: Any, query: TableQuery, call: Call) -> Value:
    names = literal_names(call.arg(0))
    if names == [None]:
        m.lost(call.node, "index name not known")
    ranges: tuple[Value, ...] = (Range(),)
    if len(call.args) > 1 and call.arg(1) is not UNDEFINED:
        ranges = _options(_run(m, call.arg(1), Range(), call))
    results = []
    for name in names:
        for made in ranges:
            known = type(made) is Range and None not in [field for field, _ in made.eq]
            if not known:
                m.lost(call.node, "index range not followed")
            results.append(
                replace(query, index=name, range=made if type(made) is Range else Range(), known=known and query.known)
            )
    return join(*results)


def _with_search(m: Any, query: TableQuery, call: Call) -> Value:
    results = []
    made = _run(m, call.arg(1), Host("search", query.database.component, Range()), call)
    for option in _options(made):
        range = option.detail if type(option) is Host else Range()
        for name in literal_names(call.arg(0)):
            results.append(replace(query, index=name, kind="search", range=range, known=type(option) is Host))
    return join(*results)


def invoke_range(m: Any, value: Range, name: str, call: Call) -> Value:
    fields = literal_names(call.arg(0))
    if fields == [None]:
        m.lost(call.node, "index range not followed")
    if name == "eq":
        return join(*[Range((*value.eq, (field, call.arg(1))), value.bounds) for field in fields])
    if name in _BOUNDS:
        return join(*[Range(value.eq, (*value.bounds, (field, name, call.arg(1)))) for field in fields])
    return UNKNOWN


def invoke_builder(m: Any, host: Host, name: str, call: Call) -> Value:
    """`q` of `.filter(q => ...)`, `.withSearchIndex(..., q => ...)` and vector filters."""
    if host.role == "search":
        if name == "search":
            return host
        if name == "eq":
            return replace(host, detail=invoke_range(m, host.detail, "eq", call))
        return UNKNOWN
    if host.role == "vector":
        if name == "eq":
            return invoke_range(m, Range(), "eq", call)
        parts = [arg for arg in call.args if type(arg) is Range]
        return Range(tuple(key for part in parts for key in part.eq))
    if name == "field":
        names = literal_names(call.arg(0))
        return join(*[RowField(field) if field is not None else UNKNOWN for field in names])
    if name in _COMPARISONS:
        if call.open or (len(call.args) == 1 and type(call.args[0]) is Arr):
            return UNKNOWN
        return Computed(_COMPARISONS[name], tuple(call.args))
    return UNKNOWN


# ---------------------------------------------------------------- terminals

_TERMINALS = {"collect", "take", "first", "unique", "paginate", "count", "next"}


def _terminal(m: Any, query: TableQuery, name: str, call: Call) -> Value:
    if name not in _TERMINALS:
        from convex_lint.interpret.calls import call_unknown

        call_unknown(m, call)
        return UNKNOWN
    record = read(m, query, name if name != "next" else "iterate", call.node, call.arg(0) if name == "take" else None)
    document = Doc(query.database.component, query.table, (), record)
    if name in ("first", "unique"):
        return Prom(document)
    if name == "count":
        return Prom(UNKNOWN)
    if name == "next":
        return Prom(Obj({"value": document, "done": UNKNOWN}))
    limit = call.arg(0)
    bound = limit.value if name == "take" and type(limit) is Literal and isinstance(limit.value, int) else None
    rows = Arr([document], exact=False, rows=record, bound=bound)
    if name == "paginate":
        return Prom(Obj({"page": rows, "isDone": UNKNOWN, "continueCursor": UNKNOWN}, UNKNOWN))
    return Prom(rows)


def read(m: Any, query: TableQuery, terminal: str, node: Any, limit: Value = None) -> Any:
    """Records that a query's rows are read."""
    op = Op.SEARCH if query.kind == "search" else Op.PAGINATE if terminal == "paginate" else Op.QUERY
    record = m.record(
        op,
        node,
        query.database.component,
        table=query.table,
        index=query.index,
        eq=query.range.eq,
        bounds=query.range.bounds,
        range_known=query.known,
        order=query.order,
        terminal=terminal,
        limit=limit,
        system=query.database.system,
    )
    for condition, span in zip(query.filters, query.filter_spans, strict=True):
        record.residual.append((condition, "filter", span))
    tell(m, Event("query", query.database, query.table, UNDEFINED, UNDEFINED, Call(node, []), record))
    return record
