"""Can two operations of a function happen in one execution?"""

from __future__ import annotations

from typing import Any

from convex_lint.analysis.surroundings import Surroundings
from convex_lint.model.operation import Guard, Operation
from convex_lint.model.value import Computed, Literal, Unknown
from convex_lint.source import Span
from convex_lint.syntax import tree


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


def never_both(first: Operation, second: Operation, surroundings: Surroundings) -> bool:
    """The same, where the text is known, too: the ways to them part in different cases of one `switch`, or in the arms of a
    branch, whatever decides between them."""
    if exclusive(first, second):
        return True
    ways = zip((*first.via, first.span), (*second.via, second.span), strict=False)
    parting = next(((one, other) for one, other in ways if one != other), None)
    return parting is not None and in_other_cases(*parting, surroundings)


def in_other_cases(first: Span, second: Span, surroundings: Surroundings) -> bool:
    """The places stand in different cases of one `switch`, and control does not fall from one to the other; or in both arms
    of `test ? one : other`, or of an `if` with an `else`."""
    if first.file != second.file:
        return False
    inner: Any = None
    for one, other in zip(surroundings.around(first), surroundings.around(second), strict=False):
        if one.start == other.start and one.end == other.end:
            inner = one
            continue
        if type(inner) in (tree.Conditional, tree.If):
            return inner.test not in (one, other)
        if type(one) is not tree.Case or type(other) is not tree.Case or type(inner) is not tree.Switch:
            return False
        early, late = sorted((inner.cases.index(one), inner.cases.index(other)))
        return any(_leaves(case.body) for case in inner.cases[early:late])
    return False


def _leaves(statements: tuple[Any, ...]) -> bool:
    """Control does not get past the last of them."""
    last = statements[-1] if statements else None
    if type(last) is tree.Block:
        return _leaves(last.body)
    return type(last) in (tree.Break, tree.Return, tree.Throw, tree.Continue)


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
