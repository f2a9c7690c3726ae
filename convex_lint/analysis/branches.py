"""Can two operations of a function happen in one execution?"""

from __future__ import annotations

from typing import Any

from convex_lint.analysis.surroundings import Surroundings
from convex_lint.model.operation import Guard, Operation
from convex_lint.model.value import Computed, Literal, Unknown
from convex_lint.source import Span
from convex_lint.syntax import tree
from convex_lint.syntax.walk import bare, is_name, within


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
    branch, whatever decides between them; or at a call of one entry of a table of functions."""
    if exclusive(first, second):
        return True
    ways = enumerate(zip((*first.via, first.span), (*second.via, second.span), strict=False))
    parting = next(((place, one, other) for place, (one, other) in ways if one != other), None)
    if parting is None:
        return False
    place, one, other = parting
    return in_other_cases(one, other, surroundings) or (
        place > 0 and _are_entries(one, other, first.via[place - 1], surroundings)
    )


def _are_entries(one: Span, other: Span, call: Span, surroundings: Surroundings) -> bool:
    """The places stand in different functions that one call `STEPS[name](ctx)` may run: it runs one of them. What stands in
    the call itself are callbacks, of which any may run."""
    path = surroundings.around(call)
    called = path[-1] if path else None
    if type(called) is not tree.Call or any(
        place.file == call.file and call.start <= place.start < call.end for place in (one, other)
    ):
        return False
    functions = [surroundings.functions(place)[-1:] for place in (one, other)]
    return functions[0] != functions[1] and _is_looked_up(called.callee, path)


def _is_looked_up(callee: Any, path: tuple[Any, ...]) -> bool:
    """`STEPS[name]`, or a variable of the function around that holds it."""
    callee = bare(callee)
    if type(callee) is tree.Name:
        body = next((node for node in reversed(path) if type(node) is tree.Function), ())
        values = [
            node.value for node in within(body) if type(node) is tree.Declarator and is_name(node.target, callee.name)
        ]
        return len(values) == 1 and values[0] is not None and type(bare(values[0])) is tree.Subscript
    return type(callee) is tree.Subscript


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
