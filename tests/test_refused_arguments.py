"""Arguments that change with each rendering, and that the query does not even take."""

from __future__ import annotations

import pytest

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources

QUERY = """
import { v } from "convex/values";
import { query } from "./_generated/server";
import { shared } from "elsewhere";
export const coming = query({ ARGS handler: async (ctx, args) => null });
"""
PAGE = """
import { useQuery } from "convex/react";
import { api } from "../convex/_generated/api";
export function Shifts() {
  return <p>{useQuery(api.shifts.coming, { now: Date.now() })}</p>;
}
"""


@pytest.mark.parametrize(
    ("declared", "start"),
    [
        ("args: { limit: v.number() },", "Leave `now` out: `shifts:coming` declares no such argument"),
        ("args: {},", "Leave `now` out"),
        ("args: { now: v.number() },", "Compute the value once"),
        ("args: { ...shared, limit: v.number() },", "Compute the value once"),
        ("args: v.any(),", "Compute the value once"),
        ("", "Compute the value once"),
    ],
)
def test_what_the_query_refuses_is_left_out(declared: str, start: str) -> None:
    files = {"convex/shifts.ts": QUERY.replace("ARGS", declared), "src/Shifts.tsx": PAGE}
    report = lint_sources(files, Config(select=("unstable-arguments",)))
    (result,) = report.results
    assert result.finding.help.startswith(start), result.finding.help
