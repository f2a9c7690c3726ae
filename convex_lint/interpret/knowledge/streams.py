"""convex-helpers `server/stream`, `server/pagination` and `server/filter`: queries that are filtered, mapped and merged in
JavaScript, document by document (helpers:server/stream.ts, server/filter.ts)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from convex_lint.interpret.arrays import element_of
from convex_lint.interpret.iterables import as_array
from convex_lint.interpret.knowledge.acting import Module, act, ask, is_query, native, options, run, walking
from convex_lint.interpret.knowledge.hooks import Event, row_filter
from convex_lint.interpret.looks import look
from convex_lint.interpret.record import Record
from convex_lint.interpret.values import (
    UNDEFINED,
    UNKNOWN,
    Arr,
    Call,
    Native,
    Obj,
    Prom,
    Range,
    TableQuery,
    Value,
    join,
)
from convex_lint.model.value import Literal


@dataclass(frozen=True)
class _Stream:
    """`read(m, call, terminal, limit)` gives the rows, and the read behind them where there is one only. `query` is the
    query, or any of several, that can still be given an index or an order."""

    read: Callable[[Any, Call, str, Value], Arr]
    query: Value = None


def _of_query(query: Value) -> _Stream:
    def read(m: Any, call: Call, terminal: str, limit: Value) -> Arr:
        args = (limit,) if terminal in ("take", "paginate") else ()
        rows = act(m, query, terminal, call, *args)
        if terminal == "paginate":
            rows = ask(m, rows, "page", call)
        several = options(rows)
        return as_array(m, rows) if all(type(option) is Arr for option in several) else Arr(several, exact=False)

    return _Stream(read, query)


def _of_queries(started: Value) -> Value:
    queries = [option for option in options(started) if is_query(option)]
    return _object(_of_query(join(*queries))) if queries else UNKNOWN


def _object(stream: _Stream) -> Obj:
    """The stream as JavaScript sees it."""

    def chain(name: str, make: Callable[[Any, Call], _Stream]) -> Native:
        return native(f"stream.{name}", lambda m, call: _object(make(m, call)))

    def terminal(name: str) -> Native:
        return native(f"stream.{name}", lambda m, call: Prom(_finish(m, stream, name, call)))

    def narrow(name: str) -> Native:
        def run(m: Any, call: Call) -> Value:
            changed = act(m, stream.query, name, call, *call.args)
            return _of_queries(changed)

        return native(f"stream.{name}", run)

    made = Obj(
        {
            "filterWith": chain("filterWith", lambda m, call: _filtered(stream, call.arg(0))),
            "map": chain("map", lambda m, call: _mapped(stream, call.arg(0))),
            "flatMap": chain("flatMap", lambda m, call: _flat(stream, call.arg(0))),
            "distinct": chain("distinct", lambda m, call: _plain(stream)),
            "narrow": chain("narrow", lambda m, call: _plain(stream)),
            **{name: terminal(name) for name in ("collect", "take", "first", "unique", "paginate")},
        }
    )
    if stream.query is not None:
        made.props.update({name: narrow(name) for name in ("withIndex", "order", "fullTableScan")})
    whole = native("stream rows", lambda m, call: stream.read(m, call, call.arg(0).value, call.arg(1)))
    made.props["\0stream"] = whole
    made.props["\0iterate"] = native("iterate", lambda m, call: stream.read(m, call, "collect", UNDEFINED))
    made.props["iterWithKeys"] = native(
        "stream.iterWithKeys",
        lambda m, call: Arr([Arr([element_of(stream.read(m, call, "collect", UNDEFINED)), UNKNOWN])], exact=False),
    )
    return made


def _finish(m: Any, stream: _Stream, terminal: str, call: Call) -> Value:
    rows = stream.read(m, call, terminal, call.arg(0))
    if terminal in ("first", "unique"):
        return element_of(rows)
    if terminal == "paginate":
        return Obj({"page": rows, "isDone": UNKNOWN, "continueCursor": UNKNOWN}, UNKNOWN)
    return rows


def _plain(stream: _Stream) -> _Stream:
    return _Stream(stream.read)


def _filtered(stream: _Stream, predicate: Value) -> _Stream:
    def read(m: Any, call: Call, terminal: str, limit: Value) -> Arr:
        rows = stream.read(m, call, _whole(terminal), limit)
        with walking(m, call, rows.rows):
            kept = run(m, predicate, call, element_of(rows))
        if rows.rows is not None:
            look(m, rows.rows, (kept, "js", m.span(call.node)))
        return rows

    return _Stream(read)


def _whole(terminal: str) -> str:
    """How the rows behind a filter are read: on and on until enough of them pass."""
    return "collect" if terminal in ("first", "unique", "take") else terminal


def _mapped(stream: _Stream, callback: Value) -> _Stream:
    def read(m: Any, call: Call, terminal: str, limit: Value) -> Arr:
        rows = stream.read(m, call, terminal, limit)
        with walking(m, call, rows.rows):
            result = run(m, callback, call, element_of(rows))
        return Arr([result], exact=False, bound=rows.bound)

    return _Stream(read)


def _flat(stream: _Stream, callback: Value) -> _Stream:
    def read(m: Any, call: Call, terminal: str, limit: Value) -> Arr:
        rows = stream.read(m, call, _whole(terminal), limit)
        with walking(m, call, rows.rows):
            inner = [
                _rows(m, option, call, terminal, limit) for option in options(run(m, callback, call, element_of(rows)))
            ]
        return Arr([element_of(array) for array in inner], exact=False)

    return _Stream(read)


def _rows(m: Any, value: Value, call: Call, terminal: str, limit: Value) -> Arr:
    """The rows of a stream that is a value."""
    held = ask(m, value, "\0stream", call) if type(value) is Obj else None
    if type(held) is Native:
        return as_array(m, run(m, held, call, Literal(terminal), limit))
    return Arr([UNKNOWN], exact=False)


def _stream(m: Any, call: Call) -> Value:
    """`stream(db, schema)` and `paginator(db, schema)`: a database whose queries are streams."""
    database = call.arg(0)

    def query(m: Any, inner: Call) -> Value:
        started = act(m, database, "query", inner, inner.arg(0))
        return _of_queries(started)

    return Obj({"query": native("stream query", query)}, database)


def _merged(m: Any, call: Call) -> Value:
    """`mergedStream(streams, orderBy)`, `new MergedStream(streams, orderBy)`"""
    streams = as_array(m, call.arg(0))
    return _object(_together(list(streams.items)))


def _concatenated(m: Any, call: Call) -> Value:
    return _object(_together(list(call.args)))


def _together(streams: list[Value]) -> _Stream:
    def read(m: Any, call: Call, terminal: str, limit: Value) -> Arr:
        found = [_rows(m, option, call, terminal, limit) for stream in streams for option in options(stream)]
        rows: set[Record | None] = {array.rows for array in found}
        return Arr([element_of(array) for array in found], exact=False, rows=rows.pop() if len(rows) == 1 else None)

    return _Stream(read)


def _page(m: Any, call: Call) -> Value:
    """`getPage(ctx, { table, index, schema, startIndexKey, endIndexKey, order ... })`: one read of an index between two keys."""
    request = call.arg(1)
    query = act(m, ask(m, call.arg(0), "db", call), "query", call, ask(m, request, "table", call))
    index = ask(m, request, "index", call)
    if index is not UNDEFINED and index is not UNKNOWN:
        query = act(m, query, "withIndex", call, index, native("whole index", lambda m, inner: Range()))
    order = ask(m, request, "order", call)
    if type(order) is Literal:
        query = act(m, query, "order", call, order)
    limit = ask(m, request, "targetMaxRows", call)
    rows = act(m, query, "take", call, limit if limit is not UNDEFINED else Literal(100))
    return Prom(Obj({"page": rows, "hasMore": UNKNOWN, "indexKeys": UNKNOWN}))


def _filter(m: Any, call: Call) -> Value:
    """`filter(query, predicate)`: the query, whose rows pass through a predicate."""
    predicate = call.arg(1)

    def keep(m: Any, event: Event, row: Value) -> Value:
        return run(m, predicate, event.call, row)

    hook = row_filter(keep)
    filtered = []
    for option in options(call.arg(0)):
        if type(option) is TableQuery:
            database = replace(option.database, hooks=(*option.database.hooks, hook))
            filtered.append(replace(option, database=database))
        elif type(option) is Obj and "\0stream" in option.props:
            filtered.append(act(m, option, "filterWith", call, predicate))
        else:
            filtered.append(option)
    return join(*filtered)


STREAM: Module = {
    "stream": native("stream", _stream),
    "mergedStream": native("mergedStream", _merged),
    "MergedStream": native("MergedStream", _merged),
    "ConcatStreams": native("ConcatStreams", _concatenated),
}
PAGINATION: Module = {"paginator": native("paginator", _stream), "getPage": native("getPage", _page)}
FILTER: Module = {"filter": native("filter", _filter)}
