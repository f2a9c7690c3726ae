"""What ranks a finding: what runs the code, what runs it again, who waits, how much is read each time."""

from __future__ import annotations

from convex_lint.analysis.bound import Tier
from convex_lint.analysis.exposure import Exposure
from convex_lint.analysis.impact import Impact
from convex_lint.analysis.rates import Rate, Strength
from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources
from convex_lint.engine.report import Result
from tests.quiet.pair import files_of

SCAN = 'await ctx.db.query("messages").filter((q) => q.eq(q.field("author"), %s)).collect()'


def found(files: dict[str, str], *rules: str) -> dict[str, Result]:
    """The results of the rules by the function in which they stand."""
    results = lint_sources(files_of(files), Config(select=rules)).results
    return {f"{result.finding.function}": result for result in results}


ROUTES = """\
import { httpRouter } from "convex/server";
import { httpAction, internalQuery } from "./_generated/server";
import { internal } from "./_generated/api";
export const missing = internalQuery({ args: {}, handler: async (ctx) => {
  const rows = await ctx.db.query("messages").collect();
  return rows.filter((row) => row.body === "");
} });
const http = httpRouter();
http.route({ path: "/missing", method: "%s", handler: httpAction(async (ctx, request) => {
  %s
  return Response.json(await ctx.runQuery(internal.http.missing, {}));
}) });
export default http;
"""
SECRET = "if (request.headers.get('authorization') !== `Bearer ${process.env.TASKS}`) return new Response(null, { status: 401 });"
LISTS = """
export const list = query({ args: {}, handler: async (ctx) => {
  const rows = await ctx.db.query("messages").collect();
  return rows.filter((row) => row.body === "");
} });
"""
SHOWS = "export default function Page() { return useQuery(api.app.list)?.length; }\n"


def ranked(door: str, **files: str) -> Impact:
    own = {"convex/http.ts": ROUTES % ("GET", door), "convex/app.ts": LISTS, "src/Page.tsx": SHOWS}
    results = lint_sources(files_of(own) | {f"{name}.ts": text for name, text in files.items()}).results
    return next(one.finding.impact for one in results if one.finding.function == "http:missing")


def test_a_route_that_reads_for_who_knows_a_secret_is_run_by_hand() -> None:
    by_hand = ranked(SECRET)
    assert (by_hand.exposure, by_hand.asked, by_hand.rate) == (Exposure.MANUAL, False, None)
    fetches = "export const load = () => fetch(`${process.env.SITE}/missing`);\n"
    assert ranked(SECRET, **{"tasks/backfill": fetches}) == by_hand
    for used in (ranked(SECRET, **{"src/load": fetches}), ranked("")):
        assert (used.exposure, used.asked) == (Exposure.WAITED, True)
        assert used.points > by_hand.points


def test_a_webhook_of_payments_comes_now_and_then() -> None:
    def told(path: str) -> Rate | None:
        code = """\
import { httpRouter } from "convex/server";
import { httpAction, internalMutation } from "./_generated/server";
import { internal } from "./_generated/api";
export const note = internalMutation({ args: {}, handler: async (ctx) => {
  const row = await ctx.db.query("messages").filter((q) => q.eq(q.field("body"), "x")).first();
  if (row) await ctx.db.patch(row._id, { kind: "noted" });
} });
const http = httpRouter();
http.route({ path: "%s", method: "POST", handler: httpAction(async (ctx) => {
  await ctx.runMutation(internal.http.note, {});
  return new Response(null);
}) });
export default http;
"""
        return found({"convex/http.ts": code % path}, "missing-index")["http:note"].finding.impact.rate

    assert told("/stripe/payments") is None
    seen = told("/telegram")
    assert seen is not None
    assert seen.strength is Strength.HTTP


