"""Which tables list the people who work for whoever runs the application? No company has so many of them that a list of all is long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convex_lint.analysis.bound import Tier, tier_of_table
from convex_lint.analysis.growth import made_one_by_one
from convex_lint.analysis.vocabulary import SET_UP, TENANTS, head_of, words_of
from convex_lint.model.schema import Table

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend

_PERSONNEL = frozenset(
    ("employee", "employees", "personnel", "department", "departments", "hire", "hired", "salary", "payroll")
)
"""What people who work somewhere are called, and what is noted of nobody else."""


def lists_staff(table: Table) -> bool:
    """Its rows are called employees, or are users of whom the department or the contract is known; and no field says for which of
    several companies they work."""
    if any(words_of(field) & TENANTS for field in table.fields):
        return False
    if head_of(table.name) in _PERSONNEL:
        return True
    users = tier_of_table(table.name) is Tier.USER
    return users and any(words_of(field) & _PERSONNEL for field in table.fields)


def set_up_by_staff(backend: Backend, table: Table) -> bool:
    """The users of the application are the staff of one company, who set its rows up one by one: its boards, its budgets. It does
    not matter to whom each belongs, since no more people than these come."""
    if head_of(table.name) not in SET_UP or any(words_of(field) & TENANTS for field in table.fields):
        return False
    users = (one for one in backend.tables if one.component == table.component and tier_of_table(one.name) is Tier.USER)
    return made_one_by_one(backend.growth(table), backend.graph) and any(map(lists_staff, users))
