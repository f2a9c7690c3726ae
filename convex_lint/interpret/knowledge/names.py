"""Names written as strings: of tables, indexes, fields."""

from __future__ import annotations

from convex_lint.interpret.values import MAX_NAMES, Arg, Doc, Either, Typed, Value
from convex_lint.model.value import Literal


def literal_names(value: Value) -> list[str | None]:
    """The strings that a table's or index's name can be, one of few literals of a validator too; `[None]` when it is not
    known."""
    options = value.options if type(value) is Either else (value,)
    names: list[str | None] = []
    for option in options:
        for name in _strings(option):
            if name not in names:
                names.append(name)
    return names


def _strings(value: Value) -> list[str | None]:
    if type(value) is Literal:
        return [value.value if isinstance(value.value, str) else None]
    described = value.validator if type(value) in (Arg, Doc, Typed) else None
    if described is not None:
        members = described.members_flat()
        if len(members) > MAX_NAMES or not members or members[0].kind != "literal":
            return [None]
        found = [member.value for member in members if member.kind == "literal" and isinstance(member.value, str)]
        if len(found) == len(members):
            return list(found)
    return [None]
