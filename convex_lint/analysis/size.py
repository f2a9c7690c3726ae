"""Which fields of a table take most of a document."""

from __future__ import annotations

from convex_lint.analysis.vocabulary import LARGE, SHORT_TEXTS, head_of, words_of
from convex_lint.model.schema import Table, Validator


def is_slight(table: Table) -> bool:
    """Each row is nothing but a few numbers and flags: thousands of them are soon read."""
    kinds = [kind.kind for field in table.fields for kind in _kinds(table, field)]
    return bool(kinds) and set(kinds) <= {"float64", "int64", "boolean", "literal", "null"}


_VECTORS = frozenset(("embedding", "embeddings", "vector", "vectors"))


def large_fields(table: Table) -> tuple[str, ...]:
    """The fields that are likely to hold kilobytes: vectors, bytes, and long texts by their names."""
    if head_of(table.name) in SHORT_TEXTS:
        return ()
    return tuple(field for field in table.fields if any(_is_large(field, kind) for kind in _kinds(table, field)))


def is_heavy(table: Table) -> bool:
    """Its rows are likely to hold kilobytes each: long texts, or lists of objects."""
    lists = (kind.element for field in table.fields for kind in _kinds(table, field) if kind.kind == "array")
    return bool(large_fields(table)) or any(
        one.kind == "object" for element in lists if element is not None for one in element.members_flat()
    )


def _kinds(table: Table, field: str) -> tuple[Validator, ...]:
    return table.validator.at((field,)) if table.validator is not None else ()


def _is_large(field: str, kind: Validator) -> bool:
    names = words_of(field)
    if kind.kind == "bytes":
        return True
    if kind.kind == "array" and kind.element is not None:
        elements = kind.element.members_flat()
        return all(element.kind == "float64" for element in elements) and bool(names & _VECTORS)
    return kind.kind in ("string", "any", "object") and bool(names & LARGE) and not names & _POINTERS


_POINTERS = frozenset(
    (
        "id",
        "ids",
        "url",
        "key",
        "hash",
        "type",
        "length",
        "size",
        "count",
        "at",
        "name",
        "title",
        "path",
        "format",
        "status",
        "kind",
        "version",
        "language",
    )
)
"""With one of these in its name a field says something of the text and is not the text."""
