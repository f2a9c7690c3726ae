"""Branches into which the arguments of the callers lead."""

from __future__ import annotations

import pytest

from convex_lint.analysis.entered import passes
from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources
from convex_lint.model.operation import Guard
from convex_lint.model.value import UNKNOWN, Argument, Computed, Literal, Undefined, Value
from convex_lint.source import Span

SLUG, KIND = Argument(("slug",)), Argument(("kind",))


def guards(condition: Value, holds: bool = True) -> tuple[Guard, ...]:
    return (Guard(condition, holds, Span("a.ts", 0, 1), "skip"),)


@pytest.mark.parametrize(
    ("condition", "given", "holds", "fails"),
    [
        (SLUG, {}, False, True),
        (SLUG, {"slug": Undefined()}, False, True),
        (SLUG, {"slug": Literal("a")}, True, False),
        (SLUG, {"slug": UNKNOWN}, True, True),
        (Computed("!", (SLUG,)), {}, True, False),
        (Computed("&&", (SLUG, KIND)), {"slug": UNKNOWN}, False, True),
        (Computed("||", (SLUG, KIND)), {"kind": Literal(1)}, True, False),
        (Computed("||", (SLUG, KIND)), {"kind": UNKNOWN}, True, True),
        (Computed("===", (KIND, Literal("a"))), {"kind": Literal("b")}, False, True),
        (Computed("!==", (KIND, Undefined())), {}, False, True),
        (Computed("===", (Computed("either", (KIND, Literal("a"))), Literal("a"))), {}, True, False),
        (
            Computed("===", (Computed("either", (KIND, Literal("a"))), Literal("a"))),
            {"kind": Literal("b")},
            False,
            True,
        ),
        (Computed("===", (Computed("either", (Undefined(), Literal("a"))), Literal("a"))), {}, True, True),
        (Computed("<", (KIND, Literal(1))), {}, True, True),
        (Argument(("id",), "users"), {"id": UNKNOWN}, True, False),
        (Argument(("filter", "slug")), {}, True, True),
    ],
)
def test_what_may_pass(condition: Value, given: dict[str, Value], holds: bool, fails: bool) -> None:
    """`holds`: arguments with which the condition may hold; `fails`: with which it may not."""
    assert passes(given, guards(condition)) is holds
    assert passes(given, guards(condition, holds=False)) is fails


CHOICE = {
    "convex/schema.ts": """
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  users: defineTable({ key: v.string() }),
  sales: defineTable({ seller: v.string(), userId: v.id("users") }).index("by_seller", ["seller"]),
});
""",
    "convex/sales.ts": """
import { v } from "convex/values";
import { mutation, query } from "./_generated/server";
export const add = mutation({
  args: { userId: v.id("users"), seller: v.string() },
  handler: async (ctx, args) => { await ctx.db.insert("sales", args); },
});
export const list = query({
  args: { seller: v.optional(v.string()) },
  handler: async (ctx, args) => {
    if (args.seller) return await ctx.db.query("sales").withIndex("by_seller", (q) => q.eq("seller", args.seller)).first();
    return await ctx.db.query("sales").collect();
  },
});
""",
}


@pytest.mark.parametrize(
    ("arguments", "entered"),
    [
        ('user ? { seller: user.key } : "skip"', False),
        ('user && open ? { seller: user.key } : "skip"', False),
        ('open ? { seller: user.key } : "skip"', True),
        ('user ? { seller: user?.key } : "skip"', True),
        ("{ seller: user.key }", True),
        ("{}", True),
    ],
)
def test_what_a_query_waits_for_is_given(arguments: str, entered: bool) -> None:
    """The whole table is read only for a call without a seller."""
    page = (
        'import { useMutation, useQuery } from "convex/react";\nimport { api } from "../convex/_generated/api";\n'
        "export function Page({ user, open }) {\n  const add = useMutation(api.sales.add);\n"
        f"  const sales = useQuery(api.sales.list, {arguments});\n  return <i onClick={{() => add()}}>{{sales}}</i>;\n}}\n"
    )
    report = lint_sources({**CHOICE, "src/Page.tsx": page}, Config(select=("unbounded-read",)))
    assert not report.failures
    assert [str(one.severity.value) for one in report.results] == ["warning" if entered else "note"]
