"""Ids in identities, documents and answers of inserts, and those of two tables."""

from __future__ import annotations

from convex_lint.model.operation import Read
from convex_lint.model.value import Identity
from tests.interpret.chat import handles, operations


def test_an_id_that_the_identity_holds_is_of_its_table_and_still_of_the_identity() -> None:
    _, get = operations("const me = await ctx.auth.getUserIdentity(); await ctx.db.get(me.subject as Id<'users'>);")
    assert isinstance(get, Read)
    assert get.key == Identity(("subject",))


def test_ids_in_documents() -> None:
    found = handles(
        "const m = await ctx.db.query('messages').first(); const u = await ctx.db.get(m.author);"
        " const t = await ctx.db.get(u.team); await ctx.db.get(u.best!); await ctx.db.delete(t._id);"
    )
    assert found[1:] == ["get users", "get teams", "get users", "delete teams"]


def test_id_of_an_insert() -> None:
    found = handles(
        "const id = await ctx.db.insert('teams', { title: 't', open: true }); await ctx.db.patch(id, { open: false });"
    )
    assert found == ["insert teams (title, open)", "patch teams (open)"]


def test_an_id_of_two_tables() -> None:
    found = handles("await ctx.db.get(args.id);", args="{ id: v.union(v.id('users'), v.id('teams')) }")
    assert found == ["get users?", "get teams?"]


def test_a_text_that_another_library_let_through_is_the_id_that_its_cast_says() -> None:
    found = handles(
        "const given = z.object({ user: z.string() }).parse(args); await ctx.db.get(given.user as Id<'users'>);",
        before='import { z } from "zod";',
    )
    assert found == ["get users"]
