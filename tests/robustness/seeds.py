"""Small projects that are read, changed, renamed and shuffled: the fixtures and one that uses much of the language."""

from __future__ import annotations

from functools import cache

from tests.command import ROOT

_SUFFIXES = (".ts", ".tsx", ".js", ".jsx", ".json", ".toml")
FIXTURES = ("chat", "shop", "javascript-only", "no-schema")

MIXED = {
    "convex/schema.ts": """\
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
const person = { name: v.string(), team: v.optional(v.id("teams")) };
export default defineSchema({
  people: defineTable({ ...person, score: v.number() }).index("by_team", ["team", "score"]).searchIndex("search", { searchField: "name" }),
  teams: defineTable(v.union(v.object({ kind: v.literal("open") }), v.object({ kind: v.literal("closed"), by: v.id("people") }))),
});
""",
    "convex/lib/access.ts": """\
import type { QueryCtx, MutationCtx } from "../_generated/server";
import type { Doc, Id } from "../_generated/dataModel";
export async function getOrThrow<T extends "people" | "teams">(ctx: QueryCtx, table: T, id: Id<T>): Promise<Doc<T>> {
  const found = await ctx.db.get(id);
  if (!found) { throw new Error(`no ${table}`); }
  return found;
}
export class Store {
  private cache = new Map<string, Doc<"people">>();
  constructor(private ctx: MutationCtx, readonly limit = 10) {}
  async members(team: Id<"teams">) {
    const { db } = this.ctx;
    let chain = db.query("people").withIndex("by_team", (range) => range.eq("team", team));
    const rows = await chain.order("desc").take(this.limit);
    for (const row of rows) { this.cache.set(row._id, row); }
    return rows;
  }
}
export async function* pages({ db }: QueryCtx, size = 5) {
  let cursor: string | null = null;
  do {
    const page = await db.query("people").paginate({ cursor, numItems: size });
    yield* page.page;
    cursor = page.isDone ? null : page.continueCursor;
  } while (cursor !== null);
}
""",
    "convex/people.ts": """\
import { v } from "convex/values";
import { mutation, query, internalAction } from "./_generated/server";
import { internal, api } from "./_generated/api";
import { getOrThrow as load, Store, pages } from "./lib/access";
export const top = query({
  args: { team: v.id("teams"), least: v.optional(v.number()), names: v.array(v.string()) },
  handler: async (ctx, { team, least = 0, ...others }) => {
    const all = await ctx.db.query("people").withIndex("by_team", (q) => {
      const pinned = q.eq("team", team);
      return least > 0 ? pinned.gt("score", least) : pinned;
    }).collect();
    const [first, , third] = all.filter((p) => p.score > 3 && others.names.includes(p.name));
    const teams = await Promise.all(all.map(async ({ team: id }) => id && (await load(ctx, "teams", id))));
    return { first, third, teams: teams.filter(Boolean), found: await ctx.db.query("people").withSearchIndex("search", (s) => s.search("name", others.names[0])).take(3) };
  },
});
export const move = mutation({
  args: { from: v.id("teams"), to: v.id("teams") },
  handler: async (ctx, args) => {
    const store = new Store(ctx, 20);
    try {
      for (const person of await store.members(args.from)) {
        if (person.team === args.to) continue;
        await ctx.db.patch(person._id, { team: args.to, score: person.score + 1 });
      }
    } catch (failure) { console.error(failure); } finally { await ctx.scheduler.runAfter(0, internal.people.report, { to: args.to }); }
    const user = await ctx.auth.getUserIdentity();
    switch (user?.name) { case "root": { const all = await ctx.db.query("people").collect(); for (const one of all) await ctx.db.delete(one._id); break; } default: return null; }
  },
});
export const report = internalAction({
  args: { to: v.id("teams") },
  handler: async (ctx, { to: target }) => {
    const mine = api.people;
    const result = await ctx.runQuery(mine.top, { team: target, names: [] });
    await fetch("https://example.com", { method: "POST", body: JSON.stringify(result) });
    function again(left: number): Promise<void> { return left > 0 ? again(left - 1) : Promise.resolve(); }
    await again(3);
  },
});
export const listed = query(async (ctx) => { const names = []; for await (const person of pages(ctx)) names.push(person.name); return names; });
""",
    "src/App.tsx": """\
import { useQuery, useMutation } from "convex/react";
import { api } from "../convex/_generated/api";
export function App({ team }) {
  const rows = useQuery(api.people.top, team ? { team, names: [] } : "skip");
  const move = useMutation(api.people.move);
  return <ul onClick={() => move({ from: team, to: team })}>{rows?.teams.map((row) => <li key={row._id}>{row.kind}</li>)}</ul>;
}
""",
}


@cache
def seeds() -> dict[str, dict[str, str]]:
    """The text of the files of each project, by name."""
    found = {"mixed": dict(MIXED)}
    for name in FIXTURES:
        folder = ROOT / "fixtures" / name
        found[name] = {
            file.relative_to(folder).as_posix(): file.read_text()
            for file in sorted(folder.rglob("*"))
            if file.suffix in _SUFFIXES and file.name != "expected.json"
        }
    return found
