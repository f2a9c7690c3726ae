"""Clients of components that are not installed."""

from __future__ import annotations

from tests.interpret.programs import HEAD, done, functions, project, reasons, registered

SCHEMA = 'users: defineTable({ name: v.string() }), files: defineTable({ key: v.string() }).index("key", ["key"]),'


def test_rate_limits_aggregates_and_triggers() -> None:
    facts = project(
        {
            "schema.ts": SCHEMA,
            "m.ts": HEAD
            + """
import { RateLimiter } from "@convex-dev/rate-limiter";
import { TableAggregate } from "@convex-dev/aggregate";
import { Triggers } from "convex-helpers/server/triggers";
import { customMutation, customCtx } from "convex-helpers/server/customFunctions";
const limiter = new RateLimiter(components.rateLimiter, { send: { kind: "token bucket", rate: 1, period: 1 } });
const byName = new TableAggregate(components.byName, { sortKey: (doc) => doc.name });
const triggers = new Triggers();
triggers.register("users", byName.trigger());
const m = customMutation(mutation, customCtx(triggers.wrapDB));
export const { getRateLimit, getServerTime } = limiter.hookAPI("send", { key: async (ctx) => (await ctx.db.query("users").first()).name });
export const add = m({ args: {}, handler: async (ctx) => {
  await limiter.limit(ctx, "send", { key: "a", throws: true });
  await ctx.db.insert("users", { name: "n" });
  return await byName.count(ctx);
} });
""",
        }
    )
    assert done(facts, "m:add") == [
        "runMutation rateLimiter/lib:rateLimit",
        "insert users (name)",
        "get users",
        "runMutation byName/public:insert",
        "runQuery byName/btree:aggregateBetween",
    ]
    assert registered(facts)["m:getRateLimit"] == "public query"
    assert registered(facts)["m:getServerTime"] == "public mutation"
    assert done(facts, "m:getRateLimit") == [
        "query users by_creation_time[] first",
        "runQuery rateLimiter/lib:getValue",
    ]
    assert reasons(facts) == []


def test_workflows_workpools_and_migrations() -> None:
    facts = project(
        {
            "schema.ts": SCHEMA,
            "m.ts": HEAD
            + """
import { WorkflowManager } from "@convex-dev/workflow";
import { Workpool } from "@convex-dev/workpool";
import { Migrations } from "@convex-dev/migrations";
const workflow = new WorkflowManager(components.workflow);
const pool = new Workpool(components.pool, { maxParallelism: 3 });
const migrations = new Migrations(components.migrations);
export const flow = workflow.define({ args: { id: v.id("users") }, handler: async (step, { id }) => {
  await step.runQuery(internal.m.read, { id });
  await Promise.all([step.runAction(internal.m.act, {})]);
} });
export const chained = workflow.define({ args: { n: v.number() } }).handler(async (step) => { await step.runMutation(internal.m.write) });
export const start = mutation({ args: {}, handler: async (ctx) => {
  await workflow.start(ctx, internal.m.flow, {});
  await pool.enqueueAction(ctx, internal.m.act, {}, { onComplete: internal.m.finished });
} });
export const finished = pool.defineOnComplete({ handler: async (ctx, args) => { await ctx.db.insert("users", { name: "x" }) } });
export const rename = migrations.define({ table: "users", migrateOne: async (ctx, doc) => ({ name: doc.name + "!" }) });
export const run = migrations.runner(internal.m.rename);
""",
        }
    )
    kinds = registered(facts)
    assert {kinds[f"m:{name}"] for name in ("flow", "chained", "finished", "rename", "run")} == {"internal mutation"}
    assert done(facts, "m:flow") == ["runQuery m:read", "runAction m:act"]
    args = functions(facts)["m:flow"].args
    assert args is not None
    assert list(args.fields) == ["id"]
    assert done(facts, "m:chained") == ["runMutation m:write"]
    assert done(facts, "m:start") == [
        "runMutation workflow/workflow:create",
        "runAfter m:flow",
        "runMutation pool/lib:enqueue",
        "runAfter m:act",
        "runAfter m:finished",
    ]
    assert done(facts, "m:finished") == ["insert users (name)"]
    assert done(facts, "m:rename")[1:] == ["paginate users by_creation_time[] paginate", "patch users (name)*?"]
    assert reasons(facts) == []


