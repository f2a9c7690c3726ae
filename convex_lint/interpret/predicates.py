"""Conditions on rows, as conjuncts over their fields."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.record import Record
from convex_lint.interpret.typed import validator_of
from convex_lint.interpret.values import UNDEFINED, Arr, Doc, Either, Prom, RowField, Value
from convex_lint.model.operation import Predicate
from convex_lint.model.value import UNKNOWN, Computed, Literal
from convex_lint.source import Span

_OPERATORS = {"===": "eq", "==": "eq", "!==": "neq", "!=": "neq", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
_MIRROR = {"eq": "eq", "neq": "neq", "lt": "gt", "lte": "gte", "gt": "lt", "gte": "lte"}
_AS_NUMBER = frozenset(("call:Number", "call:Date", "call:getTime", "call:valueOf"))
_NEGATED = {"eq": "neq", "neq": "eq", "lt": "gte", "lte": "gt", "gt": "lte", "gte": "lt"}


def predicates(finisher: Any, record: Record, value: Value, source: str, span: Span) -> list[Predicate]:
    """The conjuncts that a row of `record` must meet for `value` to be true; conditions that do not look at the row
    are left out."""
    return _conjuncts(_Reader(finisher, record, source, span), value, True, 0)


class _Reader:
    def __init__(self, finisher: Any, record: Record, source: str, span: Span) -> None:
        self.finisher = finisher
        self.record = record
        self.source = source
        self.span = span

    def field(self, value: Value) -> str | None:
        """The row's field that a value is."""
        if type(value) is RowField:
            path: str = value.path
            return path
        if type(value) is Doc and value.origin is self.record and value.path and "[]" not in value.path:
            return ".".join(value.path)
        if type(value) is Computed and value.operator in ("??", "||") and value.parts:
            return self.field(value.parts[0])
        if type(value) is Computed and value.operator in _AS_NUMBER and len(value.parts) == 1:
            return self.field(value.parts[0]) if self.is_number(value.parts[0]) else None
        if type(value) is Either:
            found = {self.field(option) for option in value.options if type(option) is not Literal}
            return found.pop() if len(found) == 1 else None
        return None

    def is_number(self, value: Value) -> bool:
        """Made a number or a date, the field of a row says what it said, if it is a number."""
        kind = type(value)
        if kind is Computed:
            return bool(value.parts) and self.is_number(value.parts[0])
        if kind is Either:
            return all(self.is_number(option) for option in value.options)
        told = validator_of(self.finisher.m, value) if kind is Doc else None
        if told is None:
            return kind is Literal and isinstance(value.value, (int, float))
        return all(member.kind in ("float64", "int64", "null") for member in told.members_flat())

    def stands_for_none(self, value: Value, other: Value) -> bool:
        """`(row.state ?? "open") === "open"`: rows without the field are meant, too."""
        if type(value) is Computed and value.operator in ("??", "||") and len(value.parts) == 2:
            return bool(value.parts[1] == other)
        return type(value) is Either and any(option == other for option in value.options)

    def looks(self, value: Value) -> bool:
        """Does it look at the row at all?"""
        kind = type(value)
        if kind is RowField:
            return True
        if kind is Doc:
            return value.origin is self.record
        if kind is Computed:
            return any(self.looks(part) for part in value.parts)
        if kind is Either:
            return any(self.looks(option) for option in value.options)
        return kind is Prom and self.looks(value.value)

    def make(self, operator: str, field: str | None = None, value: Value = None, parts: Any = ()) -> Predicate:
        symbol = self.finisher.symbol(value) if value is not None else UNKNOWN
        return Predicate(operator, self.source, self.span, field, symbol, tuple(parts))


