"""Results put together by what one repair mends, and what comes first."""

from __future__ import annotations

from dataclasses import replace

from convex_lint.analysis.bound import Tier
from convex_lint.analysis.exposure import Exposure
from convex_lint.analysis.impact import Impact
from convex_lint.analysis.rates import Rate, Strength
from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources
from convex_lint.report.causes import ALONGSIDE, REPEATED, SAME_RULE, Order, causes
from tests.quiet.pair import files_of
from tests.report.example import SCHEMA, at, numbered

SLIGHT = Impact(callers=2)


def test_the_second_of_one_kind_on_one_table_lets_another_kind_pass() -> None:
    rate = Rate(Strength.STAMP, "", 1.0, at(SCHEMA, "export").span)
    (first,) = numbered(1, "first", table="t", impact=Impact(rate))
    (second,) = numbered(1, "second", table="t", impact=Impact(rate))
    (slighter,) = numbered(1, "slighter", table="u", impact=SLIGHT)
    results = [replace(one, key=str(number)) for number, one in enumerate((first, second, slighter))]
    assert results[2].rank < results[1].rank
    assert [cause.first.key for cause in causes(results)] == ["0", "2", "1"]
    assert [cause.first.key for cause in causes(results, Order.FILE)] == ["0", "1", "2"]


def test_another_rule_comes_before_the_second_of_one() -> None:
    several = [numbered(1, table, table=table, impact=Impact(callers=3))[0] for table in ("t", "u", "v")]
    (other,) = numbered(1, table="w", impact=SLIGHT)
    several = [replace(one, key=str(number)) for number, one in enumerate(several)]
    other = replace(other, key="other", rule="q")
    assert other.rank < several[1].rank
    assert [cause.first.key for cause in causes([*several, other])] == ["0", "other", "1", "2"]


def test_what_costs_nothing_at_run_time_waits_for_what_does() -> None:
    several = [replace(numbered(1, str(number), table="t", impact=SLIGHT)[0], key=str(number)) for number in range(4)]
    (hygiene,) = numbered(1, table="w")
    hygiene = replace(hygiene, key="hygiene", rule="q")
    assert [cause.first.key for cause in causes([hygiene, *several])] == ["0", "1", "2", "3", "hygiene"]


def test_another_function_comes_before_the_second_flaw_of_one() -> None:
    first, second, other = [
        replace(numbered(1, name, table=name, function=function)[0], key=name, rule=name)
        for name, function in (("a", "one"), ("b", "one"), ("c", "two"))
    ]
    spans = [at(SCHEMA, "export"), at(SCHEMA, "messages"), at(SCHEMA, "v.string")]
    moved = [
        replace(one, finding=replace(one.finding, place=place, sites=frozenset((place.span,))))
        for one, place in zip((first, second, other), spans, strict=True)
    ]
    assert [cause.first.key for cause in causes(moved)] == ["a", "c", "b"]


def test_copies_of_a_project_are_mended_together() -> None:
    (one,) = numbered(1)
    web, mobile = replace(one, key="web", project="web"), replace(one, key="mobile", project="mobile")
    (cause,) = causes([web, mobile])
    assert {cause.first.key, *(other.key for other in cause.others)} == {"web", "mobile"}
    other = replace(mobile, finding=replace(one.finding, message="Another read."))
    assert len(causes([web, other])) == 2
    assert len(causes([web, replace(mobile, rule="q")])) == 2


def test_what_nothing_is_seen_to_call_comes_later() -> None:
    asked = Impact(None, Exposure.WAITED, Tier.TABLE)
    assert asked.points > asked._replace(asked=False).points
    assert Impact(None, Exposure.SUBSCRIBED, Tier.TABLE).points > asked.points


def test_what_is_done_for_every_row_comes_before_what_is_done_once() -> None:
    scan = 'await ctx.db.query("messages").filter((q) => q.eq(q.field("author"), %s)).collect()'
    once = f"export const once = query({{ args: {{ by: v.id('users') }}, handler: async (ctx, args) => {scan % 'args.by'} }});"
    each = f"""export const each = query({{ args: {{ }}, handler: async (ctx) => {{
      const users = await ctx.db.query("users").collect();
      return await Promise.all(users.map(async (user) => {scan % "user._id"}));
    }} }});"""
    report = lint_sources(files_of(once + each), Config(select=("missing-index",)))
    ranks = {result.finding.function: result.rank for result in report.results}
    assert ranks["app:each"] > ranks["app:once"]


