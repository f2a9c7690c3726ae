"""Narrowings that are true, of which nothing says that they leave much unread: worth knowing, but no warning."""

from __future__ import annotations

from collections.abc import Iterable

from convex_lint.analysis.bound import Tier, is_log, window
from convex_lint.analysis.fields import kinds_of
from convex_lint.analysis.narrowing import Narrowing
from convex_lint.analysis.sites import Site
from convex_lint.analysis.times import tells_when
from convex_lint.analysis.vocabulary import words_of
from convex_lint.analysis.wish import Equality
from convex_lint.analysis.worth import lies_before
from convex_lint.graph.graph import Entry, EntryKind
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Clock, DocumentField, Literal, Undefined, parts_of

_DAYS = 7 * 86_400_000
_SELDOM = 43_200
"""Seconds: a cron that runs twice a day or less often."""


def is_scant(narrowing: Narrowing, writes: Iterable[Site[Write]], entries: Iterable[Entry]) -> bool:
    """Of an index that is not declared yet: each write would pay for it."""
    return (
        in_window(narrowing.site.operation)
        or _from_constant(narrowing)
        or (seldom(entries) and not narrowing.selective)
        or _of_pairs(narrowing)
        or _made_once(narrowing, writes)
        or (narrowing.wish.until is not None and not narrowing.wish.equalities)
    )


def in_window(read: Read) -> bool:
    """The range holds what came in during the last days, or what is due in the next ones."""
    back = window(read)
    timed = all(any(isinstance(part, Clock) for part in parts_of(bound.value)) for bound in read.bounds)
    sides = {bound.operator[0] for bound in read.bounds}
    return (back is not None and back <= _DAYS) or (timed and len(sides) == 2)


def drops_few(narrowing: Narrowing) -> bool:
    """What the declared index takes over drops little: an upper bound that moves on with the clock, or that of a row's stretch of
    time, which most rows have behind them; a constant (`score > 0`); several of the states of which there are not many more; or a part of what one thing had at one moment."""
    wish, service, read = narrowing.wish, narrowing.service, narrowing.site.operation
    if service is None or narrowing.either:
        return False
    if of_one_moment(read):
        return True
    gained = [equality for equality in wish.equalities if equality.field in service.pinned]
    if gained:
        return service.ranged is None and all(_are_most(one, narrowing.site.table) for one in gained)
    if service.ranged is None or service.ordered is not None:
        return False
    return wish.until is not None or _from_constant(narrowing) or lies_before(wish, narrowing.site.reaches)


def of_one_moment(read: Read) -> bool:
    """The range is pinned by a time, and by something else."""
    times = [key.field for key in read.eq if tells_when(key.field) and not isinstance(key.value, (Literal, Undefined))]
    return bool(times) and len(read.eq) > len(times)


_SEVERAL = 7
"""States that a text may have, where the validator does not say."""


def _are_most(equality: Equality, table: Table) -> bool:
    """More than half of the values that the validator allows are wanted, or as many as there seldom are more of."""
    known = kinds_of(equality.field, table)
    several = len(known) if all(kind.kind == "literal" for kind in known) else _SEVERAL
    asked = [value for value in equality.values if isinstance(value, Literal)]
    return len(asked) == len(equality.values) > 2 and 2 * len(asked) > several


def orders_few(narrowing: Narrowing) -> bool:
    """Nothing but an order, among what one team has of something that it does not record day by day."""
    wish = narrowing.wish
    alone = wish.sorted is not None and not wish.equalities and wish.ranged is None
    return alone and narrowing.extent.tier is Tier.TENANT and not is_log(narrowing.site.table)


def seldom(entries: Iterable[Entry]) -> bool:
    """Nothing but crons that run once or twice a day gets there."""
    known = tuple(entries)
    return bool(known) and all(entry.kind is EntryKind.CRON and (entry.every or 0) >= _SELDOM for entry in known)


def _from_constant(narrowing: Narrowing) -> bool:
    """`rating > 2`: most rows may lie beyond it."""
    wish = narrowing.wish
    return (
        bool(wish.comparisons) and not wish.equalities and all(isinstance(p.value, Literal) for p in wish.comparisons)
    )


def _of_pairs(narrowing: Narrowing) -> bool:
    """The value of one key in a table of keys and values: the index would hold the values of all keys, however long."""
    fields = {equality.field for equality in narrowing.wish.equalities}
    keys = {field for field in narrowing.wish.pinned if words_of(field) & {"key", "name"}}
    return bool(keys) and fields == {"value"}


def _made_once(narrowing: Narrowing, writes: Iterable[Site[Write]]) -> bool:
    """The first row with certain constants among those of one thing, which whoever does not find it inserts: it is there
    before most of the others, so that the read ends early."""
    read, equalities = narrowing.site.operation, narrowing.wish.equalities
    asked = {equality.field: equality.values for equality in equalities}
    if read.terminal != "first" or read.order == "desc" or not read.eq or narrowing.wish.rest or not asked:
        return False
    if not all(len(v) == 1 and isinstance(v[0], (Literal, Undefined)) for v in asked.values()):
        return False
    return any(
        write.op is Op.INSERT
        and write.fields is not None
        and _looks_first(write)
        and all(dict(write.values).get(field, Undefined()) == values[0] for field, values in asked.items())
        for site in writes
        for write in (reach.operation for reach in site.reaches)
    )


def _looks_first(write: Write) -> bool:
    """It is done or not by whether a row of the same table is there."""
    looked = (part for guard in write.guards for part in parts_of(guard.condition) if isinstance(part, DocumentField))
    return any(part.table == write.table and not part.path for part in looked)
