"""convex-helpers, through small backends that use it."""

from __future__ import annotations

from convex_lint.model.project import Project
from tests.interpret.programs import HEAD, done, functions, project, reasons, registered

SCHEMA = (
    'users: defineTable({ name: v.string(), team: v.id("teams") }).index("by_name", ["name"]).index("team", ["team"]),'
    "teams: defineTable({ title: v.string() }), audit: defineTable({ what: v.string() }),"
    'members: defineTable({ user: v.id("users"), team: v.id("teams") }).index("by_team", ["team"]),'
)


def run(body: str, imports: str = "") -> Project:
    return project({"schema.ts": SCHEMA, "m.ts": HEAD + imports + body})


def test_custom_builders_run_their_input_and_take_its_arguments() -> None:
    facts = run(
        """
const withUser = customQuery(query, {
  args: { token: v.string() },
  input: async (ctx, { token }, extra) => {
    const user = await ctx.db.query("users").withIndex("by_name", q => q.eq("name", token)).unique();
    return { ctx: { user }, args: { role: extra.role }, onSuccess: async ({ ctx }) => { await ctx.db.query("audit").first() } };
  },
});
const inner = customQuery(withUser, customCtx(async (ctx) => ({ team: await ctx.db.get(ctx.user.team) })));
export const f = inner({ args: { n: v.number() }, role: "admin", handler: async (ctx, args) => ctx.team });
""",
        'import { customQuery, customCtx } from "convex-helpers/server/customFunctions";',
    )
    assert registered(facts) == {"m:f": "public query"}
    assert done(facts, "m:f") == [
        "query users by_name[name] unique",
        "get teams",
        "query audit by_creation_time[] first",
    ]
    args = functions(facts)["m:f"].args
    assert args is not None
    assert set(args.fields) == {"n", "token"}


def test_zod_builders_have_their_arguments() -> None:
    facts = run(
        """
const zq = zCustomQuery(query, NoOp);
export const f = zq({ args: { id: zid("users"), kind: z.enum(["a", "b"]), n: z.number().min(1).optional() },
  handler: async (ctx, args) => ctx.db.get(args.id) });
export const g = zq({ args: z.object({ id: zid("teams") }), handler: async (ctx, args) => ctx.db.get(args.id) });
""",
        'import { zCustomQuery, zid } from "convex-helpers/server/zod4"; import { z } from "zod";'
        'import { NoOp } from "convex-helpers/server/customFunctions";',
    )
    assert done(facts, "m:f") == ["get users"]
    assert done(facts, "m:g") == ["get teams"]
    args = functions(facts)["m:f"].args
    assert args is not None
    assert [member.value for member in args.fields["kind"].members] == ["a", "b"]
    assert args.fields["n"].optional
    assert args.fields["n"].kind == "float64"


TRIGGERS = """
import { Triggers } from "convex-helpers/server/triggers";
import { customMutation, customCtx } from "convex-helpers/server/customFunctions";
const triggers = new Triggers();
triggers.register("users", async (ctx, change) => {
  await ctx.db.insert("audit", { what: change.operation });
  if (change.newDoc) await ctx.db.patch(change.newDoc.team, { title: "x" });
});
const m = customMutation(mutation, customCtx(triggers.wrapDB));
"""


def test_triggers_read_around_writes_and_run() -> None:
    facts = run(
        TRIGGERS
        + """
export const add = m({ args: { team: v.id("teams") }, handler: async (ctx, { team }) => {
  await ctx.db.insert("users", { name: "n", team });
} });
export const rename = m({ args: { id: v.id("users") }, handler: async (ctx, { id }) => { await ctx.db.patch(id, { name: "n" }) } });
export const other = m({ args: { id: v.id("teams") }, handler: async (ctx, { id }) => { await ctx.db.delete(id) } });
"""
    )
    assert done(facts, "m:add") == [
        "insert users (name, team)",
        "get users",
        "insert audit (what)",
        "patch teams (title)?",
    ]
    assert done(facts, "m:rename")[:3] == ["get users", "patch users (name)", "insert audit (what)"]
    assert done(facts, "m:other") == ["delete teams"]


