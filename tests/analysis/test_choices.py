"""Writers whose constants an argument can never be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.backend import Backend
from convex_lint.model.function import Function
from convex_lint.model.schema import Validator
from convex_lint.model.subscription import ClientCall
from convex_lint.model.value import UNKNOWN, Argument, Computed, Literal, Value
from tests.analysis.facts import STRING, enum, insert, mutation, project, query, read, run, subscription, table

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


def _opened(*values: Value | None) -> list[ClientCall]:
    given = [() if value is None else (("kind", value),) for value in values]
    return [replace(subscription("a:list"), arguments=one) for one in given]


@pytest.mark.parametrize(
    ("values", "lands"),
    [
        ((BILL, ORDER), False),
        ((BILL, TEAM), True),
        ((Computed("either", (BILL, ORDER)),), False),
        ((BILL, Argument(("kind",))), True),
        ((BILL, None), True),
        ((), True),
    ],
)
def test_clients_that_all_name_a_constant_ask_for_no_other(values: tuple[Value | None, ...], lands: bool) -> None:
    shown, posted = asked(STRING), mutation("a:post", insert("notices", kind=TEAM))
    backend = Backend(project(NOTICES, shown, posted, *_opened(*values)))
    site = backend.reads[0]
    assert bool(backend.writers_into(site.operation, site.table)) is lands


def test_what_another_function_asks_for_nobody_knows() -> None:
    shown, posted = asked(STRING), mutation("a:post", insert("notices", kind=TEAM))
    other = query("a:other", run("a:list", "runQuery"))
    backend = Backend(project(NOTICES, shown, posted, other, *_opened(BILL)))
    site = backend.reads[0]
    assert backend.writers_into(site.operation, site.table)
