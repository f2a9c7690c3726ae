"""Lookup tables: lists of names that other tables refer to, such as widths, channels or colours."""

from __future__ import annotations

from collections.abc import Iterable

from convex_lint.analysis.bound import is_log
from convex_lint.analysis.references import references
from convex_lint.analysis.vocabulary import MAKERS, TENANTS, USERS, words_of
from convex_lint.model.schema import Table, Validator

_FEW = 2
"""How many fields such a row has at most, besides those that say who made it and when: a name, and perhaps a value."""


def lookup_tables(tables: Iterable[Table]) -> frozenset[tuple[str, str]]:
    """Component and name of each. People think of a new name now and then; what happens refers to the old ones."""
    every = tuple(tables)
    pointed = references(every)
    return frozenset(
        (table.component, table.name)
        for table in every
        if (table.component, table.name) in pointed and _is_list_of_names(table)
    )


def _is_list_of_names(table: Table) -> bool:
    if table.validator is None or table.inferred or is_log(table) or words_of(table.name) & (USERS | TENANTS):
        return False
    variants = table.validator.members_flat()
    if len(variants) != 1 or variants[0].kind != "object":
        return False
    kinds = variants[0].fields.items()
    if any(inner.kind not in _PLAIN for _, kind in kinds for inner in kind.members_flat()):
        return False
    own = [name for name, kind in kinds if not words_of(name) & MAKERS]
    return 0 < len(own) <= _FEW and any(_is_name(dict(kinds)[name]) for name in own)


def _is_name(kind: Validator) -> bool:
    return any(inner.kind == "string" for inner in kind.members_flat())


_PLAIN = frozenset(("string", "float64", "int64", "boolean", "null", "literal"))
