"""One cause, one finding: what gives way to what, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from convex_lint.analysis.bound import Tier
from convex_lint.analysis.exposure import Exposure
from convex_lint.analysis.impact import Impact
from convex_lint.engine.precedence import closure, give_way
from convex_lint.engine.report import Result
from convex_lint.rule import Finding, Severity
from convex_lint.source import Span

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
