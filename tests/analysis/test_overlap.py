"""Whether a write falls into a read range: the platform's test, with symbolic keys."""

from __future__ import annotations

from dataclasses import replace

from convex_lint.analysis.keyvalue import compare
from convex_lint.analysis.overlap import Overlap, overlap
from convex_lint.model.operation import Bound, Read
from convex_lint.model.value import UNKNOWN, Argument, Clock, Computed, Inserted, Literal, Undefined
from tests.analysis.facts import delete, insert, mutation, patch, read, row

CHANNEL = Argument(("channelId",), "channels")


def in_channel(**more: object) -> Read:
    return read("messages", "by_channel", {"channelId": CHANNEL}, **more)  # type: ignore[arg-type]


def test_values_compare_as_evidence_only() -> None:
    assert compare(Literal("a"), Literal("a")) == "equal"
    assert compare(Literal("a"), Literal("b")) == "different"
    assert compare(Literal(True), Literal(1)) == "different"
    assert compare(Literal(1), Literal(1.0)) == "equal"
    assert compare(Literal(None), Undefined()) == "different"
    assert compare(CHANNEL, CHANNEL) == "same-call"
    assert compare(CHANNEL, Argument(("other",))) == "free"
    assert compare(CHANNEL, Literal("general")) == "perhaps"
    assert compare(Inserted("channels", 3), CHANNEL) == "different", "nobody else knows the id yet"
    assert compare(Clock(), Undefined()) == "different"
    assert compare(UNKNOWN, UNKNOWN) == "unknown"
    assert compare(Clock(), Clock()) == "unknown"
    assert compare(Computed("template", (CHANNEL,)), Computed("template", (CHANNEL,))) == "same-call"


def test_every_write_of_the_table_lands_in_a_whole_scan_and_none_of_another_does() -> None:
    assert overlap(read("messages"), insert("messages")) is Overlap.ALWAYS
    assert overlap(read("messages"), patch("messages", body=UNKNOWN)) is Overlap.ALWAYS
    assert overlap(read("messages"), insert("channels")) is Overlap.NEVER


def test_an_insert_lands_in_a_range_when_its_new_key_does() -> None:
    assert overlap(in_channel(), insert("messages", channelId=CHANNEL)) is Overlap.SAME_KEY
    assert overlap(in_channel(), insert("messages", channelId=UNKNOWN)) is Overlap.MAYBE
    opened = read("messages", "by_state", {"state": Literal("open")})
    assert overlap(opened, insert("messages", state=Literal("open"))) is Overlap.ALWAYS
    assert overlap(opened, insert("messages", state=Literal("done"))) is Overlap.NEVER
    assert overlap(opened, insert("messages", body=CHANNEL)) is Overlap.NEVER, "it has no state"


def test_a_missing_field_is_in_the_range_of_undefined() -> None:
    alive = read("messages", "by_deleted", {"deletedAt": Undefined()})
    assert overlap(alive, insert("messages", body=CHANNEL)) is Overlap.ALWAYS
    assert overlap(alive, insert("messages", deletedAt=Literal(5))) is Overlap.NEVER


def test_a_patch_brings_the_old_key_and_the_new_one() -> None:
    opened = read("messages", "by_state", {"state": Literal("open")})
    sender = mutation("m:close", opened, patch("messages", row("messages", 0), state=Literal("done")))
    reads = {0: opened}
    write = sender.operations[1]
    assert overlap(opened, write, reads) is Overlap.ALWAYS, "it was in the range before"  # type: ignore[arg-type]
    done = read("messages", "by_state", {"state": Literal("done")})
    assert overlap(done, write, reads) is Overlap.ALWAYS, "it is in the range afterwards"  # type: ignore[arg-type]
    failed = read("messages", "by_state", {"state": Literal("failed")})
    assert overlap(failed, write, reads) is Overlap.NEVER  # type: ignore[arg-type]


def test_a_field_that_a_patch_leaves_alone_keeps_its_old_value() -> None:
    write = patch("messages", row("messages", 0), body=CHANNEL)
    assert overlap(in_channel(), write, {0: in_channel()}) is Overlap.SAME_KEY
    assert overlap(in_channel(), write, {}) is Overlap.MAYBE


def test_a_delete_brings_the_old_key_only() -> None:
    opened = read("messages", "by_state", {"state": Literal("open")})
    write = delete("messages", row("messages", 0))
    assert overlap(opened, write, {0: opened}) is Overlap.ALWAYS
    done = read("messages", "by_state", {"state": Literal("done")})
    assert overlap(done, write, {0: opened}) is Overlap.NEVER


def test_a_new_row_is_later_than_every_lower_bound_of_creation_time() -> None:
    since = replace(read("messages"), bounds=(Bound("_creationTime", "gt", Computed("-", (Clock(), Literal(60000)))),))
    assert overlap(since, insert("messages")) is Overlap.ALWAYS
    asked = read("messages", bounds=[("_creationTime", "gt")])
    assert overlap(asked, insert("messages")) is Overlap.MAYBE, "the caller may ask for a time to come"
    ranked = read("messages", "by_rank", bounds=[("rank", "gt")])
    assert overlap(ranked, insert("messages", rank=UNKNOWN)) is Overlap.MAYBE


def test_an_unknown_range_may_hold_anything() -> None:
    assert overlap(read("messages", "by_x", range_known=False), insert("messages")) is Overlap.MAYBE
