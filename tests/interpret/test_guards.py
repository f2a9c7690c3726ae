"""The conditions under which control gets to an operation."""

from __future__ import annotations

import pytest

from convex_lint.model.operation import Operation
from tests.interpret.chat import handler, operations, run
from tests.interpret.programs import functions

ARGS = "{ id: v.id('users'), name: v.string(), flag: v.boolean() }"


def guards(operation: Operation, texts: str) -> list[str]:
    """`throw !a` for each guard: what happens otherwise, and the condition as written, with `!` where it must not hold."""
    return [
        f"{guard.otherwise} {'' if guard.holds else '!'}{texts[guard.span.start : guard.span.end]}"
        for guard in operation.guards
    ]


def last(statements: str, before: str = "") -> list[str]:
    """The guards of the last operation of a handler."""
    facts = run(before + handler(statements, ARGS))
    source = facts.sources["convex/m.ts"].data.decode()
    return guards(functions(facts)["m:f"].operations[-1], source)


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("if (args.flag) await ctx.db.delete(args.id)", ["skip args.flag"]),
        ("if (args.flag) {} else await ctx.db.delete(args.id)", ["skip !args.flag"]),
        ("if (args.flag) throw new Error(); await ctx.db.delete(args.id)", ["throw !args.flag"]),
        ("if (args.flag) return; await ctx.db.delete(args.id)", ["return !args.flag"]),
        ("if (args.flag) { if (args.name) return; throw 1 } await ctx.db.delete(args.id)", ["return !args.flag"]),
        ("if (args.flag) { console.log(1) } await ctx.db.delete(args.id)", []),
        ("args.flag && await ctx.db.delete(args.id)", ["skip args.flag"]),
        ("args.flag || await ctx.db.delete(args.id)", ["skip !args.flag"]),
        ("args.flag ? null : await ctx.db.delete(args.id)", ["skip !args.flag"]),
        ("if (args.name) { if (!args.flag) throw 1; } await ctx.db.delete(args.id)", []),
        (
            "if (args.name) { if (!args.flag) throw 1; await ctx.db.delete(args.id) }",
            ["skip args.name", "throw !!args.flag"],
        ),
        ("try { if (args.flag) throw 1 } catch {} await ctx.db.delete(args.id)", []),
        ("try { if (args.flag) throw 1 } catch (e) { throw e } await ctx.db.delete(args.id)", ["throw !args.flag"]),
        ("for (const x of args.name) { if (x) continue; } await ctx.db.delete(args.id)", []),
        ("for (const x of args.name) { if (x) continue; await ctx.db.delete(args.id) }", ["skip !x"]),
    ],
)
def test_what_stands_before_an_operation(statements: str, expected: list[str]) -> None:
    assert last(statements) == expected


def test_a_helper_that_throws_guards_what_follows_its_call() -> None:
    before = "async function need(ok) { if (!ok) throw new Error(); }\n"
    assert last("await need(args.flag); await ctx.db.delete(args.id)", before) == ["throw !!ok"]


def test_a_helper_that_only_returns_guards_nothing_behind_it() -> None:
    before = "async function look(ok) { if (!ok) return null; return 1; }\n"
    assert last("await look(args.flag); await ctx.db.delete(args.id)", before) == []


def test_a_helper_whose_every_other_way_throws_requires_the_condition_of_its_return() -> None:
    before = "async function need(ok) { if (ok) return ok; throw new Error(); }\n"
    assert last("await need(args.flag); await ctx.db.delete(args.id)", before) == ["throw ok"]


def test_guards_of_helpers_of_helpers_and_of_a_second_call_of_the_same_kind() -> None:
    before = (
        "async function inner(ok) { if (!ok) throw new Error(); }\n"
        "async function outer(ctx, ok) { await inner(ok); return await ctx.db.query('users').first(); }\n"
        "async function twice(ctx, ok) { await outer(ctx, ok); }\n"
    )
    assert last("await outer(ctx, args.flag); await ctx.db.delete(args.id)", before) == ["throw !!ok"]
    assert last("await twice(ctx, args.flag); await twice(ctx, args.flag)", before) == ["throw !!ok", "throw !!ok"]


def test_the_condition_is_symbolic() -> None:
    found = operations(
        "const u = await ctx.db.get(args.id); if (u.name === args.name) return;"
        " await ctx.db.patch(args.id, { name: args.name })",
        args=ARGS,
    )
    (guard,) = found[-1].guards
    assert guard.holds is False
    assert str(guard.condition) == (
        "Computed(operator='===', parts=(DocumentField(table='users', path=('name',), read=0),"
        " Argument(path=('name',), table=None)))"
    )
