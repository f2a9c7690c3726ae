"""Which of the indexes and ranges that generic code may mean a table can really serve.

Equalities cover exactly a prefix of the index, bounds the next field (crates/common/src/query.rs `IndexRange::compile`), so
the fields that code leaves open follow from the index and from how many there are.
"""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.values import Range, TableQuery, join

_BUILT_IN = {"by_creation_time": ("_creationTime",), "by_id": ("_id",)}


def fields_of_index(m: Any, query: TableQuery, name: str | None) -> tuple[str, ...] | None:
    """The fields of a table's index, with those that the server appends; None when the table or index is not known."""
    if name is None:
        return None
    if name in _BUILT_IN:
        return (*_BUILT_IN[name], "_id")
    table = m.table(query.database.component, query.table)
    index = table.index(name) if table is not None else None
    return (*index.fields, "_creationTime", "_id") if index is not None else None


def is_declared(m: Any, query: TableQuery) -> bool:
    """Are all indexes of the query's table known?"""
    table = m.table(query.database.component, query.table)
    return table is not None and not table.inferred and table.validator is not None


def filled(range: Range, fields: tuple[str, ...]) -> Range | None:
    """The range with its open fields named; None when the index cannot serve it."""
    count = len(range.eq)
    if count >= len(fields):
        return None
    prefix, following = fields[:count], fields[count]
    named = [field for field, _ in range.eq if field is not None]
    if len(set(named)) < len(named) or any(field not in prefix for field in named):
        return None
    if any(field not in (None, following) for field, _, _ in range.bounds):
        return None
    free = iter([field for field in prefix if field not in named])
    eq = tuple([(field if field is not None else next(free), value) for field, value in range.eq])
    return Range(eq, tuple([(following, operator, value) for _, operator, value in range.bounds]))


def is_plain(open: Range, made: Range) -> bool:
    """Do the fields that code leaves open stand for some of the table's own? A time of creation, or the id behind it, code
    that is told its fields compares seldom with one value: that may be left out where something else is possible."""
    eq = [name for (given, _), (name, _) in zip(open.eq, made.eq, strict=True) if given is None]
    bounds = [name for (given, *_), (name, *_) in zip(open.bounds, made.bounds, strict=True) if given is None]
    return "_creationTime" not in eq and "_id" not in (*eq, *bounds)


def merged(ranges: list[Range]) -> list[Range]:
    """One range for each set of fields, with any of the values that its keys may have."""
    found: dict[Any, Range] = {}
    for range in ranges:
        eq = tuple([field for field, _ in range.eq])
        shape = (eq, tuple([(field, operator) for field, operator, _ in range.bounds]))
        known = found.get(shape)
        if known is not None:
            range = Range(
                tuple([(a[0], join(a[1], b[1])) for a, b in zip(known.eq, range.eq, strict=True)]),
                tuple([(*a[:2], join(a[2], b[2])) for a, b in zip(known.bounds, range.bounds, strict=True)]),
            )
        found[shape] = range
    return list(found.values())
