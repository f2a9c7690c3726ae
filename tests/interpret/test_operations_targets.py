"""Targets of `ctx.run*` and of the scheduler, and what they are given."""

from __future__ import annotations

import pytest

from convex_lint.model.value import Argument, Clock, Literal
from tests.interpret.chat import calls, handler, handles, operations, run
from tests.interpret.programs import done, reasons

RUN = "await ctx.runMutation({}, {{}});"


@pytest.mark.parametrize(
    ("reference", "target"),
    [
        ("api.m.g", "m:g"),
        ("internal.a.b.g", "a/b:g"),
        ("internal['a']['b'].g", "a/b:g"),
        ("api.m.default", "m"),
        ("api.a.index.g", "a/index:g"),
        ("refs.one", "m:g"),
        ("self.g", "a/b:g"),
        ("part", "a/b:g"),
        ("made", "dir/mod:g"),
        ("makeFunctionReference('mod')", "mod"),
        ("'dir/mod:g'", "dir/mod:g"),
        ("anyApi.m.g", "m:g"),
        ("pick('g')", "a/b:g"),
        ("(internal as any).a.b.g", "a/b:g"),
        ("internal.a[`${'b'}`].g", "a/b:g"),
        ("await createFunctionHandle(api.m.g)", "m:g"),
        ("otherApi.m.g", "m:g"),
        ("indirect", "m:g"),
        ("g", "m:g"),
        ("all.api.m.g", "m:g"),
    ],
)
def test_references(reference: str, target: str) -> None:
    before = (
        'import { makeFunctionReference, anyApi, createFunctionHandle } from "convex/server";'
        'import { api as otherApi } from "./_generated/api"; import * as all from "./_generated/api"; import { indirect } from "./refs";'
        "const refs = { one: api.m.g }; const self = internal.a.b; const { g: part } = internal.a.b;"
        "const made = makeFunctionReference<'mutation'>('dir/mod:g'); const pick = (name) => internal.a.b[name];"
        "export const g = mutation({ args: {}, handler: async () => {} });"
    )
    found = handles(RUN.format(reference), before, kind="action", refs="export const indirect = api.m.g;")
    assert found == [f"runMutation {target}"]


def test_every_way_to_run() -> None:
    found = handles(
        "await ctx.runQuery(api.m.a); await ctx.runMutation(api.m.b); await ctx.runAction(api.m.c);"
        " await ctx.scheduler.runAfter(0, api.m.d); await ctx.scheduler.runAt(0, api.m.e); await ctx.scheduler.cancel(args.job);",
        kind="action",
    )
    assert found == ["runQuery m:a", "runMutation m:b", "runAction m:c", "runAfter m:d", "runAt m:e"]


def test_through() -> None:
    found = calls(
        operations(
            "await ctx.runQuery(api.m.a); await ctx.runQuery(internal.m.a); await ctx.runQuery(components.c.m.a);"
            " await ctx.runQuery('m:a'); await ctx.runQuery(await createFunctionHandle(api.m.a)); await ctx.runQuery(f);",
            'import { createFunctionHandle } from "convex/server";',
            kind="action",
        )
    )
    assert [call.through for call in found] == ["api", "internal", "components", "string", "handle", "local"]
    assert [call.target for call in found] == ["m:a", "m:a", "c/m:a", "m:a", "m:a", "m:f"]


def test_arguments_and_delay() -> None:
    [call] = calls(
        operations(
            "await ctx.scheduler.runAfter(1000, internal.m.g, { id: args.id, at: Date.now(), kind: 'x' });",
            args="{ id: v.id('users') }",
        )
    )
    assert call.delay == Literal(1000)
    assert call.arguments == (("id", Argument(("id",), "users")), ("at", Clock()), ("kind", Literal("x")))


def test_target_chosen_by_a_condition() -> None:
    found = handles("await ctx.runMutation(args.x ? api.m.a : api.m.b, {});", args="{ x: v.boolean() }", kind="action")
    assert found == ["runMutation m:a?", "runMutation m:b?"]


def test_target_from_a_map() -> None:
    found = handles(
        "await ctx.runMutation(JOBS[args.kind], {});",
        "const JOBS = { a: api.m.a, b: internal.m.b };",
        "{ kind: v.string() }",
        "action",
    )
    assert [text.rstrip("?") for text in found] == ["runMutation m:a", "runMutation m:b"]


def test_targets_through_helpers() -> None:
    before = (
        "const later = (ctx, ref, args, ms = 0) => ctx.scheduler.runAfter(ms, ref, args);"
        "class Job { constructor(ref) { this.ref = ref } start(ctx) { return ctx.scheduler.runAfter(0, this.ref, {}) } }"
        "const retry = async (fn) => { for (let i = 0; i < 3; i++) { try { return await fn() } catch {} } };"
    )
    assert handles("await later(ctx, internal.m.g, {}); await new Job(api.m.h).start(ctx);", before) == [
        "runAfter m:g",
        "runAfter m:h",
    ]
    found = handles("await retry(() => ctx.runMutation(api.m.g, {}));", before, kind="action")
    assert [text.rstrip("?") for text in found] == ["runMutation m:g*"]


def test_unknown_target_is_told() -> None:
    facts = run(handler("await ctx.runMutation(args.handle, {});", "{ handle: v.string() }", "action"))
    assert done(facts, "m:f") == ["runMutation None"]
    assert reasons(facts) == ["function reference not known"]


def test_handle_in_a_typed_argument_is_told() -> None:
    facts = run(
        handler(
            "const h = args.fn as FunctionHandle<'mutation'>; await ctx.scheduler.runAfter(0, h, {});",
            "{ fn: v.string() }",
        )
    )
    assert done(facts, "m:f") == ["runAfter None"]


def test_result_by_returns() -> None:
    before = (
        "export const g = query({ args: {}, returns: v.object({ user: v.id('users') }), handler: async () => null });"
        "export const h = mutation({ args: { id: v.id('users') }, handler: async (ctx, { id }) => { await ctx.db.delete(id) } });"
    )
    found = handles("const r = await ctx.runQuery(api.m.g, {}); await ctx.db.get(r.user);", before)
    assert found == ["runQuery m:g", "get users"]


def test_registered_functions_called_directly() -> None:
    before = "export const g = mutation({ args: { id: v.id('users') }, handler: async (ctx, { id }) => { await ctx.db.delete(id) } });"
    assert handles("await g(ctx, { id: args.id });", before, "{ id: v.id('users') }") == ["delete users"]
    assert handles("await g._handler(ctx, { id: args.id });", before, "{ id: v.id('users') }") == ["delete users"]


def test_promises_collected() -> None:
    found = handles(
        "const p = []; p.push(ctx.runQuery(api.m.a)); p.push(ctx.runQuery(api.m.b)); const [a, b] = await Promise.all(p);"
        " const [c, d] = await Promise.all([ctx.runQuery(api.m.c), ctx.runQuery(api.m.d)]);",
        kind="action",
    )
    assert found == ["runQuery m:a", "runQuery m:b", "runQuery m:c", "runQuery m:d"]
