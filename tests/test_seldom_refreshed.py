"""Open queries that something runs again soon anyway, and rows that are rewritten less often than they seem."""

from __future__ import annotations

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources

SCHEMA = """
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  users: defineTable({ subject: v.string(), seenAt: v.number() }).index("by_subject", ["subject"]),
  gifts: defineTable({ user: v.id("users"), expiresAt: v.number() }).index("by_user", ["user"]),
  boards: defineTable({ name: v.string() }),
  notes: defineTable({ board: v.id("boards"), x: v.number(), state: v.string() }).index("by_board", ["board"]),
});
"""

GIFTS = """
import { v } from "convex/values";
import { mutation, query } from "./_generated/server";
export const get = query({
  args: { userId: v.id("users") },
  handler: async (ctx, args) => {
    BEFORE
    return await ctx.db
      .query("gifts")
      .withIndex("by_user", (q) => q.eq("user", args.userId))
      .filter((q) => q.gt(q.field("expiresAt"), Date.now()))
      .collect();
  },
});
export const add = mutation({
  args: { user: v.id("users"), expiresAt: v.number() },
  handler: async (ctx, args) => { await ctx.db.insert("gifts", GIVEN); },
});
export const open = mutation({
  args: { id: v.id("gifts") },
  handler: async (ctx, args) => {
    const gift = await ctx.db.get(args.id);
    CHECK
    await ctx.db.delete(args.id);
  },
});
export const beat = mutation({
  args: {},
  handler: async (ctx) => {
    const identity = await ctx.auth.getUserIdentity();
    const user = await ctx.db.query("users").withIndex("by_subject", (q) => q.eq("subject", identity.subject)).first();
    if (user) await ctx.db.patch(user._id, { seenAt: Date.now() });
  },
});
"""

PAGE = """
import { useEffect } from "react";
import { useMutation, useQuery } from "convex/react";
import { api } from "../convex/_generated/api";
export function Gifts({ userId }) {
  const gifts = useQuery(api.gifts.get, { userId });
  const beat = useMutation(api.gifts.beat);
  useEffect(() => {
    const timer = setInterval(() => void beat(), PERIOD);
    return () => clearInterval(timer);
  }, [beat]);
  return <p>{gifts?.length}</p>;
}
"""

GIVES = """
import { useMutation } from "convex/react";
import { api } from "../convex/_generated/api";
export function Give({ user }) {
  const [add, open] = [useMutation(api.gifts.add), useMutation(api.gifts.open)];
  return <button onClick={() => add({ user, expiresAt: 1 }).then((id) => open({ id }))}>Give</button>;
}
"""

LIVES = "{ ...args, expiresAt: Date.now() + 3_600_000 }"
OWN = "if ((await ctx.db.get(args.userId)) === null) return [];"


def _severities(rule: str, files: dict[str, str]) -> list[str]:
    report = lint_sources({"convex/schema.ts": SCHEMA, **files}, Config(select=(rule,)))
    assert not report.failures
    return [str(result.severity.value) for result in report.results]


def _clock(
    before: str = "", given: str = LIVES, check: str = "", period: str = "60_000", side: str = "gt"
) -> list[str]:
    gifts = (
        GIFTS.replace("BEFORE", before).replace("GIVEN", given).replace("CHECK", check).replace("q.gt(", f"q.{side}(")
    )
    return _severities("clock-in-query", {"convex/gifts.ts": gifts, "src/Gifts.tsx": PAGE.replace("PERIOD", period)})


def test_a_beat_on_the_row_of_the_user_who_looks() -> None:
    assert _clock() == ["warning"]
    assert _clock(OWN) == ["note"]
    assert _clock("await ctx.db.query('users').collect();") == ["note"]
    assert _clock(OWN, period="3_600_000") == ["warning"]


def test_a_time_that_somebody_enters() -> None:
    assert _clock(given="args", side="lt") == ["note"]
    assert _clock(side="lt") == ["warning"]


