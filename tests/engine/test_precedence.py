"""One cause, one finding: what gives way to what, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from convex_lint.analysis.bound import Tier
from convex_lint.analysis.exposure import Exposure
from convex_lint.analysis.impact import Impact
from convex_lint.engine.precedence import closure, give_way
from convex_lint.engine.report import Result
from convex_lint.model.operation import Guard
from convex_lint.model.value import Argument
from convex_lint.rule import Finding, Label, Severity
from convex_lint.source import Span
from tests.analysis.facts import read

YIELDS = {"wide": ("exact", "close"), "close": ("exact",)}


@dataclass(frozen=True)
class At:
    span: Span


def place(number: int) -> Span:
    return Span("convex/a.ts", number, number + 1)


def result(rule: str, *sites: int, severity: Severity = Severity.WARNING, key: str = "k") -> Result:
    spans: Iterable[Span] = [place(site) for site in sites[1:] and sites]
    finding = Finding(At(place(sites[0])), f"This is {rule}.", "Mend it.", key=[key], sites=spans)
    return Result(rule, severity, finding, "", f"{rule}|{key}|{sites}")


def of_function(
    rule: str, site: int, *, cause: str = "f", severity: Severity = Severity.WARNING, follows: int | None = None
) -> Result:
    finding = Finding(
        At(place(site)),
        f"This is {rule} {site}.",
        "Mend it.",
        key=[str(site)],
        function="a:f",
        cause=[cause],
        follows=[] if follows is None else [place(follows)],
    )
    return Result(rule, severity, finding, "", f"{rule}|{site}", remedy="" if rule == "loop" else "less")


FOLLOWS = {"loop": ("wide",)}


def staying(*results: Result, fixed: Sequence[str] = ()) -> list[str]:
    return [one.rule for one in give_way(results, YIELDS, fixed)]


def test_the_most_exact_stays_and_tells_of_the_others() -> None:
    (stays,) = give_way([result("close", 1), result("exact", 1), result("wide", 1)], YIELDS)
    assert stays.rule == "exact"
    assert stays.swallowed == ("close", "wide")
    assert stays.finding.help == "Mend it. `close` holds here too: this is close. `wide` holds here too: this is wide."


def test_the_order_in_which_they_are_told_is_no_matter() -> None:
    one = [result("close", 1), result("exact", 1), result("wide", 1)]
    assert give_way(one, YIELDS) == give_way(one[::-1], YIELDS)


def test_rules_that_do_not_yield_stay_apart() -> None:
    assert staying(result("exact", 1), result("other", 1)) == ["exact", "other"]


def test_other_sites_are_other_causes() -> None:
    assert staying(result("exact", 1), result("close", 2)) == ["exact", "close"]
    assert staying(result("exact", 1, 2), result("close", 1, 3)) == ["exact", "close"]


def test_sites_of_one_among_those_of_the_other_are_the_same_cause() -> None:
    assert staying(result("exact", 1, 2), result("close", 1)) == ["exact"]
    assert staying(result("exact", 1), result("close", 1, 2)) == ["exact"]


def test_several_of_one_rule_that_give_way_are_told_once() -> None:
    (stays,) = give_way([result("exact", 1), result("wide", 1, key="a"), result("wide", 1, key="b")], YIELDS)
    assert stays.finding.help == "Mend it. `wide` holds here too: this is wide. (1 more.)"


def test_a_note_that_swallows_a_warning_is_a_warning_unless_the_user_has_set_it() -> None:
    told = [result("exact", 1, severity=Severity.NOTE), result("wide", 1)]
    assert [one.severity for one in give_way(told, YIELDS)] == [Severity.WARNING]
    assert [one.severity for one in give_way(told, YIELDS, ["exact"])] == [Severity.NOTE]
    assert [one.severity for one in give_way(told[::-1], YIELDS, ["wide"])] == [Severity.WARNING]


def test_what_stays_costs_as_much_as_what_gave_way() -> None:
    wide, exact = result("wide", 1), result("exact", 1)
    heavy = replace(wide, finding=replace_impact(wide.finding, Impact(None, Exposure.SUBSCRIBED, Tier.TABLE)))
    (stays,) = give_way([heavy, exact], YIELDS)
    assert stays.rule == "exact"
    assert stays.rank == heavy.rank > exact.rank


def replace_impact(finding: Finding, impact: Impact) -> Finding:
    return Finding(finding.place, finding.message, finding.help, key=finding.key, sites=finding.sites, impact=impact)


def test_what_a_comment_suppresses_stays_told_and_still_swallows() -> None:
    known = replace(result("exact", 1), suppression="known")
    assert staying(known, result("wide", 1)) == ["exact"]
    known = replace(result("wide", 1), suppression="known")
    (exact, wide) = give_way([result("exact", 1), known], YIELDS)
    assert (exact.swallowed, wide.suppression) == ((), "known")


def test_a_ring_of_yields_swallows_nothing() -> None:
    ring = {"a": ("b",), "b": ("c",), "c": ("a",)}
    assert closure(ring) == {"a": (), "b": (), "c": ()}
    assert [one.rule for one in give_way([result("a", 1), result("b", 1)], ring)] == ["a", "b"]


def test_a_rule_yields_to_the_heirs_of_its_heirs() -> None:
    assert closure({"a": ("b",), "b": ("c",)}) == {"a": ("b", "c"), "b": ("c",)}


def test_what_one_repair_of_a_function_answers_is_one_finding() -> None:
    note = of_function("wide", 1, severity=Severity.NOTE)
    (stays,) = give_way([note, of_function("wide", 2), of_function("wide", 4)], YIELDS)
    assert (stays.key, stays.swallowed) == ("wide|2", ())
    assert stays.finding.help == "Mend it. The same repair answers 2 more places of this function."
    assert [(one.span, one.message) for one in stays.finding.related] == [
        (place(1), "this is wide 1"),
        (place(4), "this is wide 4"),
    ]


def test_the_rule_that_says_most_speaks_for_a_function() -> None:
    several = [of_function("wide", 2), of_function("close", 3), of_function("wide", 4)]
    (stays,) = give_way(several, YIELDS)
    assert (stays.key, stays.swallowed) == ("close|3", ("wide",))
    slight = of_function("close", 3, severity=Severity.NOTE)
    (stays,) = give_way([several[0], slight], YIELDS)
    assert (stays.key, stays.swallowed) == ("wide|2", ("close",))


def test_one_place_of_several_stories_tells_of_all() -> None:
    first, second = result("wide", 1, key="a"), result("wide", 1, key="b")
    story = [Label(At(place(5)), "these rows are walked")]
    first, second = (
        replace(one, finding=replace(one.finding, function="a:f", cause=("f",), related=told))
        for one, told in ((first, []), (second, story))
    )
    (stays,) = give_way([first, second], YIELDS)
    assert (stays.key, stays.finding.help, list(stays.finding.related)) == (first.key, "Mend it.", story)


def test_other_causes_of_a_function_stay_apart() -> None:
    assert len(give_way([of_function("wide", 1), of_function("wide", 2, cause="g")], YIELDS)) == 2
    known = replace(of_function("wide", 1), suppression="known")
    assert [one.key for one in give_way([known, of_function("wide", 2)], YIELDS)] == ["wide|1", "wide|2"]


def test_what_follows_from_a_flaw_that_is_told_is_told_with_it() -> None:
    several = [of_function("wide", 1), of_function("wide", 2), of_function("loop", 3, follows=2)]
    (stays,) = give_way(several, YIELDS, follows=FOLLOWS)
    assert (stays.key, stays.swallowed) == ("wide|1", ("loop",))
    assert len(give_way(several, YIELDS)) == 2
    slight = of_function("wide", 2, severity=Severity.NOTE)
    assert len(give_way([slight, several[2]], YIELDS, follows=FOLLOWS)) == 2
    elsewhere = of_function("loop", 3, follows=9)
    assert len(give_way([several[0], elsewhere], YIELDS, follows=FOLLOWS)) == 2
    known = replace(of_function("wide", 2), suppression="known")
    assert len(give_way([known, several[2]], YIELDS, follows=FOLLOWS)) == 2


def test_pages_are_for_one_read_of_a_query() -> None:
    def paged(one: Result) -> Result:
        return replace(one, finding=replace(one.finding, help="Read one page with `.paginate(paginationOpts)`."))

    (stays,) = give_way([paged(of_function("wide", 1)), paged(of_function("wide", 2))], YIELDS)
    assert stays.finding.help.endswith(
        "1 more place of this function, in a query for each: one execution may read one page."
    )


def test_each_arm_of_a_branch_may_read_a_page() -> None:
    test = Argument(("kind",))

    def paged(number: int, holds: bool) -> Result:
        one = of_function("wide", number)
        guard = Guard(test, holds, place(9), "skip")
        arm = replace(read("notes"), span=place(number), guards=(guard,), conditional=True)
        return replace(one, finding=replace(one.finding, place=arm, help="Read one page with `.paginate(options)`."))

    for other, end in ((False, "of this function."), (True, "one execution may read one page.")):
        (stays,) = give_way([paged(1, True), paged(2, other)], YIELDS)
        assert stays.finding.help.endswith(end)
