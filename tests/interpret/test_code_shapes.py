"""The code shapes on which other Convex checkers are blind or wrong: one test a shape."""

from __future__ import annotations

from convex_lint.engine.memory import workspace_of
from convex_lint.interpret.interpret import interpret
from convex_lint.model.project import Project
from convex_lint.program.link import link
from convex_lint.syntax.parser import parse
from tests.interpret.chat import SCHEMA, does, handles, operations, reads, run
from tests.interpret.programs import HEAD, done, project, reasons, registered

ALL_USERS = "query users by_creation_time[] collect"
BY_EMAIL = "query users by_email[email] unique"
USERS = 'ctx.db.query("users").collect()'


def texts(files: dict[str, str]) -> Project:
    return interpret(link(workspace_of(files), parse))


def schema_of(tables: str) -> str:
    return (
        'import { defineSchema, defineTable } from "convex/server"; import { v } from "convex/values";'
        f"export default defineSchema({{ {tables} }});"
    )


def test_builder_imported_under_another_name() -> None:
    facts = run(
        'import { query as q, internalMutation as im } from "./_generated/server";'
        f"export const f = q({{ args: {{}}, handler: async (ctx) => {USERS} }});"
        "export const g = im({ args: {}, handler: async () => {} });"
    )
    assert registered(facts) == {"m:f": "public query", "m:g": "internal mutation"}
    assert done(facts, "m:f") == [ALL_USERS]


def test_export_default() -> None:
    facts = run(f"export default query({{ args: {{}}, handler: async (ctx) => {USERS} }});")
    assert registered(facts) == {"m": "public query"}
    assert done(facts, "m") == [ALL_USERS]


def test_export_after_the_registration() -> None:
    facts = run(f"const f = query({{ args: {{}}, handler: async (ctx) => {USERS} }}); export {{ f }};")
    assert registered(facts) == {"m:f": "public query"}
    assert done(facts, "m:f") == [ALL_USERS]


def test_export_before_the_registration() -> None:
    facts = run(f"export {{ f }}; const f = query({{ args: {{}}, handler: async (ctx) => {USERS} }});")
    assert done(facts, "m:f") == [ALL_USERS]


def test_custom_builders() -> None:
    facts = run(
        'import { customQuery, customCtx } from "convex-helpers/server/customFunctions";'
        "const authed = customQuery(query, customCtx(async (ctx) => ({ user: await ctx.auth.getUserIdentity() })));"
        f"export const f = authed({{ args: {{}}, handler: async (ctx) => {USERS} }});"
    )
    assert registered(facts) == {"m:f": "public query"}
    assert done(facts, "m:f") == ["auth getUserIdentity", ALL_USERS]


def test_wrapped_builder_exported_under_the_same_name() -> None:
    facts = project(
        {
            "schema.ts": SCHEMA,
            "functions.ts": 'import { mutation as raw } from "./_generated/server";'
            'import { customMutation, customCtx } from "convex-helpers/server/customFunctions";'
            'export const mutation = customMutation(raw, customCtx(async (ctx) => ({ team: await ctx.db.query("teams").first() })));',
            "m.ts": 'import { mutation } from "./functions";'
            f"export const f = mutation({{ args: {{}}, handler: async (ctx) => {USERS} }});",
        }
    )
    assert registered(facts) == {"m:f": "public mutation"}
    assert done(facts, "m:f") == ["query teams by_creation_time[] first", ALL_USERS]


def test_a_function_that_happens_to_be_called_query_is_none() -> None:
    facts = project(
        {
            "m.ts": 'import { query } from "some-database"; import { Command } from "commander";'
            "const action = (options) => options; const mutation = (options) => ({ run: options.handler });"
            "export const a = query({ args: {}, handler: async (ctx) => {} });"
            "export const b = action({ args: {}, handler: async (ctx) => {} });"
            "export const c = mutation({ args: {}, handler: async (ctx) => {} });"
            "export const d = new Command().action(async (ctx) => {});"
        }
    )
    assert registered(facts) == {}


def test_http_action() -> None:
    facts = run("export const f = httpAction(async (ctx, request) => { await ctx.runQuery(api.m.q, {}); });")
    assert registered(facts) == {"m:f": "public http"}
    assert done(facts, "m:f") == ["runQuery m:q"]


