"""convex-ents, reading: `ctx.table("users")` and what is chained to it reads when it is awaited (ents:src/functions.ts)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from convex_lint.interpret.arrays import element_of
from convex_lint.interpret.calls import awaited
from convex_lint.interpret.knowledge import ents_writer
from convex_lint.interpret.knowledge.acting import act, ask, native, ranged, rows_of, walking
from convex_lint.interpret.knowledge.ents_schema import Edge, Ent
from convex_lint.interpret.knowledge.lazy import lazy
from convex_lint.interpret.knowledge.names import literal_names
from convex_lint.interpret.values import (
    NULL,
    UNDEFINED,
    UNKNOWN,
    Arr,
    Call,
    Native,
    Obj,
    Prom,
    TableDefinition,
    Value,
    join,
)
from convex_lint.model.value import Literal


@dataclass(eq=False)
class World:
    """What one `ctx.table` knows: the database, the ents, the rules, and the context that schedules."""

    ctx: Value
    database: Value
    ents: dict[str, Ent]
    rules: Value

    def ent(self, table: str) -> Ent:
        return self.ents.get(table) or Ent(TableDefinition(None, None))  # type: ignore[arg-type]

    def source(self, m: Any, table: str, call: Call) -> Value:
        return ask(m, self.database, "system", call) if table.startswith("_") else self.database


Making = Callable[[Any], Value]


# ---------------------------------------------------------------- one ent


def loaded(world: World, table: str, document: Value) -> Value:
    """A document as an ent."""
    if document == NULL or document is UNDEFINED or document is UNKNOWN:
        return document
    made = Obj(rest=document)
    made.props["\0methods"] = _methods(world, table)
    return made


def _methods(world: World, table: str) -> Obj:
    """The methods of a loaded ent, which is their `this`."""

    def document(m: Any, call: Call) -> tuple[Making, Making]:
        row = call.this.rest if type(call.this) is Obj else UNKNOWN
        return (lambda m: ask(m, row, "_id", call)), (lambda m: row)

    def method(name: str, run: Any) -> Native:
        return native(f"ent.{name}", lambda m, call: run(m, world, table, *document(m, call), call))

    return Obj(
        {
            "edge": method("edge", edge_of),
            "edgeX": method("edgeX", edge_of),
            "patch": method("patch", ents_writer.patch),
            "replace": method("replace", ents_writer.replace),
            "delete": method("delete", ents_writer.delete),
            "doc": method("doc", lambda m, world, table, key, row, call: row(m)),
        }
    )


def awaiting(m: Any, world: World, table: str, key: Making, row: Making, call: Call, sure: bool) -> Obj:
    """An ent that is not read yet; `sure`: awaiting it throws rather than give null."""

    def settle() -> Value:
        document = row(m)
        return loaded(world, table, document) if sure else join(loaded(world, table, document), NULL)

    def method(name: str, run: Any) -> Native:
        return native(f"ent.{name}", lambda m, inner: run(m, world, table, key, row, inner))

    made = lazy(m, settle)
    made.props.update(
        {
            "edge": method("edge", edge_of),
            "edgeX": method("edgeX", edge_of),
            "patch": method("patch", ents_writer.patch),
            "replace": method("replace", ents_writer.replace),
            "delete": method("delete", ents_writer.delete),
            "doc": native("ent.doc", lambda m, inner: Prom(row(m))),
        }
    )
    return made


def once(make: Making) -> Making:
    """The same, read once only."""
    found: list[Value] = []

    def answer(m: Any) -> Value:
        if not found:
            found.append(make(m))
        return found[0]

    return answer


def edge_of(m: Any, world: World, table: str, key: Making, row: Making, call: Call) -> Value:
    """`ent.edge("profile")`"""
    found = []
    for name in literal_names(call.arg(0)):
        edge = world.ent(table).edges.get(name or "")
        if edge is None:
            m.lost(call.node, "edge not known")
            continue
        found.append(_follow(m, world, edge, key, row, call))
    return join(*found) if found else UNKNOWN


def _follow(m: Any, world: World, edge: Edge, key: Making, row: Making, call: Call) -> Value:
    if edge.between:
        return _links(m, world, edge, key, call)

    def referring(m: Any) -> Value:
        query = act(m, world.database, "query", call, Literal(edge.to))
        return act(m, query, "withIndex", call, Literal(edge.ref), ranged(query, edge.ref, key(m)))

    if not edge.single:
        return query_object(m, world, edge.to, referring, Call(call.node, []))
    if not edge.stored:
        one = once(lambda m: act(m, referring(m), "unique", call))
        return awaiting(m, world, edge.to, lambda m: ask(m, one(m), "_id", call), one, call, sure=False)
    other = once(lambda m: ask(m, row(m), edge.field or "?", call))
    read = once(lambda m: act(m, world.source(m, edge.to, call), "get", call, Literal(edge.to), other(m)))
    return awaiting(m, world, edge.to, other, read, call, sure=not edge.optional)


# ---------------------------------------------------------------- queries


def query_object(
    m: Any,
    world: World,
    table: str,
    start: Making,
    place: Call,
    target: Callable[[Any, Value, Call], Value] | None = None,
) -> Obj:
    """A query that is read when it is awaited, at `place`. `target` turns a row into the document that counts (the other end of a
    many:many edge)."""

    def shown(m: Any, row: Value, call: Call) -> Value:
        return loaded(world, table, target(m, row, call) if target is not None else row)

    def array(m: Any, rows: Value, call: Call) -> Arr:
        if type(rows) is not Arr:
            return Arr([UNKNOWN], exact=False)
        if target is not None:
            with walking(m, call, rows_of(rows), rows.bound):
                return Arr([shown(m, element_of(rows), call)], exact=False, bound=rows.bound)
        return Arr([shown(m, item, call) for item in rows.items], exact=False, rows=rows.rows, bound=rows.bound)

    def read(m: Any, terminal: str, call: Call) -> Value:
        return act(m, start(m), terminal, call, *call.args[:1])

    def all_rows(m: Any, call: Call) -> Arr:
        return array(m, act(m, start(m), "collect", call), call)

    def chain(name: str) -> Native:
        def run(m: Any, call: Call) -> Value:
            method = "withSearchIndex" if name == "search" else name
            further = once(lambda m: act(m, start(m), method, call, *call.args))
            return query_object(m, world, table, further, Call(call.node, []), target)

        return native(f"query.{name}", run)

    def one(name: str) -> Native:
        def run(m: Any, call: Call) -> Value:
            plain = Call(call.node, [])
            row = once(lambda m: read(m, name.removesuffix("X"), plain))
            if target is not None:
                found = once(lambda m: target(m, row(m), call))
                return awaiting(
                    m, world, table, lambda m: ask(m, found(m), "_id", call), found, call, name.endswith("X")
                )
            return awaiting(m, world, table, lambda m: ask(m, row(m), "_id", call), row, call, name.endswith("X"))

        return native(f"query.{name}", run)

    def page(m: Any, call: Call) -> Value:
        def settle() -> Value:
            result = read(m, "paginate", call)
            return Obj({"page": array(m, ask(m, result, "page", call), call)}, result)

        made = lazy(m, settle)
        made.props["map"] = native("page.map", lambda m, inner: lazy(m, lambda: _mapped_page(m, settle(), inner)))
        made.props["docs"] = native("page.docs", lambda m, inner: made)
        return made

    def mapped(m: Any, call: Call) -> Value:
        return promised_rows(m, lambda: awaited_items(act(m, all_rows(m, call), "map", call, call.arg(0))))

    made = lazy(m, lambda: all_rows(m, place))
    made.props.update(
        {
            **{name: chain(name) for name in ("withIndex", "order", "filter", "search")},
            **{name: one(name) for name in ("first", "firstX", "unique", "uniqueX")},
            "take": native("query.take", lambda m, call: lazy(m, lambda: array(m, read(m, "take", call), call))),
            "paginate": native("query.paginate", page),
            "map": native("query.map", mapped),
            "docs": native("query.docs", lambda m, call: lazy(m, lambda: all_rows(m, call))),
        }
    )
    return made


def promised_rows(m: Any, settle: Callable[[], Value]) -> Obj:
    """What `.map(...)` gives: it is awaited, or filtered first."""
    made = lazy(m, settle)

    def kept(m: Any, call: Call) -> Value:
        return Prom(act(m, awaited(made), "filter", call, *call.args))

    made.props["filter"] = native("rows.filter", kept)
    return made


def awaited_items(value: Value) -> Value:
    if type(value) is Arr:
        return Arr([awaited(item) for item in value.items], exact=value.exact, rows=value.rows, bound=value.bound)
    return value


def _mapped_page(m: Any, page: Value, call: Call) -> Value:
    rows = awaited_items(act(m, ask(m, page, "page", call), "map", call, call.arg(0)))
    return Obj({"page": rows}, page)


def _links(m: Any, world: World, edge: Edge, key: Making, call: Call) -> Value:
    """A many:many edge: the rows of its table, then the document at the other end of each."""

    def start(m: Any) -> Value:
        query = act(m, world.database, "query", call, Literal(edge.table))
        return act(m, query, "withIndex", call, Literal(edge.field), ranged(query, edge.field, key(m)))

    def target(m: Any, row: Value, inner: Call) -> Value:
        return act(m, world.database, "get", inner, Literal(edge.to), ask(m, row, edge.ref or "?", inner))

    def has(m: Any, inner: Call) -> Value:
        query = act(m, world.database, "query", inner, Literal(edge.table))
        both = ents_writer.pair_range(edge, key(m), inner.arg(0))
        act(m, act(m, query, "withIndex", inner, Literal(f"{edge.field}_{edge.ref}"), both), "first", inner)
        return Prom(UNKNOWN)

    def ids(m: Any, inner: Call) -> Value:
        def settle() -> Value:
            rows = act(m, start(m), "collect", inner)
            return Arr([ask(m, element_of(rows), edge.ref or "?", inner)], exact=False, rows=rows_of(rows))

        return lazy(m, settle)

    made = query_object(m, world, edge.to, start, Call(call.node, []), target)
    made.props.update({"has": native("edge.has", has), "ids": native("edge.ids", ids)})
    return made
