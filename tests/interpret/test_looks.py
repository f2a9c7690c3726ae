"""What a function looks at in the rows that it reads, and where whole rows and the clock get to."""

from __future__ import annotations

import pytest

from convex_lint.model.operation import Op, Platform
from convex_lint.model.value import Clock, Computed, DocumentField
from tests.interpret.chat import handler, operations, reads, run, writes
from tests.interpret.programs import functions

ARGS = "{ id: v.id('users'), name: v.string() }"
LABEL = "function label(user) { return user.name + user.email }\n"


def looks(statements: str, before: str = "") -> list[tuple[set[str], set[str]]]:
    """(fields, kinds of use) of each read."""
    found = reads(operations(statements, before, ARGS, "query"))
    return [(set(read.fields), {use.kind for use in read.uses}) for read in found]


@pytest.mark.parametrize(
    ("statements", "fields", "uses"),
    [
        ("const u = await ctx.db.get(args.id); return u.name", {"name"}, set()),
        ("const { name, email: e } = await ctx.db.get(args.id); return name", {"name", "email"}, set()),
        ("const u = await ctx.db.get(args.id); return u", set(), {"returned"}),
        ("const u = await ctx.db.get(args.id); return { u, x: 1 }", set(), {"returned"}),
        ("return await ctx.db.query('users').collect()", set(), {"returned"}),
        (
            "const us = await ctx.db.query('users').collect(); return us.filter((u) => u.name)",
            {"name"},
            {"filter", "picked"},
        ),
        ("const us = await ctx.db.query('users').collect(); return us[0]", set(), {"first", "picked"}),
        ("const us = await ctx.db.query('users').collect(); return us.map((u) => ({ u }))", set(), {"map", "returned"}),
        ("const u = await ctx.db.get(args.id); return { ...u }", set(), {"passed"}),
        ("const u = await ctx.db.get(args.id); if (!u) throw 1; return 1", set(), {"exists"}),
        ("const u = await ctx.db.get(args.id); return u === null ? 1 : 2", set(), {"exists"}),
        ("const u = await ctx.db.get(args.id); send(u); return 1", set(), {"passed"}),
        ("await ctx.db.get(args.id); return 1", set(), set()),
        ("const us = await ctx.db.query('users').collect(); return us.map((u) => u.name)", {"name"}, {"map"}),
        ("const u = await ctx.db.get(args.id); return label(u)", {"name", "email"}, set()),
    ],
)
def test_fields_and_uses(statements: str, fields: set[str], uses: set[str]) -> None:
    assert looks(statements, LABEL) == [(fields, uses)]


def test_a_helper_s_looks_count_for_every_document_that_it_is_given() -> None:
    found = looks(
        "const a = await ctx.db.get(args.id); const b = await ctx.db.get(args.id); return [label(a), label(b)]", LABEL
    )
    assert found == [({"name", "email"}, set())] * 2


def test_conditions_of_a_helper_count_for_the_rows_of_every_caller() -> None:
    helper = "function open(rows) { return rows.filter((row) => row.name === 'a') }\n"
    found = reads(
        operations(
            "const a = await ctx.db.query('users').collect(); const b = await ctx.db.query('users').collect();"
            " return [open(a), open(b)]",
            helper,
        )
    )
    assert [[(p.operator, p.field) for p in read.residual] for read in found] == [[("eq", "name")]] * 2


@pytest.mark.parametrize(
    ("statements", "methods"),
    [
        ("return Date.now()", ["Date.now", "result"]),
        ("if (Date.now() > 5) return 1; return 2", ["Date.now", "branch"]),
        ("const t = Date.now(); console.log(t); return 1", ["Date.now"]),
        ("return { at: new Date().getTime() }", ["new Date", "result"]),
    ],
)
def test_where_the_clock_gets_to(statements: str, methods: list[str]) -> None:
    facts = run(handler(statements, ARGS, "query"))
    clocks = [o for o in functions(facts)["m:f"].operations if isinstance(o, Platform) and o.op is Op.CLOCK]
    assert [clock.method for clock in clocks] == methods


def test_what_is_compared_with_the_clock() -> None:
    helper = "function over(row) { return row.until < Date.now() }\n"
    facts = run(helper + handler("const u = await ctx.db.get(args.id); if (over(u)) return 1; return 2", ARGS, "query"))
    (test,) = [o for o in functions(facts)["m:f"].operations if isinstance(o, Platform) and o.method == "branch"]
    assert test.arguments == (Computed("<", (DocumentField("users", ("until",), 0), Clock())),)


@pytest.mark.parametrize(
    ("written", "grows"),
    [
        ("[...u.tags, args.name]", True),
        ("[...(u.tags ?? []), args.name]", True),
        ("u.tags.concat([args.name])", True),
        ("[...u.tags, ...[args.name]]", True),
        ("[...u.tags, args.name].slice(-5)", False),
        ("u.tags.filter((t) => t !== args.name)", False),
        ("[args.name]", False),
    ],
)
def test_a_stored_array_that_is_written_back_longer(written: str, grows: bool) -> None:
    found = operations(
        f"const u = await ctx.db.get(args.id); await ctx.db.patch(args.id, {{ tags: {written} }})", args=ARGS
    )
    ((field, value),) = writes(found)[0].values
    assert field == "tags"
    assert (isinstance(value, Computed) and value.operator == "append") is grows
    if grows:
        assert isinstance(value, Computed)
        assert value.parts[0] == DocumentField("users", ("tags",), 0)


def test_a_push_onto_a_stored_array_that_is_written_back() -> None:
    found = operations(
        "const u = await ctx.db.get(args.id); u.tags.push(args.name); await ctx.db.patch(args.id, { tags: u.tags })",
        args=ARGS,
    )
    ((_, value),) = writes(found)[0].values
    assert isinstance(value, Computed)
    assert value.operator == "append"
