"""What code looks at in the rows of a read: fields, uses, and conditions that drop rows."""

from __future__ import annotations

from typing import Any, NamedTuple

from convex_lint.interpret.guards import ARM, past
from convex_lint.interpret.inside import HOLDING, inside, parts_of
from convex_lint.interpret.record import Record, rebind
from convex_lint.interpret.values import UNDEFINED, Arr, Doc, Either, Value, join
from convex_lint.model.operation import Op, Use
from convex_lint.model.value import Clock, Computed, Literal
from convex_lint.source import Span


class Look(NamedTuple):
    """`what` is the name of a field, a `Use`, or a condition (value, source, span)."""

    read: Record
    what: Any

    def apply(self) -> None:
        kind = type(self.what)
        if kind is str:
            self.read.fields[self.what] = None
        elif kind is Use:
            self.read.uses.append(self.what)
        else:
            self.read.residual.append(self.what)


def look(m: Any, read: Record | None, what: Any) -> None:
    """Notes it on the read, and in the log from which summaries of helpers are made."""
    if read is not None:
        found = Look(read, what)
        found.apply()
        m.looks.append(found)


def condition(m: Any, read: Record | None, value: Value, place: Span) -> None:
    """Rows are kept or dropped by `value`. Where that is done in one arm of an `if` only, it holds of the rows in that
    case; an arm that asks whether there are rows is no such arm."""
    if read is None:
        return
    arms = [
        guard.condition if guard.holds else Computed("!", (guard.condition,))
        for guard in past(m.guard, read.guard)
        if guard.otherwise == ARM and not _of_rows(guard.condition, read)
    ]
    look(m, read, (Computed("given", (value, *arms)) if arms else value, "js", place))


def _of_rows(value: Value, read: Record) -> bool:
    return any(type(part) is Doc and part.origin is read for part in inside(value, computed=True))


def as_row_of(value: Value, read: Record, others: tuple[Record, ...]) -> Value:
    """A value in which rows of any of several reads appear, for the rows of one of them."""
    kind = type(value)
    if kind is Either:
        kept = [
            part for part in value.options if type(part) is not Doc or part.origin is read or part.origin not in others
        ]
        return join(*(as_row_of(part, read, others) for part in kept)) if kept else value
    if kind is Computed:
        return Computed(value.operator, tuple(as_row_of(part, read, others) for part in value.parts))
    return value


def use(m: Any, read: Record | None, kind: str, node: Any, field: str | None = None, *, part: bool = False) -> None:
    if read is not None:
        look(m, read, Use(kind, Span(m.frame.file, node.start, node.end), field, part))


def of_origins(looks: list[Look], origins: list[Record]) -> list[Look]:
    """Those at documents that came from outside of a call, each once."""
    known = {id(origin) for origin in origins}
    seen = set()
    kept = []
    for found in looks:
        if id(found.read) in known:
            key = (id(found.read), found.what if type(found.what) is not tuple else id(found.what))
            if key not in seen:
                seen.add(key)
                kept.append(found)
    return kept


def repeat(m: Any, looks: list[Look], mapping: dict[Record, Record]) -> None:
    """The same looks at other documents, when a helper's summary is used again."""
    for found in looks:
        read = mapping.get(found.read)
        if read is not None:
            what = found.what
            if type(what) is tuple:
                what = (rebind(what[0], mapping), *what[1:])
            look(m, read, what)


def whole(m: Any, value: Value, kind: str, node: Any) -> None:
    """Whole rows inside of `value` go somewhere: `kind` is `returned` or `passed`."""
    if type(value) is not Doc and type(value) not in HOLDING:
        return
    listed: set[int] = set()
    for part in inside(value):
        form = type(part)
        if form is Doc:
            if not part.path and part.origin is not None:
                alone = id(part) not in listed and part.origin.details.get("terminal") in _MANY
                use(m, part.origin, "picked" if kind == "returned" and alone else kind, node)
        elif form is Arr:
            if not part.part:
                listed.update(id(item) for item in part.items)
            use(m, part.rows, "picked" if kind == "returned" and part.part else kind, node)
        elif form in HOLDING and id(part) in listed:
            listed.update(map(id, parts_of(part)))


_MANY = frozenset(("collect", "take", "iterate"))


def decide(m: Any, value: Value, node: Any) -> None:
    """A branch depends on `value`: whether a row is there, what time it is."""
    kind = type(value)
    if kind is Doc:
        if not value.path:
            use(m, value.origin, "exists", node)
    elif kind is Computed:
        if tells_time(value):
            m.record(Op.CLOCK, node, method="branch", arguments=(), condition=value)
        _existence(m, value, node, 0)
    elif kind is Clock:
        m.record(Op.CLOCK, node, method="branch", arguments=(), condition=value)
    elif kind is Either:
        for option in value.options:
            if type(option) in (Doc, Computed):
                decide(m, option, node)


def _existence(m: Any, value: Computed, node: Any, depth: int) -> None:
    operator = value.operator
    part: Value
    for part in value.parts:
        kind = type(part)
        if kind is Doc:
            if not part.path and (operator in ("!", "&&", "||") or _with_nothing(value)):
                use(m, part.origin, "exists", node)
        elif kind is Computed and depth < 4:
            _existence(m, part, node, depth + 1)


def _with_nothing(value: Computed) -> bool:
    return value.operator in ("===", "!==", "==", "!=") and any(
        part is UNDEFINED or (type(part) is Literal and part.value is None) for part in value.parts
    )


def times(value: Value) -> tuple[Value, ...]:
    """The parts of an answer that come of the clock, each as the expression that it is."""
    return tuple([part for part in inside(value) if type(part) in (Clock, Computed) and tells_time(part)])


def tells_time(value: Value) -> bool:
    """Is the clock part of it?"""
    kind = type(value)
    return kind is Clock or (
        (kind is Computed or kind in HOLDING) and any(type(p) is Clock for p in inside(value, True))
    )
