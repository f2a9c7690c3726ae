"""Advice for a read of which nothing is made: the test that may have been meant."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, files_of
from tests.quiet.subscriptions import listed
from tests.quiet.test_advice import help_of


def test_a_forgotten_test_of_what_is_there_already() -> None:
    read = 'await ctx.db.query("users").withIndex("by_email", (q) => q.eq("email", args.email)).unique();'
    insert = 'await ctx.db.insert("users", { name: "", email: args.email, score: 0 });'
    code = "export const app = mutation({ args: { email: v.string() }, handler: async (ctx, args) => { %s } });"
    schema = SCHEMA.replace("score: v.number() })", 'score: v.number() }).index("by_email", ["email"])', 1)

    def said(statements: str) -> str:
        return help_of("unused-read", {**files_of(code % statements), "convex/schema.ts": schema})

    assert "throw when there is one" in said(f"const existing = {read} {insert}")
    assert "throw when it is null" in said(f"const user = {read} await ctx.db.insert('messages', {{}});")


_BOARD = """
export function useBoard() {
  const rows = useQuery(api.app.list);
  return {
    latest: rows ?? [],
    isLoading: rows === undefined,
  };
}
export function App() {
  const board = useBoard();
  return <p>{board.READ}</p>;
}
"""


def test_a_result_that_nobody_reads_is_not_asked_for() -> None:
    def said(read: str) -> str:
        board = _BOARD.replace("READ", read)
        return help_of("broad-subscription", files_of({**listed("add", "src/App.tsx"), "src/App.tsx": board}))

    left_out = "Leave the call out of `useBoard`: it hands the result on as `latest`, which no other code"
    assert said("isLoading").startswith(left_out)
    assert "Leave the call out" not in said("latest.length")
