"""Which declared index serves a read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

from convex_lint.analysis.bound import Tier, is_owned, selective, tier_of_field, tier_of_table
from convex_lint.analysis.chain_cover import CREATION
from convex_lint.analysis.fields import kinds_of, leaves_out
from convex_lint.analysis.identity import TableNamed
from convex_lint.analysis.order import following, keeps_order, shows_order
from convex_lint.analysis.times import is_window
from convex_lint.analysis.wish import Equality, Wish
from convex_lint.model.operation import Op, Predicate, Read
from convex_lint.model.schema import Index, Table
from convex_lint.model.value import Literal, Undefined


@dataclass(frozen=True, slots=True)
class Service:
    """How an index serves a wish: `pinned` is the prefix of its key that equalities fix, `ranged` the field after it
    that is compared, `ordered` the one that gives the order. `left`: equalities that still come too late. `unsorted`: the
    rows, few by now, come in another order than they did. `tested`: equalities of the range in use that come too late now,
    states and teams, which tell little."""

    index: Index
    pinned: tuple[str, ...]
    ranged: str | None
    ordered: str | None
    left: tuple[str, ...]
    unsorted: bool = False
    tested: tuple[str, ...] = ()


def serve(read: Read, wish: Wish, table: Table, named: TableNamed = lambda component, name: None) -> Service | None:
    """The declared index, or the implicit creation-time order, that takes over most of what comes too late."""
    best = _best(read, wish, table, named)
    return best if best is not None else _instead(read, wish, table, named)


def _best(read: Read, wish: Wish, table: Table, named: TableNamed) -> Service | None:
    implicit = Index("by_creation_time", (), False, table.span)
    tried = (_try(read, wish, index, table) for index in (*table.indexes, implicit))
    found = [service for service in tried if service is not None]
    best = max(found, key=lambda service: _worth(service, wish, table), default=None)
    if best is None or not all(tier_of_field(field, table) >= Tier.USER for field in best.pinned):
        return best
    alike = (service for service in found if _worth(service, wish, table)[:4] == _worth(best, wish, table)[:4])
    parts = (service for service in alike if any(_is_of_one_thing(field, table, named) for field in service.pinned))
    return next(parts, best)


def _instead(read: Read, wish: Wish, table: Table, named: TableNamed) -> Service | None:
    """The index that pins what one user or thing has, where the range in use pins nothing but states, or what one thing has
    where it pins a team: these are tested afterwards, on fewer rows. A user may be in several teams, and rows that lack the
    field are everybody's."""
    states = all(isinstance(key.value, Literal) and not selective(key.field, table, key.value) for key in read.eq)
    teams = all(tier_of_field(key.field, table) is Tier.TENANT for key in read.eq)
    if not read.eq or not (states or teams) or read.bounds or keeps_order(read):
        return None
    found = _best(replace(read, eq=(), index="by_creation_time"), replace(wish, pinned=()), table, named)
    own = (field for field in found.pinned if not leaves_out(table, field)) if found is not None else ()
    most = Tier.ENTITY if teams else Tier.USER
    if found is None or not any(tier_of_field(field, table) <= most for field in own):
        return None
    after = next((field for field in found.index.fields if field not in found.pinned), CREATION)
    moved = after != following(read, table, found.pinned) and shows_order(read)
    seen = moved and any(use.kind == "returned" for use in read.uses)
    tested = tuple(field for field in wish.pinned if field not in found.pinned)
    return replace(found, unsorted=found.unsorted or seen, tested=tested)


def _try(read: Read, wish: Wish, index: Index, table: Table) -> Service | None:
    if index.staged:
        return None
    wanted = {equality.field for equality in wish.equalities}
    needed = set(wish.pinned)
    pinned: list[str] = []
    for field in index.fields:
        if field not in needed and field not in wanted:
            break
        pinned.append(field)
    if not needed <= set(pinned):
        return None
    after = index.fields[len(pinned)] if len(pinned) < len(index.fields) else CREATION
    if wish.bounded is not None and after != wish.bounded:
        return None
    ranged = wish.ranged if wish.ranged is not None and wish.ranged == after else None
    left = tuple(sorted(wanted - set(pinned)))
    ordered = wish.sorted if wish.sorted is not None and wish.sorted == after and not left else None
    if ranged is not None and index.name == read.index and wish.bounded == ranged and set(pinned) == needed:
        ranged = None if _bound_on_both_sides(read) else ranged
    gained = [field for field in pinned if field not in needed]
    if not gained and ranged is None and ordered is None:
        return None
    moved = after != following(read, table, pinned) and ordered is None
    if keeps_order(read) and moved:
        few = any(selective(field, table) for field in gained)
        return Service(index, tuple(pinned), ranged, None, left, True) if few and read.terminal == "collect" else None
    seen = moved and shows_order(read) and any(use.kind == "returned" for use in read.uses)
    return Service(index, tuple(pinned), ranged, ordered, left, seen)


