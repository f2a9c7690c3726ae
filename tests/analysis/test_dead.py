"""What nobody gets to do."""

from __future__ import annotations

from convex_lint.analysis.backend import Backend
from tests.analysis.facts import insert, mutation, project, query, table


def test_a_query_does_not_write() -> None:
    users = table("users")
    look, sign_in = query("a:look", insert("users")), mutation("a:signIn", insert("users"))
    assert [site.functions for site in Backend(project(users, look, sign_in)).writes] == [(sign_in,)]
