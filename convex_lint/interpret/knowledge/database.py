"""`ctx.db`: gets, writes, and where queries begin (npm convex `server/database.ts`)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from convex_lint.interpret import looks, typed
from convex_lint.interpret.knowledge.hooks import Event, tell
from convex_lint.interpret.knowledge.table_names import named_by, table_names
from convex_lint.interpret.values import (
    UNDEFINED,
    UNKNOWN,
    Bound,
    Call,
    Database,
    Doc,
    NewId,
    Obj,
    Prom,
    TableQuery,
    Value,
    join,
)
from convex_lint.model.operation import Op
from convex_lint.model.value import Clock, IdOf, Literal

_WRITES = {"insert": Op.INSERT, "patch": Op.PATCH, "replace": Op.REPLACE, "delete": Op.DELETE}


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
        known = [table for table in table_names(m, value.component, call.arg(0)) if table is not None]
        return join(*[IdOf(table) for table in known]) if known else UNKNOWN
    if name == "table":
        return join(*[replace(value, table=table) for table in table_names(m, value.component, call.arg(0))])
    from convex_lint.interpret.calls import call_unknown

    call_unknown(m, call)
    return UNKNOWN


def _start(m: Any, database: Database, name: Value, call: Call) -> Value:
    names = table_names(m, database.component, name)
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
        return named_by(m, database.component, args[0], args[1]), args[1], args[2:]
    tables = typed.tables_of(args[0])
    return list(tables) or [None], args[0], args[1:]


def _get(m: Any, database: Database, call: Call) -> Value:
    tables, key, _ = _addressed(m, database, call, 0)
    if tables == [None] and key is UNDEFINED:
        return Prom(UNKNOWN)  # it throws, and so reads nothing
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
        results.append(Prom(Doc(database.component, table, (), record), record))
    m.branches -= len(tables) > 1
    return results[0] if len(results) == 1 else Prom(join(*[result.value for result in results]))


def _write(m: Any, database: Database, name: str, call: Call) -> Value:
    op = _WRITES[name]
    tables: list[str | None]
    if op is Op.INSERT:
        if database.table is not None:
            tables, document = [database.table], call.arg(0)
        else:
            tables, document = table_names(m, database.component, call.arg(0)), call.arg(1)
        key: Value = UNKNOWN
    else:
        tables, key, rest = _addressed(m, database, call, 0 if op is Op.DELETE else 1)
        document = rest[0] if rest else Obj()
    if tables == [None]:
        m.lost(call.node, "table name not known" if op is Op.INSERT else "table of an id not known")
    looks.whole(m, document, "passed", call.node)
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