def test_http_action_inside_of_its_route() -> None:
    facts = run(
        "",
        http='import { httpRouter } from "convex/server"; const http = httpRouter();'
        'http.route({ path: "/in", method: "POST", handler: httpAction(async (ctx, request) => {'
        " await ctx.runMutation(internal.m.save, {}) }) }); export default http;",
    )
    assert registered(facts) == {"http:POST /in": "public http"}
    assert done(facts, "http:POST /in") == ["runMutation m:save"]


def test_named_handler() -> None:
    body = f"async function list(ctx, args) {{ return await {USERS} }} export const f = query({{ args: {{}}, handler: list }});"
    assert does(body) == [ALL_USERS]


def test_first_parameter_of_another_name() -> None:
    assert does('export const f = query({ args: {}, handler: async (c) => c.db.query("users").collect() });') == [
        ALL_USERS
    ]


def test_db_destructured_in_the_parameter() -> None:
    assert does('export const f = query({ args: {}, handler: async ({ db }) => db.query("users").collect() });') == [
        ALL_USERS
    ]


def test_db_in_a_variable() -> None:
    assert handles('const { db } = ctx; await db.query("users").collect();') == [ALL_USERS]
    assert handles('const d = ctx.db; await d.query("users").collect();') == [ALL_USERS]
    assert handles('const { db: { query }, ...rest } = ctx; await query("users").collect();') == [ALL_USERS]


def test_helper_that_takes_ctx_or_db() -> None:
    helpers = (
        f"export async function all(ctx) {{ return await {USERS} }}"
        'export const of = async (db) => await db.query("users").collect();'
        "export const now = () => Date.now();"
    )
    statements = "await all(ctx); await of(ctx.db); now();"
    found = handles(statements, 'import { all, of, now } from "./helpers";', kind="query", helpers=helpers)
    assert found == [ALL_USERS, ALL_USERS, "clock Date.now"]


def test_query_in_a_variable() -> None:
    assert handles('const q = ctx.db.query("users"); await q.collect();') == [ALL_USERS]
    assert handles(
        'let q = ctx.db.query("users"); const r = q.withIndex("by_email", q => q.eq("email", "x")); await r.unique();'
    ) == [BY_EMAIL]


def test_for_await() -> None:
    found = handles('for await (const r of ctx.db.query("users")) { await ctx.db.delete(r._id); }')
    assert found == ["query users by_creation_time[] iterate", "delete users*"]


def test_take_with_a_bound_of_the_client() -> None:
    [by_argument, fixed] = reads(
        operations(
            'await ctx.db.query("users").take(args.n); await ctx.db.query("users").take(50000);',
            args="{ n: v.number() }",
        )
    )
    assert str(by_argument.limit) == "Argument(path=('n',), table=None)"
    assert str(fixed.limit) == "Literal(value=50000)"


def test_convex_helpers_reads() -> None:
    imports = (
        'import { filter } from "convex-helpers/server/filter"; import { stream } from "convex-helpers/server/stream";'
        'import { getManyFrom } from "convex-helpers/server/relationships"; import schema from "./schema";'
        'import { paginator } from "convex-helpers/server/pagination";'
    )
    found = handles(
        'await filter(ctx.db.query("users"), (u) => u.name === "x").collect();'
        'await getManyFrom(ctx.db, "messages", "by_author", args.id, "author");'
        'await stream(ctx.db, schema).query("users").withIndex("by_email").take(3);'
        'await paginator(ctx.db, schema).query("users").paginate({ numItems: 3, cursor: null });',
        imports,
        'args: { id: v.id("users") }'.removeprefix("args: "),
    )
    assert found == [
        ALL_USERS,
        "query messages by_author[author] collect",
        "query users by_email[] take",
        "paginate users by_creation_time[] paginate",
    ]