BEAT = """
export const beat = mutation({ args: { user: v.id("users") }, handler: async (ctx, args) => {
  await ctx.db.patch(args.user, { seen: Date.now() });
} });
export const profile = query({ args: { user: v.id("users") }, handler: async (ctx, args) =>
  (await ctx.db.get(args.user))?.name });
export const top = query({ args: {}, handler: async (ctx) => {
  const users = await ctx.db.query("users").collect();
  return users.map((user) => ({ name: user.name, score: user.score })).sort((a, b) => b.score - a.score);
} });
export const mine = query({ args: { user: v.id("users") }, handler: async (ctx, args) => {
  const user = await ctx.db.get(args.user);
  const rows = %s;
  return { name: user?.name, rows };
} });
""" % (SCAN % "args.user")
BEATS = """
import { useEffect } from "react";
export default function Page({ user }) {
  const beat = useMutation(api.app.beat);
  useEffect(() => { const timer = setInterval(() => beat({ user }), 20_000); return () => clearInterval(timer); }, []);
  return [useQuery(api.app.profile, { user }), useQuery(api.app.top), useQuery(api.app.mine, { user }), useQuery(api.app.list)];
}
"""


def test_a_heartbeat_that_makes_queries_run_again_comes_before_what_they_read() -> None:
    results = found(
        {"convex/app.ts": BEAT + LISTS, "src/Page.tsx": BEATS},
        "hot-field",
        "missing-index",
        "broad-subscription",
        "unbounded-read",
    )
    hot, mine, listed = results["app:beat"], results["app:mine"], results["app:list"]
    assert hot.finding.impact.tier is Tier.TABLE  # all that `top` reads
    assert hot.rank > mine.rank > listed.rank
    assert mine.finding.impact.rate is None
    again = mine.finding.impact.again
    assert again is not None
    assert again.strength is Strength.CLIENT


def test_a_count_costs_what_reads_it_again() -> None:
    schema = """\
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({ posts: defineTable({ title: v.string(), views: v.number() }) });
"""
    code = """
export const write = mutation({ args: { title: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("posts", { ...args, views: 0 });
} });
export const viewed = mutation({ args: { id: v.id("posts") }, handler: async (ctx, args) => {
  const post = await ctx.db.get(args.id);
  if (post) await ctx.db.patch(args.id, { views: post.views + 1 });
} });
export const posts = query({ args: {}, handler: async (ctx) => await ctx.db.query("posts").collect() });
"""
    page = """
import { useEffect } from "react";
export default function Page({ id }) {
  const viewed = useMutation(api.app.viewed);
  const write = useMutation(api.app.write);
  useEffect(() => { void viewed({ id }); }, [id]);
  return <button onClick={() => write({ title: "" })}>{%s}</button>;
}
"""
    alone, kept = (
        found(
            {"convex/schema.ts": schema, "convex/writers.ts": "", "convex/app.ts": code, "src/Page.tsx": page % shown},
            "shared-counter",
        )["app:viewed"].finding.impact
        for shown in ("1", "useQuery(api.app.posts)?.length")
    )
    assert (alone.exposure, alone.tier) == (Exposure.WAITED, Tier.ENTITY)
    assert (kept.exposure, kept.tier) == (Exposure.SUBSCRIBED, Tier.TABLE)
    assert kept.callers > alone.callers
    assert kept.points > alone.points


def impact_of(code: str, function: str, rule: str = "missing-index", page: str = "") -> Impact:
    files = {"convex/app.ts": code} | ({"src/Page.tsx": page} if page else {})
    return found(files, rule)[function].finding.impact


def test_who_adds_to_what_the_next_call_reads_pays_more_each_time() -> None:
    read = f"const known = {SCAN % 'args.author'};"
    add = 'await ctx.db.insert("messages", { ...args, body: "", kind: "", until: 0 });'
    adds, reads = (
        'export const note = mutation({ args: { room: v.id("rooms"), author: v.id("users") },'
        f" handler: async (ctx, args) => {{ {read} if (known.length === 0) {{ {then} }} }} }});"
        for then in (add, "throw new Error();")
    )
    assert impact_of(adds, "app:note").growing
    assert not impact_of(reads, "app:note").growing


def test_what_is_looked_up_for_each_row_counts() -> None:
    def listed(value: str) -> Impact:
        code = f"""export const list = query({{ args: {{ by: v.id("users") }}, handler: async (ctx, args) => {{
          const rows = {SCAN % "args.by"};
          return await Promise.all(rows.map(async (row) => ({{ ...row, room: {value} }})));
        }} }});"""
        return impact_of(code, "app:list")

    assert listed("await ctx.db.get(row.room)").spread
    assert not listed("row.room").spread


