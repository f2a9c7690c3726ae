"""Whose an account is."""

from __future__ import annotations

import pytest

from convex_lint.analysis.bound import Tier, extent, is_daily
from convex_lint.analysis.tenancy import owned_by_one, shared_accounts
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
    tiers = dict.fromkeys(found, Tier.TENANT)
    whose = extent(read("tasks", "by_account", {"accountId": None}), TASKS, whose=tiers)
    assert whose.tier is (Tier.TENANT if shared else Tier.USER)


SQUADS = table("squadTeams", {"by_user": ["userId"]}, userId=reference("users"), name=STRING)
PICKS = table("picks", {"by_team": ["squadTeamId"]}, squadTeamId=reference("squadTeams"))


@pytest.mark.parametrize(
    ("team", "other", "own"),
    [
        (SQUADS, table("users", name=STRING), True),
        (SQUADS, table("squadMembers", squadTeamId=reference("squadTeams")), False),
        (SQUADS, table("teamInvites", email=STRING), False),
        (SQUADS, table("users", teamId=STRING), False),
        (table("squadTeams", {"by_name": ["name"]}, userId=reference("users"), name=STRING), PICKS, False),
        (table("squadTeams", {"by": ["createdBy"]}, createdBy=reference("users")), PICKS, False),
        (table("squadTeams", {"by": ["userId"]}, userId=reference("users"), members=STRING), PICKS, False),
    ],
)
def test_a_team_that_one_user_has_and_nobody_joins(team: Table, other: Table, own: bool) -> None:
    found = owned_by_one((team, PICKS, other))
    assert found == ({("", "squadTeams")} if own else set())
    tiers = dict.fromkeys(found, Tier.USER)
    whose = extent(read("picks", "by_team", {"squadTeamId": None}), PICKS, whose=tiers)
    assert whose.tier is (Tier.USER if own else Tier.TENANT)


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