def test_triggers_and_row_level_security() -> None:
    imports = (
        'import { Triggers } from "convex-helpers/server/triggers";'
        'import { wrapDatabaseReader } from "convex-helpers/server/rowLevelSecurity";'
        "const triggers = new Triggers();"
        'triggers.register("users", async (ctx, change) => { await ctx.db.insert("teams", { title: "t", open: true }) });'
    )
    found = handles(
        "const c = triggers.wrapDB(ctx); await c.db.delete(args.id);"
        "const db = wrapDatabaseReader({}, ctx.db, { messages: { read: async (_, m) => !!(await ctx.db.get(m.author)) } });"
        'await db.query("messages").first();',
        imports,
        '{ id: v.id("users") }',
    )
    assert "insert teams (title, open)" in found
    assert found[-2:] == ["query messages by_creation_time[] first", "get users*"]


def test_component_call() -> None:
    component = {
        "convex/convex.config.ts": 'import { defineApp } from "convex/server"; import counter from "./counter/convex.config";'
        "const app = defineApp(); app.use(counter); export default app;",
        "convex/counter/convex.config.ts": 'import { defineComponent } from "convex/server"; export default defineComponent("counter");',
        "convex/counter/schema.ts": schema_of("shards: defineTable({ n: v.number() })"),
        "convex/counter/lib.ts": HEAD
        + 'export const add = mutation({ args: {}, handler: async (ctx) => { await ctx.db.insert("shards", { n: 1 }) } });',
        "convex/schema.ts": schema_of("users: defineTable({ name: v.string() })"),
        "convex/m.ts": HEAD
        + "export const f = mutation({ args: {}, handler: async (ctx) => { await ctx.runMutation(components.counter.lib.add, {}) } });",
    }
    facts = texts(component)
    assert done(facts, "m:f") == ["runMutation counter/lib:add"]
    assert {(f.component, f.path) for f in facts.functions} == {("", "m:f"), ("counter", "lib:add")}
    assert {(t.component, t.name) for t in facts.tables} == {("", "users"), ("counter", "shards")}


def test_barrel_of_functions() -> None:
    facts = run(
        'export { list, list as all } from "./inner"; export * from "./more"; export * as grouped from "./more";',
        inner=f"export const list = query({{ args: {{}}, handler: async (ctx) => {USERS} }});",
        more="export const save = mutation({ args: {}, handler: async () => {} });",
    )
    assert registered(facts) == {
        "inner:list": "public query",
        "m:list": "public query",
        "m:all": "public query",
        "m:save": "public mutation",
        "more:save": "public mutation",
    }
    assert done(facts, "m:all") == [ALL_USERS]


def test_partial_reference() -> None:
    assert handles("const self = internal.a.b; await ctx.runMutation(self.save, {});") == ["runMutation a/b:save"]
    assert handles("const { b } = internal.a; await ctx.scheduler.runAfter(0, b.save, {});") == ["runAfter a/b:save"]


def test_registered_function_called_directly() -> None:
    facts = run(
        "export const send = mutation({ args: {}, handler: async (ctx) => { "
        'await ctx.db.insert("teams", { title: "x", open: true }) } });'
        "export const f = mutation({ args: {}, handler: async (ctx) => { await send(ctx, {}) } });"
    )
    assert done(facts, "m:f") == ["insert teams (title, open)"]


def test_convex_ents() -> None:
    schema = (
        'import { defineEnt, defineEntSchema, getEntDefinitions } from "convex-ents"; import { v } from "convex/values";'
        'const schema = defineEntSchema({ users: defineEnt({ name: v.string() }).field("email", v.string(), { unique: true })'
        '.edges("posts", { ref: true }), posts: defineEnt({ title: v.string() }).edge("user") });'
        "export default schema; export const entDefinitions = getEntDefinitions(schema);"
    )
    body = (
        HEAD + 'import { entsTableFactory } from "convex-ents"; import { entDefinitions } from "./schema";'
        'export const f = query({ args: { id: v.id("users") }, handler: async (ctx, { id }) => {'
        " const table = entsTableFactory(ctx, entDefinitions);"
        ' return await table("users").getX(id).edge("posts").first(); } });'
    )
    facts = texts({"convex/schema.ts": schema, "convex/m.ts": body})
    # `getX(id).edge(...)` knows the id: the user itself is not read.
    assert done(facts, "m:f") == ["query posts userId[userId] first"]
    assert reasons(facts) == []
