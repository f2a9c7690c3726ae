"""What a read drops, orders or reduces after the fact, as far as an index could have done it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from convex_lint.analysis.cases import settled
from convex_lint.analysis.fields import allowed, can_be_key, covers, other_value, possible
from convex_lint.analysis.times import is_window
from convex_lint.analysis.views import TextOf, asks_for_any, late_predicates
from convex_lint.analysis.vocabulary import ALIVE, GONE, SHOWN, words_of
from convex_lint.model.operation import Op, Predicate, Read
from convex_lint.model.schema import Table
from convex_lint.model.value import Computed, DocumentField, Literal, Undefined, Unknown, Value, parts_of
from convex_lint.source import Span

_BOUNDS = ("lt", "lte", "gt", "gte")


@dataclass(frozen=True, slots=True)
class Equality:
    """Rows are kept when `field` is one of `values`: one range for each of them."""

    field: str
    values: tuple[Value, ...]
    span: Span
    source: str
    chosen: bool = False
    """Whoever sets it takes it from all others, so that few rows have it."""

    @property
    def usual(self) -> bool:
        """The state in which most rows of a small group are: the active channels of a team."""
        values = [value.value for value in self.values if isinstance(value, Literal)]
        if self.chosen:
            return False
        return self.keeps_most or [str(value).lower() for value in values] in ([word] for word in ALIVE | SHOWN)

    @property
    def keeps_most(self) -> bool:
        """Tests for the usual state of a soft delete, which drops few rows."""
        words = words_of(self.field)
        if self.chosen:
            return False
        if len(self.values) == 1 and words & ALIVE and not words & GONE:
            value = self.values[0]
            return isinstance(value, Literal) and value.value is True
        return bool(words & GONE) and all(
            isinstance(value, Undefined) or (isinstance(value, Literal) and value.value in (False, None, 0))
            for value in self.values
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """`pinned` are the equalities of the range in use, `equalities` those that came too late, `ranged` a field that is
    compared too late, `sorted` a field by which rows are sorted in JavaScript only to keep the first, `descending`
    when known. `comparisons` are those of the field in `ranged`. `rest`: conditions that no index serves. `extreme`: only
    the greatest or smallest value of the field in `sorted` is wanted. `stamp`: the field in whose place `_creationTime`
    stands in `ranged` and `sorted`, since it says the same; `parsed`: as text. `until`: where rows end whose stretch is asked for."""

    pinned: tuple[str, ...]
    bounded: str | None
    equalities: tuple[Equality, ...]
    ranged: str | None
    sorted: str | None
    spans: tuple[Span, ...]
    rest: bool
    comparisons: tuple[Predicate, ...] = ()
    extreme: bool = False
    stamp: str | None = None
    parsed: bool = False
    until: str | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that came too late, equalities first."""
        late = [equality.field for equality in self.equalities]
        last = (self.stamp,) if self.stamp is not None else (self.ranged, self.sorted)
        return (*late, *(field for field in dict.fromkeys(last) if field is not None and field not in late))

    @property
    def telling(self) -> tuple[Equality, ...]:
        """The equalities that an index is declared for: soft deletes need none where something else tells rows apart."""
        others = tuple(equality for equality in self.equalities if not equality.keeps_most)
        return others or self.equalities

    @property
    def by_id(self) -> Equality | None:
        """An equality on `_id`: what `db.get` is for."""
        return next((equality for equality in self.equalities if equality.field == "_id"), None)


