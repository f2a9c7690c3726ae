"""The fields that a write sets, and where their values come from."""

from __future__ import annotations

import pytest

from convex_lint.model.operation import Write
from convex_lint.model.value import Argument, Clock, Computed, DocumentField, Identity, Inserted, Literal
from tests.interpret.chat import handler, operations, run, writes
from tests.interpret.programs import HEAD, functions, project

ARGS = (
    "{ id: v.id('users'), name: v.string(), email: v.optional(v.string()), patch: v.object({ name: v.string(), email: v.string() }),"
    " open: v.any(), keys: v.array(v.string()) }"
)


def fields(statements: str, before: str = "") -> tuple[str, ...] | None:
    return writes(operations(statements, before, ARGS))[-1].fields


def patched(document: str, before: str = "") -> list[str] | None:
    found = fields(f"{before} await ctx.db.patch(args.id, {document});")
    return sorted(found) if found is not None else None


@pytest.mark.parametrize(
    ("document", "before"),
    [
        ("{ name: 'a', email: 'b' }", ""),
        ("{ name, email }", "const { name, email } = args;"),
        ("{ ...args.patch }", ""),
        ("args.patch", ""),
        ("rest", "const { id, open, keys, patch, ...rest } = args;"),
        ("{ ...(args.email ? { email: args.email } : {}), name: 'x' }", ""),
        ("{ ...(args.email && { email: args.email }), name: 'x' }", ""),
        ("u", "const u = {}; u.name = 'a'; if (args.email) u.email = args.email;"),
        ("u", "const u: any = { name: 'a' }; u['email'] = args.email;"),
        ("Object.fromEntries([['name', 1], ['email', 2]])", ""),
        ("Object.fromEntries(Object.entries(args.patch).filter(([, x]) => x !== undefined))", ""),
        ("Object.assign({ name: 'a' }, { email: 'b' })", ""),
        ("make('a', 'b')", "const make = (name, email) => ({ name, email });"),
        ("{ ['name']: 1, [`em${'ail'}`]: 2 }", ""),
        ("pick(args.patch)", "const pick = ({ name, email }) => ({ name, email });"),
        ("args.email ? { name: 'a' } : { email: 'b' }", ""),
        ("{ name: 'a', email: undefined }", ""),
        ("u", "const u: Partial<Doc<'users'>> = {}; u.name = 'a'; u.email = 'b';"),
        ("u", "let u = { name: 'a' }; u = { ...u, email: 'b' };"),
        ("JSON.parse(JSON.stringify({ name: 'a', email: 'b' }))", ""),
        ("structuredClone({ name: 'a', email: 'b' })", ""),
        ("{ name: 'a', email: 'b' } as any", ""),
        ("u", "const u = {}; for (const k of ['name', 'email']) u[k] = 1;"),
    ],
)
def test_fields_of_a_patch(document: str, before: str) -> None:
    assert patched(document, before) == ["email", "name"]


@pytest.mark.parametrize(
    ("document", "before"),
    [("args.open", ""), ("{ ...args.open }", ""), ("u", "const u = {}; for (const k of args.keys) u[k] = 1;")],
)
def test_fields_that_cannot_be_told(document: str, before: str) -> None:
    assert patched(document, before) is None


def test_fields_of_a_document_that_is_written_back() -> None:
    found = fields("const u = await ctx.db.get(args.id); await ctx.db.replace(args.id, { ...u, name: 'x' });")
    assert set(found or ()) == {"name", "email", "team", "best", "tags"}
    found = fields(
        "const { _id, _creationTime, best, ...u } = await ctx.db.get(args.id); await ctx.db.insert('users', u);"
    )
    assert set(found or ()) == {"name", "email", "team", "tags"}
    found = fields("const u = await ctx.db.get(args.id); u.name = 'x'; await ctx.db.replace(u._id, u);")
    assert set(found or ()) == {"name", "email", "team", "best", "tags"}


def test_delete_sets_nothing() -> None:
    assert fields("await ctx.db.delete(args.id);") == ()


