"""Reads that ought to use an index rely on it like those that do."""

from __future__ import annotations

from tests.analysis.facts import eq, read
from tests.analysis.test_indexes import narrowing


def test_an_index_that_a_scan_should_use_for_its_order_is_not_extended() -> None:
    unread = read("messages", "by_channel", {"channelId": None}, residual=[eq("authorId")], uses=[("length", None)])
    newest_scan = read("messages", "by_creation_time", residual=[eq("channelId")], order="desc")
    alone = narrowing(unread, {"by_channel": ["channelId"]})
    with_scan = narrowing(unread, {"by_channel": ["channelId"]}, newest_scan)
    assert [found and found.proposal and found.proposal.extends is not None for found in (alone, with_scan)] == [
        True,
        False,
    ]
