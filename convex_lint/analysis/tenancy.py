"""Accounts that several users share: a word that elsewhere means a single user."""

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
    joined = {
        (table.component, kind.table)
        for table in several
        if words_of(table.name) & MEMBERSHIPS and table.validator is not None
        for field in table.fields
        for kind in table.validator.at((field,))
    }
    return frozenset(
        (table.component, table.name)
        for table in several
        if words_of(table.name) & TENANTS
        and (table.component, table.name) not in joined
        and any(index.fields and _is_owner(index.fields[0], table) for index in table.indexes)
    )


def _is_owner(field: str, table: Table) -> bool:
    """`userId: v.id("users")`, never left out, and no more than who made it."""
    kinds = table.validator.at((field,)) if table.validator is not None else ()
    persons = all(kind.kind == "id" and not kind.optional and head_of(kind.table or "") in _PERSONS for kind in kinds)
    return bool(kinds) and persons and "user" in words_of(field) and not words_of(field) & MAKERS
