"""Symbolic key values of two executions: the same, different, or the same only when both name the same thing."""

from __future__ import annotations

from typing import Literal as Choice

from convex_lint.analysis.terms import Composed, RowField, Term, alternatives, fresh
from convex_lint.model.value import (
    Argument,
    Clock,
    Computed,
    DocumentField,
    Environment,
    Identity,
    IdOf,
    Inserted,
    Literal,
    Random,
    Undefined,
    Unknown,
    Value,
)

_PLAIN = (Literal, Undefined)

Outcome = Choice["equal", "same-call", "free", "perhaps", "different", "unknown"]


def compare(left: Term | Value, right: Term | Value) -> Outcome:
    """What two values say of each other in two executions that share nothing but the state of the database.

    `equal`: in every pair of executions. `same-call`: the same expression, so equal whenever arguments and caller are.
    `free`: each names something, and they are equal when it is the same. `perhaps`: one is a constant that the other may
    be. `different`: never equal. `unknown`: one of them is not understood, or is new each time."""
    lefts, rights = alternatives(left), alternatives(right)
    if len(lefts) == len(rights) == 1:
        return _compare(lefts[0], rights[0])
    outcomes = {_compare(one, other) for one in lefts for other in rights}
    if outcomes == {"different"}:
        return "different"
    if left == right and "unknown" not in outcomes and not _joined(left):
        return "same-call"
    return "unknown" if "unknown" in outcomes else "perhaps"


def _joined(term: Term | Value) -> bool:
    """Which of the values it is was decided by a condition that need not be the same twice."""
    return isinstance(term, (Composed, Computed)) and (term.operator == "either" or any(map(_joined, term.parts)))


def _compare(left: Term, right: Term) -> Outcome:
    if isinstance(left, _PLAIN) and isinstance(right, _PLAIN):
        return "equal" if constant(left) == constant(right) else "different"
    if fresh(left) or fresh(right):
        return "different"  # nobody else knows an id before its transaction commits
    left_kinds, right_kinds = kinds(left), kinds(right)
    if left_kinds is not None and right_kinds is not None and not left_kinds & right_kinds:
        return "different"
    if left == right:
        return _certainty(left)
    if isinstance(left, RowField) and isinstance(right, RowField) and _other_rows(left, right):
        return "different"
    if isinstance(left, _PLAIN) or isinstance(right, _PLAIN):
        return "unknown" if isinstance(left, Unknown) or isinstance(right, Unknown) else "perhaps"
    return "free" if _named(left) and _named(right) else "unknown"


def constant(value: Literal | Undefined) -> tuple[str, object]:
    """A constant with its type, because JavaScript's true is not 1, and undefined is not null. An int64 passes for a
    number: a field has one or the other."""
    if isinstance(value, Undefined):
        return ("undefined", None)
    if isinstance(value.value, bool):
        return ("boolean", value.value)
    if isinstance(value.value, (int, float)):
        return ("number", value.value)
    return ("null", None) if value.value is None else ("string", value.value)


def _other_rows(left: RowField, right: RowField) -> bool:
    """Ids of two rows of which one has a key that the other has not."""
    if left.path != ("_id",) or right.path != ("_id",) or left.table != right.table:
        return False
    keys = dict(right.keys)
    return any(field in keys and compare(term, keys[field]) == "different" for field, term in left.keys)


def _named(term: Term) -> bool:
    """Says whose key it is: an argument, the caller, a field of a row."""
    if isinstance(term, Composed):
        return term.operator in _PURE and bool(term.parts) and all(_named(part) for part in term.parts)
    return isinstance(term, (Argument, Identity, RowField, DocumentField))


_PURE = frozenset({"call:toLowerCase", "call:toUpperCase", "call:trim", "call:toString", "call:String"})
"""What keeps a name a name."""


