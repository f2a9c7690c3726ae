"""What a run gives flows into what comes after it."""

from __future__ import annotations

import pytest

from convex_lint.model.operation import Call
from convex_lint.model.value import Argument, Computed, DocumentField, Literal, Result, Value
from tests.interpret.programs import HEAD, done, functions, project

SCHEMA = "users: defineTable({ name: v.string(), credits: v.number(), tags: v.array(v.string()) })"
CALLEES = """
export const read = internalQuery({ args: { id: v.id("users") }, handler: async (ctx, { id }) => await ctx.db.get(id) });
export const credits = internalQuery({ args: { id: v.id("users") }, returns: v.object({ credits: v.number() }), handler: async () => null });
export const write = internalMutation({ args: { value: v.any() }, handler: async () => null });
"""


def passed(body: str, more: str = "") -> Value:
    """What the last run of an action gets as `value`."""
    text = f"{HEAD}{CALLEES}{more}\nexport const act = action({{ args: {{ id: v.id('users') }}, handler: async (ctx, {{ id }}) => {{ {body} }} }});"
    calls = [
        o for o in functions(project({"schema.ts": SCHEMA, "m.ts": text}))["m:act"].operations if isinstance(o, Call)
    ]
    assert calls[-1].arguments is not None
    return dict(calls[-1].arguments)["value"]


READ = "const user = await ctx.runQuery(internal.m.read, { id });"
WRITE = "await ctx.runMutation(internal.m.write, { value: %s });"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("user", Result(0)),
        ("user.credits", Result(0, ("credits",))),
        ("user?.credits", Result(0, ("credits",))),
        ("user!.credits - 1", Computed("-", (Result(0, ("credits",)), Literal(1)))),
        ("id", Argument(("id",), "users")),
    ],
)
def test_a_part_of_the_result(expression: str, expected: Value) -> None:
    assert passed(READ + WRITE % expression) == expected


def test_a_result_that_a_helper_gives_is_that_of_the_run_in_the_caller() -> None:
    helper = "async function load(ctx, id) { return await ctx.runQuery(internal.m.read, { id }); }"
    body = "await ctx.runQuery(internal.m.credits, { id }); const user = await load(ctx, id);"
    assert passed(body + WRITE % "user.credits", helper) == Result(1, ("credits",))


def test_what_the_callee_says_of_its_result_keeps_its_origin() -> None:
    assert passed("const { credits } = await ctx.runQuery(internal.m.credits, { id });" + WRITE % "credits") == Result(
        0, ("credits",)
    )


def test_an_element_of_the_result() -> None:
    body = "for (const user of await ctx.runQuery(internal.m.read, { id })) {" + WRITE % "user.name" + "}"
    assert passed(body) == Result(0, ("[]", "name"))


def test_an_annotation_says_more() -> None:
    body = "const user: Doc<'users'> | null = await ctx.runQuery(internal.m.read, { id });" + WRITE % "user.name"
    assert passed(body, "import type { Doc } from './_generated/dataModel';") == DocumentField("users", ("name",))


@pytest.mark.parametrize(
    ("type", "id"),
    [
        ("Doc<'users'> | null", "found?._id!"),
        ("Doc<'users'>[]", "found[0]._id"),
        ("Doc<'users'> & { friends?: Doc<'users'>[] }", "found.friends![0]._id"),
        ("(Doc<'users'> & { level: number }) | null", "found!._id"),
    ],
)
def test_the_type_of_the_callee_tells_the_tables_of_its_result(type: str, id: str) -> None:
    text = f"""{HEAD}
import type {{ Doc }} from './_generated/dataModel';
import {{ other }} from 'elsewhere';
export const load = internalQuery({{ args: {{}}, handler: async (ctx): Promise<{type}> => await other() }});
export const touch = mutation({{ args: {{}}, handler: async (ctx) => {{
  const found = await ctx.runQuery(internal.m.load, {{}});
  await ctx.db.patch({id}, {{ name: "n" }});
}} }});
"""
    assert done(project({"schema.ts": SCHEMA, "m.ts": text}), "m:touch") == ["runQuery m:load", "patch users (name)"]


def test_the_steps_of_a_workflow_are_durable_and_other_runs_are_not() -> None:
    text = (
        HEAD
        + CALLEES
        + """
import { WorkflowManager } from "@convex-dev/workflow";
const workflow = new WorkflowManager(components.workflow);
export const flow = workflow.define({ args: {}, handler: async (step) => { await step.runMutation(internal.m.write, { value: 1 }); } });
export const plain = mutation({ args: {}, handler: async (ctx) => { await ctx.runMutation(internal.m.write, { value: 1 }); } });
"""
    )
    facts = functions(project({"schema.ts": SCHEMA, "m.ts": text}))
    durable = {
        path: [o.durable for o in facts[path].operations if isinstance(o, Call)] for path in ("m:flow", "m:plain")
    }
    assert durable == {"m:flow": [True], "m:plain": [False]}
