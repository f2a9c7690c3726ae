"""Writers whose constants an argument can never be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.backend import Backend
from convex_lint.model.function import Function
from convex_lint.model.schema import Validator
from convex_lint.model.value import UNKNOWN, Argument, Computed, Literal, Value
from tests.analysis.facts import STRING, enum, insert, mutation, project, query, read, table

NOTICES = table("notices", {"by_kind": ["kind"]}, kind=STRING)
BILL, ORDER, TEAM = Literal("bill"), Literal("order"), Literal("team")


def asked(kind: Validator) -> Function:
    listed = query("a:list", read("notices", "by_kind", {"kind": Argument(("kind",))}))
    return replace(listed, args=Validator("object", fields={"kind": kind}))


@pytest.mark.parametrize(
    ("kind", "given", "lands"),
    [
        (enum("bill", "order"), ORDER, True),
        (enum("bill", "order"), TEAM, False),
        (enum("bill", "order"), Computed("either", (TEAM, BILL)), True),
        (enum("bill", "order"), Computed("either", (TEAM, Literal("note"))), False),
        (enum("bill", "order"), Argument(("kind",)), True),
        (enum("bill", "order"), UNKNOWN, True),
        (STRING, TEAM, True),
    ],
)
def test_a_constant_that_the_argument_cannot_be_is_never_met(kind: Validator, given: Value, lands: bool) -> None:
    shown, posted = asked(kind), mutation("a:post", insert("notices", kind=given))
    backend = Backend(project(NOTICES, shown, posted))
    site = backend.reads[0]
    assert bool(backend.writers_into(site.operation, site.table)) is lands


def test_another_function_at_the_same_place_may_ask_for_anything() -> None:
    shown, posted = asked(enum("bill")), mutation("a:post", insert("notices", kind=TEAM))
    wide = replace(shown, path="a:all", args=Validator("object", fields={"kind": STRING}))
    backend = Backend(project(NOTICES, shown, wide, posted))
    site = backend.reads[0]
    assert backend.writers_into(site.operation, site.table)
