"""`rows.reduce((best, row) => (row.n > best ? row.n : best), 0)`: a reduction that compares, and keeps one of the two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from convex_lint.syntax import tree
from convex_lint.syntax.walk import within


def field_kept(reducer: tree.Function) -> str | None:
    """The one field of the rows that decides which of the two is kept; None for what adds up, or looks at more."""
    names = [one.target.name for one in reducer.parameters if type(one.target) is tree.Name]
    choice = _choice(reducer.body)
    if len(names) != 2 or choice is None or choice.test.operator not in ("<", "<=", ">", ">="):
        return None
    best, row = names
    sides = [set(_named(side)) & {best, row} for side in (choice.test.left, choice.test.right)]
    if sides not in ([{best}, {row}], [{row}, {best}]):
        return None
    kept = [branch for branch in (choice.then, choice.other) if type(branch) is tree.Name and branch.name == best]
    taken = [branch for branch in (choice.then, choice.other) if branch not in kept]
    if len(kept) != 1 or set(_named(taken[0])) & {best, row} != {row}:
        return None
    fields = {part.property for part in within(choice) if _is_of(part, (best, row))}
    if any(type(part) in (tree.Call, tree.Await) for part in within(choice)):
        return None  # it compares what it makes of the field
    return str(fields.pop()) if len(fields) == 1 else None


def _choice(body: Any) -> Any:
    """The conditional that the reduction gives back, if that is all that it does."""
    if type(body) is tree.Block and len(body.body) == 1 and type(body.body[0]) is tree.Return:
        body = body.body[0].value
    return body if type(body) is tree.Conditional and type(body.test) is tree.Binary else None


def _named(node: Any) -> Iterator[str]:
    return (part.name for part in within(node) if type(part) is tree.Name)


def _is_of(node: Any, names: tuple[str, ...]) -> bool:
    return type(node) is tree.Member and type(node.object) is tree.Name and node.object.name in names
