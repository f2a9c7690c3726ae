"""Which tables list the people who work for whoever runs the application? No company has so many of them that a list of all is long."""

from __future__ import annotations

from convex_lint.analysis.bound import Tier, tier_of_table
from convex_lint.analysis.vocabulary import TENANTS, head_of, words_of
from convex_lint.model.schema import Table

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
