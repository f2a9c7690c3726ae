"""Code that drops rows after a read: when it says that the range is too wide, and when it needs all rows."""

from __future__ import annotations

from dataclasses import replace

from convex_lint.analysis.rewrite import call_text, first_rows
from convex_lint.analysis.wish import Wish, wish
from convex_lint.model.operation import Predicate, Read, Use
from convex_lint.model.value import Argument, Computed, DocumentField, Literal, Undefined
from convex_lint.source import Span
from tests.analysis.facts import BOOLEAN, NUMBER, STRING, eq, read, reference, table

ROWS = table(
    "rows",
    kind=STRING,
    ownerId=reference("users"),
    at=NUMBER,
    done=BOOLEAN,
    deletedAt=NUMBER,
    is_cancelled=BOOLEAN,
    isActive=BOOLEAN,
)


def late(operation: Read, others: dict[int, Read] | None = None) -> Wish | None:
    return wish(operation, ROWS, others)


def at(predicate: Predicate, start: int, end: int) -> Predicate:
    return replace(predicate, span=Span("convex/app.ts", start, end))


def use(kind: str, start: int, end: int) -> Use:
    return Use(kind, Span("convex/app.ts", start, end))


def code(*predicates: Predicate, uses: tuple[Use, ...] = ()) -> Read:
    return replace(read("rows", residual=predicates), uses=uses)


def test_one_filter_and_a_chain_of_filters_narrow() -> None:
    one = at(eq("kind", source="js"), 100, 120)
    found = late(code(one, uses=(use("filter", 100, 120),)))
    assert found is not None
    assert found.fields == ("kind",)
    inner, outer = at(eq("kind", source="js"), 100, 120), at(eq("ownerId", source="js"), 100, 150)
    found = late(code(inner, outer, uses=(use("filter", 100, 120), use("filter", 100, 150))))
    assert found is not None
    assert set(found.fields) == {"kind", "ownerId"}


def test_tests_in_one_loop_belong_together() -> None:
    first, second = at(eq("kind", source="js"), 110, 115), at(eq("ownerId", source="js"), 120, 125)
    found = late(code(first, second, uses=(use("iterate", 100, 200),)))
    assert found is not None
    assert set(found.fields) == {"kind", "ownerId"}


def test_a_loop_over_what_a_filter_left_asks_for_less() -> None:
    kept, passed = at(eq("kind", source="js"), 100, 120), at(eq("ownerId", source="js"), 150, 160)
    filtered, walked = use("filter", 100, 120), replace(use("iterate", 140, 200), part=True)
    found = late(code(kept, passed, uses=(filtered, walked)))
    assert found is not None
    assert found.fields == ("kind", "ownerId")
    assert late(code(kept, passed, uses=(filtered, replace(walked, part=False)))) is None, "it walks all rows"
    other = at(eq("at", source="js"), 125, 135)
    assert late(code(kept, other, passed, uses=(filtered, use("filter", 125, 135), walked))) is None, "one of two lists"


def test_two_views_of_the_rows_need_what_either_needs() -> None:
    mine, open_ = at(eq("ownerId", source="js"), 100, 120), at(eq("kind", source="js"), 200, 220)
    uses = (use("filter", 100, 120), use("filter", 200, 220))
    assert late(code(mine, open_, uses=uses)) is None
    again = at(eq("ownerId", source="js"), 200, 220)
    found = late(code(mine, again, uses=uses))
    assert found is not None
    assert found.fields == ("ownerId",)


def test_one_line_that_runs_with_several_values_is_several_views() -> None:
    today = Predicate("gte", "js", Span("convex/app.ts", 110, 115), "at", Argument(("today",)))
    week = replace(today, value=Argument(("week",)))
    assert late(code(today, week, uses=(use("iterate", 100, 200),))) is None
    assert late(code(today, uses=(use("iterate", 100, 200),))) is not None


def test_rows_that_were_used_before_are_needed() -> None:
    some = at(eq("kind", source="js"), 100, 120)
    assert late(code(some, uses=(use("map", 50, 60), use("filter", 100, 120)))) is None
    assert late(code(some, uses=(use("length", 50, 60), use("filter", 100, 120)))) is None
    assert late(code(some, uses=(use("filter", 100, 120), use("map", 130, 140)))) is not None


def test_truthiness_is_a_test_for_true_of_booleans_only() -> None:
    assert late(code(eq("done", Literal(True), source="js"))) is not None
    assert late(code(eq("at", Literal(True), source="js"))) is None


