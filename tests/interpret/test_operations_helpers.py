"""Operations behind helpers, callbacks, closures and generators."""

from __future__ import annotations

import pytest

from tests.interpret.chat import does, handler, handles, run
from tests.interpret.programs import SERVER, done, functions, project, reasons

ALL_USERS = "query users by_creation_time[] collect"
ID = '{ id: v.id("users") }'


def test_helpers_at_depth() -> None:
    found = handles(
        'await one(ctx, "users");',
        'import { one } from "./a";',
        a='import { two } from "./b"; export const one = (ctx, table) => two({ ctx, table });',
        b='import deep from "./c"; export async function two({ ctx, table }) { return await deep.three(ctx.db)(table) }',
        c='export default { three: (db) => async (t) => (await import("./d")).four(db, t) };',
        d="export async function four(db, t) { return await db.query(t).collect() }",
    )
    assert found == [ALL_USERS]


def test_actual_arguments_are_not_mixed() -> None:
    before = (
        "async function by(ctx, table, index, field, value) {"
        " return await ctx.db.query(table).withIndex(index, (q) => q.eq(field, value)).first() }"
    )
    found = handles(
        'await by(ctx, "users", "by_email", "email", "x"); await by(ctx, "messages", "by_channel", "channel", "y");',
        before,
    )
    assert found == ["query users by_email[email] first", "query messages by_channel[channel] first"]


def test_via_and_within() -> None:
    facts = run(
        "async function inner(ctx) { await ctx.db.query('users').first() }"
        "async function outer(ctx) { await inner(ctx) }" + handler("await outer(ctx);")
    )
    [read] = functions(facts)["m:f"].operations
    source = facts.sources["convex/m.ts"].data.decode()
    assert [source[span.start : span.end] for span in read.via] == ["outer(ctx)", "inner(ctx)"]
    assert read.within == "inner"


def test_the_handler_that_a_wrapper_calls_stands_in_the_function_that_it_makes() -> None:
    wrapper = (
        SERVER + "export const withUser = (func) => mutation(async (ctx, args) => await func({ db: ctx.db }, args));"
    )
    made = (
        'import { withUser } from "./wrapper";\nexport default withUser(async ({ db }) => await db.query("users").first());'
        '\nexport const named = withUser(async function look({ db }) { await db.query("users").first(); });'
    )
    found = functions(project({"wrapper.ts": wrapper, "join.ts": made}))
    assert {path: [read.within for read in f.operations] for path, f in found.items()} == {
        "join": ["join"],
        "join:named": ["look"],
    }


def test_result_of_a_helper() -> None:
    before = (
        "async function user(ctx, id) { const found = await ctx.db.get(id); if (!found) throw new Error(); return found }"
        "const teamOf = async (ctx, id) => ctx.db.get((await user(ctx, id)).team);"
    )
    assert handles("const team = await teamOf(ctx, args.id); await ctx.db.delete(team._id);", before, ID) == [
        "get users",
        "get teams",
        "delete teams",
    ]


def test_a_helper_called_twice_returns_each_time() -> None:
    before = "async function load(ctx, table, id) { return await ctx.db.get(id) }"
    found = handles(
        'const a = await load(ctx, "users", args.id); const b = await load(ctx, "teams", a.team);'
        "await ctx.db.patch(b._id, { title: 't' }); await ctx.db.patch(a._id, { name: 'n' });",
        before,
        ID,
    )
    assert found == ["get users", "get teams", "patch teams (title)", "patch users (name)"]


