"""What to do about an open query of all rows where code decides which of them are shown: a page of them is no answer."""

from __future__ import annotations

import pytest

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources
from tests.quiet.pair import HEAD, PAGE

_SCHEMA = """import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  teams: defineTable({ name: v.string() }),
  parts: defineTable({
    name: v.string(), left: v.number(), least: v.number(), teamId: v.id("teams"), makerId: v.string(), holderId: v.string(),
    readers: v.array(v.string()), state: v.string(),
  }).index("by_maker", ["makerId"]).searchIndex("search_name", { searchField: "name" }),
});"""
_APP = """
const mayRead = (part, me) => part.readers.concat(part.makerId).some((one) => one.endsWith(me));
export const list = query({ args: { me: v.string(), region: v.string() }, handler: async (ctx, args) => {
  BODY
} });
export const add = mutation({ args: { name: v.string(), teamId: v.id("teams"), me: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("parts", { name: args.name, teamId: args.teamId, left: 0, least: 0, makerId: args.me, holderId: args.me, readers: [], state: "new" });
} });
export const join = mutation({ args: { name: v.string() }, handler: async (ctx, args) => await ctx.db.insert("teams", args) });"""
_VIEW = """export function Parts({ me }) {
  const parts = useQuery(api.app.list, { me, region: "north" });
  return <p>{JSON.stringify(parts)}</p>;
}"""
_FORM = """export function Form({ me }) {
  const add = useMutation(api.app.add); const join = useMutation(api.app.join);
  return <p onClick={() => add({ name: "x", teamId: "t", me })} onDoubleClick={() => join({ name: "x" })}>Add</p>;
}"""
_ALL = 'const all = await ctx.db.query("parts").collect();\n'


def _help(body: str) -> str:
    files = {
        "convex/schema.ts": _SCHEMA,
        "convex/app.ts": HEAD + _APP.replace("BODY", body),
        "src/Parts.tsx": PAGE + _VIEW,
        "src/Form.tsx": PAGE + _FORM,
    }
    report = lint_sources(files, Config(select=("broad-subscription",)))
    assert not report.failures
    return "; ".join(result.finding.help for result in report.results)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (_ALL + "return all.filter((part) => part.left <= part.least);", "how `left` and `least` compare"),
        (
            _ALL + "return all.filter((part) => mayRead(part, args.me));",
            "`mayRead` says in code which of the rows are kept",
        ),
        (
            _ALL
            + "return all.filter((part) => { const mine = part.readers.some((one) => one.endsWith(args.me)); return mine; });",
            "Code works out of `readers` which of the rows are kept",
        ),
        (
            _ALL + "return all.filter((part) => part.holderId === args.me || part.makerId === args.me);",
            "a range for each of `holderId` (by an index on it) and `makerId` (by `by_maker`)",
        ),
        (
            _ALL
            + """const shown = await Promise.all(all.map(async (part) => {
    const team = await ctx.db.get(part.teamId);
    if (!team || team.name !== args.region) return null;
    return { name: part.name, team };
  }));
  return shown.filter((one) => one !== null);""",
            "Keep `name`, for which code gets another row for each of these",
        ),
        (
            _ALL
            + """const scores = new Map();
  for (const part of all) { const id = part._id.toString(); scores.set(id, (scores.get(id) ?? 0) + part.left); }
  return [...scores.entries()].sort((a, b) => b[1] - a[1]).slice(0, 5);""",
            "take a few hundred of them with `.take(n)`, and rank these",
        ),
        (_ALL + "return all.length === 0;", "Take the first with `.first()`"),
        (
            _ALL + "return { rows: all.slice(0, 20), total: all.length };",
            "and keep the total, if it is shown, in the aggregate component",
        ),
    ],
    ids=["two fields", "a function", "a list", "one or another", "another row", "scores", "the first", "the total"],
)
def test_what_decides_is_told(body: str, told: str) -> None:
    found = _help(body)
    assert told in found
    assert "page by page with" not in found


def test_a_search_index_on_one_of_several_fields_is_not_all_that_is_searched() -> None:
    folded = "part.{}.toLowerCase().includes(args.region)"
    body = _ALL + f"return all.filter((part) => {folded.format('name')} || {folded.format('state')});"
    assert "Keep what is searched (`name` and `state`) together in one field" in _help(body)
    assert "as `search_name` looks in `name` alone" in _help(body)


def test_rows_that_are_shown_one_by_one_can_be_read_by_pages() -> None:
    body = _ALL + "return await Promise.all(all.map(async (part) => ({ part, team: await ctx.db.get(part.teamId) })));"
    assert "to hold few" not in _help(body)


def test_a_filter_for_an_argument_decides_nothing_where_no_index_is_asked() -> None:
    body = _ALL + 'return args.region === "all" ? all : all.filter((part) => part.state === args.region);'
    assert "which of the rows are kept" not in _help(body)
