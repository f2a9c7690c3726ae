"""What always fails is ranked too, by who waits for it; so is a scan for each of many rounds, however many they are."""

from __future__ import annotations

import pytest

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources
from tests.quiet.pair import files_of

TWICE = """
export const %s = query({ args: {}, handler: async (ctx) => {
  const first = await ctx.db.query("rooms").paginate({ cursor: null, numItems: 5 });
  return [first, await ctx.db.query("messages").paginate({ cursor: null, numItems: 5 })];
} });"""
SHOWS = "export default function Page() { return useQuery(api.app.shown)?.length; }\n"
EACH = """
export const each = query({ args: {}, handler: async (ctx) => {
  const rooms = await ctx.db.query("rooms").take(%s);
  return await Promise.all(rooms.map(async (room) =>
    await ctx.db.query("messages").filter((q) => q.eq(q.field("kind"), room.title)).collect()));
} });"""


def test_of_two_errors_that_comes_first_for_which_a_page_waits() -> None:
    code = {"convex/app.ts": TWICE % "hidden" + TWICE % "shown", "src/Page.tsx": SHOWS}
    results = lint_sources(files_of(code), Config(select=("repeated-paginate",))).results
    points = {result.finding.function: result.finding.impact.points for result in results}
    assert points["app:shown"] > points["app:hidden"]


@pytest.mark.parametrize(("rounds", "repeated"), [(100, True), (5, False)])
def test_a_scan_in_each_of_many_rounds(rounds: int, repeated: bool) -> None:
    (result,) = lint_sources(files_of(EACH % rounds), Config(select=("missing-index",))).results
    assert result.finding.impact.repeated is repeated
