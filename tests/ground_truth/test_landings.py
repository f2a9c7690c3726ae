"""Where writes really fell into recorded ranges, when the components' own tests ran, `overlap` says that they can."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from landings import Landing, landings, render, tally

PREDICTED = 0.99
INDEXES = {("messages", "by_channel"): ("channel", "_creationTime", "_id")}


@pytest.mark.node
def test_overlaps_are_predicted(installation: Path) -> None:
    found = tally(installation)
    report = render(found, installation)
    print(report)
    assert found.count > 180, report
    assert found.share >= PREDICTED, report


def row(id_: str, channel: str, time: float) -> dict[str, Any]:
    return {"_id": id_, "_creationTime": time, "channel": channel}


def call(function: str, op: str, request: str, arguments: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"function": function, "op": op, "request": request, "arguments": arguments, **more}


def listing(request: str, *rows: dict[str, Any], order: str = "asc", done: bool = True) -> dict[str, Any]:
    source = {"type": "IndexRange", "indexName": "messages.by_channel", "order": order}
    source["range"] = [{"type": "Eq", "fieldPath": "channel", "value": "c"}]  # type: ignore[assignment]
    query = {"query": {"source": source, "operators": []}}
    got = {"count": len(rows), "last": rows[-1] if rows else None, "done": done}
    return call("m:list", "queryStream", request, query, rows=got)


def sending(request: str, id_: str, channel: str, time: float) -> dict[str, Any]:
    return call("m:send", "insert", request, {"table": "messages"}, after=row(id_, channel, time))


LANDED = Landing("m:list", "m:send", "messages", "by_channel")


def test_a_write_into_a_range_is_a_landing_and_one_beside_it_is_none() -> None:
    assert list(landings([listing("1"), sending("2", "a", "c", 1)], INDEXES)) == [LANDED]
    assert list(landings([listing("1"), sending("2", "a", "d", 1)], INDEXES)) == []


def test_a_range_that_was_hit_counts_no_more() -> None:
    assert list(landings([listing("1"), sending("2", "a", "c", 1), sending("3", "b", "c", 2)], INDEXES)) == [LANDED]


def test_a_read_that_stopped_early_recorded_no_more_than_it_took() -> None:
    first = row("a", "c", 1)
    assert list(landings([listing("1", first, done=False), sending("2", "b", "c", 2)], INDEXES)) == []
    newest = listing("1", first, order="desc", done=False)
    assert list(landings([newest, sending("2", "b", "c", 2)], INDEXES)) == [LANDED]


def test_a_request_does_not_conflict_with_itself() -> None:
    assert list(landings([listing("1"), sending("1", "a", "c", 1)], INDEXES)) == []
    update = call("m:edit", "shallowMerge", "2", {"id": "a", "table": "messages"})
    changed = {**update, "before": row("a", "c", 1), "after": row("a", "d", 1)}
    got = call("m:send", "get", "1", {"id": "a", "table": "messages"})
    assert list(landings([sending("1", "a", "c", 1), got, changed], INDEXES)) == []
    other = call("m:show", "get", "3", {"id": "a", "table": "messages"})
    assert list(landings([sending("1", "a", "c", 1), other, changed], INDEXES)) == [
        Landing("m:show", "m:edit", "messages", "by_id")
    ]


def test_a_write_that_changes_nothing_is_none() -> None:
    same = row("a", "c", 1)
    update = call("m:edit", "shallowMerge", "2", {"id": "a", "table": "messages"}, before=same, after=same)
    assert list(landings([listing("1", same), update], INDEXES)) == []
