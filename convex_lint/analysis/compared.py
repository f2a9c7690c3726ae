"""With what does code compare the rows that it drops, so that no page of them is a page of what is wanted?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from convex_lint.analysis.each_row import kept_by
from convex_lint.analysis.fields import kinds_of
from convex_lint.analysis.surroundings import Surroundings, method_of, within
from convex_lint.model.operation import Predicate, Read
from convex_lint.model.schema import Table
from convex_lint.syntax import tree
from convex_lint.syntax.walk import is_name


def asks_of_id(predicate: Predicate) -> bool:
    """`row._id === id`, and several such joined by `or`."""
    if predicate.operator in ("or", "and") and predicate.parts:
        return (all if predicate.operator == "or" else any)(asks_of_id(part) for part in predicate.parts)
    return predicate.field == "_id" and predicate.operator in ("eq", "in")


def asks_whether_listed(read: Read, table: Table, surroundings: Surroundings) -> str | None:
    """The field of which every row that is kept must hold something in its list: `rows.filter((row) => row.teams.includes(id))`,
    `row.shops.some((shop) => shop.id === id)`."""
    for row, test in _tests(read, surroundings):
        for part in conjuncts(test):
            if method_of(part) not in ("includes", "some") or len(part.arguments) != 1:
                continue
            holder: Any = part.callee.object
            if type(holder) is not tree.Member or not is_name(holder.object, row):
                continue
            kinds = [kind for kind in kinds_of(holder.property, table) if kind.kind not in ("null", "undefined")]
            equal = method_of(part) == "includes" or _is_equality(part.arguments[0])
            if equal and kinds and all(kind.kind == "array" for kind in kinds):
                return str(holder.property)
    return None


def compares_computed(read: Read, surroundings: Surroundings) -> bool:
    """Every row that is kept is like what is looked for in a form that code makes: `normalize(row.name) === wanted`."""
    return any(
        type(part) is tree.Binary
        and part.operator == "==="
        and any(
            _is_formed(side, row) and not _names(other, row)
            for side, other in ((part.left, part.right), (part.right, part.left))
        )
        for row, test in _tests(read, surroundings)
        for part in conjuncts(test)
    )


def leaves_out_members(read: Read, surroundings: Surroundings) -> bool:
    """A Set or a Map of something of all rows says which others have no counterpart among them: `!linked.has(other.id)`."""
    for use in read.uses:
        path = surroundings.around(use.span) if use.kind in ("map", "filter") else ()
        kept = {
            node.target.name
            for node in path
            if type(node) is tree.Declarator and type(node.target) is tree.Name and _is_collection(node.value)
        }
        functions = surroundings.functions(use.span) if kept else ()
        for node in within(functions[-1].body) if functions else ():
            if type(node) is tree.Unary and node.operator == "!":
                asked = (part for part in within(node.operand) if method_of(part) == "has")
                if any(type(part.callee.object) is tree.Name and part.callee.object.name in kept for part in asked):
                    return True
    return False


def conjuncts(test: Any) -> Iterator[Any]:
    return _joined_by("&&", test)


def disjuncts(test: Any) -> Iterator[Any]:
    return _joined_by("||", test)


def _joined_by(operator: str, test: Any) -> Iterator[Any]:
    if type(test) is tree.Binary and test.operator == operator:
        yield from _joined_by(operator, test.left)
        yield from _joined_by(operator, test.right)
    else:
        yield test


def _tests(read: Read, surroundings: Surroundings) -> Iterator[tuple[str, Any]]:
    """The conditions of the filters that rows go through, with what they call the row."""
    for use in read.uses:
        path = surroundings.around(use.span) if use.kind in ("filter", "find") else ()
        call = path[-1] if path else None
        test: Any = call.arguments[0] if type(call) is tree.Call and call.arguments else None
        row: Any = test.parameters[0].target if type(test) is tree.Function and test.parameters else None
        if type(row) is tree.Name:
            yield row.name, test.body
    for use in read.uses:
        path = surroundings.around(use.span) if use.kind == "iterate" else ()
        loop: Any = path[-1] if path else None
        if type(loop) is tree.ForEach and type(loop.target) is tree.Name:
            yield from ((loop.target.name, condition) for condition in kept_by(loop.body))


def _is_collection(value: Any) -> bool:
    return (
        type(value) is tree.New
        and type(value.callee) is tree.Name
        and value.callee.name in ("Set", "Map")
        and bool(value.arguments)
    )


def _is_equality(test: Any) -> bool:
    return type(test) is tree.Function and type(test.body) is tree.Binary and test.body.operator == "==="


def _is_formed(value: Any, row: str) -> bool:
    """A call to which a field of the row is given: `normalize(row.name)`, `row.name.trim()`."""
    if type(value) is not tree.Call:
        return False
    given = [*value.arguments, *([value.callee.object] if type(value.callee) is tree.Member else [])]
    return any(_names(one, row) for one in given)


def _names(value: Any, row: str) -> bool:
    return any(is_name(node, row) for node in within(value))
