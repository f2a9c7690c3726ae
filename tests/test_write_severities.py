"""When rules about writes that are made too often warn, and when they only note: what the pages' marks do not show."""

from __future__ import annotations

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources

SCHEMA = """
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  rooms: defineTable({ name: v.string(), unread: v.boolean(), lastReadAt: v.number() }),
  notes: defineTable({ room: v.id("rooms"), at: v.number() }).index("by_room", ["room", "at"]),
  state: defineTable({ last: v.string() }),
  kinds: defineTable({ text: v.string() }),
  moves: defineTable({ text: v.string() }),
  orders: defineTable({ number: v.number() }),
  totals: defineTable({ orders: v.number() }),
});
"""

ROOMS = """
import { v } from "convex/values";
import { mutation, query } from "./_generated/server";
export const get = query({ args: { id: v.id("rooms") }, handler: async (ctx, args) => await ctx.db.get(args.id) });
export const fresh = query({
  args: { id: v.id("rooms") },
  handler: async (ctx, args) => {
    const room = await ctx.db.get(args.id);
    if (room === null) return null;
    return await ctx.db
      .query("notes")
      .withIndex("by_room", (q) => q.eq("room", room._id).gt("at", room.lastReadAt))
      .take(20);
  },
});
export const read = mutation({
  args: { id: v.id("rooms") },
  handler: async (ctx, args) => { await ctx.db.patch(args.id, { lastReadAt: Date.now() }); },
});
"""

NAME = "(await ctx.db.get(args.id))?.name })"

ROOM = """
import { useEffect } from "react";
import { useMutation, useQuery } from "convex/react";
import { api } from "../convex/_generated/api";
export function Room({ id }) {
  const room = useQuery(api.rooms.get, { id });
  const fresh = useQuery(api.rooms.fresh, { id });
  const read = useMutation(api.rooms.read);
  useEffect(() => {
    if (!room) return;
    void read({ id });
  }, [room, id, read]);
  return <p>{fresh?.length}</p>;
}
"""

STATE = """
import { mutation } from "./_generated/server";
import { v } from "convex/values";
"""

LOG = """
export const move = mutation({
  args: { text: v.string() },
  handler: async (ctx, { text }) => {
    const state = await ctx.db.query("state").first();
    if (state === null) throw new Error("No game");
    await ctx.db.patch(state._id, { last: text });
    await ctx.db.insert("moves", { text });
  },
});
"""

PLAYS = """
import { useMutation } from "convex/react";
import { api } from "../convex/_generated/api";
export function Game() {
  const move = useMutation(api.game.move);
  return <button onClick={() => move({ text: "a" })}>Move</button>;
}
"""


ORDERS = """
import { mutation } from "./_generated/server";
export const place = mutation({
  args: {},
  handler: async (ctx) => {
    const total = await ctx.db.query("totals").first();
    if (total === null) throw new Error("No total");
    await ctx.db.patch(total._id, { orders: total.orders + 1 });
    await ctx.db.insert("orders", { number: KEPT });
  },
});
"""


def _severities(rule: str, files: dict[str, str]) -> dict[str, str]:
    report = lint_sources({"convex/schema.ts": SCHEMA, **files}, Config(select=(rule,)))
    assert not report.failures
    return {result.finding.key[0]: str(result.severity.value) for result in report.results}


def test_an_effect_that_changes_what_it_follows_never_rests() -> None:
    follows = {"convex/rooms.ts": ROOMS, "src/Room.tsx": ROOM}
    by_id = follows | {"src/Room.tsx": ROOM.replace("[room, id, read]", "[id, read]")}
    asks = follows | {"src/Room.tsx": ROOM.replace("if (!room)", "if (!room || !room.unread)")}
    narrow = follows | {"convex/rooms.ts": ROOMS.replace("await ctx.db.get(args.id) })", NAME)}
    assert _severities("needless-write", follows) == {"rooms:read": "warning"}
    assert _severities("needless-write", by_id) == {"rooms:read": "note"}
    assert _severities("needless-write", asks) == {"rooms:read": "note"}
    assert _severities("needless-write", narrow) == {"rooms:read": "note"}


def test_a_row_that_all_share_waits_where_each_run_of_what_runs_often_writes_it() -> None:
    def told(code: str, view: str = PLAYS) -> dict[str, str]:
        return _severities("hot-document", {"convex/game.ts": STATE + code, "src/G.tsx": view})

    opens = PLAYS.replace("return <button", 'useEffect(() => { void move({ text: "a" }); }, [move]); return <button')
    assert told(LOG) == {"game:move": "note"}, "it is logged, and comes when somebody does something"
    assert told(LOG, opens) == {"game:move": "warning"}
    seldom = LOG.replace("await ctx.db.patch", "if (state.left < 1) await ctx.db.patch")
    assert told(seldom, opens) == {"game:move": "note"}
    passed = LOG.replace("await ctx.db.patch", "if (text.length === 0) await ctx.db.patch")
    assert told(passed, opens) == {"game:move": "note"}
    assert told(LOG.replace("{ last: text }", "{ names: [...state.names, text] }")) == {"game:move": "warning"}
    assert _severities("hot-document", {"convex/game.ts": STATE + LOG}) == {"game:move": "note"}


def test_shards_have_no_number_that_a_row_could_keep() -> None:
    def advice(kept: str) -> str:
        report = lint_sources(
            {"convex/schema.ts": SCHEMA, "convex/orders.ts": ORDERS.replace("KEPT", kept)},
            Config(select=("shared-counter",)),
        )
        return report.results[0].finding.help

    assert advice("total.orders + 1").startswith("`orders.number` keeps the number, which shards do not have")
    assert advice("Math.random()").startswith("Count with the sharded counter component")
    assert advice("`${total.name}-${total.orders}`").startswith("`orders.number` keeps the number")
