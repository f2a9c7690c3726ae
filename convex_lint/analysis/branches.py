"""Can two operations of a function happen in one execution?"""

from __future__ import annotations

from convex_lint.model.operation import Guard, Operation
from convex_lint.model.value import Computed, Literal, Unknown


def exclusive(first: Operation, second: Operation) -> bool:
    """They stand in different branches: what lets control get to one keeps it from the other. Two operations that some
    executions skip are taken to be exclusive when nothing is known of why."""
    for one in first.guards:
        for other in second.guards:
            if one.span == other.span and one.holds is not other.holds:
                return True
            if _opposed(one, other):
                return True
    if first.guards or second.guards:
        return False
    return first.conditional and second.conditional


def _opposed(one: Guard, other: Guard) -> bool:
    """The same condition with different outcomes, or one value that would have to equal two constants."""
    if isinstance(one.condition, Unknown):
        return False
    if one.condition == other.condition:
        return one.holds is not other.holds
    left, right = one.condition, other.condition
    return (
        one.holds
        and other.holds
        and isinstance(left, Computed)
        and isinstance(right, Computed)
        and left.operator == right.operator == "==="
        and left.parts[0] == right.parts[0]
        and all(isinstance(part, Literal) for part in (left.parts[-1], right.parts[-1]))
        and left.parts[-1] != right.parts[-1]
    )