def _bound_on_both_sides(read: Read) -> bool:
    return {bound.operator[:2] for bound in read.bounds} == {"gt", "lt"}


def _worth(service: Service, wish: Wish, table: Table) -> tuple[int, int, int, int, bool, int]:
    """A range between two bounds, or from a time on, is worth more than one of a state, which most rows may be in by now."""
    asked = {one.field: one.values[0] for one in wish.equalities}
    strong = sum(1 for field in service.pinned if selective(field, table, asked.get(field)))
    narrow = is_window(wish.comparisons)
    states = {one.field for one in wish.equalities if _is_of_state(one, table)} if narrow else set()
    between = narrow and service.ranged is not None
    told = len(set(service.pinned) - states) + between
    more = between + (service.ranged is not None) + (service.ordered is not None)
    return strong, told, len(service.pinned), more, not service.unsorted, -len(service.index.fields)


def _is_of_one_thing(field: str, table: Table, named: TableNamed) -> bool:
    """It names a row of another table, which is a part of all that some user or team has: a lease, not a course that all take."""
    names = [kind.table for kind in kinds_of(field, table) if kind.kind == "id" and kind.table is not None]
    parents = [named(table.component, name) for name in names if tier_of_table(name) is Tier.ENTITY]
    return 0 < len(names) == len(parents) and all(one is not None and is_owned(one) for one in parents)


def _is_of_state(equality: Equality, table: Table) -> bool:
    """The value is one of a few that the code names, and not the one that few rows have at a time."""
    named = all(isinstance(value, (Literal, Undefined)) for value in equality.values)
    return named and not equality.chosen and not selective(equality.field, table, equality.values[0])


def fitting(read: Read, table: Table) -> tuple[Index, ...]:
    """The declared indexes of which a read asks for every field, or one way of an `or` for the first, some of them too late:
    those that take most over. Whether that would be worth it is another question."""
    if read.op not in (Op.QUERY, Op.PAGINATE):
        return ()
    pinned = {key.field for key in read.eq}
    found: set[Index] = set()
    for number, late in enumerate(_asked_late(read)):
        depths = {
            index: _depth(index, pinned | {bound.field for bound in read.bounds}, late) for index in table.indexes
        }
        most = max(depths.values(), default=0)
        found |= {
            index for index, depth in depths.items() if depth == most > 0 and (number or depth == len(index.fields))
        }
    return tuple(found)


def _asked_late(read: Read) -> Iterator[frozenset[str]]:
    """The fields of the conditions on rows that were read, then those of each way of an `or` with all others."""
    every: set[str] = {use.field for use in read.uses if use.kind in ("sort", "reduce") and use.field is not None}
    ways: list[set[str]] = []
    pending = list(read.residual)
    while pending:
        part = pending.pop()
        if part.operator in ("and", "given"):
            pending.extend(part.parts)
        elif part.operator == "or":
            ways.extend({inner.field for inner in _within(way) if inner.field is not None} for way in part.parts)
        elif part.field is not None and part.operator != "neq":
            every.add(part.field)
    yield frozenset(every)
    for way in ways:
        yield frozenset(every | way)


def _within(predicate: Predicate) -> Iterator[Predicate]:
    yield predicate
    for part in predicate.parts:
        yield from _within(part)


def _depth(index: Index, pinned: Collection[str], late: Collection[str]) -> int:
    """How many of its first fields are asked for, when one of them comes late."""
    fields = list(takewhile(lambda field: field in pinned or field in late, index.fields))
    return len(fields) if any(field in late and field not in pinned for field in fields) else 0


def pins_one(read: Read) -> bool:
    """`.unique()` on a range of equalities says that they pin one row."""
    return read.op is Op.QUERY and read.terminal == "unique" and bool(read.eq) and not read.residual


def longer_than(index: Index, others: Iterable[Index], named: Collection[str | None]) -> Index | None:
    """The index that begins with the same fields, and of several the shortest that is in use, or else the longest, unless
    this one is in use: then the others can go."""
    size = len(index.fields)
    longer = [other for other in others if len(other.fields) > size and other.fields[:size] == index.fields]
    used = [other for other in longer if other.name in named]
    if used:
        return min(used, key=lambda other: (len(other.fields), other.name))
    if index.name in named:
        return None
    return max(longer, key=lambda other: (len(other.fields), other.name), default=None)
