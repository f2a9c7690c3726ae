"""Which ranges are short although nothing looks before an insert?"""

from __future__ import annotations

from dataclasses import replace

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Tier, window
from convex_lint.analysis.pins import parents
from convex_lint.model.operation import Bound, Loop, Write
from convex_lint.model.value import Argument, Clock, Computed, Inserted, Literal
from tests.analysis.facts import STRING, insert, mutation, patch, project, query, read, reference, row, span, table

NOTES = table("notes", {"by_review": ["reviewId"]}, reviewId=reference("reviews"), text=STRING)
REVIEWS = table("reviews", text=STRING)
ASKED = read("notes", "by_review", {"reviewId": Argument(("reviewId",))})


def tier(write: Write, *more: Write) -> Tier:
    """That of the notes of one review, when this is what links them."""
    functions = (mutation("notes:review", insert("reviews"), write), *(mutation("notes:move", each) for each in more))
    backend = Backend(project(NOTES, REVIEWS, *functions, query("notes:of", ASKED)))
    site = next(site for site in backend.reads if site.table.name == "notes")
    return backend.extent(site.operation, site.table).tier


def test_an_id_that_is_linked_where_it_is_made_has_one_row() -> None:
    link = patch("notes", row("notes", 0), reviewId=Inserted("reviews", 0))
    assert tier(link) is Tier.FIXED
    assert tier(replace(link, loops=(Loop(span()),))) is not Tier.FIXED
    assert tier(link, patch("notes", row("notes", 0), reviewId=Argument(("reviewId",)))) is not Tier.FIXED


def test_all_rows_of_a_range_belong_to_a_parent_only_where_none_leaves_it_out() -> None:
    owned = table("notes", reviewId=reference("reviews"), chat=STRING)
    perhaps = table("notes", reviewId=replace(reference("reviews"), optional=True), chat=STRING)
    of_chat = read("notes", "by_chat", {"chat": Argument(("chat",))})
    assert list(parents(of_chat, owned, [frozenset({"reviewId"})])) == ["reviews"]
    assert list(parents(of_chat, perhaps, [frozenset({"reviewId"})])) == []


def test_a_range_that_begins_a_while_before_the_call_is_a_window() -> None:
    def since(start: Clock | Argument) -> float | None:
        bound = Bound("at", "gte", Computed("-", (start, Literal(60_000))))
        return window(replace(read("notes"), bounds=(bound,)))

    assert since(Clock()) == 60_000
    assert since(Argument(("from",))) is None
