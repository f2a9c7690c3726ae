"""Which of the indexes and ranges that generic code may mean a table can really serve.

Equalities cover exactly a prefix of the index, bounds the next field (crates/common/src/query.rs `IndexRange::compile`), so
the fields that code leaves open follow from the index and from how many there are.
"""

from __future__ import annotations

from itertools import islice, product
from typing import Any, TypeAlias

from convex_lint.interpret.values import MAX_NAMES, Range, RangeField, TableQuery, join

Meant: TypeAlias = tuple[str | None, Any]
"""An index, and a range of it, or what stands there instead of one that could not be followed."""

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
    named = [field for field, _ in range.eq if type(field) is str]
    if len(set(named)) < len(named) or any(field not in prefix for field in named):
        return None
    if any(not _may_be(field, following) for field, _, _ in range.bounds):
        return None
    free = [field for field in prefix if field not in named]
    eq: list[tuple[str, Any]] = []
    for field, value in range.eq:
        own = field if type(field) is str else next((name for name in free if _may_be(field, name)), None)
        if own is None:
            return None
        if own in free:
            free.remove(own)
        eq.append((own, value))
    return Range(tuple(eq), tuple([(following, operator, value) for _, operator, value in range.bounds]))


def _may_be(field: RangeField, name: str) -> bool:
    return field is None or field == name or (type(field) is tuple and name in field)


def each_named(ranges: list[Range]) -> list[Range]:
    """The ranges with one field each, where code names one of several."""
    found = []
    for range in ranges:
        choices = [field if type(field) is tuple else (field,) for field, *_ in (*range.eq, *range.bounds)]
        if all(len(choice) == 1 for choice in choices):
            found.append(range)
            continue
        for names in islice(product(*choices), MAX_NAMES):
            fields = iter(names)
            eq = tuple([(next(fields), value) for _, value in range.eq])
            found.append(Range(eq, tuple([(next(fields), operator, value) for _, operator, value in range.bounds])))
    return found


def one_of_each_kind(possible: list[Meant]) -> list[Meant]:
    """Of more ranges than can be told apart, the first of those that name the same fields of an index."""
    kinds: dict[Any, Meant] = {}
    for name, range in possible:
        fields = ([key[0] for key in range.eq], {key[0] for key in range.bounds}) if type(range) is Range else None
        kinds.setdefault((name, str(fields)), (name, range))
    return list(kinds.values())


def is_plain(open: Range, made: Range) -> bool:
    """Do the fields that code leaves open stand for some of the table's own? A time of creation, or the id behind it, code
    that is told its fields compares seldom: that may be left out where something else is possible."""
    pairs = [*zip(open.eq, made.eq, strict=True), *zip(open.bounds, made.bounds, strict=True)]
    return all(type(given[0]) is str or name[0] not in ("_creationTime", "_id") for given, name in pairs)


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
