"""Of which of several tables can a document be that is written? What the code asks of it, and what it sets, may tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from convex_lint.analysis.told import told
from convex_lint.model.operation import Op, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Computed, DocumentField, Literal, parts_of

Named = Callable[[str, str], Table | None]
"""The table of a component and a name."""


def may_be_of(write: Write, table: Table, named: Named) -> bool:
    """False where the document may be one of another table, and only of that one: the code asks for `"field" in doc` first, or a
    patch sets fields that only that one declares."""
    others = {part.table for part in parts_of(write.target) if isinstance(part, DocumentField)} - {table.name, None}
    if not others or not isinstance(write.target, Computed):
        return True
    if not all(_has(table, field) for field in _asked(write)):
        return False
    if write.op is not Op.PATCH or not write.fields or all(_has(table, field) for field in write.fields):
        return True
    known = [found for other in others if other is not None and (found := named(table.component, other)) is not None]
    return not any(all(_has(other, field) for field in write.fields) for other in known)


def _has(table: Table, field: str) -> bool:
    return field == "_id" or table.validator is None or bool(table.validator.at((field,)))


def _asked(write: Write) -> Iterator[str]:
    """The fields that the document that is written has, by the conditions on the way there."""
    about = {part.read for part in parts_of(write.target) if isinstance(part, DocumentField)}
    for guard in write.guards:
        for part, true in told(guard.condition, guard.holds):
            if not true or not isinstance(part, Computed) or part.operator != "in" or len(part.parts) != 2:
                continue
            field, document = part.parts
            of = {one.read for one in parts_of(document) if isinstance(one, DocumentField) and one.path == ()}
            if isinstance(field, Literal) and isinstance(field.value, str) and of and of <= about:
                yield field.value