def test_two_argument_forms() -> None:
    found = writes(
        operations(
            "await ctx.db.patch('users', args.open, { name: 'a' }); await ctx.db.replace('teams', args.open, { title: 'x' });"
            " await ctx.db.delete('messages', args.open);",
            args=ARGS,
        )
    )
    assert [(write.table, write.fields) for write in found] == [
        ("users", ("name",)),
        ("teams", ("title",)),
        ("messages", ()),
    ]


def test_values() -> None:
    [write] = writes(
        operations(
            "const me = await ctx.auth.getUserIdentity(); const u = await ctx.db.get(args.id);"
            " await ctx.db.insert('x', { lit: 'a', neg: -1, nul: null, arg: args.name, deep: args.patch.name, who: me.subject,"
            " from: u.email, at: Date.now(), next: u.name + '!', id: u._id });",
            args=ARGS,
        )
    )
    assert dict(write.values) == {
        "lit": Literal("a"),
        "neg": Literal(-1),
        "nul": Literal(None),
        "arg": Argument(("name",)),
        "deep": Argument(("patch", "name")),
        "who": Identity(("subject",)),
        "from": DocumentField("users", ("email",), 1),
        "at": Clock(),
        "next": Computed("+", (DocumentField("users", ("name",), 1), Literal("!"))),
        "id": DocumentField("users", ("_id",), 1),
    }


def test_target_of_a_write() -> None:
    found = writes(
        operations(
            "await ctx.db.patch(args.id, {}); const u = await ctx.db.query('users').first(); await ctx.db.patch(u._id, {});"
            " const id = await ctx.db.insert('teams', { title: 'a', open: true }); await ctx.db.delete(id);"
            " for (const x of await ctx.db.query('teams').collect()) await ctx.db.delete(x._id);",
            args=ARGS,
        )
    )
    assert [write.target for write in found if write.op != "insert"] == [
        Argument(("id",), "users"),
        DocumentField("users", ("_id",), 1),
        Inserted("teams", 3),
        DocumentField("teams", ("_id",), 5),
    ]


def test_value_through_a_helper() -> None:
    before = "const bump = async (ctx, id, by) => { const u = await ctx.db.get(id); await ctx.db.patch(id, { count: u.count + by }) };"
    [write] = writes(operations("await bump(ctx, args.id, 2);", before, ARGS))
    assert dict(write.values) == {"count": Computed("+", (DocumentField("users", ("count",), 0), Literal(2)))}


def test_increment_forms() -> None:
    for text in ("n: (t.n ?? 0) + 1", "n: t.n + 1"):
        [write] = writes(
            operations(f"const t = await ctx.db.get(args.id); await ctx.db.patch(t._id, {{ {text} }});", args=ARGS)
        )
        [(name, value)] = write.values
        assert name == "n"
        assert "n" in str(value)
        assert isinstance(value, Computed)


def test_write_in_a_loop_joins_its_fields() -> None:
    facts = run(
        handler(
            "for (const [k, x] of [['name', 1], ['email', 2]]) await ctx.db.patch(args.id, { [k]: x });",
            "{ id: v.id('users') }",
        )
    )
    [write] = writes(functions(facts)["m:f"].operations)
    assert set(write.fields or ()) == {"name", "email"}


@pytest.mark.parametrize(
    "items", ['["open", "done"]', '[{ state: "open" }, { state: "done" }].map((item) => item.state)']
)
def test_a_loop_over_a_list_in_the_code_writes_each_of_its_texts(items: str) -> None:
    facts = project(
        {
            "schema.ts": "steps: defineTable({ state: v.string(), at: v.number() }),",
            "steps.ts": HEAD + "export const seed = mutation({ args: {}, handler: async (ctx) => {"
            f"for (const state of {items}) await ctx.db.insert('steps', {{ state, at: 1 }}); }} }});",
        }
    )
    [write] = functions(facts)["steps:seed"].operations
    assert isinstance(write, Write)
    assert dict(write.values or ()) == {
        "state": Computed("either", (Literal("open"), Literal("done"))),
        "at": Literal(1),
    }