def test_a_trigger_that_writes_its_own_table_ends() -> None:
    facts = run(
        TRIGGERS.replace(
            'ctx.db.insert("audit"', 'ctx.db.patch(change.id, { name: "again" }); await ctx.db.insert("audit"'
        )
        + 'export const rename = m({ args: { id: v.id("users") }, handler: async (ctx, { id }) => { await ctx.db.patch(id, {}) } });'
    )
    assert "insert audit (what)" in done(facts, "m:rename")
    assert reasons(facts) == []


def test_row_level_security_runs_its_rules() -> None:
    facts = run(
        """
import { wrapDatabaseWriter } from "convex-helpers/server/rowLevelSecurity";
const rules = {
  users: {
    read: async (ctx, user) => user.name === "me",
    modify: async (ctx, user) => { const t = await ctx.db.get(user.team); return t !== null },
  },
};
export const f = mutation({ args: { id: v.id("users") }, handler: async (ctx, { id }) => {
  const db = wrapDatabaseWriter(ctx, ctx.db, rules);
  const all = await db.query("users").collect();
  await db.patch(id, { name: "x" });
} });
"""
    )
    assert done(facts, "m:f") == [
        "query users by_creation_time[] collect",
        "get users",
        "get teams",
        "patch users (name)",
    ]
    read = functions(facts)["m:f"].operations[0]
    assert [(p.operator, p.field, p.source) for p in read.residual] == [("eq", "name", "js")]


def test_relationships_name_their_index_after_the_field() -> None:
    facts = run(
        """
import { getOneFrom, getManyFrom, getManyVia, getAll, getOrThrow } from "convex-helpers/server/relationships";
export const f = query({ args: { id: v.id("teams"), ids: v.array(v.id("users")) }, handler: async (ctx, { id, ids }) => {
  const one = await getOneFrom(ctx.db, "users", "by_name", "n");
  const many = await getManyFrom(ctx.db, "users", "team", id);
  const via = await getManyVia(ctx.db, "members", "user", "by_team", id, "team");
  const all = await getAll(ctx.db, ids);
  await getOrThrow(ctx, "teams", id);
  await ctx.db.get(one.team);
} });
"""
    )
    assert done(facts, "m:f") == [
        "query users by_name[name] unique",
        "query users team[team] collect",
        "query members by_team[team] collect",
        "get users*",
        "get users*",
        "get teams",
        "get teams",
    ]


def test_filter_streams_and_pages() -> None:
    facts = run(
        """
import { filter } from "convex-helpers/server/filter";
import { stream, mergedStream } from "convex-helpers/server/stream";
import { paginator, getPage } from "convex-helpers/server/pagination";
import schema from "./schema";
export const filtered = query({ args: {}, handler: async (ctx) =>
  await filter(ctx.db.query("users"), async (u) => (await ctx.db.get(u.team)) !== null && u.name === "x").first() });
export const merged = query({ args: {}, handler: async (ctx) => {
  const one = (name) => stream(ctx.db, schema).query("users").withIndex("by_name", q => q.eq("name", name)).order("desc");
  return await mergedStream([one("a"), one("b")], ["_creationTime"]).filterWith(async (u) => !!u.team).paginate({ numItems: 5, cursor: null });
} });
export const flat = query({ args: {}, handler: async (ctx) => {
  const teams = stream(ctx.db, schema).query("teams");
  const users = teams.flatMap(async (t) => stream(ctx.db, schema).query("users").withIndex("team", q => q.eq("team", t._id)), ["team"]);
  for await (const u of users) { await ctx.db.get(u.team) }
} });
export const page = query({ args: {}, handler: async (ctx) => {
  const a = await paginator(ctx.db, schema).query("users").withIndex("by_name").paginate({ numItems: 5, cursor: null });
  const b = await getPage(ctx, { table: "users", index: "team", schema });
  return [a.page, b.page];
} });
"""
    )
    assert done(facts, "m:filtered") == ["query users by_creation_time[] first", "get teams*"]
    assert done(facts, "m:merged") == ["paginate users by_name[name] paginate"]
    assert done(facts, "m:flat") == [
        "query teams by_creation_time[] collect",
        "query users team[team] collect*",
        "get teams*",
    ]
    assert done(facts, "m:page") == ["paginate users by_name[] paginate", "query users team[] take"]
    assert reasons(facts) == []