def _certainty(term: Term) -> Outcome:
    """How sure it is that two equal expressions have equal values."""
    if isinstance(term, (Unknown, Random, Clock, Inserted, IdOf)):
        return "unknown"
    if isinstance(term, (*_PLAIN, Environment)):
        return "equal"
    if isinstance(term, (Composed, Computed)):
        return _weakest([_certainty(part) for part in term.parts])
    if isinstance(term, RowField):
        if term.form is None:
            return "free"
        return _weakest([_certainty(value) for _, value in term.keys])
    return "free" if isinstance(term, DocumentField) else "same-call"


def _weakest(outcomes: list[Outcome]) -> Outcome:
    for outcome in _BY_WEAKNESS:
        if outcome in outcomes:
            return outcome
    return "equal"


_BY_WEAKNESS: tuple[Outcome, ...] = ("unknown", "perhaps", "free", "same-call")


def alike(left: Value, right: Value) -> bool:
    """The same value for certain, in one execution."""
    return left == right and _certainty(left) in ("equal", "same-call", "free")


_TEXT = frozenset({"string"})
_NUMBER = frozenset({"number"})
_NUMBER_OR_TEXT = frozenset({"number", "string"})
_KINDS = {
    **dict.fromkeys(("-", "*", "/", "%", "**", "length"), _NUMBER),
    **dict.fromkeys(("===", "!==", "==", "!=", "<", "<=", ">", ">=", "!"), frozenset({"boolean"})),
    **dict.fromkeys(("template", "call:toLowerCase", "call:toUpperCase", "call:trim", "call:String"), _TEXT),
    "+": _NUMBER_OR_TEXT,
}


def kinds(term: Term | Value) -> frozenset[str] | None:
    """What a value can be: undefined, null, boolean, number, string; None when that is not known."""
    if isinstance(term, _PLAIN):
        return frozenset({constant(term)[0]})
    if isinstance(term, Clock):
        return _NUMBER_OR_TEXT
    if isinstance(term, (Inserted, IdOf)):
        return _TEXT
    if isinstance(term, RowField) and term.path in (("_id",), ("_creationTime",)):
        return _TEXT if term.path == ("_id",) else _NUMBER
    if isinstance(term, (Composed, Computed)):
        return _KINDS.get(term.operator)
    return None


_ORDER = ("undefined", "null", "number", "boolean", "string")
"""The order of values in an index, by type. Source: convex `values/compare.ts`."""


def order(left: Term | Value, right: Term | Value) -> int | None:
    """Negative when `left` always comes before `right` in an index, 0 when they are equal constants, positive when it
    comes after; None when that depends."""
    if isinstance(left, _PLAIN) and isinstance(right, _PLAIN):
        one, other = constant(left), constant(right)
        if one[0] != other[0]:
            return _ORDER.index(one[0]) - _ORDER.index(other[0])
        if isinstance(one[1], str) and isinstance(other[1], str):
            low, high = one[1].encode(errors="surrogatepass"), other[1].encode(errors="surrogatepass")
            return (low > high) - (low < high)
        if isinstance(one[1], (int, float)) and isinstance(other[1], (int, float)):
            return (one[1] > other[1]) - (one[1] < other[1])
        return 0
    left_kinds, right_kinds = kinds(left), kinds(right)
    if left_kinds is None or right_kinds is None:
        return None
    lefts = [_ORDER.index(kind) for kind in left_kinds]
    rights = [_ORDER.index(kind) for kind in right_kinds]
    if max(lefts) < min(rights):
        return -1
    return 1 if min(lefts) > max(rights) else None


def past(term: Term | Value) -> bool:
    """A time that is not after the moment at which the execution reads it."""
    if isinstance(term, (Composed, Computed)):
        if term.operator != "-" or len(term.parts) != 2 or not past(term.parts[0]):
            return False
        less = term.parts[1]
        return isinstance(less, Literal) and isinstance(less.value, (int, float)) and less.value >= 0
    return isinstance(term, Clock) or (isinstance(term, RowField) and term.path == ("_creationTime",))
