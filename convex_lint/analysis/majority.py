"""States in which most rows end up, by what writes them: an index on such a state would leave little unread."""

from __future__ import annotations

from collections.abc import Iterable

from convex_lint.analysis.bound import Tier
from convex_lint.analysis.fields import kinds_of
from convex_lint.analysis.narrowing import Narrowing
from convex_lint.analysis.sites import Reach, Site
from convex_lint.analysis.terms import alternatives
from convex_lint.analysis.vocabulary import CHOSEN, GONE, RARE, words_of
from convex_lint.analysis.wish import Equality
from convex_lint.model.operation import Op, Write
from convex_lint.model.schema import Table, Validator
from convex_lint.model.value import Argument, Literal

_OUT = GONE | {"deactivated", "suspended", "blocked", "rejected", "declined", "withdrawn"}
"""Values of states that are set on the few rows that are out of use."""

_BEGUN = frozenset(("onboarded", "onboarding", "activated", "registered"))
"""In names of flags that people get once, when they begin."""

_LASTING = GONE | CHOSEN | RARE
"""Flags that few rows ever get, although nothing takes them back."""


def of_most(narrowing: Narrowing, writes: Iterable[Site[Write]]) -> bool:
    """Nothing else is asked of the rows of a range than the state in which most of them are, or are in the end."""
    wish = narrowing.wish
    if not wish.pinned or not wish.equalities or wish.ranged is not None or wish.sorted is not None:
        return False
    changes = tuple(reach for site in writes for reach in site.reaches if reach.operation.op is not Op.DELETE)
    return all(_most_have(equality, narrowing, changes) for equality in wish.equalities)


def _most_have(equality: Equality, narrowing: Narrowing, writes: tuple[Reach[Write], ...]) -> bool:
    if equality.chosen or "." in equality.field:
        return False
    begun = bool(words_of(equality.field) & _BEGUN) and equality.values == (Literal(True),)
    if equality.usual or begun or _is_reached_for_good(equality, writes):
        return True
    return narrowing.extent.tier <= Tier.TENANT and _leaves_out_one(equality, narrowing.site.table, writes)


def _is_reached_for_good(equality: Equality, writes: tuple[Reach[Write], ...]) -> bool:
    """A flag that rows do not have when they are made, that later gets this value, and nothing gives it another."""
    wanted = equality.values
    if len(wanted) > 1 or words_of(equality.field) & _LASTING:
        return False
    if not isinstance(wanted[0], Literal) or not isinstance(wanted[0].value, bool):
        return False
    given = False
    for write in (reach.operation for reach in writes):
        if write.fields is None:
            return False
        if write.op is Op.INSERT or equality.field not in write.fields:
            continue
        value = dict(write.values).get(equality.field)
        if value is None or any(one not in wanted for one in alternatives(value)):
            return False
        given = True
    return given


def _leaves_out_one(equality: Equality, table: Table, writes: tuple[Reach[Write], ...]) -> bool:
    """Several states are wanted, all but that of what is out of use."""
    if len(equality.values) < 2 or not all(isinstance(value, Literal) for value in equality.values):
        return False
    known = _constants(kinds_of(equality.field, table)) or _written(equality.field, writes)
    left = [value for value in known if value not in equality.values]
    return len(left) == 1 and bool(words_of(str(left[0].value)) & _OUT)


def _written(field: str, writes: tuple[Reach[Write], ...]) -> tuple[Literal, ...]:
    """The values that the code gives a field of any text; nothing where it is not clear which."""
    found: dict[Literal, None] = {}
    for function, write in ((reach.function, reach.operation) for reach in writes):
        if write.fields is None:
            return ()
        if field not in write.fields:
            continue
        value = dict(write.values).get(field)
        for one in alternatives(value) if value is not None else ():
            if isinstance(one, Argument) and function.args is not None:
                given = _constants(function.args.at(one.path))
            else:
                given = (one,) if isinstance(one, Literal) else ()
            if not given:
                return ()
            found.update(dict.fromkeys(given))
        if value is None:
            return ()
    return tuple(found)


def _constants(kinds: tuple[Validator, ...]) -> tuple[Literal, ...]:
    """What a union of constants allows; nothing for any other validator."""
    values = [Literal(kind.value) for kind in kinds if kind.kind == "literal"]
    return tuple(values) if len(values) == len(kinds) else ()