def test_a_join_in_code_is_not_a_range_but_a_lookup_by_id_is_a_get() -> None:
    listed = {0: read("lists", ordinal=0)}
    member = eq("ownerId", DocumentField("lists", ("ownerId",), 0), source="js")
    assert late(replace(code(member), ordinal=1), listed) is None
    found = late(replace(code(eq("_id", DocumentField("lists", ("rowId",), 0), source="js")), ordinal=1), listed)
    assert found is not None
    assert found.by_id is not None


def test_the_usual_state_of_a_soft_delete_keeps_most_rows() -> None:
    for field, value in (("deletedAt", Undefined()), ("is_cancelled", Literal(False)), ("isActive", Literal(True))):
        assert late(read("rows", residual=[eq(field, value)])) is None
        found = late(read("rows", residual=[eq(field, value), eq("kind")]))
        assert found is not None
        assert found.fields == (field, "kind")
    for field, value in (("is_cancelled", Literal(True)), ("isActive", Literal(False))):
        assert late(read("rows", residual=[eq(field, value)])) is not None


def test_the_call_to_write_uses_the_words_of_the_code() -> None:
    texts = {
        'filter((q) => q.eq(q.field("kind"), thing.kind))': "thing.kind",
        "rows.filter((row) => row.kind === wanted)": "wanted",
        "rows.find((row) => wanted === row.kind)": "wanted",
        'filter((q) => q.eq(q.field("kind"), pick(thing, 1)))': "pick(thing, 1)",
        "rows.filter((row) => row.kind === (thing ?? other).kind && row.on)": "(thing ?? other).kind",
        "rows.filter((row) => row.kind === pick(row))": "...",
    }
    for text, value in texts.items():
        operation = read("rows", residual=[eq("kind")])
        found = late(operation)
        assert found is not None
        call = call_text("by_kind", ["kind"], None, operation, found, lambda span, text=text: text)  # type: ignore[misc]
        assert call == f'.withIndex("by_kind", (q) => q.eq("kind", {value}))'


def test_each_bound_takes_its_own_expression() -> None:
    text = 'filter((q) => q.and(q.gte(q.field("at"), args.min), q.lte(q.field("at"), args.max - 1)))'
    place = Span("convex/app.ts", 1, 2)
    both = [Predicate(operator, "filter", place, "at", Argument((operator,))) for operator in ("gte", "lte")]
    operation = read("rows", residual=both)
    found = late(operation)
    assert found is not None
    assert call_text("by_at", [], "at", operation, found, lambda span: text) == (
        '.withIndex("by_at", (q) => q.gte("at", args.min).lte("at", args.max - 1))'
    )


def test_a_sort_says_which_end_of_the_index_is_wanted() -> None:
    for text, end in (
        ("rows.sort((a, b) => b.at - a.at)", '`.order("desc").first()`'),
        ("rows.sort((a, b) => a.at - b.at)", "`.first()`"),
        ("rows.toSorted((x, y) => y.at.localeCompare(x.at))", '`.order("desc").first()`'),
    ):
        assert first_rows(code(uses=(use("sort", 1, 5), use("first", 6, 7))), lambda span, text=text: text) == (  # type: ignore[misc]
            f"end it with {end}"
        )
    texts = {5: "rows.sort((a, b) => b.at - a.at)", 9: "rows.sort((a, b) => b.at - a.at).slice(0, args.limit)"}
    taken = code(uses=(use("sort", 1, 5), use("take", 1, 9)))
    assert first_rows(taken, lambda span: texts[span.end]) == 'end it with `.order("desc").take(args.limit)`'


def test_both_bounds_are_written_and_values_without_a_name_take_the_fields() -> None:
    upper = Predicate(
        "lt", "filter", Span("convex/app.ts", 1, 2), "at", Computed("+", (Argument(("now",)), Literal(1)))
    )
    operation = read("rows", "by_at", bounds=[("at", "gte")], residual=[upper])
    found = late(operation)
    assert found is not None
    assert call_text("by_at", [], "at", operation, found) == (
        '.withIndex("by_at", (q) => q.gte("at", args.at).lt("at", at))'
    )


def test_what_several_looks_pick_of_what_one_filter_left_takes_nothing_from_it() -> None:
    since = at(Predicate("gte", "js", Span("convex/app.ts", 1, 2), "at", Argument(("since",))), 100, 120)
    won, lost = (
        at(eq("kind", Literal(kind), source="js"), start, start + 20) for kind, start in (("won", 150), ("lost", 180))
    )
    picks = (replace(use("filter", 150, 170), part=True), replace(use("filter", 180, 200), part=True))
    found = late(code(since, won, lost, uses=(use("filter", 100, 120), *picks)))
    assert found is not None
    assert found.fields == ("at",)
    everything = use("map", 50, 60)
    assert late(code(since, won, lost, uses=(everything, use("filter", 100, 120), *picks))) is None
