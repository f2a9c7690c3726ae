"""A tiny database on which overlaps are tried out: tables of a few rows, one function that reads and one that writes, each with
arguments, a caller and luck of its own, and every key looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from convex_lint.analysis.terms import Composed, RowField, Term
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.value import (
    Argument,
    Clock,
    Computed,
    DocumentField,
    Environment,
    Identity,
    Inserted,
    Literal,
    Undefined,
    Value,
)


class Missing:
    def __repr__(self) -> str:
        return "undefined"


UNDEFINED = Missing()
NOW, LATER = 50, 100
DOMAIN: tuple[Any, ...] = (UNDEFINED, None, 0, 1, NOW, False, True, "x", "y")
INDEXES = {
    "by_a": ("a", "_creationTime"),
    "by_a_b": ("a", "b", "_creationTime"),
    "by_b": ("b", "_creationTime"),
    "by_creation_time": ("_creationTime",),
    "by_id": (),
}

Row = dict[str, Any]
Key = tuple[tuple[int, Any], ...]


class Pointless(Exception):
    """The two executions do not come about: no such document, nothing written."""


def rank(value: Any) -> tuple[int, Any]:
    """Where a value stands in the order of an index."""
    if value is UNDEFINED:
        return (0, 0)
    if value is None:
        return (1, 0)
    if isinstance(value, bool):
        return (3, value)
    return (4, value) if isinstance(value, str) else (2, value)


def same(left: Any, right: Any) -> bool:
    return rank(left) == rank(right)


def key_of(row: Row, index: str) -> Key:
    return tuple(rank(row.get(name, UNDEFINED)) for name in (*INDEXES[index], "_id"))


@dataclass
class Execution:
    """One run of a function: `rows` is the state of the database, `chosen` the rows that its reads gave it, by ordinal."""

    random: Random
    rows: list[Row]
    environment: Any
    arguments: dict[tuple[str, ...], Any] = field(default_factory=dict)
    identity: Any = None
    chosen: dict[int, Row] = field(default_factory=dict)

    def value(self, term: Term | Value) -> Any:
        """What a symbolic value is in this execution."""
        if isinstance(term, Literal):
            return term.value
        if isinstance(term, Undefined):
            return UNDEFINED
        if isinstance(term, Argument):
            return self.arguments[term.path]
        if isinstance(term, Identity):
            return self.identity
        if isinstance(term, Environment):
            return self.environment
        if isinstance(term, Clock):
            return NOW
        if isinstance(term, (DocumentField, RowField)):
            row = self.chosen[0]
            return row.get(term.path[0], UNDEFINED)
        if isinstance(term, Inserted):
            return f"new {id(self)}"
        if isinstance(term, (Computed, Composed)):
            return self._computed(term)
        return self.random.choice(DOMAIN)

    def _computed(self, term: Computed | Composed) -> Any:
        if term.operator == "either":
            return self.value(self.random.choice(term.parts))
        left, right = (self.value(part) for part in term.parts)
        if term.operator == "??":
            return right if left is UNDEFINED or left is None else left
        assert term.operator == "-"
        return left - right

    def scan(self, read: Read) -> tuple[list[Row], Interval]:
        """The rows that a read takes, and the interval that it records."""
        if read.op is Op.GET:
            wanted = self.value(read.key) if read.key is not None else None
            found = [row for row in self.rows if same(row["_id"], wanted)]
            return found, Interval("by_id", eq=[("_id", wanted)])
        assert read.index is not None
        interval = Interval(read.index, [(key.field, self.value(key.value)) for key in read.eq])
        interval.bounds = [(end.field, end.operator, self.value(end.value)) for end in read.bounds]
        inside = sorted((row for row in self.rows if interval.holds(row)), key=lambda row: key_of(row, interval.index))
        rows = inside[::-1] if read.order == "desc" else inside
        wanted = [(part.field or "", self.value(part.value)) for part in read.residual]
        taken, last, ran_out = self._take(read, rows, wanted)
        if not ran_out:
            interval.stopped = (read.order, key_of(last, interval.index) if last is not None else None)
        if read.terminal == "paginate" and len(rows) > 1 and self.random.random() < 0.5:
            interval.started = (read.order, key_of(rows[0], interval.index))
        return taken, interval

    def _take(self, read: Read, rows: list[Row], wanted: list[tuple[str, Any]]) -> tuple[list[Row], Row | None, bool]:
        most = {"first": 1, "unique": 2}.get(read.terminal)
        if read.terminal == "take" and read.limit is not None:
            most = self.value(read.limit)
        if read.terminal in ("iterate", "paginate"):
            most = self.random.randint(1, len(rows) + 1)
        taken: list[Row] = []
        last: Row | None = None
        for row in rows:
            if most is not None and len(taken) >= most:
                break
            last = row
            if all(same(row.get(name, UNDEFINED), value) for name, value in wanted):
                taken.append(row)
        if read.terminal == "unique" and len(taken) > 1:
            raise Pointless
        return taken, last, most is None or len(taken) < most

    def versions(self, write: Write) -> list[Row]:
        """The old and the new version of the document that a write changes."""
        if write.op is Op.INSERT:
            return [self._filled({"_id": f"inserted {id(self)}", "_creationTime": LATER}, write)]
        id_ = self.value(write.target)
        old = next((row for row in self.rows if same(row["_id"], id_)), None)
        if old is None:
            raise Pointless
        if write.op is Op.DELETE:
            return [old]
        start = {"_id": old["_id"], "_creationTime": old["_creationTime"]}
        new = self._filled(start if write.op is Op.REPLACE else dict(old), write)
        if new == old:
            raise Pointless
        return [old, new]

    def _filled(self, row: Row, write: Write) -> Row:
        known = dict(write.values)
        for name in ("a", "b"):
            if write.fields is not None and name not in write.fields:
                continue
            if name not in known and self.random.random() < 0.4:
                continue
            value = self.value(known[name]) if name in known else self.random.choice(DOMAIN)
            if value is UNDEFINED and self._left_out(known.get(name), write):
                continue
            row[name] = value
        return {name: value for name, value in row.items() if value is not UNDEFINED}

    def _left_out(self, value: Value | None, write: Write) -> bool:
        """Whether this execution took a branch of the patch that does not name the field, which stands as `Undefined` among
        what the branches write."""
        branches = value.parts if isinstance(value, Computed) and value.operator == "either" else ()
        return write.op is Op.PATCH and Undefined() in branches and self.random.random() < 0.5


@dataclass
class Interval:
    """`stopped`: the order of the read and the key of the last row that it took; `started`: the row after which it began."""

    index: str
    eq: list[tuple[str, Any]] = field(default_factory=list)
    bounds: list[tuple[str, str, Any]] = field(default_factory=list)
    stopped: tuple[str, Key | None] | None = None
    started: tuple[str, Key] | None = None

    def holds(self, row: Row) -> bool:
        if not all(same(row.get(name, UNDEFINED), value) for name, value in self.eq):
            return False
        for name, operator, bound in self.bounds:
            here, there = rank(row.get(name, UNDEFINED)), rank(bound)
            if not {"gt": here > there, "gte": here >= there, "lt": here < there, "lte": here <= there}[operator]:
                return False
        return self._reached(key_of(row, self.index))

    def _reached(self, key: Key) -> bool:
        if self.stopped is not None:
            order, last = self.stopped
            if last is None or (key > last if order == "asc" else key < last):
                return False
        if self.started is not None:
            order, first = self.started
            return key > first if order == "asc" else key < first
        return True
