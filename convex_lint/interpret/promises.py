"""What becomes of promises: awaited, returned, collected or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from convex_lint.interpret.inside import HOLDING, inside
from convex_lint.interpret.record import Record
from convex_lint.interpret.values import Prom, Value

AWAITED, RETURNED, COLLECTED, DROPPED, OPEN = "awaited", "returned", "collected", "dropped", "open"


class Work:
    """What a call of an async function does: its records, done for sure only when the call's promise is awaited."""

    __slots__ = ("inner", "promise", "records")

    def __init__(self, records: list[Record], inner: Any) -> None:
        self.records = records
        self.inner = inner
        self.promise = AWAITED


Job: TypeAlias = Record | Work


def jobs(value: Value) -> Sequence[Job]:
    """What the promises in a value stand for."""
    kind = type(value)
    if kind is Prom and type(value.value) not in HOLDING:
        return (value.work,) if value.work is not None else ()
    if kind not in HOLDING:
        return ()
    return [part.work for part in inside(value) if type(part) is Prom and part.work is not None]


def begun(m: Any, value: Value) -> None:
    """The code has these promises in its hand now; somebody should wait for them."""
    for job in jobs(value):
        if job.promise == AWAITED:
            job.promise = OPEN
            m.promises.append(job)


def settled(value: Value) -> None:
    """Somebody waits for every promise in `value`."""
    for job in jobs(value):
        _settle(job)


def _settle(job: Job) -> None:
    job.promise = AWAITED
    if type(job) is Work and job.inner is not None:
        _settle(job.inner)


def dropped(value: Value) -> None:
    """Nobody can wait for the promises in `value` any more."""
    for job in jobs(value):
        if job.promise in (OPEN, AWAITED):
            _mark(job, DROPPED)


def ended(found: list[Job], result: Value, outer: list[Job]) -> None:
    """A function ends: promises that its result holds are its caller's, the others were kept somewhere and forgotten."""
    left = [job for job in found if job.promise == OPEN]
    if left:
        given = set(jobs(result))
        for job in left:
            if job in given:
                outer.append(job)
            else:
                _mark(job, COLLECTED)


def answered(value: Value) -> None:
    """The platform gets these promises as the function's result, and waits for them."""
    for job in jobs(value):
        _settle(job)
        if type(job) is Record:
            job.promise = RETURNED


def _mark(job: Job, fate: str) -> None:
    job.promise = fate
    if isinstance(job, Work):
        for record in job.records:
            if record.promise in (AWAITED, OPEN):
                record.promise = fate
        if job.inner is not None:
            _mark(job.inner, fate)
