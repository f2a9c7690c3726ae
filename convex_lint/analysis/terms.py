"""Symbolic values in terms that two functions can share, without the ordinals of either."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, Union

from convex_lint.fact import fact
from convex_lint.model.operation import Op, Predicate, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import UNKNOWN, Computed, DocumentField, Inserted, Value


class Rows(dict[int, Read]):
    """The reads of one function by ordinal, as its values refer to them, which remembers what their rows are known for.
    `terms` and `written` are for what follows from them for the function's values and its writes, by address."""

    __slots__ = ("_by_table", "known", "terms", "written")

    def __init__(self, reads: Mapping[int, Read]) -> None:
        super().__init__(reads)
        self.known: dict[int, tuple[tuple[str, Term], ...]] = {}
        self.terms: dict[int, tuple[Value, Term]] = {}
        self.written: dict[int, tuple[Write, object]] = {}
        self._by_table: dict[tuple[str, str | None], list[Read]] | None = None

    def of(self, table: Table) -> Sequence[Read]:
        """The reads of one table, in order."""
        if self._by_table is None:
            self._by_table = {}
            for read in self.values():
                self._by_table.setdefault((read.component, read.table), []).append(read)
        return self._by_table.get((table.component, table.name), ())


Reads: TypeAlias = Mapping[int, Read]
"""Better a `Rows` where more than one value is resolved."""

_DEPTH = 6


@fact
class RowField:
    """A field of a row that a read chose, in terms that another function can share. `keys` are equalities that the row
    meets; `form` tells how the read picks its one row among them, None when it does not pick one."""

    table: str | None
    path: tuple[str, ...]
    keys: tuple[tuple[str, Term], ...] = ()
    form: tuple[str, ...] | None = None


@fact
class Composed:
    """As `Computed`, over terms."""

    operator: str
    parts: tuple[Term, ...]


Term: TypeAlias = Union[Value, RowField, Composed]


def resolve(value: Value, reads: Reads, depth: int = 0) -> Term:
    """`value` without mention of ordinals: a field that the read of its row pins is what it was pinned to, the id of a row
    that was got by id is that id."""
    if depth > _DEPTH:
        return UNKNOWN
    kind = type(value)
    if kind is not Computed and kind is not DocumentField:
        return value
    if depth or not isinstance(reads, Rows):
        return _resolve(value, reads, depth)
    known = reads.terms.get(id(value))
    if known is None:
        known = reads.terms[id(value)] = (value, _resolve(value, reads, 0))
    return known[1]


def _resolve(value: Value, reads: Reads, depth: int) -> Term:
    if isinstance(value, Computed):
        return Composed(value.operator, tuple([resolve(part, reads, depth + 1) for part in value.parts]))
    assert isinstance(value, DocumentField)
    source = reads.get(value.read) if value.read is not None else None
    if source is None or source.table is None or source.table != value.table:
        return RowField(value.table, value.path)
    keys = chosen_by(source, reads, depth)
    pinned = dict(keys).get(".".join(value.path)) if value.path else None
    return pinned if pinned is not None else RowField(value.table, value.path, keys, _picks_one(source))


def chosen_by(read: Read, reads: Reads, depth: int = 0) -> tuple[tuple[str, Term], ...]:
    """The equalities that every row of a read meets: its range's, and those of `.filter(...)`. What JavaScript drops later
    is not among them, for the code may go on with the rows as they were read."""
    if not isinstance(reads, Rows) or reads.get(read.ordinal) is not read:
        return _chosen_by(read, reads, depth)
    known = reads.known.get(read.ordinal)
    if known is None:
        known = reads.known[read.ordinal] = _chosen_by(read, reads, depth)
    return known


def _chosen_by(read: Read, reads: Reads, depth: int) -> tuple[tuple[str, Term], ...]:
    if read.op is Op.GET:
        return (("_id", resolve(read.key, reads, depth + 1)),) if read.key is not None else ()
    if read.op in (Op.SEARCH, Op.VECTOR_SEARCH):
        return ()
    found: dict[str, Term] = {}
    if read.range_known:
        found = {key.field: resolve(key.value, reads, depth + 1) for key in read.eq}
    for predicate in read.residual:
        for field, term in _equalities(predicate, reads, depth):
            found.setdefault(field, term)
    return tuple(found.items())


def _equalities(predicate: Predicate, reads: Reads, depth: int) -> Iterator[tuple[str, Term]]:
    if predicate.source != "filter":
        return
    if predicate.operator == "eq" and predicate.field is not None:
        yield predicate.field, resolve(predicate.value, reads, depth + 1)
    elif predicate.operator == "and":
        for part in predicate.parts:
            yield from _equalities(part, reads, depth)


def _picks_one(read: Read) -> tuple[str, ...] | None:
    """Two executions that read so, with the same keys and in the same state of the database, get the same row."""
    if read.op is Op.GET:
        return ("get",)
    if read.terminal not in ("first", "unique") or read.bounds or not read.range_known or read.index is None:
        return None
    if any(predicate.source != "filter" or predicate.operator != "eq" for predicate in read.residual):
        return None
    return ("query", read.index, read.order)


def alternatives(term: Term | Value) -> tuple[Term, ...]:
    """The values of which a term is one: those of `a ?? b`, of `c ? a : b` and of branches that joined."""
    if isinstance(term, (Composed, Computed)) and term.operator in ("either", "??", "||"):
        return tuple(dict.fromkeys(inner for part in term.parts for inner in alternatives(part)))
    return (term,)


def fresh(term: Term | Value) -> bool:
    """The id of a document that this execution itself inserted."""
    return isinstance(term, Inserted) and term.write is not None
