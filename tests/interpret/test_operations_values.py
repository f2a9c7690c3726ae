"""Where the values of keys come from."""

from __future__ import annotations

import pytest

from convex_lint.model.value import (
    Argument,
    Clock,
    Computed,
    DocumentField,
    Environment,
    Identity,
    Literal,
    Random,
    Undefined,
    Value,
)
from tests.interpret.chat import operations, reads

ARGS = "{ id: v.id('users'), name: v.optional(v.string()), filter: v.object({ channel: v.string() }), list: v.array(v.string()) }"


def value(expression: str, before: str = "") -> Value:
    """The value of the last read's first key."""
    text = f"{before} await ctx.db.query('messages').withIndex('by_channel', (q) => q.eq('channel', {expression})).first();"
    return reads(operations(text, "const WORD = 'open'; enum Kind { A = 'a' }", ARGS))[-1].eq[0].value


@pytest.mark.parametrize(
    ("expression", "before", "expected"),
    [
        ("'open'", "", Literal("open")),
        ("WORD", "", Literal("open")),
        ("Kind.A", "", Literal("a")),
        ("`${WORD}!`", "", Literal("open!")),
        ("3", "", Literal(3)),
        ("-1.5", "", Literal(-1.5)),
        ("true", "", Literal(True)),
        ("null", "", Literal(None)),
        ("undefined", "", Undefined()),
        ("args.name", "", Argument(("name",))),
        ("args.filter.channel", "", Argument(("filter", "channel"))),
        ("channel", "const { filter: { channel } } = args;", Argument(("filter", "channel"))),
        ("args['name']", "", Argument(("name",))),
        ("args.id", "", Argument(("id",), "users")),
        ("args.list[0]", "", Argument(("list", "[]"))),
        ("args.name!", "", Argument(("name",))),
        ("args?.name", "", Argument(("name",))),
        ("(await ctx.auth.getUserIdentity()).subject", "", Identity(("subject",))),
        ("me?.tokenIdentifier", "const me = await ctx.auth.getUserIdentity(); if (!me) throw new Error();", Identity(("tokenIdentifier",))),
        ("subject", "const { subject } = await ctx.auth.getUserIdentity();", Identity(("subject",))),
        ("u._id", "const u = await ctx.db.get(args.id);", DocumentField("users", ("_id",), 0)),
        ("u.team", "const u = await ctx.db.query('users').first();", DocumentField("users", ("team",), 0)),
        ("u!.name", "const [u] = await ctx.db.query('users').take(1);", DocumentField("users", ("name",), 0)),
        ("Date.now()", "", Clock()),
        ("new Date().getTime()", "", Clock()),
        ("process.env.NAME", "", Environment("NAME")),
        ("Math.random()", "", Random()),
        ("args.name + '-x'", "", Computed("+", (Argument(("name",)), Literal("-x")))),
        ("`${args.name}-x`", "", Computed("template", (Argument(("name",)), Literal("-x")))),
        ("args.name ?? 'none'", "", Computed("either", (Argument(("name",)), Literal("none")))),
    ],
)  # fmt: skip
def test_values(expression: str, before: str, expected: Value) -> None:
    assert value(expression, before) == expected


def test_clock_in_a_computation() -> None:
    found = value("Date.now() - 1000")
    assert isinstance(found, Computed)
    assert found.parts[0] == Clock()


def test_value_through_helpers() -> None:
    text = "const slug = (x) => x; const pick = ({ filter }) => filter.channel; const id = async () => (await ctx.auth.getUserIdentity()).subject;"
    assert value("slug(args.name)", text) == Argument(("name",))
    assert value("pick(args)", text) == Argument(("filter", "channel"))
    assert value("await id()", text) == Identity(("subject",))


def test_string_methods_keep_their_origin() -> None:
    assert value("args.name.trim().toLowerCase()") == Computed(
        "call:toLowerCase", (Computed("call:trim", (Argument(("name",)),)),)
    )


def test_default_of_a_destructured_argument() -> None:
    found = value("name", "const { name = 'none' } = args;")
    assert found in (Argument(("name",)), Computed("either", (Argument(("name",)), Literal("none"))))


def test_key_of_a_get() -> None:
    found = reads(operations("const u = await ctx.db.get(args.id); await ctx.db.get(u.team);", args=ARGS))
    assert [read.key for read in found] == [Argument(("id",), "users"), DocumentField("users", ("team",), 0)]


def test_key_in_a_loop() -> None:
    found = reads(
        operations(
            "for (const x of args.list) await ctx.db.query('messages').withIndex('by_channel', (q) => q.eq('channel', x)).first();",
            args=ARGS,
        )
    )
    assert found[0].eq[0].value == Argument(("list", "[]"))


def test_bounds_and_limits() -> None:
    [read] = reads(
        operations(
            "await ctx.db.query('messages').withIndex('by_channel', (q) => q.eq('channel', 'x').gte('sent', Date.now())).take(args.n ?? 10);",
            args="{ n: v.optional(v.number()) }",
        )
    )
    assert read.bounds[0].value == Clock()
    assert read.limit == Computed("either", (Argument(("n",)), Literal(10)))