def test_the_reads_of_one_function_are_one_finding() -> None:
    inserts = "".join(
        f'export const add{name} = mutation({{ args: {{}}, handler: async (ctx) => ctx.db.insert("{name}", {{}}) }});\n'
        for name in ("rooms", "messages", "jobs")
    )
    page = 'import { useQuery } from "convex/react";\nimport { api } from "../convex/_generated/api";\n'
    report = lint_sources(
        {
            "convex/app.ts": 'import { mutation, query } from "./_generated/server";\n'
            + inserts
            + "export const totals = query({ args: {}, handler: async (ctx) => {\n"
            + "".join(f'  const {name} = await ctx.db.query("{name}").collect();\n' for name in ("rooms", "messages"))
            + "  return { rooms: rooms.length, messages: messages.length };\n} });\n",
            "convex/schema.ts": 'import { defineSchema, defineTable } from "convex/server";\nexport default defineSchema({\n'
            "  rooms: defineTable({}), messages: defineTable({}), jobs: defineTable({}) });\n",
            "src/Page.tsx": page + "export default function Page() { return useQuery(api.app.totals)?.rooms; }\n",
        }
    )
    (counted,) = [result for result in report.results if result.remedy == "read-less"]
    assert (counted.rule, counted.finding.table) == ("count-by-collect", None)  # of several
    assert "The same repair answers 1 more place of this function." in counted.finding.help
    other = "this read collects every row of `messages`, and only their number is used"
    assert [label.message for label in counted.finding.related if "this read" in label.message] == [other]


def test_what_runs_every_hour_comes_behind_what_runs_every_minute() -> None:
    minutely, hourly = (
        Impact(Rate(Strength.CRON, "", often, at(SCHEMA, "export").span), Exposure.BACKGROUND, Tier.TABLE)
        for often in (1.0, 1 / 60)
    )
    assert minutely.points > hourly.points > hourly._replace(rate=None).points
    assert hourly._replace(heavy=True).points > hourly.points


def test_the_third_of_one_kind_on_one_table_comes_later_still() -> None:
    strong, weak = (Impact(None, Exposure.WAITED, Tier.TABLE, callers=many) for many in (5, 1))
    several = [replace(numbered(1, name, table="t", impact=strong)[0], key=name) for name in "abc"]
    others = [replace(numbered(1, name, table=name, impact=weak)[0], key=name, rule=name) for name in "xy"]
    assert others[0].rank + SAME_RULE + REPEATED < several[0].rank < others[0].rank + SAME_RULE + 2 * REPEATED
    assert [cause.first.key for cause in causes([*several, *others])] == ["a", "b", "x", "y", "c"]


def test_what_hundreds_get_to_comes_before_what_dozens_do() -> None:
    assert Impact(callers=256).points > Impact(callers=32).points > Impact(callers=1).points


def test_what_people_run_by_hand_waits_for_what_the_product_does() -> None:
    by_hand, used = (
        replace(numbered(1, name, table=name, impact=impact)[0], key=name)
        for name, impact in (
            ("hand", Impact(None, Exposure.MANUAL, Tier.TABLE, asked=False, repeated=True, spread=True)),
            ("used", Impact(None, Exposure.WAITED, Tier.ENTITY)),
        )
    )
    assert by_hand.rank > used.rank
    assert [cause.first.key for cause in causes([by_hand, used])] == ["used", "hand"]


def test_each_further_flaw_of_a_function_comes_later() -> None:
    names = ("a", "b", "c", "d")
    functions = dict(zip(names, ("one", "one", "one", "two"), strict=True))
    impacts = dict(zip(names, (24, 24, 24, 1), strict=True))
    spans = dict(zip(names, ("export", "messages", "author", "v.string"), strict=True))
    several = []
    for name in names:
        impact = Impact(None, Exposure.WAITED, Tier.TABLE, callers=impacts[name])
        (one,) = numbered(1, name, table=name, function=functions[name], impact=impact)
        place = at(SCHEMA, spans[name])
        several.append(
            replace(one, key=name, rule=name, finding=replace(one.finding, place=place, sites=frozenset((place.span,))))
        )
    assert several[3].rank + ALONGSIDE > several[2].rank - ALONGSIDE
    assert [cause.first.key for cause in causes(several)] == ["a", "b", "d", "c"]