def test_crud_and_table() -> None:
    facts = run(
        """
import { crud } from "convex-helpers/server/crud";
import schema from "./schema";
export const { create, read, paginate, update, destroy } = crud(schema, "users", query, mutation);
"""
    )
    assert registered(facts) == {
        "m:create": "public mutation",
        "m:read": "public query",
        "m:paginate": "public query",
        "m:update": "public mutation",
        "m:destroy": "public mutation",
    }
    assert done(facts, "m:create") == ["insert users (name, team)", "get users"]
    assert done(facts, "m:update") == ["patch users (name, team)"]
    assert done(facts, "m:destroy") == ["get users", "delete users?"]
    assert done(facts, "m:paginate") == ["paginate users by_creation_time[] paginate"]


def test_sessions_retries_rate_limits_and_migrations() -> None:
    facts = project(
        {
            "schema.ts": 'import { defineSchema, defineTable } from "convex/server"; import { v } from "convex/values";'
            'import { rateLimitTables } from "convex-helpers/server/rateLimit";'
            'import { Table } from "convex-helpers/server";'
            'export const Users = Table("users", { name: v.string() });'
            "export default defineSchema({ ...rateLimitTables, users: Users.table.index('by_name', ['name']),"
            " migrations: defineTable({ name: v.string() }).index('name', ['name']) });",
            "m.ts": HEAD
            + """
import { SessionIdArg, runSessionFunctions } from "convex-helpers/server/sessions";
import { makeActionRetrier } from "convex-helpers/server/retries";
import { defineRateLimits } from "convex-helpers/server/rateLimit";
import { makeMigration } from "convex-helpers/server/migrations";
const { rateLimit } = defineRateLimits({ send: { kind: "token bucket", rate: 1, period: 1 } });
export const { runWithRetries, retry } = makeActionRetrier("m:retry");
export const f = mutation({ args: { ...SessionIdArg }, handler: async (ctx, { sessionId }) => {
  await rateLimit(ctx, { name: "send", key: sessionId });
  await runWithRetries(ctx, internal.m.act, {});
} });
export const a = action({ args: {}, handler: async (ctx) => { await runSessionFunctions(ctx, "s").runSessionQuery(api.m.q, {}) } });
const migration = makeMigration(internalMutation, { migrationTable: "migrations" });
export const rename = migration({ table: "users", migrateOne: async (ctx, user) => ({ name: user.name + "!" }) });
""",
        }
    )
    assert done(facts, "m:f") == [
        "query rateLimits name[name, key] unique",
        "patch rateLimits (ts, value)?",
        "insert rateLimits (name, key, ts, value)?",
        "runAfter m:retry",
    ]
    assert done(facts, "m:a") == ["runQuery m:q"]
    assert registered(facts)["m:rename"] == "internal mutation"
    assert done(facts, "m:rename")[-2:] == ["paginate users by_creation_time[] paginate", "patch users (name)*?"]
    assert [index.name for index in facts.schemas[""].tables["users"].indexes] == ["by_name"]


def test_routers_with_cors_and_hono() -> None:
    facts = project(
        {
            "http.ts": HEAD
            + """
import { httpRouter } from "convex/server";
import { corsRouter } from "convex-helpers/server/cors";
const http = httpRouter();
const cors = corsRouter(http);
cors.route({ path: "/a", method: "POST", handler: httpAction(async (ctx) => { await ctx.runQuery(api.m.q) }) });
export default http;
"""
        }
    )
    assert [(route.method, route.path) for route in facts.routes] == [("POST", "/a"), ("OPTIONS", "/a")]
    assert done(facts, "http:POST /a") == ["runQuery m:q"]
    facts = project(
        {
            "http.ts": HEAD
            + """
import { Hono } from "hono";
import { HttpRouterWithHono } from "convex-helpers/server/hono";
const app = new Hono();
app.get("/b/:id", async (c) => { await c.env.runMutation(api.m.w); return c.json({}) });
export default new HttpRouterWithHono(app);
"""
        }
    )
    assert [(route.method, route.path) for route in facts.routes] == [("GET", "/b/:id")]
    assert done(facts, "http:GET /b/:id") == ["runMutation m:w"]
    assert reasons(facts) == []
