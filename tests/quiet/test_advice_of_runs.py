"""Advice for actions that run another one for each row."""

from __future__ import annotations

import pytest

from tests.quiet.pair import files_of
from tests.quiet.test_advice import help_of

_RUNS = """
export const one = internalAction({ args: { url: v.string() }, handler: async (ctx, args) => await (await fetch(args.url)).text() });
export const all = action({ args: { urls: v.array(v.string()) }, handler: async (ctx, args) => {
  const texts = [];
  for (const url of args.urls) { %s }
  return texts;
} });"""


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("await ctx.runAction(internal.app.one, { url });", True),
        ("texts.push(await ctx.runAction(internal.app.one, { url }));", False),
        ("try { await ctx.runAction(internal.app.one, { url }); } catch (error) { console.log(error); }", False),
    ],
)
def test_runs_at_whose_result_nothing_looks_can_be_scheduled(body: str, told: bool) -> None:
    said = help_of("same-runtime-action", files_of(_RUNS % body))
    assert ("start each on its own: here the first that fails stops the others" in said) is told, said
