"""Values, reads and writes in words."""

from __future__ import annotations

import pytest

from convex_lint.analysis.words import read_in_words, value_in_words, write_in_words
from convex_lint.model.value import (
    UNKNOWN,
    Argument,
    Clock,
    Computed,
    DocumentField,
    Environment,
    Identity,
    IdOf,
    Inserted,
    Literal,
    Undefined,
    Value,
)
from tests.analysis.facts import delete, eq, insert, patch, read


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Literal("open"), '"open"'),
        (Literal(None), "null"),
        (Undefined(), "undefined"),
        (Argument(("filter", "channelId")), "`args.filter.channelId`"),
        (Argument(()), "`args`"),
        (DocumentField("users", ("_id",)), "the `_id` of the row of `users`"),
        (DocumentField(None, ()), "a row"),
        (Identity(("subject",)), "the caller's `subject`"),
        (Identity(), "the caller"),
        (Environment("KEY"), "`process.env.KEY`"),
        (Inserted("users"), "the id of the new row of `users`"),
        (IdOf("users"), "an id of `users`"),
        (Computed("-", (Clock(), Literal(60))), "the clock - 60"),
        (Computed("either", (Argument(("a",)), Literal(1), Literal(1))), "`args.a` or 1"),
        (Computed("template", (Argument(("a",)), UNKNOWN)), "something computed from `args.a`"),
        (Computed("!", (UNKNOWN,)), "something computed"),
        (UNKNOWN, "something"),
    ],
)
def test_values(value: Value, words: str) -> None:
    assert value_in_words(value) == words


def test_a_deep_expression_has_few_words() -> None:
    value: Value = Argument(("a",))
    for _ in range(50):
        value = Computed("call:f", (value, value))
    assert value_in_words(value).count("something computed") <= 4


def test_reads() -> None:
    assert read_in_words(read("messages")) == "`messages`, the whole table: all of it"
    one = read(
        "messages", "by_channel", {"channelId": Argument(("id",))}, terminal="take", limit=Literal(5), order="desc"
    )
    assert (
        read_in_words(one) == "`messages` by `by_channel` where `channelId` = `args.id`: the first 5 rows, newest first"
    )
    late = read("messages", residual=(eq("done", Literal(True)),))
    assert read_in_words(late).endswith(": all of it; rows are dropped afterwards unless `done` = true")


def test_writes() -> None:
    assert write_in_words(insert("messages", body=Argument(("body",)))) == "inserts into `messages`: `body`"
    target = DocumentField("messages", ("_id",))
    assert write_in_words(patch("messages", target, body=Literal("x"))) == (
        "patches `messages`: `body` of the `_id` of the row of `messages`"
    )
    assert write_in_words(delete("messages", target)) == "deletes from `messages`: the `_id` of the row of `messages`"
