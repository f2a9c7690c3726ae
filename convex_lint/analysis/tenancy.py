"""Accounts that several users share: a word that elsewhere means a single user."""

from __future__ import annotations

from collections.abc import Iterable

from convex_lint.analysis.vocabulary import CHOSEN, MEMBERSHIPS, head_of, words_of
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
