"""States in which most rows end up, by what writes them: an index on such a state would leave little unread."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from convex_lint.analysis.bound import Tier
from convex_lint.analysis.fields import constants, kinds_of
from convex_lint.analysis.sites import Reach, Site
from convex_lint.analysis.terms import alternatives
from convex_lint.analysis.vocabulary import CHOSEN, GONE, RARE, SHOWN, words_of
from convex_lint.analysis.wish import Equality, Wish
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Argument, Inserted, Literal

if TYPE_CHECKING:
    from convex_lint.analysis.narrowing import Narrowing

_OUT = GONE | {"deactivated", "suspended", "blocked", "rejected", "declined", "withdrawn"}
"""Values of states that are set on the few rows that are out of use."""

_BEGUN = frozenset(("onboarded", "onboarding", "activated", "registered"))
"""In names of flags that people get once, when they begin."""

_SHOWN = SHOWN | {"approved", "verified"}
_SORTS = 3
_FEW = frozenset(("admin", "administrator", "owner", "staff", "moderator", "editor", "superadmin", "root", "system"))
"""Sorts of rows of which there are few, whatever else there is."""

_LASTING = GONE | CHOSEN | RARE
"""Flags that few rows ever get, although nothing takes them back."""


def of_most(narrowing: Narrowing, writes: Iterable[Site[Write]]) -> bool:
    """Nothing else is asked of the rows of a range than the state in which most of them are, or are in the end."""
    wish = narrowing.wish
    if not wish.pinned or not wish.equalities or wish.ranged is not None or wish.sorted is not None:
        return False
    changes = tuple(reach for site in writes for reach in site.reaches if reach.operation.op is not Op.DELETE)
    return all(_most_have(equality, narrowing, changes) for equality in wish.equalities)


def wants_most(read: Read, wish: Wish, table: Table, writes: Iterable[Site[Write]]) -> bool:
    """All rows of a table are wanted but those that are not shown, or of another sort, or below some constant: an index
    would leave little unread, and it is the rows themselves that are too many."""
    if read.eq or read.bounds or read.terminal not in ("collect", "iterate") or wish.sorted is not None:
        return False
    if wish.ranged is not None:
        return _beyond_constant(wish)
    changes = tuple(reach for site in writes for reach in site.reaches if reach.operation.op is not Op.DELETE)
    return bool(wish.equalities) and all(
        _is_shown(equality) or _is_sort(equality, table, changes) for equality in wish.equalities
    )


def counts_beyond_constant(read: Read, wish: Wish) -> bool:
    """How many rows of a table there are past a constant (`score > 0`): a range of them holds as good as all."""
    if read.eq or read.bounds or wish.sorted is not None or wish.ranged is None or not _beyond_constant(wish):
        return False
    return bool(read.uses) and {use.kind for use in read.uses} <= {"filter", "length"}


def _beyond_constant(wish: Wish) -> bool:
    return not wish.equalities and all(isinstance(part.value, Literal) for part in wish.comparisons)


def _is_shown(equality: Equality) -> bool:
    """What a product is there to show: the published articles, the approved products."""
    if equality.chosen or len(equality.values) != 1 or not isinstance(equality.values[0], Literal):
        return equality.keeps_most
    value = equality.values[0].value
    return equality.keeps_most or value in _SHOWN or (value is True and bool(words_of(equality.field) & _SHOWN))


def _is_sort(equality: Equality, table: Table, writes: tuple[Reach[Write], ...]) -> bool:
    """One of two or three sorts of rows, which they are made with and keep: of all that come in, the index leaves out the
    others."""
    if "." in equality.field or words_of(equality.field) & _LASTING:
        return False
    if not all(isinstance(value, Literal) for value in equality.values):
        return False
    kinds = kinds_of(equality.field, table)
    sorts = [member for kind in kinds for member in kind.members_flat()]
    if not 1 < len(sorts) <= _SORTS or not all(sort.kind == "literal" for sort in sorts):
        return False
    if any(words_of(str(value.value)) & _FEW for value in equality.values if isinstance(value, Literal)):
        return False
    return not any(
        write.op is Op.PATCH and (write.fields is None or equality.field in write.fields)
        for write in (reach.operation for reach in writes)
    )


def _most_have(equality: Equality, narrowing: Narrowing, writes: tuple[Reach[Write], ...]) -> bool:
    if equality.chosen or "." in equality.field:
        return False
    begun = bool(words_of(equality.field) & _BEGUN) and equality.values == (Literal(True),)
    if equality.usual or begun or _is_reached_for_good(equality, writes) or _is_begun_with(equality, writes):
        return True
    if _leaves_out_passing(equality, writes):
        return True
    own = narrowing.extent.tier <= Tier.TENANT
    return own and (_is_over(equality) or _leaves_out_one(equality, narrowing.site.table, writes))


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


def _is_begun_with(equality: Equality, writes: tuple[Reach[Write], ...]) -> bool:
    """A flag that is true of what is made, unless who makes it says otherwise, and that no code takes back by itself."""
    if equality.values != (Literal(True),) or words_of(equality.field) & _LASTING:
        return False
    made = False
    for write in (reach.operation for reach in writes):
        value = dict(write.values).get(equality.field)
        options = alternatives(value) if value is not None else ()
        if write.op is Op.INSERT:
            if Literal(True) not in options or not all(
                isinstance(one, Argument) for one in options if one != Literal(True)
            ):
                return False
            made = True
        elif any(isinstance(one, Literal) and one != Literal(True) for one in options):
            return False
    return made


def _leaves_out_passing(equality: Equality, writes: tuple[Reach[Write], ...]) -> bool:
    """All states are wanted but those that the transaction which makes a row sets anew."""
    if len(equality.values) < 2 or not all(isinstance(value, Literal) for value in equality.values):
        return False
    anew = {
        (reach.function.id, reach.operation.target.write)
        for reach in writes
        if isinstance(reach.operation.target, Inserted) and equality.field in (reach.operation.fields or ())
    }
    lasting = tuple(reach for reach in writes if (reach.function.id, reach.operation.ordinal) not in anew)
    known = _written(equality.field, lasting)
    return len(lasting) < len(writes) and bool(known) and all(value in equality.values for value in known)


def _is_over(equality: Equality) -> bool:
    """The state in which things come to rest, and of which one team has ever more."""
    values = equality.values
    return len(values) == 1 and isinstance(values[0], Literal) and bool(words_of(str(values[0].value)) & _OVER)


_OVER = frozenset(
    ("completed", "complete", "done", "finished", "paid", "success", "succeeded", "settled", "delivered", "posted")
)


def _leaves_out_one(equality: Equality, table: Table, writes: tuple[Reach[Write], ...]) -> bool:
    """Several states are wanted, all but that of what is out of use."""
    if len(equality.values) < 2 or not all(isinstance(value, Literal) for value in equality.values):
        return False
    known = constants(kinds_of(equality.field, table)) or _written(equality.field, writes)
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
                given = constants(function.args.at(one.path))
            else:
                given = (one,) if isinstance(one, Literal) else ()
            if not given:
                return ()
            found.update(dict.fromkeys(given))
        if value is None:
            return ()
    return tuple(found)
