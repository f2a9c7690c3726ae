"""Operations in classes that hold a context or a database."""

from __future__ import annotations

import pytest

from tests.interpret.chat import handles

ALL_USERS = "query users by_creation_time[] collect"
ID = '{ id: v.id("users") }'


@pytest.mark.parametrize(
    "text",
    [
        "class S { constructor(ctx) { this.ctx = ctx } all() { return this.ctx.db.query('users').collect() } }",
        "class S { #db; constructor(ctx) { this.#db = ctx.db } all() { return this.#db.query('users').collect() } }",
        "class S { constructor(private readonly ctx: QueryCtx) {} all() { return this.ctx.db.query('users').collect() } }",
        "class S { constructor(private ctx) {} get db() { return this.ctx.db } async all() { return await this.db.query('users').collect() } }",
        "class S { ctx; all = async () => this.ctx.db.query('users').collect(); constructor(ctx) { this.ctx = ctx } }",
        "class B { constructor(ctx) { this.ctx = ctx } q() { return this.ctx.db.query('users') } }"
        " class S extends B { all() { return this.q().collect() } }",
        "class B { constructor(ctx, table) { this.ctx = ctx; this.table = table }"
        " all() { return this.ctx.db.query(this.table).collect() } } class S extends B { constructor(ctx) { super(ctx, 'users') } }",
        "class B { constructor(ctx) { this.ctx = ctx } all() { return this.ctx.db.query(this.table()).collect() } }"
        " class S extends B { table() { return 'users' } }",
        "class B { constructor(ctx) { this.ctx = ctx } all() { return this.ctx.db.query('users') } }"
        " class S extends B { all() { return super.all().collect() } }",
        "abstract class B { constructor(protected ctx) {} protected abstract table: string;"
        " all() { return this.ctx.db.query(this.table).collect() } } class S extends B { protected table = 'users' }",
        "class S { static table = 'users'; constructor(ctx) { this.ctx = ctx } all() { return this.ctx.db.query(S.table).collect() } }",
        "const S = class { constructor(ctx) { this.ctx = ctx } all() { return this.ctx.db.query('users').collect() } };",
        "class S { constructor(ctx) { this.ctx = ctx } ['all']() { return this.#inner() } #inner() { return this.ctx.db.query('users').collect() } }",
        "function S(ctx) { this.all = () => ctx.db.query('users').collect() }",
        "class S { constructor(ctx) { Object.assign(this, { db: ctx.db }) } all() { return this.db.query('users').collect() } }",
    ],
)
def test_an_instance_holds_the_context(text: str) -> None:
    assert handles("const s = new S(ctx); await s.all();", text) == [ALL_USERS]


def test_iterable_classes_and_objects() -> None:
    text = (
        "class Rows { constructor(ctx) { this.ctx = ctx } async *[Symbol.asyncIterator]() { yield* this.ctx.db.query('users') } }"
        " const rows = (ctx) => ({ async *[Symbol.asyncIterator]() { for await (const u of ctx.db.query('users')) yield u } });"
    )
    found = ["query users by_creation_time[] iterate", "delete users*"]
    for rows in ("new Rows(ctx)", "rows(ctx)"):
        assert handles(f"for await (const u of {rows}) {{ await ctx.db.delete(u._id) }}", text) == found


def test_static_methods_and_factories() -> None:
    text = (
        "class S { constructor(ctx) { this.ctx = ctx } static of(ctx) { return new S(ctx) } static async all(ctx) {"
        " return await S.of(ctx).list() } list() { return this.ctx.db.query('users').collect() } }"
    )
    assert handles("await S.all(ctx);", text) == [ALL_USERS]
    assert handles("const { list } = S.of(ctx); await S.of(ctx).list();", text) == [ALL_USERS]


def test_instances_do_not_mix() -> None:
    text = "class R { constructor(db, table) { this.db = db; this.table = table } all() { return this.db.query(this.table).collect() } }"
    found = handles("const a = new R(ctx.db, 'users'), b = new R(ctx.db, 'teams'); await b.all(); await a.all();", text)
    assert found == ["query teams by_creation_time[] collect", ALL_USERS]


def test_fluent_methods() -> None:
    text = (
        "class Q { constructor(ctx) { this.q = ctx.db.query('users') } by(email) { this.q = this.q.withIndex('by_email',"
        " (q) => q.eq('email', email)); return this } one() { return this.q.unique() } }"
    )
    assert handles("await new Q(ctx).by('x').one();", text) == ["query users by_email[email] unique"]


def test_class_of_another_module() -> None:
    text = (
        "export class Base { constructor(ctx) { this.ctx = ctx } async find(id) { return await this.ctx.db.get(id) } }"
        "export default class Users extends Base { async rename(id) { const u = await this.find(id);"
        " await this.ctx.db.patch(u._id, { name: 'n' }) } }"
    )
    found = handles("await new Users(ctx).rename(args.id);", 'import Users from "./users";', ID, users=text)
    assert found == ["get users", "patch users (name)"]


def test_object_with_getters_and_methods() -> None:
    text = "const repo = (ctx) => ({ get users() { return ctx.db.query('users') }, async all() { return await this.users.collect() } });"
    assert handles("await repo(ctx).all();", text) == [ALL_USERS]
