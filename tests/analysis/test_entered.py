"""Branches into which the arguments of the callers lead."""

from __future__ import annotations

import pytest

from convex_lint.analysis.entered import passes
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
