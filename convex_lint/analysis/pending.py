"""Work that is scheduled again and again although one run that is pending would do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from convex_lint.analysis.exposure import Purpose, Weight
from convex_lint.analysis.rates import Rate, Strength
from convex_lint.analysis.terms import alternatives
from convex_lint.analysis.weighing import hides, weighs_what_it_writes
from convex_lint.model.function import Function, Kind
from convex_lint.model.operation import Call, Op, Read, Write
from convex_lint.model.value import (
    Argument,
    Clock,
    DocumentField,
    Identity,
    Inserted,
    Literal,
    Result,
    Undefined,
    Unknown,
    parts_of,
)
from convex_lint.source import Span

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend


class Rescheduled(NamedTuple):
    """`function` runs often and schedules `callee` each time. `checked`: the callee looks at `fields` and mostly does nothing;
    else every run does the same work again, `delay` later."""

    function: Function
    call: Call
    callee: Function
    rate: Rate
    checked: bool
    fields: tuple[str, ...]
    table: str | None


def rescheduled(backend: Backend) -> Iterator[Rescheduled]:
    """One at most for each place."""
    seen = set()
    for function in backend.functions:
        rate = _often(backend, function)
        if rate is None:
            continue
        for call in function.operations:
            if isinstance(call, Call) and call.op is Op.SCHEDULE and not call.loops and call.span not in seen:
                found = _judged(backend, function, call, rate)
                if found is not None:
                    seen.add(call.span)
                    yield found


def _often(backend: Backend, function: Function) -> Rate | None:
    """Requests and clients start it, rather than the work itself."""
    if backend.purpose(function) is not Purpose.PRODUCT or backend.exposures.weight([function]) is not Weight.FULL:
        return None
    rate = backend.rate(function)
    if rate is None or function.kind is Kind.QUERY:
        return None
    return (
        rate
        if rate.strength in (Strength.HTTP, Strength.CLIENT, Strength.EDIT, Strength.SHARED, Strength.NAME)
        else None
    )


def _judged(backend: Backend, function: Function, call: Call, rate: Rate) -> Rescheduled | None:
    callee = backend.function(call.target)
    if callee is None or callee.id == function.id or "node_modules/" in call.span.file or not _same_each_time(call):
        return None
    if _is_cancelled(backend, call):
        return None
    writes = [operation for operation in callee.operations if isinstance(operation, Write)]
    fields = tuple(dict.fromkeys(field for write in writes for field in write.fields or ()))
    if _held_back(function, call, frozenset(fields)):
        return None
    table = writes[0].table if writes else None
    later = isinstance(call.delay, Literal) and isinstance(call.delay.value, (int, float)) and call.delay.value > 0
    if later and rate.strength in (Strength.CLIENT, Strength.EDIT):
        return Rescheduled(function, call, callee, rate, False, fields, table)
    looks = all(weighs_what_it_writes(write) for write in writes) and _only_writes(callee)
    if fields and looks and not later and all(write.op is not Op.INSERT for write in writes):
        return Rescheduled(function, call, callee, rate, True, fields, table)
    return None


def _same_each_time(call: Call) -> bool:
    """What it is given are ids, not only of what this very call has made: a run that is pending would do what this one does."""
    if call.arguments is None:
        return False
    for name, value in call.arguments:
        several = alternatives(value)
        if not all(_is_id(name, one) for one in several) or all(isinstance(one, Inserted) for one in several):
            return False
    return True


def _is_id(name: str, value: object) -> bool:
    if isinstance(value, Argument):
        return value.table is not None or (bool(value.path) and value.path[-1].endswith("Id"))
    if isinstance(value, (DocumentField, Result)):
        return value.path[-1:] in (("_id",), ("id",))
    return isinstance(value, (Literal, Undefined, Identity, Inserted)) or (
        isinstance(value, Unknown) and name.endswith("Id")
    )


def _only_writes(callee: Function) -> bool:
    return callee.kind is Kind.MUTATION and not any(
        isinstance(operation, Call) or operation.op in (Op.STORAGE, Op.FETCH) for operation in callee.operations
    )


def _held_back(function: Function, call: Call, fields: frozenset[str]) -> bool:
    """Something stored, the time, or an answer that cannot be seen decides whether it is scheduled; or the function keeps
    note of what is pending."""
    for guard in call.guards:
        if guard.otherwise == "throw":
            continue
        if hides(guard.condition):
            return True
        for part in parts_of(guard.condition):
            if isinstance(part, (Clock, Inserted)):
                return True
            if isinstance(part, (DocumentField, Result)) and part.path:
                return True
    return any(
        (isinstance(operation, Read) and operation.system)
        or (isinstance(operation, Write) and any("schedul" in field.lower() for field in operation.fields or ()))
        for operation in function.operations
    )


def _is_cancelled(backend: Backend, call: Call) -> bool:
    """The code around it takes a pending run back."""
    return any(
        ".cancel(" in backend.text_of(Span(span.file, node.start, node.end))
        for span in (call.span, *call.via)
        for node in backend.surroundings.functions(span)[:1]
    )
