"""convex-ents, the schema: ents are tables with edges; edges imply fields, indexes and tables (ents:src/schema.ts)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from convex_lint.interpret.knowledge.acting import ask, native
from convex_lint.interpret.knowledge.convex_server import invoke_table
from convex_lint.interpret.knowledge.convex_values import object_validator, validator
from convex_lint.interpret.knowledge.helper_validators import add_fields
from convex_lint.interpret.knowledge.names import literal_names
from convex_lint.interpret.values import (
    TRUE,
    UNDEFINED,
    UNKNOWN,
    Call,
    Obj,
    SchemaDefinition,
    TableDefinition,
    Value,
)
from convex_lint.model.schema import Index, Validator
from convex_lint.source import Span


@dataclass
class Edge:
    """`single` or many; `stored`: this ent's field (single) or the other's (many, `ref`) holds the id. A many:many edge
    has a `table` of its own, in which `field` is this ent's id and `ref` the other's. `unique` marks a 1:1 edge."""

    name: str
    to: str
    single: bool
    stored: bool
    field: str | None = None
    ref: str | None = None
    table: str | None = None
    optional: bool = False
    unique: bool = False
    deletion: str | None = None
    inverse: str | None = None
    inverse_field: str | None = None
    symmetric: bool = False

    @property
    def between(self) -> bool:
        """Has it a table of its own?"""
        return not self.single and not self.stored


class Ent:
    """One ent: its table, edges by name, fields that must be unique, and `soft` or `scheduled` deletion."""

    def __init__(self, table: TableDefinition) -> None:
        self.table = table
        self.edges: dict[str, Edge] = {}
        self.unique: list[str] = []
        self.deletion: str | None = None

    def add(self, name: str, kind: Validator) -> None:
        if self.table.validator is not None:
            self.table.validator = add_fields(self.table.validator, {name: kind})

    def index(self, *fields: str, span: Span) -> None:
        name = fields[0] if len(fields) == 1 else "_".join(fields)
        self.table.indexes = [*self.table.indexes, Index(name, fields, False, span)]


def define_ent(m: Any, call: Call) -> Value:
    given = object_validator(m, call.arg(0))
    return _object(Ent(TableDefinition(given if given.kind != "unknown" else None, m.span(call.node))))


def _from_table(table: Value) -> Value:
    if type(table) is not TableDefinition:
        return table
    copy = TableDefinition(table.validator, table.span)
    copy.indexes, copy.search, copy.vector = list(table.indexes), list(table.search), list(table.vector)
    return _object(Ent(copy))


def _from_tables(m: Any, call: Call) -> Value:
    given = call.arg(0)
    if type(given) is not Obj:
        return UNKNOWN
    return Obj({name: _from_table(table) for name, table in given.props.items()}, given.rest)


def _object(ent: Ent) -> Obj:
    """The ent as JavaScript sees it; every method gives it back."""
    made = Obj({"\0table": ent.table, "\0ent": ent})

    def method(name: str, change: Any) -> None:
        def run(m: Any, call: Call) -> Value:
            change(m, ent, call)
            return made

        made.props[name] = native(f"ent.{name}", run)

    for name in ("index", "searchIndex", "vectorIndex"):
        method(name, lambda m, ent, call, name=name: invoke_table(m, ent.table, name, call))
    for name, change in (("field", _field), ("edge", _edge), ("edges", _edges), ("deletion", _deletion)):
        method(name, change)
    return made


def _text(m: Any, options: Value, name: str, call: Call) -> str | None:
    value = ask(m, options, name, call)
    return literal_names(value)[0] if value is not UNDEFINED else None


def _field(m: Any, ent: Ent, call: Call) -> None:
    name, options = literal_names(call.arg(0))[0], call.arg(2)
    if name is None:
        return
    kind = validator(m, call.arg(1))
    known = options.props if type(options) is Obj else {}
    ent.add(name, replace(kind, optional=True) if "default" in known else kind)
    if known.get("unique") == TRUE or known.get("index") == TRUE:
        ent.index(name, span=m.span(call.node))
    if known.get("unique") == TRUE:
        ent.unique.append(name)


def _edge(m: Any, ent: Ent, call: Call) -> None:
    name, options = literal_names(call.arg(0))[0], call.arg(1)
    if name is None:
        return
    to = _text(m, options, "to", call) or f"{name}s"
    deletion = _text(m, options, "deletion", call)
    ref, field = ask(m, options, "ref", call), _text(m, options, "field", call)
    if ref is not UNDEFINED and field is None:
        ent.edges[name] = Edge(name, to, True, False, ref=literal_names(ref)[0], deletion=deletion)
        return
    field = field or f"{name}Id"
    optional = ask(m, options, "optional", call) == TRUE
    ent.add(field, Validator("id", optional, to))
    ent.index(field, span=m.span(call.node))
    ent.edges[name] = Edge(name, to, True, True, field=field, optional=optional, deletion=deletion)


def _edges(m: Any, ent: Ent, call: Call) -> None:
    name, options = literal_names(call.arg(0))[0], call.arg(1)
    if name is None:
        return
    to = _text(m, options, "to", call) or name
    ref, inverse = ask(m, options, "ref", call), _text(m, options, "inverse", call)
    table = _text(m, options, "table", call)
    if ref is not UNDEFINED:
        deletion = _text(m, options, "deletion", call)
        ent.edges[name] = Edge(name, to, False, True, ref=literal_names(ref)[0], deletion=deletion)
        return
    made = Edge(name, to, False, False, field=_text(m, options, "field", call), table=table)
    made.inverse_field = _text(m, options, "inverseField", call)
    ent.edges[name] = made
    if inverse is not None:
        ent.edges[inverse] = Edge(inverse, to, False, False, table=table, inverse=name)


def _deletion(m: Any, ent: Ent, call: Call) -> None:
    ent.add("deletionTime", Validator("float64", optional=True))
    ent.deletion = literal_names(call.arg(0))[0]


# ---------------------------------------------------------------- the whole schema


def define_schema(m: Any, call: Call) -> Value:
    """`defineEntSchema({ ... })`: pairs the edges, and adds the tables of many:many edges."""
    tables = call.arg(0)
    span = m.span(call.node)
    if type(tables) is not Obj:
        return SchemaDefinition(Obj(rest=tables), call.arg(1), span)
    ents = entities(tables)
    for name, ent in list(ents.items()):
        for edge in list(ent.edges.values()):
            _pair(name, edge, ents, tables, span)
    return SchemaDefinition(tables, call.arg(1), span)


def entities(tables: Obj) -> dict[str, Ent]:
    found = {}
    for name, value in tables.props.items():
        ent = value.props.get("\0ent") if type(value) is Obj else None
        if type(ent) is Ent:
            found[name] = ent
    return found


def _pair(table: str, edge: Edge, ents: dict[str, Ent], tables: Obj, span: Span) -> None:
    other = ents.get(edge.to)
    if other is None or (edge.between and (edge.inverse is not None or edge.ref is not None)):
        return
    same = edge.to == table
    inverse = _inverse(table, edge, other, same)
    if edge.single and not edge.stored and inverse is not None and inverse.stored:
        edge.ref = edge.ref or inverse.field
        inverse.unique = True
    if edge.single:
        return
    if inverse is not None and inverse.single:
        edge.stored, edge.ref = True, inverse.field
    elif (inverse is not None or same) and not edge.stored:
        # The library declares this table: a place without extent, as for the tables of other packages.
        _between(table, edge, inverse, same, ents, tables, Span(span.file, span.start, span.start))


def _inverse(table: str, edge: Edge, other: Ent, same: bool) -> Edge | None:
    """The other end of an edge. Edges that name their field are paired by it."""
    for candidate in other.edges.values():
        if candidate.to != table:
            continue
        if same:
            if candidate.between and candidate.inverse == edge.name:
                return candidate
            continue
        if edge.ref is not None and not edge.between and candidate.single and candidate.stored:
            if candidate.field == edge.ref:
                return candidate
            continue
        if edge.between and candidate.between and edge.table != candidate.table:
            continue
        if edge.between and not candidate.between and edge.table is not None:
            continue
        if not edge.single and not edge.between and not candidate.single:
            continue
        return candidate
    return None


def _between(
    table: str, edge: Edge, inverse: Edge | None, same: bool, ents: dict[str, Ent], tables: Obj, span: Span
) -> None:
    """The table of a many:many edge, its two ids and its indexes."""
    if edge.table is None:
        if inverse is None:
            edge.table = f"{table}_{edge.name}"
        elif inverse.name != table:
            edge.table = f"{table}_{inverse.name}_to_{edge.name}"
        else:
            edge.table = f"{inverse.name}_to_{edge.name}"
    if inverse is None:
        own, others = edge.field or "aId", edge.inverse_field or "bId"
    else:
        own = edge.field or (f"{inverse.name}Id" if same else f"{table}Id")
        implied = f"{edge.name}Id" if same else f"{edge.to}Id"
        others = (edge.inverse_field if same else None) or inverse.field or implied
    fields = {own: Validator("id", table=table), others: Validator("id", table=edge.to)}
    made = Ent(TableDefinition(Validator("object", fields=fields), span))
    for keys in ((own,), (others,), (own, others), *(((others, own),) if inverse is not None else ())):
        made.index(*keys, span=span)
    tables.props[edge.table] = _object(made)
    ents[edge.table] = made
    edge.field, edge.ref, edge.symmetric = own, others, inverse is None
    if inverse is not None:
        inverse.table, inverse.field, inverse.ref = edge.table, others, own


SCHEMA = {
    "defineEnt": native("defineEnt", define_ent),
    "defineEntFromTable": native("defineEntFromTable", lambda m, call: _from_table(call.arg(0))),
    "defineEntsFromTables": native("defineEntsFromTables", _from_tables),
    "defineEntSchema": native("defineEntSchema", define_schema),
}
