"""Accounts that several users share, and teams that are one user's own: words that elsewhere mean the other."""

from __future__ import annotations

from collections.abc import Iterable

from convex_lint.analysis.vocabulary import CHOSEN, MAKERS, MEMBERSHIPS, TENANTS, head_of, words_of
from convex_lint.model.schema import Table

_ACCOUNTS = frozenset(("account", "accounts"))
_PERSONS = frozenset(("user", "users", "profile", "profiles"))
"""Tables with a row for each person who signs in."""


def shared_accounts(tables: Iterable[Table]) -> frozenset[tuple[str, str]]:
    """The component and name of each table of accounts to which the rows of members, or those of users, belong. An account
    that a user has chosen among their own is none."""
    several = tuple(tables)
    accounts = {(table.component, table.name) for table in several if head_of(table.name) in _ACCOUNTS}
    found = set()
    for table in several if accounts else ():
        if (table.component, table.name) in accounts or table.validator is None:
            continue
        members = bool(words_of(table.name) & MEMBERSHIPS)
        if not members and head_of(table.name) not in _PERSONS:
            continue
        for field in table.fields:
            for kind in table.validator.at((field,)):
                own = (table.component, kind.table or "")
                if kind.kind == "id" and own in accounts and not words_of(field) & CHOSEN:
                    found.add(own)
    return frozenset(found)


def owned_by_one(tables: Iterable[Table]) -> frozenset[tuple[str, str]]:
    """The component and name of each table that is called after teams, but has rows of one user each, by whom they are looked
    up: the team that somebody plays. Nobody is a member of it."""
    several = tuple(tables)
    found = set()
    for table in several:
        named = words_of(table.name) & TENANTS
        if not named or not any(index.fields and _is_owner(index.fields[0], table) for index in table.indexes):
            continue
        listed = any(words_of(field) & MEMBERSHIPS for field in table.fields)
        if not listed and not any(_joins(other, named) for other in several if other.component == table.component):
            found.add((table.component, table.name))
    return frozenset(found)


def _is_owner(field: str, table: Table) -> bool:
    """`userId: v.id("users")`, never left out, and no more than who made it."""
    kinds = table.validator.at((field,)) if table.validator is not None else ()
    persons = all(kind.kind == "id" and not kind.optional and head_of(kind.table or "") in _PERSONS for kind in kinds)
    return bool(kinds) and persons and "user" in words_of(field) and not words_of(field) & MAKERS


def _joins(table: Table, named: frozenset[str]) -> bool:
    """Rows of people, or of their memberships, say to which team they belong."""
    if not words_of(table.name) & MEMBERSHIPS and head_of(table.name) not in _PERSONS:
        return False
    stems = {word.rstrip("s") for word in named}
    return any(word.rstrip("s") in stems for field in table.fields for word in words_of(field) | words_of(table.name))
