"""Which index serves a read, and which one to declare when none does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from convex_lint.analysis.bound import selective, tier_of_field
from convex_lint.analysis.naming import index_name
from convex_lint.analysis.wish import Wish
from convex_lint.model.operation import Op, Read
from convex_lint.model.schema import Index, Table
from convex_lint.source import Span

_ORDER_FREE = frozenset({"length", "sort", "some", "reduce"})


@dataclass(frozen=True, slots=True)
class Service:
    """How an index serves a wish: `pinned` is the prefix of its key that equalities fix, `ranged` the field after it
    that is compared, `ordered` the one that gives the order. `left`: equalities that still come too late. `unsorted`: the
    rows, few by now, come in another order than they did."""

    index: Index
    pinned: tuple[str, ...]
    ranged: str | None
    ordered: str | None
    left: tuple[str, ...]
    unsorted: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """An index to declare. `extends`: an index of the table that becomes this one and still serves its readers;
    `staged`: one with just these fields, which only waits to be enabled."""

    name: str
    fields: tuple[str, ...]
    pinned: tuple[str, ...]
    extends: Index | None
    staged: Index | None = None

    @property
    def declaration(self) -> str:
        return f".index({json.dumps(self.name)}, {json.dumps(list(self.fields))})"


def serve(read: Read, wish: Wish, table: Table) -> Service | None:
    """The declared index, or the implicit creation-time order, that takes over most of what comes too late."""
    best: Service | None = None
    implicit = Index("by_creation_time", (), False, table.span)
    for index in (*table.indexes, implicit):
        service = _try(read, wish, index, table)
        if service is not None and (best is None or _worth(service, table) > _worth(best, table)):
            best = service
    return best


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
    following = index.fields[len(pinned)] if len(pinned) < len(index.fields) else "_creationTime"
    if wish.bounded is not None and following != wish.bounded:
        return None
    ranged = wish.ranged if wish.ranged is not None and wish.ranged == following else None
    left = tuple(sorted(wanted - set(pinned)))
    ordered = wish.sorted if wish.sorted is not None and wish.sorted == following and not left else None
    if ranged is not None and index.name == read.index and wish.bounded == ranged and set(pinned) == needed:
        ranged = None if _bound_on_both_sides(read) else ranged
    gained = [field for field in pinned if field not in needed]
    if not gained and ranged is None and ordered is None:
        return None
    if keeps_order(read) and following != _following(read, table) and ordered is None:
        few = any(selective(field, table) for field in gained)
        return Service(index, tuple(pinned), ranged, None, left, True) if few and read.terminal == "collect" else None
    return Service(index, tuple(pinned), ranged, ordered, left)


def keeps_order(read: Read) -> bool:
    """The order in which the rows come was asked for. `.take(n)` in the order of the index whose range is in use is
    mostly a batch of any rows; of an index without a range it is not."""
    named = read.index != "by_creation_time" and not read.eq and not read.bounds
    return read.order == "desc" or read.terminal == "paginate" or (named and read.terminal in ("take", "first"))


def _following(read: Read, table: Table) -> str:
    """The field by which the rows of a range are ordered."""
    if read.bounds:
        return read.bounds[0].field
    index = table.index(read.index) if read.index is not None else None
    place = len(read.eq)
    return index.fields[place] if index is not None and place < len(index.fields) else "_creationTime"


def _bound_on_both_sides(read: Read) -> bool:
    return {bound.operator[:2] for bound in read.bounds} == {"gt", "lt"}


def _worth(service: Service, table: Table) -> tuple[int, int, int, bool, int]:
    strong = sum(1 for field in service.pinned if selective(field, table))
    more = (service.ranged is not None) + (service.ordered is not None)
    return strong, len(service.pinned), more, not service.unsorted, -len(service.index.fields)


def relies_on_creation_order(read: Read, index: Index) -> bool:
    """Does this read of `index` pin all of its fields and then depend on rows coming in order of creation? A longer
    index would bring them in the order of its next field."""
    if read.index != index.name:
        return False
    if not read.range_known or any(bound.field == "_creationTime" for bound in read.bounds):
        return True
    if tuple(sorted(key.field for key in read.eq)) != tuple(sorted(index.fields)):
        return False
    if read.terminal in ("unique", "count"):
        return False
    if read.terminal == "collect" and read.order == "asc":
        kinds = {use.kind for use in read.uses}
        return not kinds or not kinds <= _ORDER_FREE
    return True


def propose(
    wishes: Mapping[Span, tuple[Read, Wish]], table: Table, reads: Iterable[Read], others: Iterable[Index]
) -> dict[Span, Proposal]:
    """The indexes to declare so that few of them serve all wishes: where the fields of one wish are a part of
    another's, they come first in the longer index, and both are served by it."""
    known = tuple(reads)
    habits = tuple(others)
    order = sorted(wishes, key=lambda span: (len(_wanted(wishes[span][1])), span))
    chosen: dict[Span, tuple[str, ...]] = {}
    bare: dict[tuple[str, ...], None] = {}
    for span in order:
        read, wish = wishes[span]
        wanted = _wanted(wish)
        base = _longest_inside(wanted, bare, wish.pinned)
        kept = _longest_inside(wanted, [index.fields for index in table.indexes if not index.staged], wish.pinned)
        start = max((base, kept), key=len)
        rest = [field for field in _by_selectivity(read, wish, table) if field not in start]
        tail = _tail(read, wish, table)
        chosen[span] = (*start, *rest, *tail)
        if not tail:
            bare[chosen[span]] = None
    several = dict.fromkeys(chosen.values())
    relied_on = {
        index.name: any(relies_on_creation_order(other, index) for other in known)
        for index in (table.indexes if order else ())
    }
    proposals: dict[Span, Proposal] = {}
    for span in order:
        read, wish = wishes[span]
        fields = chosen[span]
        longer = [other for other in several if other[: len(fields)] == fields]
        if not keeps_order(read) and read.terminal in ("unique", "first", "collect", "iterate"):
            fields = max(longer, key=lambda other: (len(other), other))
        extended = next(
            (
                index
                for index in sorted(table.indexes, key=lambda index: -len(index.fields))
                if not index.staged
                and fields[: len(index.fields)] == index.fields
                and len(fields) > len(index.fields)
                and not relied_on[index.name]
            ),
            None,
        )
        count = len(_wanted(wish))
        same = next((index for index in table.indexes if index.fields == fields), None)
        if same is not None and not same.staged:
            continue  # it is declared, and would bring the rows in an order that was not asked for
        name = same.name if same is not None else index_name(table, fields, habits)
        proposals[span] = Proposal(name, fields, chosen[span][:count], extended, same)
    return proposals


