"""What the configured figures say of a read, and how they change what counts as long."""

from __future__ import annotations

import pytest

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Tier
from convex_lint.analysis.pruning import Bounded
from convex_lint.analysis.volume import Volume, figures_in_words, volume
from convex_lint.model.figures import Figures, FunctionRate, TableSize
from convex_lint.model.operation import Read
from convex_lint.model.value import Argument, Literal
from tests.analysis.facts import STRING, cron, eq, insert, mutation, project, query, read, reference, table

MESSAGES = table("messages", {"by_channel": ["channelId"]}, channelId=reference("channels"), kind=STRING)
SIZE = TableSize(2_000_000, 900, {"channelId": 400})
CHANNEL = {"channelId": Argument(("channelId",))}


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (read("messages"), Volume(2_000_000, 1.8e9)),
        (read("messages", terminal="get"), Volume(1, 900)),
        (read("messages", "by_channel", CHANNEL), Volume(400, 360_000)),
        (read("messages", "by_channel", CHANNEL, bounds=[("_creationTime", "gt")]), Volume(400, 360_000, True)),
        (read("messages", "by_kind", {"kind": Literal("text")}), Volume(2_000_000, 1.8e9, True)),
        (read("messages", "by_channel", {**CHANNEL, "kind": None}), Volume(400, 360_000, True)),
        (read("messages", terminal="first"), Volume(1, 900)),
        (read("messages", "by_channel", CHANNEL, terminal="take", limit=Literal(50)), Volume(50, 45_000)),
        (read("messages", "by_channel", CHANNEL, terminal="take", limit=Literal(500)), Volume(400, 360_000)),
        (read("messages", terminal="take", limit=Argument(("n",))), Volume(2_000_000, 1.8e9, True)),
        (read("messages", terminal="first", residual=[eq("kind")]), Volume(2_000_000, 1.8e9, True)),
    ],
)
def test_documents_and_bytes_of_one_call(operation: Read, expected: Volume) -> None:
    assert volume(operation, SIZE) == expected


def test_without_figures_there_is_nothing_to_say() -> None:
    assert volume(read("messages"), TableSize()) is None
    assert volume(read("messages"), TableSize(bytes=900)) is None
    assert volume(read("messages"), TableSize(fanout={"channelId": 400})) is None
    known = volume(read("messages"), TableSize(rows=10))
    assert known is not None
    assert known.bytes is None


def test_the_words_compare_with_the_limits_and_name_the_busiest_function() -> None:
    whole = volume(read("messages"), SIZE)
    assert whole is not None
    assert figures_in_words(whole, []) == (
        "By the configured figures it reads 2,000,000 documents and 1.8 GB a call, 107 times what one call may read."
    )
    page = volume(read("messages", "by_channel", CHANNEL), SIZE)
    assert page is not None
    assert figures_in_words(page, [("a:slow", 1), ("a:fast", 600), ("a:never", 0)]) == (
        "By the configured figures it reads 400 documents and 360 KB a call, 2 % of what one call may read; "
        "at the 600 calls a minute of `a:fast` that is 240,000 documents and 216 MB a minute."
    )
    few = volume(read("messages", "by_channel", CHANNEL), TableSize(100))
    assert few is not None
    assert figures_in_words(few, []) == (
        "By the configured figures it reads at most 100 documents a call, less than 1 % of what one call may read."
    )


def test_a_small_table_does_not_grow_and_a_large_one_does_whatever_the_code_shows() -> None:
    adder = mutation("messages:send", insert("messages", kind=Argument(("kind",))))

    def growth(rows: int | None, *parts: object) -> tuple[Bounded | None, str]:
        figures = Figures({"messages": TableSize(rows)})
        found = Backend(project(MESSAGES, *parts), figures=figures).growth(MESSAGES)  # type: ignore[arg-type]
        return found.bounded, found.reason

    assert growth(12, adder) == (Bounded.CONFIGURED, "holds 12 rows by the configuration")
    assert growth(1, adder) == (Bounded.CONFIGURED, "holds 1 row by the configuration")
    assert growth(50_000) == (None, "holds 50,000 rows by the configuration")
    assert growth(None)[0] is Bounded.NOTHING_WRITES
    assert growth(None, adder)[0] is None


def test_a_range_is_as_long_as_the_figures_say() -> None:
    def long(operation: Read, size: TableSize) -> bool | None:
        backend = Backend(project(MESSAGES), figures=Figures({"messages": size}))
        return backend.extent(operation, MESSAGES).long

    channel = read("messages", "by_channel", CHANNEL)
    assert long(channel, TableSize()) is None
    assert long(channel, TableSize(fanout={"channelId": 400})) is False
    assert long(channel, TableSize(fanout={"channelId": 4_000})) is True
    assert long(channel, TableSize(rows=900)) is False, "no more than the table holds"
    assert long(channel, TableSize(rows=2_000_000)) is None, "the table says nothing of one channel"
    assert long(read("messages"), TableSize(rows=2_000_000)) is True
    pinned = Backend(project(MESSAGES), figures=Figures({"messages": SIZE})).extent(
        read("messages", terminal="get"), MESSAGES
    )
    assert (pinned.tier, pinned.long) == (Tier.FIXED, None)


def test_a_rate_is_configured_or_that_of_the_cron() -> None:
    sweep, beat = query("a:sweep", read("messages"), internal=True), query("a:beat", read("messages"))
    figures = Figures(functions={"a:beat": FunctionRate(600)})
    backend = Backend(project(MESSAGES, sweep, beat, cron("sweep", "a:sweep", 30.0)), figures=figures)
    assert (backend.per_minute(sweep), backend.per_minute(beat)) == (2, 600)
    assert Backend(project(MESSAGES, beat)).per_minute(beat) is None
