"""Numbers that a call holds against a limit before it inserts: there are never more rows than the limit lets in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convex_lint.analysis.surroundings import is_left_by, statements_of, within
from convex_lint.model.limits import MANY_ROWS
from convex_lint.model.operation import Op
from convex_lint.model.value import UNKNOWN, Computed, Literal, Undefined, parts_of
from convex_lint.syntax import tree

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend
    from convex_lint.analysis.sites import Site
    from convex_lint.model.operation import Read, Use, Write


def is_capped(backend: Backend, site: Site[Read]) -> bool:
    """The function leaves when there are so many rows, before the only insert that brings one into the range."""
    read = site.operation
    sources = [one for one in backend.growth_into(read, site.table).sources if _comes_in(one.operation, read)]
    if any(
        one.operation.op is not Op.INSERT and _moves_in(one.operation, read) for one in backend.writes_of(site.table)
    ):
        return False
    counts = [use for use in site.operation.uses if use.kind == "length"]
    return bool(sources and counts) and all(
        reach.function.id in {function.id for function in site.functions}
        and reach.operation.span.file == site.span.file
        and not any(loop.bound is None for loop in reach.operation.loops)
        and any(_left_at(backend, use, reach.operation.span.start) for use in counts)
        for reach in sources
    )


def _comes_in(insert: Write, read: Read) -> bool:
    """It gives the row every field by whose value the range is told, if it is seen which fields it gives."""
    told = {key.field for key in read.eq if isinstance(key.value, Literal)}
    return insert.fields is None or told <= set(insert.fields)


def _moves_in(write: Write, read: Read) -> bool:
    """It changes a row so that it may get into the range."""
    told = {key.field: key.value for key in read.eq}
    if not told or write.op is Op.DELETE:
        return False
    if write.fields is None:
        return True
    values = dict(write.values)
    leaves = (
        part
        for field in told.keys() & set(write.fields)
        for part in parts_of(values.get(field, UNKNOWN))
        if not isinstance(part, (Computed, Undefined))
    )
    return any(not isinstance(part, Literal) or part in told.values() for part in leaves)


def _left_at(backend: Backend, count: Use, insert: int) -> bool:
    """`if (count >= limit) throw ...` stands in the statements around the count, ahead of the insert."""
    path = backend.surroundings.around(count.span)
    names = {
        node.target.name
        for node in path
        if type(node) is tree.Declarator and type(node.target) is tree.Name and node.value is not None
    }
    return any(
        type(statement) is tree.If
        and count.span.start < statement.then.start
        and statement.end <= insert
        and is_left_by(statement.then)
        and _reaches_limit(statement.test, names)
        for node in path
        for statement in statements_of(node)
    )


def _reaches_limit(test: Any, names: set[str]) -> bool:
    if type(test) is not tree.Binary or test.operator not in (">=", ">"):
        return False
    counted, limit = test.left, test.right
    if type(limit) is tree.Constant and not (isinstance(limit.value, (int, float)) and 1 < limit.value < MANY_ROWS):
        return False  # whether there is one, or more than few
    if type(counted) is tree.Name:
        return counted.name in names
    return type(counted) is tree.Member and any(
        type(node) is tree.Member and node.property == "length" for node in within(counted)
    )