def test_workflows_are_started_without_their_manager_and_migrations_run_to_completion() -> None:
    facts = project(
        {
            "schema.ts": SCHEMA,
            "m.ts": HEAD
            + """
import { WorkflowManager, start, restart } from "@convex-dev/workflow";
import { Migrations, runToCompletion } from "@convex-dev/migrations";
const workflow = new WorkflowManager(components.workflow);
const migrations = new Migrations(components.migrations);
export const flow = workflow.define({ args: {}, handler: async (step) => {} });
export const rename = migrations.define({ table: "users", migrateOne: async () => ({ name: "!" }) });
export const begin = mutation({ args: { id: v.string() }, handler: async (ctx, { id }) => {
  await start(ctx, internal.m.flow, {}, { onComplete: internal.m.finished });
  await restart(ctx, components.workflow, id);
} });
export const migrate = action({ args: {}, handler: async (ctx) => {
  await runToCompletion(ctx, components.migrations, internal.m.rename);
} });
""",
        }
    )
    assert done(facts, "m:begin") == [
        "runAfter m:flow",
        "runAfter m:finished",
        "runMutation workflow/workflow:restart",
    ]
    assert done(facts, "m:migrate") == ["runMutation migrations/lib:migrate", "runMutation m:rename"]
    assert reasons(facts) == []


def test_agents_run_their_tools() -> None:
    facts = project(
        {
            "schema.ts": SCHEMA,
            "m.ts": HEAD
            + """
import { Agent, createTool, saveMessage } from "@convex-dev/agent";
import { z } from "zod";
const find = createTool({ description: "d", args: z.object({ q: z.string() }), handler: async (ctx, args) => {
  return await ctx.runQuery(api.m.search, { q: args.q });
} });
const agent = new Agent(components.agent, { name: "a", tools: { find } });
export const ask = action({ args: {}, handler: async (ctx) => {
  await saveMessage(ctx, components.agent, {});
  const { thread } = await agent.continueThread(ctx, { threadId: "t" });
  await thread.generateText({ prompt: "p" });
} });
export const text = agent.asTextAction({});
""",
        }
    )
    assert done(facts, "m:ask") == [
        "runMutation agent/messages:addMessages",
        "runMutation agent/messages:addMessages",
        "runQuery m:search?",
    ]
    assert registered(facts)["m:text"] == "internal action"
    assert reasons(facts) == []


def test_what_clients_register() -> None:
    facts = project(
        {
            "schema.ts": SCHEMA,
            "m.ts": HEAD
            + """
import { R2 } from "@convex-dev/r2";
import { ProsemirrorSync } from "@convex-dev/prosemirror-sync";
import { Polar } from "@convex-dev/polar";
import { Resend } from "@convex-dev/resend";
const r2 = new R2(components.r2);
export const { generateUploadUrl, syncMetadata, deleteObject } = r2.clientApi({
  checkUpload: async (ctx) => { await ctx.auth.getUserIdentity() },
  onUpload: async (ctx, bucket, key) => { await ctx.db.insert("files", { key }) },
});
export const { getSnapshot, submitSteps } = new ProsemirrorSync(components.prose).syncApi({
  checkWrite: async (ctx, id) => { await ctx.db.query("users").first() } });
const polar = new Polar(components.polar, { getUserInfo: async (ctx) => await ctx.runQuery(api.m.me) });
export const { generateCheckoutLink, listAllProducts } = polar.api();
const resend = new Resend(components.resend, {});
export const onEvent = resend.defineOnEmailEvent(async (ctx, args) => { await ctx.db.query("files").collect() });
""",
        }
    )
    assert registered(facts) == {
        "m:generateUploadUrl": "public mutation",
        "m:syncMetadata": "public mutation",
        "m:deleteObject": "public mutation",
        "m:getSnapshot": "public query",
        "m:submitSteps": "public mutation",
        "m:generateCheckoutLink": "public action",
        "m:listAllProducts": "public query",
        "m:onEvent": "internal mutation",
    }
    assert done(facts, "m:syncMetadata") == ["auth getUserIdentity", "insert files (key)"]
    assert done(facts, "m:submitSteps") == ["query users by_creation_time[] first", "runMutation prose/lib:submitSteps"]
    assert done(facts, "m:generateCheckoutLink")[0] == "runQuery m:me"
    assert done(facts, "m:onEvent") == ["query files by_creation_time[] collect"]
    assert reasons(facts) == []


def test_a_library_may_call_with_more_than_is_known_of_it() -> None:
    facts = project(
        {
            "m.ts": HEAD
            + """
import { Workpool } from "@convex-dev/workpool";
const pool = new Workpool(components.pool, {});
export const finished = pool.defineOnComplete({ handler: async (ctx, args) => {
  if (args.more) await ctx.db.insert("users", { name: "x" });
} });
"""
        }
    )
    assert done(facts, "m:finished") == ["insert users (name)?"]
