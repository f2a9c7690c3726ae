"""Variables that start out empty and get a table's name in a loop."""

from __future__ import annotations

from tests.interpret.chat import handler, handles, run
from tests.interpret.programs import done, reasons


def test_a_name_that_the_first_round_finds_is_the_name_of_the_later_ones() -> None:
    found = handles(
        "let table; for (const id of args.ids) { if (!table) { table = args.open ? 'teams' : 'users'; }"
        " await ctx.db.delete(table, id); }",
        args="{ ids: v.array(v.string()), open: v.boolean() }",
    )
    assert found == ["delete teams*?", "delete users*?"]


def test_a_name_with_a_hole() -> None:
    found = handles(
        "let table: string | null = null; for (const id of args.ids) { if (table === null) { table = `tea${args.end}`; }"
        " await ctx.db.delete(table, id); }",
        args="{ ids: v.array(v.string()), end: v.string() }",
    )
    assert found == ["delete teams*"]


def test_a_name_that_may_be_anything_later_is_not_known() -> None:
    statements = (
        "let table; for (const id of args.ids) { if (table) await ctx.db.delete(table, id); table = args.name; }"
    )
    facts = run(handler(statements, "{ ids: v.array(v.string()), name: v.string() }"))
    assert done(facts, "m:f") == ["delete None*?"]
    assert reasons(facts) == ["table of an id not known"]