def wish(
    read: Read,
    table: Table,
    others: Mapping[int, Read] | None = None,
    text_of: TextOf | None = None,
    chosen: Collection[str] = (),
) -> Wish | None:
    """None when nothing that an index could serve comes after the range, or when the range is not known. `others` are
    the reads of the same function, by ordinal; `chosen` the flags that few rows have at a time."""
    if read.op not in (Op.QUERY, Op.PAGINATE) or not read.range_known or read.index is None:
        return None
    pinned = tuple(key.field for key in read.eq)
    bounded = read.bounds[0].field if read.bounds else None
    equalities: dict[str, Equality] = {}
    ranged: dict[str, list[Predicate]] = {}
    rest = False
    asked = late_predicates(read, text_of)
    late = tuple(sorted(_conjuncts(asked), key=lambda part: part.operator == "neq"))
    joins = {part.span for part in late if part.source == "js" and _of_many_rows(part, others or {})}
    for predicate in late:
        if predicate.source == "js" and predicate.span in joins:
            rest = True
            continue
        equality = _equality(predicate, read)
        if predicate.operator == "neq" and not all(one.keeps_most for one in equalities.values()):
            other = other_value(predicate.field, predicate.value, table)  # `!row.read` alone may leave most
            equality = _equality(replace(predicate, operator="eq", value=other), read) if other is not None else None
        if equality is not None:
            equality = replace(equality, values=possible(equality.values, equality.field, table))
        if equality is not None and len(equality.values) > 1 and read.terminal == "paginate":
            rest = True  # a function has one paginated read, and a page is of one range
        elif equality is not None and _can_equal(table, equality) and equality.field not in pinned:
            if equality.field in chosen and equality.values == (Literal(True),):
                equality = replace(equality, chosen=True)
            equalities.setdefault(equality.field, equality)
        elif predicate.operator in _BOUNDS and _usable(predicate, read) and can_be_key(table, predicate.field):
            ranged.setdefault(predicate.field or "", []).append(predicate)
        else:
            rest = True
    extreme = _reduced_to(read)
    ordered = extreme or _sorted_for_first(read, text_of)
    if not _orders_all(read, asked):
        ordered = None
    compared = [field for field in ranged if field not in equalities and field not in pinned]
    range_field = max(compared, key=lambda field: _told_by(field, ranged[field], read, table), default=None)
    if bounded is not None and range_field != bounded:
        range_field = None
    if range_field not in (None, _order_field(read, table)) and (read.order == "desc" or read.terminal == "paginate"):
        range_field, rest = None, True  # a range on it would bring the rows in its own order
    sort_field = ordered if ordered and ordered not in equalities and can_be_key(table, ordered) else None
    if rest or (range_field is not None and sort_field != range_field):
        sort_field = None  # the first row of the range need not be the first of those that are left
    if range_field is None and sort_field is None and all(equality.keeps_most for equality in equalities.values()):
        return None
    comparisons = tuple(ranged[range_field]) if range_field else ()
    spans = (*(equality.span for equality in equalities.values()), *(part.span for part in comparisons[:1]))
    least = sort_field is not None and sort_field == extreme
    found = Wish(pinned, bounded, tuple(equalities.values()), range_field, sort_field, spans, rest, comparisons, least)
    return replace(found, until=_until(comparisons, ranged))


def _until(comparisons: tuple[Predicate, ...], ranged: Mapping[str, list[Predicate]]) -> str | None:
    """`start <= x && x <= end`: the field of the end."""
    tops = {part.value for part in comparisons if part.operator in ("lt", "lte")}
    if len(tops) != len(comparisons):
        return None
    others = (part for field, parts in ranged.items() for part in parts if part not in comparisons)
    return next((part.field for part in others if part.operator in ("gt", "gte") and part.value in tops), None)


def late_equalities(read: Read, table: Table) -> tuple[Equality, ...]:
    """What rows must equal, of all that they must meet after they were read, one a field."""
    found: dict[str, Equality] = {}
    for predicate in _conjuncts(read.residual):
        equality = _equality(predicate, read)
        if equality is not None and _can_equal(table, equality):
            found.setdefault(equality.field, equality)
    return tuple(found.values())


def _can_equal(table: Table, equality: Equality) -> bool:
    """A field that can be a key and have these values: `if (row.duration)` is no test for `true` of a number, and what the
    validator rules out is looked for in old rows, once."""
    if not can_be_key(table, equality.field) or not any(
        allowed(table, equality.field, value) for value in equality.values
    ):
        return False
    if covers(equality.values, equality.field, table):
        return False
    if not any(isinstance(value, Literal) and isinstance(value.value, bool) for value in equality.values):
        return True
    kinds = table.validator.at(tuple(equality.field.split("."))) if table.validator is not None else ()
    return not kinds or any(
        kind.kind in ("boolean", "any", "unknown") or (kind.kind == "literal" and isinstance(kind.value, bool))
        for kind in kinds
    )


def keeps_most(predicate: Predicate) -> bool:
    """A condition that all rows meet but the few that are out of use."""
    if predicate.operator in ("or", "and") and predicate.parts:
        return all(keeps_most(part) for part in predicate.parts)
    if predicate.field is None:
        return False
    if predicate.operator == "eq":
        return Equality(predicate.field, (predicate.value,), predicate.span, predicate.source).keeps_most
    # `neq(isDeleted, true)`, `neq(isActive, false)`, `neq(_id, own)`
    if predicate.operator != "neq":
        return False
    words, value = words_of(predicate.field), predicate.value
    out_of_use = isinstance(value, Literal) and value.value is not bool(words & ALIVE)
    return predicate.field == "_id" or (bool(words & (GONE | ALIVE)) and out_of_use)


