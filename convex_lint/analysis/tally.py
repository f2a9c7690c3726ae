"""Loops that do nothing with rows but count them, or add up a field."""

from __future__ import annotations

from typing import Any

from convex_lint.analysis.surroundings import Surroundings, within
from convex_lint.source import Span
from convex_lint.syntax import tree


def tally(around: Surroundings, loop: Span) -> str | None:
    """`number` for `for (const row of rows) { if (row.done) n += 1; }`, `sum` where something else is added up too, None
    for a loop that does more."""
    path = around.around(loop)
    node = path[-1] if path else None
    if type(node) is not tree.ForEach or node.kind != "of":
        return None
    added = _added(node.body)
    if not added:
        return None
    return "number" if added == {"number"} else "sum"


def only_counts(statement: Any) -> bool:
    """An `if` that does nothing but add to variables."""
    return bool(_added(statement))


def _added(statement: Any) -> set[str] | None:
    """What a statement adds to its variables; None when it does anything else."""
    if type(statement) is tree.Block:
        return _all(statement.body)
    if type(statement) is tree.If:
        if any(type(node) in (tree.Await, tree.Assign, tree.Update) for node in within(statement.test)):
            return None
        return _all([statement.then, *([statement.other] if statement.other is not None else [])])
    if type(statement) is tree.Continue:
        return set()
    if type(statement) is not tree.ExpressionStatement:
        return None
    value = statement.value
    if type(value) is tree.Update and value.operator == "++" and type(value.target) is tree.Name:
        return {"number"}
    if type(value) is tree.Assign and value.operator == "+=" and type(value.target) is tree.Name:
        if any(type(node) is tree.Await for node in within(value.value)):
            return None
        return {"number"} if type(value.value) is tree.Constant and value.value.value == 1 else {"sum"}
    return None


def _all(statements: Any) -> set[str] | None:
    found: set[str] = set()
    for statement in statements:
        added = _added(statement)
        if added is None:
            return None
        found |= added
    return found
