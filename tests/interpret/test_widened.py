"""Helpers that one function calls in more ways than it is run: what they do is known of all of these ways together."""

from __future__ import annotations

from tests.interpret.chat import handler, handles, run
from tests.interpret.programs import done, reasons

WORK = "c.db.get(id);" * 10
MANY = 45


def test_a_table_that_only_a_late_call_names_is_found() -> None:
    calls = "".join(f"await one(ctx, args.a{at}, 'k{at}');" for at in range(MANY))
    args = ", ".join(f"a{at}: v.id('users')" for at in range(MANY)) + ", last: v.id('teams')"
    found = handles(
        f"const one = async (c, id, k) => {{ {WORK} }}; {calls} await one(ctx, args.last, 'last');",
        args=f"{{ {args} }}",
    )

    assert any(one.startswith("get teams") for one in found)


def test_what_a_late_closure_does_is_found() -> None:
    """Closures of one place in the text that remember other tables are other closures."""
    made = "const del = (c, table) => (id) => c.db.delete(table, id);"
    calls = "".join(f"await one(del(ctx, 'users'), args.id, {at});" for at in range(MANY))
    found = handles(
        f"const one = async (run, id, k) => {{ {'await run(id);' * 10} }};"
        f"{calls} await one(del(ctx, 'teams'), args.id, 'last');",
        before=made,
        args="{ id: v.string() }",
    )
    assert any(one.startswith("delete teams") for one in found)


def test_what_a_late_call_is_given_is_changed_by_it() -> None:
    calls = "".join(f"await one(ctx, args.a{at}, []);" for at in range(MANY))
    args = ", ".join(f"a{at}: v.id('users')" for at in range(MANY)) + ", last: v.id('teams')"
    found = handles(
        f"const one = async (c, id, out) => {{ {WORK} out.push(id); }}; {calls}"
        " const rows = []; await one(ctx, args.last, rows); for (const id of rows) await ctx.db.delete(id);",
        args=f"{{ {args} }}",
    )
    assert any(one.startswith("delete teams") for one in found)


def test_a_helper_that_is_given_more_than_can_be_compared_is_counted() -> None:
    """A closure that remembers a thousand things differs in each call in ways that nothing tells."""
    things = ", ".join(f"k{at}: args.n + {at}" for at in range(900))
    calls = "".join(f"await one(ctx, args.a{at}, all);" for at in range(MANY))
    args = ", ".join(f"a{at}: v.id('users')" for at in range(MANY)) + ", n: v.number()"
    facts = run(
        handler(f"const all = {{ {things} }}; const one = async (c, id, all) => {{ {WORK} }}; {calls}", f"{{ {args} }}")
    )
    assert set(done(facts, "m:f")) == {"get users"}
    assert reasons(facts) == ["helper called in too many ways"] * len(reasons(facts)) != []
