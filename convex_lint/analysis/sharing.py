"""Who else writes the document that a mutation writes: everyone, a tenant, or those who work on the same thing?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from convex_lint.analysis.bound import Tier, names_one, tier_of_table
from convex_lint.analysis.terms import Composed, Reads, RowField, Term, alternatives, fresh, resolve
from convex_lint.analysis.vocabulary import CHANGED, FAILURES, HELD, KEYS, POPULAR, REMARKS, STATE, head_of, words_of
from convex_lint.model.function import Function
from convex_lint.model.operation import Op, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import (
    Argument,
    Clock,
    Computed,
    DocumentField,
    Environment,
    Identity,
    Literal,
    Undefined,
    Value,
    parts_of,
)


class Shared(NamedTuple):
    """`tier` says who shares the document: TABLE all callers, TENANT those of one tenant, USER one user, ENTITY whoever
    works on the same thing. `words` name the document."""

    tier: Tier
    words: str


def sharing(write: Write, table: Table, reads: Reads, grows: bool) -> Shared | None:
    """Who shares the document that an update goes to; None when that cannot be told, or it is new. `grows`: the table gains
    rows in the course of use."""
    if write.op is Op.INSERT:
        return None
    terms = [term for term in alternatives(resolve(write.target, reads)) if term != Undefined()]  # to patch it throws
    found = [_share(term, table, grows) for term in terms if not fresh(term)]
    if not found or any(one is None for one in found):
        return None
    return min((one for one in found if one is not None), key=lambda one: _WIDTH.index(one.tier))


_WIDTH = (Tier.USER, Tier.ENTITY, Tier.TENANT, Tier.TABLE)


def _share(term: Term, table: Table, grows: bool) -> Shared | None:
    if callers_own(term):
        return Shared(Tier.USER, f"the caller's own row of `{table.name}`")
    if isinstance(term, RowField) and term.path == ("_id",) and term.form is not None:
        values = [part for _, value in term.keys for part in leaves(value)]
        if all(isinstance(value, (Literal, Environment, Clock)) for value in values):
            dated = any(isinstance(value, Clock) for value in values)
            if dated and not any(_rounded(value) for _, value in term.keys):
                return None
            return _constant(term, table, grows, dated)
    if not isinstance(term, (Argument, DocumentField, RowField)):
        return None
    return Shared(tier_of_table(head_of(table.name)), f"one row of `{table.name}`")


def _constant(term: RowField, table: Table, grows: bool, dated: bool) -> Shared | None:
    """A row that is found without a word of the caller: the only one of its kind, unless it is the head of a queue."""
    if dated:
        return Shared(Tier.TABLE, f"the row of `{table.name}` for the time being")
    if any(words_of(field) & STATE or _flag(value) for field, value in term.keys):
        return None
    if not term.keys:
        return None if grows else Shared(Tier.TABLE, f"the one row of `{table.name}`")
    if grows and not all(names_one(field) or words_of(field) & KEYS for field, _ in term.keys):
        return None
    given = [f"`{field}`" for field, _ in term.keys]
    return Shared(Tier.TABLE, f"the row of `{table.name}` with a fixed {' and '.join(given)}")


def _flag(term: Term) -> bool:
    return isinstance(term, Literal) and isinstance(term.value, bool)


def _rounded(term: Term) -> bool:
    """The day, the hour: a part of the clock that many calls have in common."""
    if not isinstance(term, (Composed, Computed)):
        return False
    return term.operator.removeprefix("call:") in _ROUNDING or any(_rounded(part) for part in term.parts)


_ROUNDING = frozenset({"slice", "substring", "split", "Math.floor", "floor", "format", "setHours", "startOfDay"})


def callers_own(term: Term) -> bool:
    """Found by the identity of the caller."""
    if isinstance(term, RowField):
        return any(callers_own(value) for _, value in term.keys)
    if isinstance(term, Composed):
        return any(callers_own(part) for part in term.parts)
    return isinstance(term, Identity)


_MEANT = ("like", "vote", "upvote", "downvote", "share", "star", "follower", "install", "reaction")
IN_PASSING = POPULAR - frozenset(word + ending for word in _MEANT for ending in ("", "s"))
"""Counts of what people do without making up their minds: they look at something, click, play it."""

_SHOWN = frozenset(("hash", "secret", "token"))
_GIVEN_OUT = frozenset(("key", "keys", "token", "tokens"))


def by_credential(target: Term, table: Table) -> bool:
    """The row of an API key, by what each request shows: all the programs that were given the key share it."""
    return bool(words_of(table.name) & _GIVEN_OUT) and any(
        isinstance(term, RowField)
        and term.path == ("_id",)
        and any(words_of(field) & _SHOWN and isinstance(value, Argument) for field, value in term.keys)
        for term in alternatives(target)
    )


def leaves(term: Term) -> Iterator[Term]:
    if isinstance(term, (Composed, Computed)):
        for part in term.parts:
            yield from leaves(part)
    else:
        yield term


def counters(write: Write) -> tuple[str, ...]:
    """The fields that a patch sets to their old value plus or minus something, nested ones as paths."""
    if write.op is Op.INSERT:
        return ()
    source = write.target.read if isinstance(write.target, DocumentField) else None
    found: dict[str, None] = {}
    for field, value in write.values:
        for part in parts_of(value):
            if isinstance(part, Computed) and part.operator in ("+", "-") and len(part.parts) == 2:
                if part.parts[1] == Literal(0):
                    continue  # what this call leaves as it is
                for one in _summands(part.parts[0]):
                    own = one.table == write.table and one.path[:1] == (field,)
                    # the next free moment is a time, and no count
                    dated = any(isinstance(inner, Clock) for inner in parts_of(part))
                    if own and not dated and (source is None or one.read == source):
                        found[".".join(one.path)] = None
    return tuple(found)


def also_set(write: Write) -> tuple[str, ...]:
    """The other fields that the patch gives what each call brings along: a moment of its own, values of its arguments, one
    more in a list. When the row changed at all is no such field: it goes with the count."""
    counted = {name.partition(".")[0] for name in counters(write)}
    return tuple(
        field
        for field, value in write.values
        if field not in counted
        and not words_of(field) & CHANGED
        and any(isinstance(part, (Argument, Clock)) or _adds_to_list(part) for part in parts_of(value))
    )


def _adds_to_list(part: Value) -> bool:
    return isinstance(part, Computed) and part.operator == "append"


def limited(write: Write, function: Function) -> frozenset[str]:
    """The counters of the patch that a condition holds against something other than 0: a balance that must suffice, a
    capacity. Such a number has to be read whole, at the moment at which it is changed."""
    guards = {guard.span: guard for operation in function.operations for guard in operation.guards}
    weighed = [
        part
        for guard in guards.values()
        for part in parts_of(guard.condition)
        if isinstance(part, Computed) and part.operator in _ORDER and _NOTHING.isdisjoint(part.parts)
    ]
    sides = {
        ".".join(side.path)
        for comparison in weighed
        for part in comparison.parts
        for side in parts_of(part)
        if isinstance(side, DocumentField) and side.table == write.table
    }
    return frozenset(counters(write)) & sides


_ORDER = frozenset(("<", "<=", ">", ">="))
_NOTHING = frozenset((Literal(0), Literal(1)))


def _summands(value: Value) -> Iterator[DocumentField]:
    yield from (part for part in parts_of(value) if isinstance(part, DocumentField))


def rewrites_itself(write: Write) -> bool:
    """Some new value is made from the document's old ones."""
    return any(
        isinstance(part, DocumentField) and part.table == write.table and part.path[:1] == (field,)
        for field, value in write.values
        for part in parts_of(value)
    )


_ROWS = frozenset(("item", "items", "entry", "entries", "row", "rows", "record", "records"))
"""What stands behind the word for what the rows are."""


def is_remark(table: str) -> bool:
    """`comments`, `review_items`."""
    return head_of(table) in REMARKS or (head_of(table) in _ROWS and bool(words_of(table) & REMARKS))


def is_held(table: str) -> bool:
    """Its rows belong to one person each, or are there for what seldom happens."""
    return head_of(table) in HELD or bool(words_of(table) & FAILURES)


_OWNER_CHECK = re.compile(
    r"[.\]]\s*(?:user_?id|owner_?id|author_?id|creator_?id|created_?by|clerk_?id|token_?identifier|user|owner)\s*!==?",
    re.IGNORECASE,
)


def checks_owner(text: str) -> bool:
    """`if (doc.userId !== user._id) throw`: only one user gets to write it."""
    return bool(_OWNER_CHECK.search(text))
