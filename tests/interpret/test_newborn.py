"""Rows that name a row just inserted: none are there before this very run writes them."""

from __future__ import annotations

import pytest

from tests.interpret.chat import handles

PARENT = "const team = await ctx.db.insert('teams', { title: 't', open: true });"
CHILDREN = "ctx.db.query('users').withIndex('by_team', (q) => q.eq('team', %s))"
WALK = "for (const row of await %s.collect()) await ctx.db.delete(row._id);"


def walked(of: str) -> str:
    return WALK % (CHILDREN % of)


@pytest.mark.parametrize(
    "then",
    [
        walked("team"),
        f"const rows = await {CHILDREN % 'team'}.collect();"
        " await Promise.all(rows.map((row) => ctx.db.delete(row._id)));",
        f"for await (const row of {CHILDREN % 'team'}) await ctx.db.delete(row._id);",
        f"const found = await {CHILDREN % 'team'}.paginate(args.paging);"
        " for (const row of found.page) await ctx.db.delete(row._id);",
    ],
)
def test_no_row_names_a_row_just_inserted(then: str) -> None:
    found = handles(PARENT + then)
    assert found[0].startswith("insert teams")
    assert len(found) == 2
    assert "users" in found[1]


@pytest.mark.parametrize(
    "between",
    [
        "await ctx.db.insert('users', { team, name: 'n', email: 'e' });",
        "const one = await ctx.db.query('users').first(); await ctx.db.patch(one!._id, { team });",
        "await ctx.runMutation(internal.other.fill, { team });",
        "await fill(ctx, team);",
        "if (args.full) { await fill(ctx, team); }",
        "await outside(() => ctx.db.insert('users', { team, name: 'n', email: 'e' }));",
    ],
)
def test_rows_that_may_have_been_written_since_are_found(between: str) -> None:
    before = (
        "async function fill(ctx, team) { await ctx.db.insert('users', { team, name: 'n', email: 'e' }); }"
        " import { outside } from 'outside';"
    )
    found = handles(PARENT + between + walked("team"), before, "{ full: v.boolean() }")
    assert found[-1].startswith("delete users")


def test_a_row_is_found_by_its_own_id() -> None:
    found = handles(
        PARENT + "const same = await ctx.db.query('teams').withIndex('by_id', (q) => q.eq('_id', team)).unique();"
        " if (same) await ctx.db.patch(same._id, { open: false });"
    )
    assert found[-1].startswith("patch teams")


def test_a_later_round_of_a_loop_finds_what_an_earlier_one_wrote() -> None:
    found = handles(
        PARENT
        + "for (const name of args.names) {"
        + walked("team")
        + "await ctx.db.insert('users', { team, name, email: 'e' }); }",
        args="{ names: v.array(v.string()) }",
    )
    assert any(one.startswith("delete users") for one in found)


def test_each_round_of_a_loop_inserts_its_own_row() -> None:
    found = handles(
        "for (const title of args.titles) {"
        + PARENT
        + walked("team")
        + "await ctx.db.insert('users', { team, name: 'n', email: 'e' }); }",
        args="{ titles: v.array(v.string()) }",
    )
    assert not any(one.startswith("delete users") for one in found)


def test_calls_that_are_begun_together_may_do_their_work_in_any_order() -> None:
    before = (
        "async function clear(ctx, team) { await ctx.auth.getUserIdentity();" + walked("team") + "}"
        "async function fill(ctx, team) { await ctx.db.insert('users', { team, name: 'n', email: 'e' }); }"
    )
    found = handles(PARENT + "await Promise.all([clear(ctx, team), fill(ctx, team)]);", before)
    assert any(one.startswith("delete users") for one in found)


@pytest.mark.parametrize("order", [("clear", "fill"), ("fill", "clear")])
def test_a_helper_is_not_taken_for_what_it_did_of_another_row(order: tuple[str, str]) -> None:
    """Both kinds of calls are remembered by their arguments, and by what was written since the insert."""
    before = (
        "async function clear(ctx, team) {" + walked("team") + "}"
        "async function fill(ctx, team) { await ctx.db.insert('users', { team, name: 'n', email: 'e' }); }"
        "async function make(ctx) { return await ctx.db.insert('teams', { title: 't', open: true }); }"
    )
    calls = "".join(f"await {name}(ctx, id);" for name in order)
    found = handles(
        "{ const id = await make(ctx); await clear(ctx, id); } { const id = await make(ctx);" + calls + "}", before
    )
    deletes = [one for one in found if one.startswith("delete users")]
    assert len(deletes) == (order == ("fill", "clear"))


def test_a_map_of_no_rows_has_none_of_them() -> None:
    rows = "const known = new Map((await %s.collect()).map((row) => [row.name, row]));" % (CHILDREN % "team")
    found = handles(
        PARENT + rows + "for (const name of args.names) { const row = known.get(name);"
        " if (row) await ctx.db.patch(row._id, { name }); }",
        args="{ names: v.array(v.string()) }",
    )
    assert len(found) == 2


def test_a_map_that_a_loop_fills_has_what_earlier_rounds_put_into_it() -> None:
    found = handles(
        PARENT
        + "const made = new Map((await %s.collect()).map((row) => [row.name, row.team]));" % (CHILDREN % "team")
        + "for (const name of args.names) { const old = made.get(name);"
        " if (old) await ctx.db.patch(old, { open: true });"
        " made.set(name, await ctx.db.insert('teams', { title: name, open: false })); }",
        args="{ names: v.array(v.string()) }",
    )
    assert any(one.startswith("patch teams") for one in found)
