"""Rows of a day, a month or a year, which code tells from all others by a part of a date: a range of an index holds them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from convex_lint.analysis.compared import conjuncts
from convex_lint.analysis.each_row import EachRow, each_row, field_of
from convex_lint.analysis.fields import kinds_of
from convex_lint.analysis.naming import index_name
from convex_lint.analysis.ordering import ordered_by
from convex_lint.analysis.surroundings import Surroundings, method_of, within
from convex_lint.analysis.vocabulary import words_of
from convex_lint.model.operation import Read
from convex_lint.model.schema import Table
from convex_lint.syntax import tree

_YEARS = frozenset(("getFullYear", "getUTCFullYear", "toISOString", "toDateString", "toLocaleDateString"))
"""Parts of a date that tell the year, too: a month alone, as of birthdays, comes again every year."""
_CUTS = frozenset(("slice", "substring", "startsWith", "split"))


def told_by_date(read: Read, table: Table, surroundings: Surroundings) -> str | None:
    """The field of `rows.filter((row) => new Date(row.at).getMonth() === args.month)`, `row.day.startsWith(args.month)`."""
    for each in each_row(read, surroundings, ("filter",)):
        if each.use.part or not each.is_always(each.node, surroundings):
            continue
        for test in _tests(each):
            for part in conjuncts(test):
                field = _dated(part, each, table)
                if field is not None:
                    return field
    return None


def range_of_days(read: Read, field: str, table: Table) -> str:
    """The advice, a sentence."""
    equal = "".join(f'.eq("{key.field}", ...)' for key in read.eq)
    ends = f'(q) => q{equal}.gte("{field}", from).lt("{field}", to)'
    known = ordered_by(read, field, table)
    default = field == "_creationTime" and not read.eq
    name = "by_creation_time" if default else read.index if field == "_creationTime" else known.name if known else None
    told = "Work out the first and the last moment that are meant, and read that range alone"
    if name is not None:
        return f'{told}, with `.withIndex("{name}", {ends})`.'
    fields = (*(key.field for key in read.eq), field)
    named = index_name(table, fields)
    listed = ", ".join(f'"{one}"' for one in fields)
    return f'{told}: declare `.index("{named}", [{listed}])` and read with `.withIndex("{named}", {ends})`.'


def _tests(each: EachRow) -> Iterator[Any]:
    """What the filter gives; not of a condition that only sometimes decides."""
    if type(each.body) is not tree.Block:
        yield each.body
        return
    given = [one for one in each.body.body if type(one) is tree.Return]
    others = [one for one in each.body.body if type(one) not in (tree.Return, tree.Variables)]
    if len(given) == 1 and not others:
        yield given[0].value


def _dated(test: Any, each: EachRow, table: Table) -> str | None:
    """The field of which a part of the date is compared with what comes from elsewhere."""
    sides: tuple[Any, ...] = ()
    if type(test) is tree.Binary and test.operator in ("===", "=="):
        sides = (test.left, test.right)
    elif method_of(test) == "startsWith" and len(test.arguments) == 1:
        sides = (test, test.arguments[0])
        return _field(test, each, table) if not each.tells_of(test.arguments[0]) else None
    if len(sides) != 2 or each.tells_of(sides[0]) == each.tells_of(sides[1]):
        return None
    return _field(sides[0] if each.tells_of(sides[0]) else sides[1], each, table)


def _field(value: Any, each: EachRow, table: Table) -> str | None:
    """The one field of the row from which a part of the date is made."""
    parts = list(within(value))
    names = {part.name for part in parts if type(part) is tree.Name}
    for node in within(each.body):
        if type(node) is tree.Declarator and type(node.target) is tree.Name and node.target.name in names:
            parts.extend(within(node.value))
    fields = {
        field for part in parts if type(part) is tree.Member and (field := field_of(part, each.names)) is not None
    }
    fields = {field for field in fields if field == "_creationTime" or field in table.fields}
    if len(fields) != 1:
        return None
    (field,) = fields
    dated = any(
        type(part) is tree.New and type(part.callee) is tree.Name and part.callee.name == "Date" for part in parts
    )
    if dated and any(method_of(part) in _YEARS for part in parts):
        return field
    kinds = {kind.kind for kind in kinds_of(field, table)} - {"null"}
    cut = any(method_of(part) in _CUTS and field_of(part.callee.object, each.names) == field for part in parts)
    return field if cut and kinds == {"string"} and _is_day(field) else None


def _is_day(field: str) -> bool:
    """Texts begin with the year only where they are dates."""
    return bool(words_of(field) & _DAYS)


_DAYS = frozenset(("date", "day", "month", "at", "on"))
