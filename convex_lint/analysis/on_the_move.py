"""Open queries that are there to show what others do at this moment, so that each write is what they wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convex_lint.analysis.hot_fields import needed
from convex_lint.analysis.invalidation import OpenRead
from convex_lint.analysis.vocabulary import words_of
from convex_lint.model.operation import Op

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend


def follows_pointers(backend: Backend, opened: OpenRead) -> bool:
    """It is there to show where the pointers of others are: those move more often than anything else is written."""
    moved = {
        field
        for writer in backend.writers_into(opened.read, opened.table)
        if writer.write.op in (Op.PATCH, Op.REPLACE)
        for field in writer.write.fields or ()
        if words_of(field) & _POINTERS
    }
    if words_of(opened.table.name) & _POINTERS:
        return True
    return bool(moved) and needed(opened, frozenset(moved), backend.project.client_words)


_POINTERS = frozenset(("cursor", "cursors", "pointer", "mouse"))


def shows_typing(opened: OpenRead) -> bool:
    """It is there to show who is typing: a beat of some seconds is what that takes, and not one with every key."""
    return bool(words_of(opened.table.name) & _TYPING)


_TYPING = frozenset(("typing", "typers"))
