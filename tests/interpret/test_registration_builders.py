"""Builders that are written by hand: functions, maps, chains and factories of builders."""

from __future__ import annotations

import pytest

from tests.interpret.chat import run
from tests.interpret.programs import done, functions, reasons, registered

LIST = '{ args: {}, handler: async (ctx) => ctx.db.query("users").collect() }'
ALL_USERS = "query users by_creation_time[] collect"


@pytest.mark.parametrize(
    "builders",
    [
        "const mine = query;",
        "const mine = (config) => query(config);",
        "function mine(config) { return query({ ...config }) }",
        "const mine = (config) => query({ args: config.args, handler: async (ctx, args) => config.handler(ctx, args) });",
        "const mine = ({ handler, ...rest }) => query({ ...rest, handler: async (ctx, args) => await handler(ctx, args) });",
        "const builders = { mine: query, other: mutation }; const { mine } = builders;",
        "const make = (raw) => (config) => raw(config); const mine = make(query);",
        "const make = (raw, check) => (config) => raw({ ...config, handler: async (ctx, args) => config.handler(ctx, args) });"
        "const mine = make(query, true);",
        "const outer = (config) => query(config); const mine = (config) => outer(config);",
        "const mine = query as unknown as typeof query;",
        "const mine = ((...params) => query(...params)) as typeof query;",
        "class Builder { constructor(raw) { this.raw = raw } function(config) { return this.raw(config) } }"
        "const built = new Builder(query); const mine = (config) => built.function(config);",
        "const mine = Object.assign((config) => query(config), { internal: internalQuery });",
        "const mine = query.bind(null);",
    ],
)
def test_builders_of_ones_own(builders: str) -> None:
    facts = run(f"{builders} export const f = mine({LIST});")
    assert registered(facts) == {"m:f": "public query"}
    assert done(facts, "m:f") == [ALL_USERS]
    assert reasons(facts) == []


def test_map_of_builders() -> None:
    facts = run(
        "const builders = { public: query, internal: internalQuery, write: { public: mutation } };"
        f'export const f = builders.public({LIST}); export const g = builders["internal"]({LIST});'
        f"export const h = builders.write.public({LIST});"
    )
    assert registered(facts) == {"m:f": "public query", "m:g": "internal query", "m:h": "public mutation"}


def test_builders_of_another_module() -> None:
    facts = run(
        'import { authed } from "./builders"; import * as all from "./builders"; import build from "./builders";'
        f"export const f = authed({LIST}); export const g = all.authed({LIST}); export const h = build({LIST});",
        builders="export const authed = (c) => query({ ...c, handler: async (ctx, args) => {"
        " await ctx.auth.getUserIdentity(); return c.handler(ctx, args) } }); export default authed;",
    )
    assert registered(facts) == {"m:f": "public query", "m:g": "public query", "m:h": "public query"}
    for path in ("m:f", "m:g", "m:h"):
        assert done(facts, path) == ["auth getUserIdentity", ALL_USERS]


def test_wrapped_handler_gets_a_wider_context() -> None:
    facts = run(
        "const mine = (c) => mutation({ args: c.args, handler: async (ctx, args) => {"
        ' const user = await ctx.db.query("users").withIndex("by_email", q => q.eq("email", "x")).unique();'
        " return c.handler({ ...ctx, user }, args) } });"
        "export const f = mine({ args: { title: v.string() }, handler: async (ctx, args) => {"
        " await ctx.db.patch(ctx.user.team, { title: args.title }) } });"
    )
    assert done(facts, "m:f") == ["query users by_email[email] unique", "patch teams (title)"]


def test_arguments_that_a_builder_adds() -> None:
    facts = run(
        'const withTeam = (c) => query({ args: { ...c.args, team: v.id("teams") }, handler: async (ctx, { team, ...rest }) =>'
        " c.handler({ ...ctx, team: await ctx.db.get(team) }, rest) });"
        'export const f = withTeam({ args: { id: v.id("users") }, handler: async (ctx, { id }) => ctx.db.get(id) });'
    )
    args = functions(facts)["m:f"].args
    assert args is not None
    assert sorted(args.fields) == ["id", "team"]
    assert done(facts, "m:f") == ["get teams", "get users"]


def test_chained_builder() -> None:
    facts = run(
        "const chain = (args) => ({ input: (more) => chain({ ...args, ...more }),"
        " query: (handler) => query({ args, handler: async (ctx, given) => handler({ ctx, input: given }) }) });"
        'export const f = chain({}).input({ id: v.id("users") }).query(async ({ ctx, input }) => ctx.db.get(input.id));'
    )
    assert registered(facts) == {"m:f": "public query"}
    assert done(facts, "m:f") == ["get users"]


def test_functions_made_by_a_factory() -> None:
    facts = run(
        "const crud = (table) => ({"
        " list: query({ args: {}, handler: async (ctx) => ctx.db.query(table).collect() }),"
        " remove: mutation({ args: { id: v.id(table) }, handler: async (ctx, { id }) => { await ctx.db.delete(id) } }) });"
        'export const { list, remove } = crud("users"); const teams = crud("teams");'
        "export const listTeams = teams.list; export const removeTeam = teams.remove;"
    )
    assert registered(facts) == {
        "m:list": "public query",
        "m:remove": "public mutation",
        "m:listTeams": "public query",
        "m:removeTeam": "public mutation",
    }
    assert done(facts, "m:list") == [ALL_USERS]
    assert done(facts, "m:listTeams") == ["query teams by_creation_time[] collect"]
    assert done(facts, "m:removeTeam") == ["delete teams"]


def test_public_and_internal_of_one_config() -> None:
    facts = run(
        f"const config = {LIST}; export const f = query(config); export const g = internalQuery(config);"
        "function both(c) { return [query(c), internalQuery(c)] } export const [h, i] = both(config);"
    )
    assert registered(facts) == {
        "m:f": "public query",
        "m:g": "internal query",
        "m:h": "public query",
        "m:i": "internal query",
    }
    assert all(done(facts, path) == [ALL_USERS] for path in registered(facts))


def test_builder_of_convex_helpers_over_ones_own() -> None:
    facts = run(
        'import { customQuery, customCtx, customMutation } from "convex-helpers/server/customFunctions";'
        "const raw = (config) => query(config);"
        'const first = customQuery(raw, customCtx(async (ctx) => ({ team: await ctx.db.query("teams").first() })));'
        "const make = (builder, role) => customQuery(builder, { args: {}, input: async (ctx) => {"
        " await ctx.auth.getUserIdentity(); return { ctx: { role }, args: {} } } });"
        f"const second = make(first, 'admin'); export const f = second({LIST});"
    )
    assert registered(facts) == {"m:f": "public query"}
    assert done(facts, "m:f") == ["query teams by_creation_time[] first", "auth getUserIdentity", ALL_USERS]
