"""Query builders: index ranges, search and vector filters, conditions, and what reads their rows (npm convex
`server/query.ts`, `server/index_range_builder.ts`, `server/filter_builder.ts`)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from convex_lint.interpret import newborn
from convex_lint.interpret.knowledge.hooks import Event, tell
from convex_lint.interpret.knowledge.index_ranges import (
    Meant,
    each_named,
    fields_of_index,
    filled,
    is_declared,
    is_plain,
    merged,
    one_of_each_kind,
)
from convex_lint.interpret.knowledge.looked_up import first_that_fit
from convex_lint.interpret.knowledge.names import literal_names
from convex_lint.interpret.values import (
    MAX_NAMES,
    UNDEFINED,
    UNKNOWN,
    Arr,
    Call,
    Doc,
    Either,
    Host,
    Obj,
    Prom,
    Range,
    RangeField,
    RowField,
    TableQuery,
    Value,
    join,
)
from convex_lint.model.operation import Op
from convex_lint.model.value import Computed, Literal
from convex_lint.source import Span

_BOUNDS = ("gt", "gte", "lt", "lte")
_COMPARISONS = {
    "eq": "===", "neq": "!==", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "and": "&&", "or": "||", "not": "!",
    "add": "+", "sub": "-", "mul": "*", "div": "/", "mod": "%", "neg": "-",
}  # fmt: skip


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
            return join(*[replace(query, order=value, unasked=False) for value in ("asc", "desc")])
        return join(*[replace(query, order=str(value), unasked=False) for value in orders])
    if name in ("fullTableScan", "limit", "@@asyncIterator"):
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


def _ranges(m: Any, callback: Value, call: Call) -> tuple[Value, ...]:
    """The ranges that a callback builds. One call on several possible queries runs its callback once."""
    known = m.last_ranges
    if known is None or known[0] is not callback:
        known = m.last_ranges = (callback, _options(_run(m, callback, Range(), call)))
    return known[1]  # type: ignore[no-any-return]


def _with_index(m: Any, query: TableQuery, call: Call) -> Value:
    names = literal_names(call.arg(0))
    if names == [None]:
        m.lost(call.node, "index name not known")
    ranges: list[Value] = []
    for given in _options(call.arg(1)):
        ranges.extend((Range(),) if given is UNDEFINED else _ranges(m, given, call))
    looked_up = len(names) > 1 and any(id(option) in m.looked_up for option in _options(call.arg(0)))
    return join(*_meant(m, query, names, ranges, call, looked_up))


def _meant(
    m: Any, query: TableQuery, names: list[str | None], ranges: list[Value], call: Call, looked_up: bool
) -> list[TableQuery]:
    """One query for each index and range that the code can mean; of several, those that the table can serve."""
    shaped = merged([made for made in ranges if type(made) is Range])
    strange = [made for made in ranges if type(made) is not Range]
    served: list[Meant] = []
    for name in names:
        fields = fields_of_index(m, query, name)
        fitting = [(given, filled(given, fields)) for given in shaped] if fields is not None else []
        told = [(given, made) for given, made in fitting if made is not None]
        plain = [made for given, made in told if is_plain(given, made)]
        served.extend((name, made) for made in merged(plain or [made for _, made in told]))
    named = (*each_named(shaped), *strange[:1])
    possible: list[Meant] = [(name, made) for name in names for made in named]
    if is_declared(m, query) and len(possible) > 1:
        # Of the names and ranges of generic code, most mean other tables.
        own = [name for name in names if fields_of_index(m, query, name) is not None]
        possible = served or [(name, None) for name in own or [None]]
    if len(possible) > MAX_NAMES:
        possible = one_of_each_kind(possible)
    choices = [(one, False) for one in possible]
    if looked_up and is_declared(m, query):
        choices = first_that_fit(possible, lambda name: fields_of_index(m, query, name))
    results = []
    for (name, made), unasked in choices[:MAX_NAMES]:
        range = made if type(made) is Range else Range()
        known = type(made) is Range and None not in [part[0] for part in (*range.eq, *range.bounds)]
        if not known:
            m.lost(call.node, "index range not followed")
        results.append(replace(query, index=name, range=range, known=known and query.known, unasked=unasked))
    return results


def _with_search(m: Any, query: TableQuery, call: Call) -> Value:
    results: list[Value] = []
    made = _run(m, call.arg(1), Host("search", query.database.component, Range()), call)
    for option in _options(made):
        range = option.detail if type(option) is Host else Range()
        results.extend(
            replace(query, index=name, kind="search", range=range, known=type(option) is Host)
            for name in literal_names(call.arg(0))
        )
    return join(*results)


def invoke_range(m: Any, value: Range, name: str, call: Call) -> Value:
    names = literal_names(join(*[option for option in _options(call.arg(0)) if option is not UNDEFINED]))
    field: RangeField = names[0] if len(names) == 1 else None if None in names else tuple([n for n in names if n])
    if name == "eq":
        return Range((*value.eq, (field, call.arg(1))), value.bounds)
    if name in _BOUNDS:
        if any(operator[0] == name[0] for _, operator, _ in value.bounds):
            return value  # the platform refuses a second bound on one side: nobody comes here
        return Range(value.eq, (*value.bounds, (field, name, call.arg(1))))
    return UNKNOWN


def invoke_builder(m: Any, host: Host, name: str, call: Call) -> Value:
    """`q` of `.filter(q => ...)`, `.withSearchIndex(..., q => ...)` and vector filters."""
    if host.role == "search":
        if name == "search":
            return host
        if name == "eq":
            made = invoke_range(m, host.detail, "eq", call)
            return join(*[replace(host, detail=option) for option in each_named([made])])
        return UNKNOWN
    if host.role == "vector":
        if name == "eq":
            return join(*each_named([invoke_range(m, Range(), "eq", call)]))
        parts = [arg for arg in call.args if type(arg) is Range]
        return Range(tuple(key for part in parts for key in part.eq))
    if name == "field":
        names = literal_names(call.arg(0))
        return join(*[RowField(field) if field is not None else UNKNOWN for field in names])
    if name in _COMPARISONS:
        if call.open:
            return _one_of(call.args) if name == "or" else UNKNOWN
        if len(call.args) == 1 and type(call.args[0]) is Arr:
            return UNKNOWN
        return Computed(_COMPARISONS[name], tuple(call.args))
    return UNKNOWN


def _one_of(conditions: list[Value]) -> Value:
    """`q.or(...ids.map((id) => q.eq(q.field("_id"), id)))`: the field is one of a list that nobody can count."""
    pairs: list[Any] = [one.parts for one in conditions if type(one) is Computed and one.operator == "==="]
    fields = {field for field, _ in pairs}
    if len(pairs) < len(conditions) or len(fields) != 1 or any(type(field) is not RowField for field in fields):
        return UNKNOWN
    return Computed("in", (fields.pop(), *(value for _, value in pairs)))


# ---------------------------------------------------------------- terminals

_TERMINALS = {"collect", "take", "first", "unique", "paginate", "count", "next"}


def _terminal(m: Any, query: TableQuery, name: str, call: Call) -> Value:
    if name not in _TERMINALS:
        from convex_lint.interpret.calls import call_unknown

        call_unknown(m, call)
        return UNKNOWN
    from convex_lint.interpret.members import get as member

    limit = call.arg(0) if name == "take" else None
    if name == "paginate":
        limit = member(m, call.arg(0), "numItems", call.node)
    empty = newborn.finds_nothing(m, query)
    record = read(m, query, name if name != "next" else "iterate", call.node, limit)
    document = Doc(query.database.component, query.table, (), record)
    if name in ("first", "unique"):
        return Prom(document, record)
    if name == "count":
        return Prom(UNKNOWN, record)
    if name == "next":
        return Prom(Obj({"value": document, "done": UNKNOWN}), record)
    bound = limit.value if name == "take" and type(limit) is Literal and isinstance(limit.value, int) else None
    rows = Arr(() if empty else (document,), exact=empty, rows=record, bound=bound)
    if name == "paginate":
        return Prom(Obj({"page": rows, "isDone": UNKNOWN, "continueCursor": UNKNOWN}, UNKNOWN), record)
    return Prom(rows, record)


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
        range_known=query.known and not query.unasked,
        order=query.order,
        terminal=terminal,
        limit=limit,
        system=query.database.system,
        **({"unasked": True} if query.unasked else {}),
    )
    for condition, span in zip(query.filters, query.filter_spans, strict=True):
        record.residual.append((condition, "filter", span))
    tell(m, Event("query", query.database, query.table, UNDEFINED, UNDEFINED, Call(node, []), record))
    return record
