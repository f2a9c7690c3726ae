"""What to do about a query that clients keep open over all rows: it depends on what becomes of them."""

from __future__ import annotations

import pytest

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources

SCHEMA = """
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  users: defineTable({ subject: v.string() }).index("by_subject", ["subject"]),
  grants: defineTable({ caseId: v.id("cases"), userId: v.id("users") })
    .index("by_case_user", ["caseId", "userId"])
    .index("by_user", ["userId"]),
  cases: defineTable({ title: v.string(), text: v.string(), openedAt: v.number() }),
  visits: defineTable({ caseId: v.id("cases") }).index("by_case", ["caseId"]),
});
"""

CASES = """
import { v } from "convex/values";
import { mutation, query } from "./_generated/server";
export const mine = query({
  args: {},
  handler: async (ctx) => {
    const identity = await ctx.auth.getUserIdentity();
    if (!identity) return null;
    const user = await ctx.db.query("users").withIndex("by_subject", (q) => q.eq("subject", identity.subject)).unique();
    if (!user) return null;
    const cases = await ctx.db.query("cases").collect();
    BODY
  },
});
export const open = mutation({
  args: { title: v.string(), text: v.string() },
  handler: async (ctx, args) => {
    const caseId = await ctx.db.insert("cases", { ...args, openedAt: Date.now() });
    await ctx.db.insert("visits", { caseId });
  },
});
"""

PAGE = """
import { useMutation, useQuery } from "convex/react";
import { api } from "../convex/_generated/api";
export function Cases() {
  const mine = useQuery(api.cases.mine, {});
  return <p>{JSON.stringify(mine)}</p>;
}
"""

FORM = """
import { useMutation } from "convex/react";
import { api } from "../convex/_generated/api";
export function Form() {
  const open = useMutation(api.cases.open);
  return <button onClick={() => open({ title: "x", text: "y" })}>Open</button>;
}
"""

GRANTED = """
    let n = 0;
    for (const one of cases) {
      const grant = await ctx.db
        .query("grants")
        .withIndex("by_case_user", (q) => q.eq("caseId", one._id).eq("userId", user._id))
        .first();
      if (grant) n++;
    }
    return n;
"""

SHOWN = """
    return await Promise.all(cases.slice(0, 20).map(async (one) => {
      const grant = await ctx.db
        .query("grants")
        .withIndex("by_case_user", (q) => q.eq("caseId", one._id).eq("userId", user._id))
        .first();
      return { title: one.title, granted: grant !== null };
    }));
"""

RANKED = """
    const ranked = await Promise.all(cases.map(async (one) => {
      const visits = await ctx.db.query("visits").withIndex("by_case", (q) => q.eq("caseId", one._id)).collect();
      return { title: one.title, visits: visits.length };
    }));
    return ranked.sort((a, b) => b.visits - a.visits).slice(0, 5);
"""


OF_LATE = """
    const recent = await ctx.db.query("visits").withIndex("by_creation_time", (q) => q.gte("_creationTime", Date.now() - 604800000)).collect();
    const ranked = await Promise.all(cases.map(async (one) => {
      const visits = await ctx.db.query("visits").withIndex("by_case", (q) => q.eq("caseId", one._id)).collect();
      return { title: one.title, visits: visits.length, recent: recent.filter((visit) => visit.caseId === one._id).length };
    }));
    return ranked.sort((a, b) => b.recent - a.recent).slice(0, 5);
"""

PUSHED = """
    const found = [];
    for (const one of cases) {
      const grant = await ctx.db
        .query("grants")
        .withIndex("by_case_user", (q) => q.eq("caseId", one._id).eq("userId", user._id))
        .first();
      CONDITION found.push({ ...one, granted: grant !== null });
    }
    return found;
"""

FIGURES_AND_LIST = """
    const open = cases.filter((one) => fold(one.text).length > 5).map((one) => one._id);
    let n = 0;
    for (const id of open) n += 1;
    return { n, open };
"""

FACETS = """
    const passing = cases.filter((one) => {
      if (args.titles.length && !args.titles.some((title) => one.title.includes(title))) return false;
      if (args.texts.length && !args.texts.some((text) => fold(one.text).includes(text))) return false;
      return args.since ? one.openedAt > args.since : true;
    });
    const sorted = [...passing].sort((a, b) => order(a, args.by) - order(b, args.by));
    return { pages: Math.ceil(sorted.length / 20), page: sorted.slice(args.page * 20, args.page * 20 + 20) };
"""

GROUPED = """
    const byTitle = new Map();
    for (const one of cases) {
      const visits = await ctx.db.query("visits").withIndex("by_case", (q) => q.eq("caseId", one._id)).collect();
      byTitle.set(one.title, (byTitle.get(one.title) ?? 0) + visits.length);
    }
    return [...byTitle.entries()].sort((a, b) => b[1] - a[1]);
"""

REFERRED = """
    const byId = new Map(cases.map((one) => [one._id, one]));
    const visits = await ctx.db.query("visits")RANGE.collect();
    return visits.map((visit) => byId.get(visit.caseId)?.title);
"""

BY_STORED = RANKED.replace("title: one.title", "openedAt: one.openedAt").replace(
    "b.visits - a.visits", "b.openedAt - a.openedAt"
)


WITH_VISITS = """
    const known = await Promise.all(cases.map(async (one) => {
      const visits = await ctx.db.query("visits").withIndex("by_case", (q) => q.eq("caseId", one._id)).collect();
      return visits.length ? { ...one, visits } : OTHERWISE;
    }));
    return known.filter((one) => !!one);
"""

