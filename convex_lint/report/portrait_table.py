"""Everything that is known of one table, as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypedDict

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.words import read_in_words, write_in_words
from convex_lint.graph.graph import EdgeKind, table_node
from convex_lint.model.function import qualified
from convex_lint.model.operation import Op
from convex_lint.model.schema import Table, Validator
from convex_lint.report.contract import FilePlace, file_place


class FieldFact(TypedDict):
    """`type` as a validator says it: `id<users>`, `string | null`. `setBy` are the functions that write it."""

    name: str
    type: str
    optional: bool
    setBy: list[str]


class IndexUse(TypedDict):
    """`kind` is database, search or vector; `usedBy` are the functions that read by it."""

    name: str
    kind: str
    fields: list[str]
    staged: bool
    usedBy: list[str]


class AccessFact(TypedDict):
    """What functions do to the table at one place."""

    words: str
    functions: list[str]
    place: FilePlace


class TablePortrait(TypedDict):
    """`growth` completes "the table ...". `refersTo` and `referredToBy` are fields with `v.id`, as `table.field`."""

    subject: Literal["table"]
    id: str
    project: str
    place: FilePlace
    declared: bool
    growth: str
    grows: bool
    fields: list[FieldFact]
    indexes: list[IndexUse]
    readers: list[AccessFact]
    writers: list[AccessFact]
    refersTo: list[str]
    referredToBy: list[str]


def table_portrait(backend: Backend, table: Table) -> TablePortrait:
    sources, growth = backend.project.sources, backend.growth(table)
    node = table_node(table.component, table.name)
    references = [edge for edge in backend.graph.edges() if edge.kind is EdgeKind.REFERENCES]
    return {
        "subject": "table",
        "id": qualified(table.component, table.name),
        "project": backend.project.root,
        "place": file_place(table.span, sources),
        "declared": not table.inferred,
        "growth": growth.reason,
        "grows": growth.grows,
        "fields": [_field(backend, table, name) for name in table.fields],
        "indexes": list(_indexes(backend, table)),
        "readers": [
            {
                "words": read_in_words(site.operation),
                "functions": [function.id for function in site.functions],
                "place": file_place(site.span, sources),
            }
            for site in backend.reads_of(table)
        ],
        "writers": [
            {
                "words": write_in_words(site.operation),
                "functions": [function.id for function in site.functions],
                "place": file_place(site.span, sources),
            }
            for site in backend.writes_of(table)
        ],
        "refersTo": [
            f"{edge.target.removeprefix('table:')} ({edge.label})" for edge in references if edge.source == node
        ],
        "referredToBy": [
            f"{edge.source.removeprefix('table:')}.{edge.label}" for edge in references if edge.target == node
        ],
    }


def _field(backend: Backend, table: Table, name: str) -> FieldFact:
    kinds = table.validator.at((name,)) if table.validator is not None else ()
    setters = {
        function.id: None
        for site in backend.writes_of(table)
        if site.operation.op is not Op.DELETE and name in (site.operation.fields or ())
        for function in site.functions
    }
    variants = table.validator.members_flat() if table.validator is not None else ()
    optional = any(name not in variant.fields or variant.fields[name].optional for variant in variants)
    types = " | ".join(dict.fromkeys(type_in_words(kind) for kind in kinds))
    return {"name": name, "type": types, "optional": optional, "setBy": sorted(setters)}


def type_in_words(validator: Validator) -> str:
    if validator.kind == "id":
        return f"id<{validator.table}>"
    if validator.kind == "literal":
        return repr(validator.value).replace("'", '"')
    if validator.kind == "array" and validator.element is not None:
        return f"array<{' | '.join(type_in_words(member) for member in validator.element.members_flat())}>"
    return validator.kind


def _indexes(backend: Backend, table: Table) -> Iterator[IndexUse]:
    users: dict[str, dict[str, None]] = {}
    for site in backend.reads_of(table):
        if site.operation.index is not None:
            users.setdefault(site.operation.index, {}).update({function.id: None for function in site.functions})
    for index in table.indexes:
        yield _index(index.name, "database", list(index.fields), index.staged, users)
    for search in table.search_indexes:
        yield _index(search.name, "search", [search.search_field, *search.filter_fields], search.staged, users)
    for vector in table.vector_indexes:
        yield _index(vector.name, "vector", [vector.vector_field, *vector.filter_fields], vector.staged, users)


def _index(name: str, kind: str, fields: list[str], staged: bool, users: dict[str, dict[str, None]]) -> IndexUse:
    return {"name": name, "kind": kind, "fields": fields, "staged": staged, "usedBy": sorted(users.get(name, ()))}
