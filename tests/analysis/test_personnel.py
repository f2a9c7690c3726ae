"""Which tables hold few rows because of whom, or of what days, they are?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.crowd import few_make, stays_a_list
from convex_lint.analysis.periods import follow_one_another
from convex_lint.analysis.personnel import lists_staff, set_up_by_staff
from convex_lint.analysis.tended import comes_stocked
from convex_lint.model.operation import Guard, Loop, Predicate
from convex_lint.model.schema import Table
from convex_lint.model.value import Argument, DocumentField
from tests.analysis.facts import NUMBER, STRING, insert, mutation, project, query, read, reference, span, table

FROM, UNTIL = Argument(("startDate",)), Argument(("endDate",))


@pytest.mark.parametrize(
    ("listed", "few"),
    [
        (table("users", name=STRING, departmentId=reference("departments")), True),
        (table("users", name=STRING, hiredOn=STRING), True),
        (table("employees", name=STRING, isDeleted=STRING), True),
        (table("users", name=STRING, bio=STRING), False),
        (table("customers", name=STRING, address=STRING), False),
        (table("employees", name=STRING, companyId=reference("companies")), False),
        (table("orders", department=STRING, total=NUMBER), False),
    ],
)
def test_the_people_who_work_for_one_company_are_few(listed: Table, few: bool) -> None:
    assert lists_staff(listed) is few
    every = read(listed.name)
    hire = mutation("people:add", insert(listed.name, userId=Argument(("userId",), "users")))
    backend = Backend(project(listed, hire, query("people:all", every)))
    assert not lists_staff(listed) or few_make(backend, every, listed)


def _apart(*asked: tuple[str, str], holds: bool = False) -> bool:
    """Whether periods follow one another of which each is inserted after a look for others that are so."""
    periods = table("periods", startDate=STRING, endDate=STRING)
    parts = [Predicate(operator, "filter", span(), field, Argument((field,))) for field, operator in asked]
    look = read("periods", terminal="first", residual=parts)
    guard = Guard(DocumentField("periods", (), 0), holds, span(), "return")
    added = replace(insert("periods", startDate=FROM, endDate=UNTIL), guards=(guard,))
    return follow_one_another(Backend(project(periods, mutation("periods:open", look, added))), periods)


def test_periods_that_may_not_overlap_are_few() -> None:
    assert _apart(("startDate", "lte"), ("endDate", "gte"))
    assert not _apart(("startDate", "lte"), ("endDate", "gte"), holds=True)
    assert not _apart(("startDate", "lte"))
    assert not _apart(("startDate", "gte"), ("startDate", "lte"))
    assert not _apart(("startDate", "eq"), ("endDate", "eq"))


def _stocked(bound: int | None, *more: object, owner: str = "createdBy") -> bool:
    clubs = table("clubs", name=STRING, **{owner: reference("users")})
    listed = replace(insert("clubs", name=Argument(("name",))), loops=(Loop(span(), bound, None),))
    add = mutation("clubs:add", insert("clubs", name=Argument(("name",))))
    backend = Backend(project(clubs, mutation("seed:clubs", listed, internal=True), add, *more))  # type: ignore[arg-type]
    return comes_stocked(backend, clubs)


def test_a_list_that_comes_with_the_product_is_added_to_by_hand() -> None:
    assert _stocked(80)
    assert not _stocked(12), "made up for a try"
    assert not _stocked(None)
    assert not _stocked(80, owner="userId")
    load = replace(insert("clubs", name=Argument(("name",))), loops=(Loop(span(), None, None),))
    assert not _stocked(80, mutation("clubs:load", load))


def _set_up(name: str, users: Table, *more: object, team: str = "ownerId") -> bool:
    kept = table(name, title=STRING, **{team: reference("users")})
    add = mutation("kept:add", insert(name, ownerId=Argument(("ownerId",), "users")))
    return set_up_by_staff(Backend(project(kept, users, add, *more)), kept)  # type: ignore[arg-type]


def test_what_the_staff_of_one_company_set_up_is_few() -> None:
    staff = table("users", name=STRING, hireDate=STRING)
    assert _set_up("boards", staff)
    assert not _set_up("boards", table("users", name=STRING))
    assert not _set_up("tickets", staff)
    assert not _set_up("boards", staff, team="companyId")
    load = replace(insert("boards", title=Argument(("title",))), loops=(Loop(span(), None, None),))
    assert not _set_up("boards", staff, mutation("kept:load", load))


def test_what_they_set_up_for_each_customer_is_not() -> None:
    staff, visits = table("users", name=STRING, hireDate=STRING), read("budgets")
    ask = mutation("guests:ask", insert("guests", userId=Argument(("userId",), "users")))

    def few(field: str, target: str) -> bool:
        guests = table("guests", userId=reference("users"))
        budgets = table("budgets", total=NUMBER, **{field: reference(target)})
        add = mutation("budgets:add", insert("budgets", **{field: Argument((field,), target)}))
        backend = Backend(project(staff, guests, budgets, ask, add, query("budgets:all", visits)))
        assert stays_a_list(backend, budgets) is few_make(backend, visits, budgets)
        return stays_a_list(backend, budgets)

    assert few("ownerId", "users")
    assert not few("guestId", "guests")