def _conjuncts(reader: _Reader, value: Value, holds: bool, depth: int) -> list[Predicate]:
    kind = type(value)
    if depth > 8:
        return [reader.make("computed")]
    if kind is Literal:
        return []
    if kind is Computed:
        operator, parts = value.operator, value.parts
        if operator == "!":
            return _conjuncts(reader, parts[0], not holds, depth + 1)
        if operator in ("&&", "||"):
            parts = _flat(operator, parts)
            inner = [_conjuncts(reader, part, holds, depth + 1) for part in parts]
            if (operator == "&&") is holds:
                return [predicate for conjuncts in inner for predicate in conjuncts]
            if all(inner):
                return [reader.make("or", parts=[_all(reader, conjuncts) for conjuncts in inner])]
            if not any(inner):
                return []
            if any(reader.looks(part) for part, own in zip(parts, inner, strict=True) if not own):
                return [reader.make("computed")]
            # `!wanted || row.kind === wanted`: the row must meet it where the rest does not decide
            cases = [_when(part, not holds) for part, own in zip(parts, inner, strict=True) if not own]
            asked = [_all(reader, conjuncts) for conjuncts in inner if conjuncts]
            return _given(reader, cases, [reader.make("or", parts=asked)] if len(asked) > 1 else asked)
        if operator == "given":
            return _given(reader, list(parts[1:]), _conjuncts(reader, parts[0], holds, depth + 1))
        if operator in _OPERATORS and len(parts) == 2:
            return _comparison(reader, _OPERATORS[operator], parts[0], parts[1], holds)
        if operator == "in" and parts:
            field = reader.field(parts[0])
            if field is not None and holds:
                return [reader.make("in", field, Arr(parts[1:]))]
    field = reader.field(value)
    if field is not None:
        return [reader.make("eq" if holds else "neq", field, Literal(True))]
    return [reader.make("computed")] if reader.looks(value) else []


def _flat(operator: str, parts: tuple[Value, ...]) -> list[Value]:
    """`a || b || c` is `(a || b) || c`."""
    found: list[Value] = []
    pending = [*parts]
    while pending:
        part = pending.pop(0)
        if type(part) is Computed and part.operator == operator:
            pending[:0] = part.parts
        else:
            found.append(part)
    return found


def _when(value: Value, holds: bool) -> Value:
    return value if holds else Computed("!", (value,))


def _given(reader: _Reader, cases: list[Value], conjuncts: list[Predicate]) -> list[Predicate]:
    """What rows must meet in the case that all of `cases` are true."""
    if not conjuncts:
        return []
    value = cases[0] if len(cases) == 1 else Computed("&&", tuple(cases))
    return [reader.make("given", value=value, parts=conjuncts)]


def _all(reader: _Reader, conjuncts: list[Predicate]) -> Predicate:
    return conjuncts[0] if len(conjuncts) == 1 else reader.make("and", parts=conjuncts)


def _comparison(reader: _Reader, operator: str, left: Value, right: Value, holds: bool) -> list[Predicate]:
    if not holds:
        operator = _NEGATED[operator]
    for field, other, turned in (
        (reader.field(left), right, operator),
        (reader.field(right), left, _MIRROR[operator]),
    ):
        if field is not None and not reader.looks(other):
            found = reader.make(turned, field, other)
            side = left if other is right else right
            if turned == "eq" and type(other) is Literal and reader.stands_for_none(side, other):
                return [reader.make("or", parts=[found, reader.make("eq", field, UNDEFINED)])]
            return [found]
    if operator in ("lt", "lte", "gt", "gte"):
        for one, other, turned in ((left, right, operator), (right, left, _MIRROR[operator])):
            alone = None if reader.looks(other) else _alone(reader, one, other, turned)
            if alone is not None:
                return [alone]
    return [reader.make("computed")] if reader.looks(left) or reader.looks(right) else []


def _alone(reader: _Reader, sum_: Value, other: Value, operator: str) -> Predicate | None:
    """`now - row.seenAt < limit` with the field on a side of its own: `row.seenAt > now - limit`."""
    if type(sum_) is not Computed or sum_.operator not in ("+", "-") or len(sum_.parts) != 2:
        return None
    left, right = sum_.parts
    first, second = reader.field(left), reader.field(right)
    if first is not None and not reader.looks(right):
        return reader.make(operator, first, Computed("-" if sum_.operator == "+" else "+", (other, right)))
    if second is None or reader.looks(left):
        return None
    if sum_.operator == "+":
        return reader.make(operator, second, Computed("-", (other, left)))
    return reader.make(_MIRROR[operator], second, Computed("-", (left, other)))
