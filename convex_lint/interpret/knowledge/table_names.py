"""Which tables a table's name, or an id, can mean."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret import typed
from convex_lint.interpret.knowledge.names import literal_names
from convex_lint.interpret.values import Value, options_of
from convex_lint.model.value import Computed, Literal


def table_names(m: Any, component: str, value: Value) -> list[str | None]:
    """The names that a value can be. A name with a hole (`vectors_${n}`) can only be a declared table that fits it.
    `[None]` when nothing is known."""
    names: list[str | None] = []
    for option in options_of(value):
        for name in _fitting(m, component, option) or literal_names(option):
            if name not in names:
                names.append(name)
    return names


def _fitting(m: Any, component: str, value: Value) -> list[str | None]:
    if type(value) is not Computed or value.operator not in ("template", "+"):
        return []
    schema = m.schemas.get(component)
    texts = [part.value if type(part) is Literal else None for part in value.parts]
    if schema is None or not any(isinstance(text, str) and text for text in texts):
        return []
    return [name for name in schema.tables if _fits(name, [str(text) if text is not None else None for text in texts])]


def _fits(name: str, texts: list[str | None]) -> bool:
    """Is `name` these texts in order, with anything in the holes (None)? The leftmost place of each is as good as any
    other, so nothing is tried twice."""
    pieces = [""]
    for text in texts:
        if text is None:
            pieces.append("")
        else:
            pieces[-1] += text
    first, *middle, last = pieces if len(pieces) > 1 else (pieces[0], "")
    if len(pieces) == 1:
        return name == first
    if not name.startswith(first) or not name.endswith(last) or len(name) < len(first) + len(last):
        return False
    at, end = len(first), len(name) - len(last)
    for piece in middle:
        found = name.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def named_by(m: Any, component: str, name: Value, id: Value) -> list[str | None]:
    """The tables of `get(table, id)` and its kin: what the name says, or else what the id's type does."""
    names = table_names(m, component, name)
    return names if names != [None] else list(typed.tables_of(id)) or [None]