@pytest.mark.parametrize(
    "helper",
    [
        "const all = (ctx, table = 'users') => ctx.db.query(table).collect();",
        "const all = ({ db }, ...[table = 'users']) => db.query(table).collect();",
        "function all(ctx, options) { const { table = 'users' } = options ?? {}; return ctx.db.query(table).collect() }",
        "function all(ctx, { table } = { table: 'users' }) { return ctx.db.query(table).collect() }",
        "const all = async function (ctx) { return await this_(ctx) }; const this_ = (c) => c.db.query('users').collect();",
        "const all = (...params) => { const [ctx] = params; return ctx.db.query('users').collect() };",
        "function all() { return arguments[0].db.query('users').collect() }",
        "const all = (ctx) => [ctx].map((c) => c.db.query('users').collect())[0];",
        "const all = (ctx) => (() => { return ctx.db.query('users').collect() })();",
        "const all = async (ctx) => { const go = async () => await ctx.db.query('users').collect(); return await go() };",
        "const curry = (table) => (ctx) => ctx.db.query(table).collect(); const all = curry('users');",
        "const pipe = (...fns) => (x) => fns.reduce((acc, fn) => fn(acc), x);"
        " const all = pipe((ctx) => ctx.db, (db) => db.query('users'), (q) => q.collect());",
        "const memo = (fn) => { let saved; return (ctx) => saved ?? (saved = fn(ctx)) };"
        " const all = memo((ctx) => ctx.db.query('users').collect());",
        "const withDb = async (ctx, fn) => await fn(ctx.db); const all = (ctx) => withDb(ctx, (db) => db.query('users').collect());",
        "const H = { all(ctx) { return this.inner(ctx) }, inner(ctx) { return ctx.db.query('users').collect() } };"
        " const all = (ctx) => H.all(ctx);",
        "const all = (ctx) => own.call(null, ctx); function own(c) { return c.db.query('users').collect() }",
        "const all = (ctx) => own.apply(null, [ctx]); function own(c) { return c.db.query('users').collect() }",
        "const tag = (strings, ctx) => ctx.db.query(strings[0]).collect(); const all = (ctx) => tag`users${ctx}`;",
        "const all = (ctx) => new Promise((resolve) => { resolve(ctx.db.query('users').collect()) });",
        "const all = (ctx) => Promise.resolve(ctx).then((c) => c.db.query('users').collect());",
    ],
)
def test_shapes_of_helpers(helper: str) -> None:
    assert [text.rstrip("?*") for text in handles("await all(ctx);", helper)] == [ALL_USERS]


def test_unexported_namespace_and_default_imports() -> None:
    helper = "export const all = (ctx) => ctx.db.query('users').collect(); export default all;"
    for imports, call in (
        ('import * as Users from "./users";', "Users.all(ctx)"),
        ('import all from "./users";', "all(ctx)"),
        ('import { all as load } from "./users";', "load(ctx)"),
        ('import { model } from "./model";', "model.all(ctx)"),
    ):
        found = handles(f"await {call};", imports, users=helper, model='export * as model from "./users";')
        assert found == [ALL_USERS]


def test_callbacks_get_what_the_helper_gives() -> None:
    before = (
        "async function each(ctx, table, fn) { for await (const row of ctx.db.query(table)) await fn(row) }"
        "async function withUser(ctx, id, fn) { const user = await ctx.db.get(id); if (user) return await fn({ ...ctx, user }) }"
    )
    assert handles('await each(ctx, "users", async (u) => { await ctx.db.delete(u._id) });', before) == [
        "query users by_creation_time[] iterate",
        "delete users*",
    ]
    assert handles("await withUser(ctx, args.id, (c) => c.db.get(c.user.team));", before, ID) == [
        "get users",
        "get teams?",
    ]


def test_async_generators() -> None:
    before = (
        "async function* members(ctx, team) {"
        ' for await (const u of ctx.db.query("users").withIndex("by_team", (q) => q.eq("team", team))) yield u; }'
        "async function* all(ctx) { yield* members(ctx, 'a'); const one = await ctx.db.query('teams').first(); yield one }"
    )
    assert handles("for await (const u of members(ctx, 'x')) { await ctx.db.patch(u._id, { name: 'n' }) }", before) == [
        "query users by_team[team] iterate",
        "patch users (name)*",
    ]
    found = handles("for await (const x of all(ctx)) { await ctx.db.delete(x._id) }", before)
    assert found == [
        "query users by_team[team] iterate",
        "query teams by_creation_time[] first",
        "delete users*?",
        "delete teams*?",
    ]


def test_an_iterator_by_hand() -> None:
    found = handles(
        "const it = ctx.db.query('users')[Symbol.asyncIterator](); let r = await it.next();"
        " while (!r.done) { await ctx.db.delete(r.value._id); r = await it.next() }"
    )
    assert "delete users*" in found


