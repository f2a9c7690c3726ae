"""The interval of index keys that a read records, with symbolic ends."""

from __future__ import annotations

from enum import StrEnum

from convex_lint.analysis.terms import Reads, Term, resolve
from convex_lint.fact import fact
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Literal, Value


class Part(StrEnum):
    """How much of its range a read records. `head`: from the start to the last row that it took, or all when the rows run
    out; `tail` the same from the end (`order("desc")`). `some`: a stretch that is not known (a later page, a loop that may
    break). `hits`: the documents and terms of a search. `nothing`: no read set (`take(0)`, a vector search)."""

    WHOLE = "whole"
    HEAD = "head"
    TAIL = "tail"
    SOME = "some"
    HITS = "hits"
    NOTHING = "nothing"


@fact
class End:
    """One end of a range, on the field after the pinned ones. `operator` is gt, gte, lt or lte."""

    field: str
    operator: str
    value: Term


@fact
class KeyRange:
    """`eq` pins a prefix of the key, `ends` are on the one field after it. `next` is that field, None when the schema does
    not tell; `_creationTime` where the declared fields are all pinned, because the server appends it. `most` is how many rows
    are taken at most, where that is a constant; `matching`: rows are taken until as many pass a `.filter(...)`.
    `known` False: the index or the range could not be followed. `among`: the constants of which what pins a field is one. Equal values are equal intervals."""

    component: str
    table: str | None
    index: str | None
    eq: tuple[tuple[str, Term], ...] = ()
    ends: tuple[End, ...] = ()
    next: str | None = None
    part: Part = Part.WHOLE
    most: int | None = None
    matching: bool = False
    known: bool = True
    among: tuple[tuple[str, frozenset[Literal]], ...] = ()

    @classmethod
    def of(cls, read: Read, table: Table | None = None, reads: Reads | None = None) -> KeyRange:
        """`reads` are those of the reading function, by ordinal; `table` tells the fields of the index."""
        within = reads or {}
        if read.op is Op.GET or read.index == "by_id":
            key = read.key if read.op is Op.GET else next((key.value for key in read.eq if key.field == "_id"), None)
            pinned: tuple[tuple[str, Term], ...] = () if key is None else (("_id", resolve(key, within)),)
            part = Part.WHOLE if pinned else Part.SOME
            return cls(
                read.component, read.table, "by_id", pinned, part=part, known=key is not None or read.op is not Op.GET
            )
        eq = tuple((key.field, resolve(key.value, within)) for key in read.eq)
        return cls(
            read.component,
            read.table,
            read.index,
            eq,
            tuple(End(bound.field, bound.operator, resolve(bound.value, within)) for bound in read.bounds),
            _next(read, table, len(eq)),
            _part(read),
            _most(read),
            any(predicate.source == "filter" for predicate in read.residual),
            read.range_known and read.index is not None,
        )

    @classmethod
    def of_target(cls, write: Write, reads: Reads | None = None) -> KeyRange | None:
        """What a patch, a replace and a delete read first: their document, by id. An insert reads nothing."""
        if write.op is Op.INSERT:
            return None
        return cls(write.component, write.table, "by_id", (("_id", resolve(write.target, reads or {})),))

    @property
    def whole(self) -> bool:
        """Every key of the index."""
        return self.known and not self.eq and not self.ends and self.part is Part.WHOLE

    @property
    def one(self) -> bool:
        """A key of `by_id`: one document or its absence."""
        return self.index == "by_id" and bool(self.eq)

    @property
    def closed(self) -> bool:
        """Bounded on both sides."""
        return {end.operator[:2] for end in self.ends} == {"gt", "lt"}


def _next(read: Read, table: Table | None, pinned: int) -> str | None:
    if read.index == "by_creation_time":
        return "_creationTime"
    index = table.index(read.index) if table is not None and read.index is not None else None
    if index is None:
        return None
    return (*index.fields, "_creationTime", "_id")[pinned]


def _part(read: Read) -> Part:
    if read.op is Op.VECTOR_SEARCH or (read.terminal == "take" and read.limit == Literal(0)):
        return Part.NOTHING
    if read.op is Op.SEARCH:
        return Part.HITS
    if read.op is Op.PAGINATE or read.terminal in ("iterate", "paginate"):
        return Part.SOME
    if read.terminal in ("first", "take"):
        return Part.TAIL if read.order == "desc" else Part.HEAD
    return Part.WHOLE


def _most(read: Read) -> int | None:
    """`unique` fails on a second row, so the one that it gives is all that there is."""
    if read.terminal in ("first", "unique"):
        return 1
    limit: Value | None = read.limit if read.terminal == "take" else None
    if isinstance(limit, Literal) and isinstance(limit.value, (int, float)) and not isinstance(limit.value, bool):
        return int(limit.value)
    return None
