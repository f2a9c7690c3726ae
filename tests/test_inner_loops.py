"""Writes in a loop inside of the loop over rows: how often they happen, and what to hand on."""

from __future__ import annotations

import pytest

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources
from tests.quiet.pair import files_of

CLOSE = """
export const close = mutation({ args: {}, handler: async (ctx) => {
  const rooms = await ctx.db.query("rooms").collect();
  for (const room of rooms) {
    const said = await ctx.db.query("messages").withIndex("by_room", (q) => q.eq("room", room._id)).collect();
    BODY
  }
} });"""


@pytest.mark.parametrize(
    ("body", "often", "help"),
    [
        ("await ctx.db.patch(room._id, { count: said.length });", "once for every row of `rooms`", "numItems: 500"),
        (
            "for (const one of [...said, ...said]) await ctx.db.delete(one._id);",
            "several times for every row of `rooms`",
            "hand each row to a mutation of its own",
        ),
        (
            'for (const word of ["a", "b"]) await ctx.db.insert("jobs", { state: word, shard: said.length, payload: word });',
            "once for every row of `rooms`",
            "numItems: 500",
        ),
    ],
)
def test_how_often_a_write_happens_for_each_row(body: str, often: str, help: str) -> None:
    report = lint_sources(files_of(CLOSE.replace("BODY", body)), Config(select=("transaction-limit",)))
    (result,) = report.results
    assert often in result.finding.message
    assert help in result.finding.help
