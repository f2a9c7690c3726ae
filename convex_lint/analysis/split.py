"""Decisions of an action that rest on one transaction and are carried out in another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from convex_lint.analysis.footprint import Footprint
from convex_lint.analysis.vocabulary import CLAIMS, FAILING, RENEWED, words_of
from convex_lint.model.function import Function, Kind
from convex_lint.model.operation import Call, Guard, Op, Read, Write
from convex_lint.model.value import (
    UNKNOWN,
    Argument,
    Clock,
    Computed,
    DocumentField,
    Literal,
    Result,
    Undefined,
    Unknown,
    Value,
    parts_of,
)

ARITHMETIC = frozenset(("+", "-", "*", "/", "append"))


@dataclass(frozen=True, slots=True)
class Split:
    """`action` runs `asked`, decides by what it gives (`field`, None when by whether there is anything), and runs
    `told`, whose `write` changes that very thing in `table`. `guard` is the condition; None when what is written was
    computed from what was read. `safe`: the mutation looks for itself before it writes."""

    action: Function
    asked: Call
    told: Call
    read: Read
    write: Write
    table: str
    field: str | None
    guard: Guard | None
    safe: bool

    @property
    def filled(self) -> tuple[str, ...]:
        """The path of what was missing in the row, and is made and put there."""
        guard = self.guard
        if guard is None or self.field is None:
            return ()
        return next(
            (
                part.path
                for part in parts_of(guard.condition)
                if isinstance(part, Result) and self.field in part.path and asks_absence(guard, part)
            ),
            (),
        )

    @property
    def key(self) -> tuple[int, str, str]:
        """The thing that was asked."""
        return (self.asked.ordinal, self.table, self.field or "")


def splits(
    action: Function, by_id: Callable[[str | None], Function | None], footprint: Callable[[Function], Footprint]
) -> Iterator[Split]:
    """One at most for each run of a mutation, and one for each thing that was asked: what comes after the first run that
    changes it rests on that one, which is safe when it looks again."""
    if action.kind not in (Kind.ACTION, Kind.HTTP):
        return
    runs = {
        operation.ordinal: operation
        for operation in action.operations
        if isinstance(operation, Call) and operation.op is Op.RUN and not operation.durable
    }
    settled: set[tuple[int, str, str]] = set()
    for told in runs.values():
        callee = by_id(told.target)
        if told.method != "runMutation" or callee is None or callee.component != action.component:
            continue
        if words_of(callee.path.rpartition(":")[2]) & FAILING or _says_failed(told):
            continue  # whoever did the work says how it ended
        found = [split for split in _splits(action, told, callee, runs, by_id, footprint) if split.key not in settled]
        found.sort(key=lambda split: split.guard is not None)  # a lost update is worse than a test that came too early
        if found and not found[0].safe:
            yield found[0]
        settled.update(split.key for split in found)


def _splits(
    action: Function,
    told: Call,
    callee: Function,
    runs: dict[int, Call],
    by_id: Callable[[str | None], Function | None],
    footprint: Callable[[Function], Footprint],
) -> Iterator[Split]:
    effects = footprint(callee)
    for result, guard, argument in _decisions(told):
        asked = runs.get(result.call) if result.call is not None else None
        query = by_id(asked.target) if asked is not None else None
        if asked is None or query is None or asked.ordinal >= told.ordinal or not _of_one_thing(asked, told):
            continue
        if _claimed(asked, told, runs):
            continue
        reads = [read for _, read in footprint(query).reads if read.table is not None]
        for read in reads:
            for touch, write in effects.writes:
                if (write.component, write.table) != (read.component, read.table) or touch.function is not callee:
                    continue
                field = _same_thing(result, guard, argument, read, write)
                if field is not None and (not field or _given(told, write, field, result)):
                    safe = _checks_again(write, field, effects)
                    yield Split(action, asked, told, read, write, write.table or "", field or None, guard, safe)


def _decisions(told: Call) -> Iterator[tuple[Result, Guard | None, str | None]]:
    """What earlier runs gave, as far as it decides whether this one happens, or is part of what it computes."""
    for guard in told.guards:
        tested = parts_of(guard.condition)
        if any(isinstance(part, Clock) for part in tested):
            continue  # whether it is time again
        for part in tested:
            if isinstance(part, Result) and not _compares(guard, part, told):
                yield part, guard, None
    for name, value in told.arguments or ():
        for part in parts_of(value):
            if isinstance(part, Computed) and part.operator in ARITHMETIC:
                for inner in parts_of(part):
                    if isinstance(inner, Result) and inner.path:
                        yield inner, None, name


def _says_failed(told: Call) -> bool:
    values = (value.value for _, value in told.arguments or () if isinstance(value, Literal))
    return any(isinstance(value, str) and words_of(value) & FAILING for value in values)


def _compares(guard: Guard, result: Result, told: Call) -> bool:
    """The run happens where what is stored differs from what it would write, which only saves a write, or where it is
    true already and stays so."""
    written = [value for _, value in told.arguments or () if not isinstance(value, Literal)]
    if guard.holds and result in _alternatives(guard.condition):
        return any(value == Literal(True) for _, value in told.arguments or ())
    return any(
        isinstance(test, Computed)
        and test.operator in ("===", "==", "!==", "!=")
        and result in test.parts
        and any(part in written for part in test.parts if part != result)
        for test in parts_of(guard.condition)
    )


def _given(told: Call, write: Write, field: str, result: Result) -> bool:
    """This run changes the field: its value is among the arguments, and is not what was read."""
    if told.arguments is None:
        return True
    sources = [one for one in _alternatives(dict(write.values).get(field, UNKNOWN)) if one != Undefined()]
    names = [one.path[0] for one in sources if isinstance(one, Argument) and one.path]
    if not names or len(names) < len(sources):
        return True
    given = [value for name, value in told.arguments if name in names]
    return bool(given) and not any(result in _alternatives(value) for value in given)


def _claimed(asked: Call, told: Call, runs: dict[int, Call]) -> bool:
    """What a mutation between the two gave goes along: the sign by which the second one knows that the work is its own."""
    parts = [part for _, value in told.arguments or () for part in parts_of(value) if isinstance(part, Result)]
    between = {run for run in runs if asked.ordinal < run < told.ordinal and runs[run].method == "runMutation"}
    return any(part.call in between and words_of(".".join(part.path)) & CLAIMS for part in parts)


def _alternatives(value: Value) -> tuple[Value, ...]:
    """What a value can be: itself, or one of the sides of `a || b`."""
    if isinstance(value, Computed) and value.operator in ("either", "||", "??"):
        return tuple(one for part in value.parts for one in _alternatives(part))
    return (value,)


def _of_one_thing(asked: Call, told: Call) -> bool:
    """Both get the same id or key, or the second gets the id that the first gave."""
    keys = [value for _, value in asked.arguments or () if _is_key(value)]
    for _, value in told.arguments or ():
        if value in keys:
            return True
        if isinstance(value, Result) and value.call == asked.ordinal and value.path[-1:] == ("_id",):
            return True
    return False


def _is_key(value: Value) -> bool:
    return not isinstance(value, (Literal, Undefined)) and not any(
        isinstance(part, Unknown) for part in parts_of(value)
    )


def _same_thing(result: Result, guard: Guard | None, argument: str | None, read: Read, write: Write) -> str | None:
    """The field that was asked for and is written; "" for a row that was missing and is inserted; None when the write
    is about something else."""
    path = tuple(name for name in result.path if name != "[]")
    if not path:
        absent = guard is not None and asks_absence(guard, result)
        return "" if absent and write.op is Op.INSERT and read.op is not Op.GET else None
    if write.op not in (Op.PATCH, Op.REPLACE) or not write.fields:
        return None
    fields = [name for name in path if name in write.fields]
    if not fields or words_of(fields[0]) & RENEWED:
        return None
    if any(key.field == fields[0] for key in read.eq):
        return None  # by which the row was looked up: it tells one row from others, and is no state
    if guard is not None:
        return fields[0]
    value = dict(write.values).get(fields[0])
    return fields[0] if isinstance(value, Argument) and value.path[:1] == (argument,) else None


def asks_absence(guard: Guard, result: Result) -> bool:
    """Control goes on when the run gave nothing."""
    condition, holds = guard.condition, guard.holds
    while isinstance(condition, Computed) and condition.operator == "!":
        condition, holds = condition.parts[0], not holds
    if condition == result:
        return not holds
    if isinstance(condition, Computed) and condition.operator in ("===", "==", "!==", "!="):
        nothing = (Literal(None), Undefined())
        if result in condition.parts and any(part in nothing for part in condition.parts):
            return holds is (condition.operator in ("===", "=="))
    return False


def _checks_again(write: Write, field: str, effects: Footprint) -> bool:
    """The mutation looks for itself before it writes."""
    if write.op is Op.INSERT:
        return any((read.component, read.table) == (write.component, write.table) for _, read in effects.reads)
    found = {read.ordinal for touch, read in effects.reads if not touch.calls and read.op is not Op.GET}
    return any(
        isinstance(part, DocumentField)
        and part.table == write.table
        and (field in part.path or ((part.path or part.read in found) and guard.otherwise != "throw"))
        for guard in write.guards
        for part in parts_of(guard.condition)
    )