def _wanted(wish: Wish) -> frozenset[str]:
    return frozenset((*wish.pinned, *(equality.field for equality in wish.equalities)))


def _tail(read: Read, wish: Wish, table: Table) -> tuple[str, ...]:
    """The field after the equalities: what is compared, or what keeps the rows in the order that was asked for."""
    field = wish.bounded or wish.ranged or wish.sorted or (_following(read, table) if keeps_order(read) else None)
    return (field,) if field is not None and field != "_creationTime" and field not in _wanted(wish) else ()


def _longest_inside(
    wanted: frozenset[str], candidates: Iterable[Sequence[str]], pinned: Sequence[str]
) -> tuple[str, ...]:
    """The longest candidate of wanted fields; of equal ones one that begins as the range in use does."""
    fitting = [tuple(fields) for fields in candidates if set(fields) <= wanted]
    return max(fitting, key=lambda fields: (len(fields), fields[:1] == tuple(pinned[:1]), fields), default=())


def _by_selectivity(read: Read, wish: Wish, table: Table) -> list[str]:
    """The fields of the range in use as they stand, then ids, then the rest as declared, states last."""
    declared = {field: place for place, field in enumerate(table.fields)}
    late = sorted(
        (equality.field for equality in wish.equalities),
        key=lambda field: (tier_of_field(field, table) >= 4, declared.get(field, len(declared)), field),
    )
    return [*wish.pinned, *late]


def pins_one(read: Read) -> bool:
    """`.unique()` on a range of equalities says that they pin one row."""
    return read.op is Op.QUERY and read.terminal == "unique" and bool(read.eq) and not read.residual