def test_rows_of_a_list_that_each_keep_a_query_open_count_as_several() -> None:
    code = f"""export const of = query({{ args: {{ author: v.id("users") }}, handler: async (ctx, args) => {SCAN % "args.author"} }});
    export const people = query({{ args: {{}}, handler: async (ctx) => await ctx.db.query("users").take(100) }});"""
    row = "function Person({ id }) { return useQuery(api.app.of, { author: id })?.length; }\n"
    once = row + "export default function Page({ id }) { return <Person id={id} />; }\n"
    each = (
        row
        + "export default function Page() { return useQuery(api.app.people)?.map((one) => <Person key={one._id} id={one._id} />); }\n"
    )
    assert impact_of(code, "app:of", page=each).callers > impact_of(code, "app:of", page=once).callers


def test_a_mutation_that_looks_through_what_is_written_all_the_time_starts_over() -> None:
    code = """
export const beat = mutation({ args: { user: v.id("users") }, handler: async (ctx, args) => {
  await ctx.db.patch(args.user, { seen: Date.now() });
} });
export const rename = mutation({ args: { name: v.string() }, handler: async (ctx, args) => {
  const user = await ctx.db.query("users").filter((q) => q.eq(q.field("name"), args.name)).first();
  if (user) await ctx.db.patch(user._id, { name: "" });
} });
"""
    calls = """
import { useEffect } from "react";
export default function Page({ user }) {
  const beat = useMutation(api.app.beat);
  const rename = useMutation(api.app.rename);
  %s
  return <button onClick={() => { void beat({ user }); void rename({ name: "x" }); }} />;
}
"""
    beats = "useEffect(() => { const timer = setInterval(() => beat({ user }), 20_000); return () => clearInterval(timer); }, []);"
    assert impact_of(code, "app:rename", page=calls % beats).contended
    assert not impact_of(code, "app:rename", page=calls % "").contended


def test_what_all_have_of_one_day_is_as_long_as_a_table() -> None:
    schema = """\
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  activities: defineTable({ user: v.string(), date: v.string(), topic: v.string(), points: v.number() })
    .index("by_date", ["date"]).index("by_topic", ["topic"]),
});
"""
    code = """
export const add = mutation({ args: { user: v.string(), date: v.string(), topic: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("activities", { ...args, points: Math.random() });
} });
export const best = query({ args: { %(field)s: v.string() }, handler: async (ctx, args) =>
  (await ctx.db.query("activities").withIndex("by_%(field)s", (q) => q.eq("%(field)s", args.%(field)s))
    .filter((q) => q.gt(q.field("points"), 0.5)).collect()) });
"""
    page = """export default function Page(args) {
  const add = useMutation(api.app.add);
  return <button onClick={() => add(args)}>{useQuery(api.app.best, args)?.length}</button>;
}\n"""
    day, topic = (
        found(
            {"convex/schema.ts": schema, "convex/app.ts": code % {"field": field}, "src/Page.tsx": page},
            "missing-index",
        )
        for field in ("date", "topic")
    )
    assert day["app:best"].finding.impact.tier is Tier.TABLE
    assert topic["app:best"].finding.impact.tier is Tier.USER  # as many as someone has of other things


def test_rows_with_lists_of_objects_are_heavy() -> None:
    schema = """\
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({ maps: defineTable({ name: v.string(), cells: v.array(%s) }) });
"""
    code = """
export const add = mutation({ args: { name: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("maps", { ...args, cells: [] });
} });
export const all = query({ args: {}, handler: async (ctx) => await ctx.db.query("maps").collect() });
"""

    def listed(cell: str) -> Impact:
        files = {"convex/schema.ts": schema % cell, "convex/writers.ts": "", "convex/app.ts": code}
        return found(files, "unbounded-read")["app:all"].finding.impact

    assert listed("v.object({ x: v.number(), y: v.number() })").heavy
    assert not listed("v.string()").heavy
