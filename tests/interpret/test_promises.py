"""What becomes of the promise that an operation gives."""

from __future__ import annotations

import pytest

from tests.interpret.chat import operations

ARGS = "{ id: v.id('users'), ids: v.array(v.id('users')) }"
HELPER = "async function remove(ctx, id) { await ctx.db.delete(id); }\n"


@pytest.mark.parametrize(
    ("statements", "fate"),
    [
        ("await ctx.db.delete(args.id)", "awaited"),
        ("ctx.db.delete(args.id)", "dropped"),
        ("void ctx.db.delete(args.id)", "dropped"),
        ("ctx.db.delete(args.id).catch(() => {})", "dropped"),
        ("await ctx.db.delete(args.id).catch(() => {})", "awaited"),
        ("return ctx.db.delete(args.id)", "returned"),
        ("const p = ctx.db.delete(args.id); await p", "awaited"),
        ("const p = ctx.db.delete(args.id)", "collected"),
        ("const ps = []; ps.push(ctx.db.delete(args.id)); await Promise.all(ps)", "awaited"),
        ("const ps = []; ps.push(ctx.db.delete(args.id));", "collected"),
        ("await Promise.all([ctx.db.delete(args.id)])", "awaited"),
        ("await Promise.all(args.ids.map((id) => ctx.db.delete(id)))", "awaited"),
        ("await Promise.all(args.ids.map(async (id) => { await ctx.db.delete(id) }))", "awaited"),
        ("args.ids.map(async (id) => { await ctx.db.delete(id) })", "dropped"),
        ("args.ids.forEach(async (id) => { await ctx.db.delete(id) })", "dropped"),
        ("for (const id of args.ids) await ctx.db.delete(id)", "awaited"),
        ("await remove(ctx, args.id)", "awaited"),
        ("remove(ctx, args.id)", "dropped"),
        ("return remove(ctx, args.id)", "awaited"),
        ("await remove(ctx, args.id); remove(ctx, args.id)", "dropped"),
        ("args.id && ctx.db.delete(args.id)", "dropped"),
        ("await (args.id ? ctx.db.delete(args.id) : null)", "awaited"),
    ],
)
def test_the_fate_of_a_write(statements: str, fate: str) -> None:
    assert operations(statements, before=HELPER, args=ARGS)[-1].promise == fate


def test_a_helper_that_drops_its_own_promise_is_no_better_for_being_awaited() -> None:
    helper = "async function remove(ctx, id) { ctx.db.delete(id); }\n"
    assert operations("await remove(ctx, args.id)", before=helper, args=ARGS)[-1].promise == "dropped"


@pytest.mark.parametrize(
    "call", ["ctx.scheduler.runAfter(0, internal.m.f)", "ctx.runMutation(internal.m.f)", "fetch('x')"]
)
def test_the_platform_s_other_promises(call: str) -> None:
    assert operations(call, args=ARGS, kind="action")[-1].promise == "dropped"
    assert operations(f"await {call}", args=ARGS, kind="action")[-1].promise == "awaited"
