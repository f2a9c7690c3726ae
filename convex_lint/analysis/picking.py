"""How many of the rows that a loop walks its work is about: all of them, or those that the call picks out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from convex_lint.model.operation import Guard, Loop, Operation, Predicate, Read, Write
from convex_lint.model.value import (
    Argument,
    Clock,
    Computed,
    DocumentField,
    Identity,
    Literal,
    Undefined,
    Unknown,
    Value,
    parts_of,
)
from convex_lint.source import Span

_HOLDS_ONE = re.compile(r"\.includes\(\s*[A-Za-z_]")
_COMPARES = frozenset(("===", "!==", "==", "!=", "<", "<=", ">", ">="))


def picked_out(read: Read, text_of: Callable[[Span], str]) -> bool:
    """Code drops rows by what no field says, or keeps those whose list holds what the call gives: nobody knows how many
    are left to be walked."""
    if read.terminal in ("take", "paginate"):
        return False  # no more than it takes
    return any(
        part.source == "js" and (part.operator == "computed" or _HOLDS_ONE.search(text_of(part.span)) is not None)
        for part in _predicates(read)
    )


def _predicates(read: Read) -> Iterator[Predicate]:
    waiting = list(read.residual)
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(part.parts)


def chosen_from_all(read: Read) -> bool:
    """A scan of the whole table that keeps the rows with a value that the call or another row gives, in one of some fields: what
    it does with these few costs less than to find them."""
    return not read.eq and not read.bounds and any(map(_is_chosen, read.residual))


def _is_chosen(part: Predicate) -> bool:
    if part.operator in ("or", "and"):
        each = map(_is_chosen, part.parts)
        return bool(part.parts) and (all(each) if part.operator == "or" else any(each))
    return (
        part.operator == "eq"
        and part.field is not None
        and any(isinstance(inner, (Argument, DocumentField, Identity)) for inner in parts_of(part.value))
    )


def asked_for(operation: Operation, read: Read) -> bool:
    """Only the rows with a value that the call gives get to the operation: `if (row.endpoint === args.endpoint)`."""
    return any(
        _equal(condition) is not guard.holds and _names_one(condition, read)
        for guard in operation.guards
        for condition in _questions(guard)
        if _equal(condition) is not None
    )


def _equal(condition: Computed) -> bool | None:
    """True for a test that fails where the values are equal, False for one that holds there."""
    return {"!==": True, "!=": True, "===": False, "==": False}.get(condition.operator)


def _names_one(condition: Computed, read: Read) -> bool:
    return any(
        _is_own(own, read) and not isinstance(other, (Literal, Undefined, Clock)) and not _mentions(other, read)
        for own, other in (condition.parts, condition.parts[::-1])
    )


def in_a_state(operation: Operation, read: Read) -> bool:
    """Only the rows in one state, or of some age, get to the operation: `if (row.kind === "order")`. Nobody knows how many
    these are."""
    return any(
        _is_aged(guard.condition, read)
        or any(
            _equal(condition) is not guard.holds and _equal(condition) is not None and _names_state(condition, read)
            for condition in _questions(guard)
        )
        for guard in operation.guards
    )


def _is_aged(condition: Value, read: Read) -> bool:
    comparisons = (
        part for part in parts_of(condition) if isinstance(part, Computed) and part.operator in ("<", "<=", ">", ">=")
    )
    return any(
        any(_is_own(part, read) for part in inner) and any(isinstance(part, Clock) for part in inner)
        for inner in map(parts_of, comparisons)
    )


def _names_state(condition: Computed, read: Read) -> bool:
    return any(
        _is_own(own, read)
        and isinstance(other, Literal)
        and isinstance(other.value, (str, int))
        and other.value is not False
        for own, other in (condition.parts, condition.parts[::-1])
    )


def weighed(operation: Operation, read: Read) -> bool:
    """A condition that compares a field of the row lets some rows get to the operation and not others; so does one that asks
    whether the row has what the operation is about to give it, or what code has found out about it in the loop."""
    fields = operation.fields or () if isinstance(operation, Write) else ()
    loops = operation.loops if isinstance(operation, Write) else ()
    for guard in operation.guards:
        for part in parts_of(guard.condition):
            if isinstance(part, Computed) and part.operator in _COMPARES:
                sides = part.parts
                nothing = any(isinstance(s, Undefined) or (isinstance(s, Literal) and s.value is None) for s in sides)
                if not nothing and any(_is_own(inner, read) for side in sides for inner in parts_of(side)):
                    return True
            if isinstance(part, DocumentField) and _is_own(part, read) and part.path[0] in fields:
                return True
            if isinstance(part, Unknown) and guard.otherwise == "skip" and any(_holds(loop, guard) for loop in loops):
                return True
    return False


def _holds(loop: Loop, guard: Guard) -> bool:
    return loop.span.file == guard.span.file and loop.span.start <= guard.span.start and guard.span.end <= loop.span.end


def comes_after(read: Read) -> bool:
    """The range begins where something else of the data, or of the clock, is: it holds what came in since then, or what is not
    over yet. So do the rows that a condition leaves of it."""
    bounds = [(bound.operator, bound.value) for bound in read.bounds]
    bounds += [(part.operator, part.value) for part in _predicates(read)]
    return any(
        operator in ("gt", "gte") and any(isinstance(part, (DocumentField, Clock)) for part in parts_of(value))
        for operator, value in bounds
    )


def _questions(guard: Guard) -> Iterator[Computed]:
    """The comparisons of which each must turn out in one way."""
    waiting = [guard.condition]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, Computed):
            continue
        if part.operator == ("&&" if guard.holds else "||"):
            waiting.extend(part.parts)
        elif part.operator in _COMPARES and len(part.parts) == 2:
            yield part


def _is_own(value: Value, read: Read) -> bool:
    return isinstance(value, DocumentField) and value.read == read.ordinal and bool(value.path)


def _mentions(value: Value, read: Read) -> bool:
    return any(isinstance(part, DocumentField) and part.read == read.ordinal for part in parts_of(value))
