"""Whose an account is."""

from __future__ import annotations

import pytest

from convex_lint.analysis.bound import Tier, extent, is_daily
from convex_lint.analysis.tenancy import shared_accounts
from convex_lint.model.schema import Table
from tests.analysis.facts import NUMBER, STRING, read, reference, table

ACCOUNTS = table("accounts", name=STRING)
TASKS = table("tasks", {"by_account": ["accountId"]}, accountId=reference("accounts"))


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (table("memberships", userId=reference("users"), accountId=reference("accounts")), True),
        (table("users", accountId=reference("accounts")), True),
        (table("users", defaultAccountId=reference("accounts")), False),
        (table("transactions", accountId=reference("accounts")), False),
    ],
)
def test_an_account_to_which_members_or_users_belong_is_shared(other: Table, shared: bool) -> None:
    found = shared_accounts((ACCOUNTS, TASKS, other))
    assert found == ({("", "accounts")} if shared else set())
    whose = extent(read("tasks", "by_account", {"accountId": None}), TASKS, shared=found)
    assert whose.tier is (Tier.TENANT if shared else Tier.USER)


@pytest.mark.parametrize(
    ("fields", "daily"),
    [
        (["memberId", "date"], True),
        (["memberId", "dateKey"], True),
        (["memberId", "dueDate"], False),
        (["date"], False),
    ],
)
def test_rows_that_are_looked_up_by_their_day(fields: list[str], daily: bool) -> None:
    assert is_daily(table("handoffs", {"by": fields}, memberId=STRING, date=STRING, total=NUMBER)) is daily