def _of_many_rows(predicate: Predicate, others: Mapping[int, Read]) -> bool:
    """Compares with rows of another list: a join, which needs a read for each of them instead. A lookup by `_id` is
    better off so."""
    for part in parts_of(predicate.value):
        if isinstance(part, DocumentField) and part.read is not None and predicate.field != "_id":
            source = others.get(part.read)
            if source is not None and source.terminal in ("collect", "iterate", "take", "paginate"):
                return True
    return False


def _conjuncts(predicates: tuple[Predicate, ...]) -> Iterator[Predicate]:
    for predicate in predicates:
        if predicate.operator == "and":
            yield from _conjuncts(predicate.parts)
        else:
            yield predicate


def _equality(predicate: Predicate, read: Read) -> Equality | None:
    if predicate.operator == "eq" and predicate.field is not None and _usable(predicate, read):
        return Equality(predicate.field, (predicate.value,), predicate.span, predicate.source)
    if predicate.operator == "in" and predicate.field is not None:
        value = predicate.value
        if isinstance(value, Computed) and value.parts and all(isinstance(part, Literal) for part in value.parts):
            return Equality(predicate.field, value.parts, predicate.span, predicate.source)
    if predicate.operator == "or" and predicate.parts:
        parts = [_equality(part, read) for part in predicate.parts]
        found = [part for part in parts if part is not None]
        if len(found) == len(parts) and len({part.field for part in found}) == 1:
            values = tuple(dict.fromkeys(value for part in found for value in part.values))
            return Equality(found[0].field, values, predicate.span, predicate.source)
    return None


def _usable(predicate: Predicate, read: Read) -> bool:
    """The value exists before the read and does not depend on its rows. Code may compare with something that is only
    known later; a `.filter()` cannot."""
    for part in parts_of(predicate.value):
        if isinstance(part, DocumentField) and part.read is not None and part.read >= read.ordinal:
            return False
        if isinstance(part, Unknown) and predicate.source == "js":
            return False
    return True


def _told_by(field: str, comparisons: list[Predicate], read: Read, table: Table) -> tuple[bool, bool, bool]:
    """Of several fields that are compared an index serves one: best that which is next in the index in use, or some window."""
    declared = any(field in index.fields for index in table.indexes)
    return field == _order_field(read, table), declared, is_window(comparisons)


def _order_field(read: Read, table: Table) -> str:
    """The field after those that equalities pin: by it the rows of the range are ordered."""
    index = table.index(read.index) if read.index is not None else None
    return index.fields[len(read.eq)] if index is not None and len(read.eq) < len(index.fields) else "_creationTime"


def _sorted_for_first(read: Read, text_of: TextOf | None) -> str | None:
    if read.terminal != "collect":
        return None
    kinds = {use.kind for use in read.uses}
    if "sort" not in kinds or not {"first", "take"} & kinds or kinds & _NEEDS_ALL:
        return None
    if any(use.kind == "length" and not asks_for_any(use, text_of) for use in read.uses):
        return None
    return next((use.field for use in read.uses if use.kind == "sort"), None)


def _orders_all(read: Read, asked: Collection[Predicate]) -> bool:
    """It is certain which rows are put in order: those that meet what is `asked`, or all of them, whatever another look
    at them drops."""
    every = [part for part in settled(read.residual) if part.source == "js"]
    if len(every) <= sum(part.source == "js" for part in asked):
        return True
    sorts = any(use.kind == "sort" and not use.part for use in read.uses)
    return sorts and not any(part.operator == "given" for part in every)


_NEEDS_ALL = frozenset({"returned", "iterate", "map", "reduce", "slice"})


def _reduced_to(read: Read) -> str | None:
    """The field of which only the greatest or smallest value is wanted, of all rows or of those that are left."""
    if read.terminal != "collect":
        return None
    kinds = {use.kind for use in read.uses}
    reductions = [use for use in read.uses if use.kind == "reduce"]
    if not kinds <= {"reduce", "filter"} or ("filter" in kinds and not all(use.part for use in reductions)):
        return None
    fields = {use.field for use in reductions}
    return fields.pop() if len(fields) == 1 else None