NOTES = """
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalAction, internalMutation, internalQuery, mutation, query } from "./_generated/server";
export const list = query({
  args: { board: v.id("boards") },
  handler: async (ctx, args) =>
    await ctx.db.query("notes").withIndex("by_board", (q) => q.eq("board", args.board)).collect(),
});
export const add = mutation({
  args: { board: v.id("boards") },
  handler: async (ctx, args) => { await ctx.db.insert("notes", { ...args, x: 0, state: "new" }); },
});
export const move = mutation({
  args: { id: v.id("notes"), x: v.number() },
  handler: async (ctx, args) => { await ctx.db.patch(args.id, { x: args.x }); },
});
export const set = internalMutation({
  args: { id: v.id("notes"), state: v.string() },
  handler: async (ctx, args) => { await ctx.db.patch(args.id, { state: args.state }); },
});
export const some = internalQuery({ args: {}, handler: async (ctx) => await ctx.db.query("notes").take(50) });
export const work = internalAction({
  args: {},
  handler: async (ctx) => {
    const notes = await ctx.runQuery(internal.notes.some, {});
    for (const note of notes) await ctx.runMutation(internal.notes.set, { id: note._id, state: STATE });
  },
});
"""

CRONS = """
import { cronJobs } from "convex/server";
import { internal } from "./_generated/api";
const crons = cronJobs();
crons.interval("work", { seconds: 30 }, internal.notes.work, {});
export default crons;
"""

BOARD = """
import { useMutation, useQuery } from "convex/react";
import { debounce } from "lodash";
import { api } from "../convex/_generated/api";
export function Board({ board }) {
  const notes = useQuery(api.notes.list, { board });
  const add = useMutation(api.notes.add);
  const move = useMutation(api.notes.move);
  const MOVED
  return <div onMouseMove={(event) => moved({ id: notes[0]._id, x: event.clientX })} onClick={() => add({ board })}>
    {notes.map((note) => <p>{note.x}{note.state}</p>)}
  </div>;
}
"""


def test_what_is_debounced_already_is_a_note() -> None:
    def found(moved: str) -> list[str]:
        notes = {"convex/notes.ts": NOTES.replace("STATE", '"done"'), "src/Board.tsx": BOARD.replace("MOVED", moved)}
        return _severities("churning-subscription", notes)

    assert found("moved = (to) => void move(to);") == ["warning"]
    assert found("moved = debounce(move, 250);") == ["note"]


def test_a_state_that_a_worker_gives_is_given_once() -> None:
    def found(state: str) -> list[str]:
        files = {"convex/notes.ts": NOTES.replace("STATE", state), "convex/crons.ts": CRONS}
        board = BOARD.replace("MOVED", "moved = () => {};")
        return _severities("churning-subscription", {**files, "src/Board.tsx": board})

    assert found("`at ${Date.now()}`") == ["warning"]
    assert found('"done"') == []


FOUND = """
import { v } from "convex/values";
import { mutation, query } from "./_generated/server";
export const find = query({
  args: { least: v.KIND() },
  handler: async (ctx, args) => (await ctx.db.query("notes").collect()).filter((note) => note.x > args.least),
});
export const add = mutation({
  args: { board: v.id("boards") },
  handler: async (ctx, args) => { await ctx.db.insert("notes", { ...args, x: 0, state: "new" }); },
});
"""

SLIDES = """
import { useState } from "react";
import { useMutation, useQuery } from "convex/react";
import { api } from "../convex/_generated/api";
export function Find({ board }) {
  const [least, setLeast] = useState(0);
  const add = useMutation(api.notes.add);
  const notes = useQuery(api.notes.find, { least });
  return <input value={least} onChange={(event) => setLeast(event.target.value)} onBlur={() => add({ board })} />;
}
"""


def test_nobody_types_a_number() -> None:
    def told(kind: str) -> str:
        files = {"convex/schema.ts": SCHEMA, "convex/notes.ts": FOUND.replace("KIND", kind), "src/Find.tsx": SLIDES}
        report = lint_sources(files, Config(select=("unstable-arguments",)))
        return " ".join(result.finding.message for result in report.results)

    assert "every keystroke" in told("string")
    assert "every change of an input" in told("number")


def test_a_number_takes_few_keys_and_a_slider_gives_many() -> None:
    def found(input: str) -> list[str]:
        files = {"convex/notes.ts": FOUND.replace("KIND", "number"), "src/Find.tsx": SLIDES.replace("<input", input)}
        return _severities("unstable-arguments", files)

    assert found('<input type="number"') == ["note"]
    assert found('<input type="range"') == ["warning"]
    assert found("<PriceSlider") == ["warning"]
