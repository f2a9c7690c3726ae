"""Whether a value is the id of a row of a certain table, so that `db.get` takes it."""

from __future__ import annotations

from collections.abc import Callable

from convex_lint.analysis.wish import Equality
from convex_lint.model.schema import Table
from convex_lint.model.value import Argument, Computed, DocumentField, IdOf, Inserted, Literal, Undefined, Value

TableNamed = Callable[[str, str | None], Table | None]
"""A table by component and name."""


def takes(by_id: Equality | None, table: Table, named: TableNamed) -> bool:
    """An equality on `_id`, if there is one, is with what `db.get` takes."""
    return by_id is None or all(is_id_of(value, table, named) for value in by_id.values)


def is_id_of(value: Value, table: Table, named: TableNamed) -> bool:
    """By its validator, its type or where it comes from. A plain string may hold anything, and `db.get` throws for what is
    no id of the table."""
    if isinstance(value, (Argument, IdOf, Inserted)):
        return value.table == table.name
    if isinstance(value, DocumentField):
        if value.path == ("_id",):
            return value.table == table.name
        source = named(table.component, value.table)
        if source is None or source.validator is None:
            return False
        kinds = [kind for kind in source.validator.at(value.path) if kind.kind != "null"]
        return bool(kinds) and all(kind.kind == "id" and kind.table == table.name for kind in kinds)
    if isinstance(value, Computed) and value.operator in ("either", "??"):
        parts = [part for part in value.parts if not isinstance(part, (Literal, Undefined))]
        return bool(parts) and all(is_id_of(part, table, named) for part in parts)
    return False


def may_name(by_id: Equality | None, table: Table, named: TableNamed) -> bool:
    """An equality on `_id` with texts that `normalizeId` turns into ids of the table, where they are such."""
    return by_id is not None and all(_is_text(value, table, named) for value in by_id.values)


def _is_text(value: Value, table: Table, named: TableNamed) -> bool:
    if isinstance(value, Argument):
        return bool(value.path) and value.table is None
    source = named(table.component, value.table) if isinstance(value, DocumentField) else None
    if not isinstance(value, DocumentField) or source is None or source.validator is None:
        return False
    kinds = source.validator.at(value.path)
    return bool(kinds) and all(kind.kind in ("string", "null") for kind in kinds)