def test_closures_see_later_assignments() -> None:
    found = handles("let db; const load = () => db.query('users').collect(); db = ctx.db; await load();")
    assert found == [ALL_USERS]


def test_mutual_recursion_ends() -> None:
    before = (
        "async function up(ctx, id) { const u = await ctx.db.get(id); if (u?.best) await down(ctx, u.best) }"
        "async function down(ctx, id) { await ctx.db.patch(id, { name: 'n' }); await up(ctx, id) }"
    )
    facts = run(before + handler("await up(ctx, args.id);", ID))
    assert {text.rstrip("*?") for text in done(facts, "m:f")} == {"get users", "patch users (name)"}
    assert reasons(facts) == []


def test_a_dictionary_of_functions() -> None:
    before = "const actions = { rename: async (ctx, id) => ctx.db.patch(id, { name: 'n' }), drop: async (ctx, id) => ctx.db.delete(id) };"
    assert handles("await actions[args.what](ctx, args.id);", before, '{ id: v.id("users"), what: v.string() }') == [
        "patch users (name)?",
        "delete users?",
    ]
    assert handles("await actions['drop'](ctx, args.id);", before, ID) == ["delete users"]


def test_a_context_given_to_unknown_code_is_told() -> None:
    facts = run('import { magic } from "magic";' + handler("await magic(ctx);"))
    assert reasons(facts) == ["context given to a function that could not be followed"]


def test_a_callback_given_to_unknown_code_runs_perhaps() -> None:
    found = does(
        'import { magic } from "magic";'
        + handler("await magic(async () => { await ctx.db.query('users').collect() });")
    )
    assert found == [ALL_USERS + "?"]


FACTORY = """
export const users = {
  of(id: Id<"users">) {
    return {
      find(db: DatabaseReader) { return db.get(id); },
      async rename(db: DatabaseWriter) {
        const user = await this.find(db);
        await db.patch(user._id, { name: "x" });
        await users.of(user.best).find(db);
      },
    };
  },
};
"""


def test_functions_that_a_helper_makes_remember_its_arguments_in_every_function() -> None:
    handlers = "".join(
        f"export const {name} = mutation({{ args: {ID}, handler: (ctx, {{ id }}) => users.of(id).rename(ctx.db) }});"
        for name in ("f", "g")
    )
    facts = run(FACTORY + handlers)
    assert done(facts, "m:f") == done(facts, "m:g") == ["get users", "patch users (name)", "get users"]
    assert reasons(facts) == []


def test_functions_that_a_helper_makes_many_times() -> None:
    statements = "".join(f"await users.of(args.a{at}).find(ctx.db);" for at in range(30))
    args = "{ " + ", ".join(f'a{at}: v.id("users")' for at in range(30)) + " }"
    assert handles(statements, FACTORY, args) == ["get users"] * 30


def test_what_a_helper_answers_is_known_each_time() -> None:
    statements = "".join(f"await ctx.db.delete(pick([args.a{at}]));" for at in range(10))
    args = "{ " + ", ".join(f'a{at}: v.id("users")' for at in range(10)) + " }"
    assert handles(statements, "const pick = (ids) => { const [id] = ids; return id; };", args) == ["delete users"] * 10


def test_a_helper_that_only_sets_a_variable_may_be_called_often() -> None:
    statements = (
        "let best = 0; const note = (n) => { best = n; };"
        + "".join(f"if (args.id === {at}) note({at});" for at in range(60))
        + "await ctx.db.get(args.id);"
    )
    assert handles(statements, args=ID) == ["get users"]


def test_a_helper_with_one_effect_is_told_at_far_more_places_than_one_with_many() -> None:
    one = "".join(f"await one(ctx, args.a{at});" for at in range(60))
    args = "{ " + ", ".join(f'a{at}: v.id("users")' for at in range(60)) + " }"
    assert handles(f"const one = (c, id) => c.db.get(id); {one}", args=args) == ["get users"] * 60
    gets = "c.db.get(id);" * 10
    found = handles(f"const one = async (c, id) => {{ {gets} }}; {one}", args=args)
    assert set(found) == {"get users"}
    assert len(found) < 60 * 10
