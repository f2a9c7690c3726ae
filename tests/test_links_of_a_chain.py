"""A key that is a field of the table that is read leads on to another row in each round."""

from __future__ import annotations

from convex_lint.model.value import DocumentField
from rules.repeated_read import of_the_row
from tests.interpret.chat import operations, reads


def test_the_next_link_is_another_row() -> None:
    [read] = reads(operations("await ctx.db.query('messages').collect();"))
    assert of_the_row(DocumentField("users", ("teamId",), 0), read)
    assert not of_the_row(DocumentField("messages", ("answers",), 0), read)
    assert not of_the_row(DocumentField("users", (), 0), read)
    assert not of_the_row(DocumentField("users", ("friends", "[]"), 0), read)
