"""What keeps a range short without a look before each insert: links of one to one, parents of which there are few."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from convex_lint.analysis.sites import Site
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Inserted, Literal, Undefined

ACCOUNTS = "authAccounts"
"""Of the auth library, which keeps one row for each user and provider."""


def single_links(table: Table, writes: Iterable[Site[Write]]) -> Iterator[frozenset[str]]:
    """The fields that hold the id of a row which the same call has made, and never another: no loop, so one row each."""
    linked: set[str] = set()
    shared: set[str] = set()
    for write in (reach.operation for site in writes for reach in site.reaches):
        if write.op is Op.DELETE:
            continue
        if write.fields is None:
            return
        known = dict(write.values)
        for field in write.fields:
            value = known.get(field)
            if isinstance(value, Inserted) and not write.loops:
                linked.add(field)
            elif value is None or not (isinstance(value, Undefined) or value == Literal(None)):
                shared.add(field)
    yield from (frozenset({field}) for field in sorted(linked - shared))
    if table.name == ACCOUNTS and "node_modules/" in table.span.file:
        yield frozenset({"userId"})


def made_with_parent(read: Read, writes: Iterable[Site[Write]]) -> bool:
    """The range pins the id of a row, and gets all of its rows from the call that makes that row, out of what the call is given:
    later none are added."""
    fields = {key.field for key in read.eq}
    filled = False
    for write in (reach.operation for site in writes for reach in site.reaches):
        if not fields:
            return False
        if write.op is Op.DELETE:
            continue
        known = dict(write.values)
        if write.op is not Op.INSERT:
            fields -= fields if write.fields is None else set(write.fields)
            continue
        copied = any(loop.over is not None for loop in write.loops)
        fields = {field for field in fields if isinstance(known.get(field), Inserted) and not copied}
        filled = True
    return filled and bool(fields)


def parents(read: Read, table: Table, unique: Iterable[frozenset[str]]) -> Iterator[str]:
    """The tables of which each row has one row at most in the range, and all that is there belongs to one: the id of such a row,
    which is never left out, pins one, alone or with the range."""
    pinned = {key.field for key in read.eq}
    for fields in unique:
        rest = fields - pinned
        alone = len(fields) == 1
        if pinned and (pinned < fields or alone) and len(rest) == 1 and table.validator is not None:
            kinds = table.validator.at((next(iter(rest)),))
            if any(kind.optional or any(member.kind == "null" for member in kind.members_flat()) for kind in kinds):
                continue
            yield from (kind.table for kind in kinds if kind.kind == "id" and kind.table)