BY_DAY = """
    const byDay = new Map();
    for (const one of cases) {
      const day = new Date(one.openedAt).toISOString().slice(0, 10);
      let titles = byDay.get(day);
      if (!titles) { titles = new Set(); byDay.set(day, titles); }
      titles.add(one.title);
    }
    let n = 0;
    for (const day of args.days) n += byDay.get(day)?.size ?? 0;
    return n;
"""


@pytest.mark.parametrize(
    ("body", "start"),
    [
        (GRANTED, "Start from the rows of `grants` that belong to the caller"),
        (SHOWN, "Take as many as are shown with `.take(n)`."),
        (RANKED, "Keep in each row of `cases` the number by which they are ranked"),
        (
            RANKED.replace(".slice(0, 5)", ".findIndex((one) => one.title === args.title)"),
            "Ask the aggregate component",
        ),
        (
            OF_LATE,
            "Keep a row for each of `cases` and each day with the figures of that day, which the writers of `visits`",
        ),
        (PUSHED.replace("CONDITION", "if (grant)"), "Start from the rows of `grants` that belong to the caller"),
        (PUSHED.replace("CONDITION", ""), "Read only what the page shows"),
        (FIGURES_AND_LIST, "Keep the figures that all of the rows make"),
        (FACETS, "Keep just the fields that the filters, the order and the list look at"),
        (FACETS.replace("one.openedAt > args.since", "true"), "Where a text is looked for: declare"),
        (REFERRED, "Get the rows that are referred to, each by its id"),
        (BY_STORED, "Read only what the page shows"),
        (
            "return cases.filter((one) => one.text.toLowerCase().includes(args.text));",
            'Declare `.searchIndex("search_text", { searchField: "text" })` and ask it',
        ),
        ("return [...new Set(cases.map((one) => one.title))];", "Keep the different values of `title`"),
        (
            WITH_VISITS.replace("OTHERWISE", "null"),
            "Keep in an indexed field of each row whether there are `visits` of it",
        ),
        (WITH_VISITS.replace("OTHERWISE", "one"), "Read only what the page shows"),
        (BY_DAY, "Keep what is computed of the rows"),
        ("return cases.length;", "Keep what is computed of the rows"),
    ],
)
def test_the_advice_fits_what_becomes_of_the_rows(body: str, start: str) -> None:
    said = _said_of(body.replace("RANGE", ""))
    assert said.startswith(start), said


@pytest.mark.parametrize(
    ("range_", "told"), [("", True), ('.withIndex("by_case", (q) => q.eq("caseId", args.id))', False)]
)
def test_rows_to_which_all_of_another_table_refers(range_: str, told: bool) -> None:
    said = _said_of(REFERRED.replace("RANGE", range_))
    assert ("Begin with one page of `visits`" in said) is told, said


def test_groups_that_are_sorted_are_no_rows_with_a_rank() -> None:
    assert "by which they are ranked" not in _said_of(GROUPED)


def _said_of(body: str) -> str:
    files = {"convex/schema.ts": SCHEMA, "convex/cases.ts": CASES.replace("BODY", body)}
    pages = {"src/Page.tsx": PAGE, "src/Form.tsx": FORM}
    report = lint_sources(files | pages, Config(select=("broad-subscription",)))
    (result,) = [one for one in report.results if one.rule == "broad-subscription"]
    return result.finding.help


def test_of_whole_rows_of_which_one_field_is_shown_only_that_is_given() -> None:
    page = PAGE.replace("JSON.stringify(mine)", "mine?.map((one) => one.%s)")
    for field, told in (("title", True), ("title}{one.openedAt", False), ("title) ?? (mine?.length", False)):
        files = {
            "convex/schema.ts": SCHEMA,
            "convex/cases.ts": CASES.replace("BODY", "return cases.filter((one) => one.openedAt > limit(user));"),
            "src/Page.tsx": page % field
            if told or "length" in field
            else page.replace("one.%s", "[one.title, one.openedAt]"),
            "src/Form.tsx": FORM,
        }
        report = lint_sources(files, Config(select=("broad-subscription",)))
        (result,) = [one for one in report.results if one.rule == "broad-subscription"]
        said = "Give of these rows only the different values of `title`"
        assert result.finding.help.startswith(said) is told, result.finding.help


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("title", " Move fields that change often to a table of their own."),
        ("openedAt", " Pages show what they change: gather several changes into one write."),
    ],
)
def test_what_pages_show_is_not_moved_but_written_less_often(shown: str, said: str) -> None:
    timed = """
export const touch = mutation({
  args: { id: v.id("cases") },
  handler: async (ctx, args) => await ctx.db.patch(args.id, { openedAt: Date.now() }),
});
"""
    timer = """
import { useEffect } from "react";
import { useMutation } from "convex/react";
import { api } from "../convex/_generated/api";
export function Timer({ id }) {
  const touch = useMutation(api.cases.touch);
  useEffect(() => { const timer = setInterval(() => touch({ id }), 5000); return () => clearInterval(timer); }, [id]);
  return null;
}
"""
    files = {
        "convex/schema.ts": SCHEMA,
        "convex/cases.ts": CASES.replace("BODY", "return cases;") + timed,
        "src/Page.tsx": PAGE.replace(
            "JSON.stringify(mine)", f"mine?.map((one) => <b key={{one._id}}>{{one.{shown}}}{{one.text}}</b>)"
        ),
        "src/Form.tsx": FORM,
        "src/Timer.tsx": timer,
    }
    report = lint_sources(files, Config(select=("broad-subscription",)))
    (result,) = [one for one in report.results if one.rule == "broad-subscription"]
    assert said in result.finding.help, result.finding.help
