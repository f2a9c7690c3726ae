"""Reads whose rows must meet one condition or another: each way is a read of its own, which an index may serve."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from convex_lint.model.operation import Predicate, Read
from convex_lint.model.value import Computed, Unknown, Value, parts_of

_MOST = 8
"""Ways and conditions to look at; code with more of them is not of this kind."""


def settled(predicates: Sequence[Predicate]) -> tuple[Predicate, ...]:
    """What rows must meet in every case, where all cases ask the same field for some value: one of these values."""
    by_field: dict[str, list[Predicate]] = defaultdict(list)
    for predicate in predicates:
        field = _one_field(predicate) if predicate.operator == "given" else None
        if field is not None:
            by_field[field].append(predicate)
    put_together: dict[int, Predicate] = {}
    gone: set[int] = set()
    for group in by_field.values():
        if _cover([conditions_of(predicate.value) for predicate in group]):
            parts = tuple(part for predicate in group for part in predicate.parts)
            put_together[id(group[0])] = replace(group[0], operator="or", parts=parts)
            gone.update(id(predicate) for predicate in group[1:])
    return tuple(put_together.get(id(predicate), predicate) for predicate in predicates if id(predicate) not in gone)


def single_cases(read: Read) -> Iterator[Read]:
    """The read as it is in each case in which alone rows are dropped by their fields."""
    known = _guards_of(read)
    cases = [
        predicate
        for predicate in settled(read.residual)
        if predicate.operator == "given" and _possible(conditions_of(predicate.value), known)
    ]
    others = tuple(predicate for predicate in read.residual if predicate.operator != "given")
    for predicate in cases[:_MOST]:
        yield replace(read, residual=(*others, *predicate.parts))


def ways(read: Read) -> tuple[Read, ...]:
    """The reads that together bring the rows of one that wants those which meet one condition or another, in fields of
    their own; empty when it is not of this kind, or brings its rows in an order that would be lost."""
    if read.order == "desc" or read.terminal not in ("collect", "iterate", "first", "unique"):
        return ()
    for predicate in _conjuncts(read.residual):
        if predicate.operator != "or" or not 2 <= len(predicate.parts) <= _MOST:
            continue
        asked = [tuple(_asked(part)) for part in predicate.parts]
        if all(asked) and len(set(asked)) == len(asked) and len({field for part in asked for field, _ in part}) > 1:
            others = tuple(other for other in _conjuncts(read.residual) if other is not predicate)
            return tuple(replace(read, residual=(*others, part)) for part in predicate.parts)
    return ()


def conditions_of(value: Value) -> Mapping[Value, bool] | None:
    """The conditions that a case is made of, each with its outcome; None when they cannot be told."""
    found: dict[Value, bool] = {}
    pending: list[tuple[Value, bool]] = [(value, True)]
    while pending:
        part, holds = pending.pop()
        if isinstance(part, Computed) and part.operator == "&&" and holds:
            pending.extend((inner, True) for inner in part.parts)
        elif isinstance(part, Computed) and part.operator == "!":
            pending.append((part.parts[0], not holds))
        elif any(isinstance(inner, Unknown) for inner in parts_of(part)) or found.setdefault(part, holds) is not holds:
            return None
    return found


def _guards_of(read: Read) -> Mapping[Value, bool]:
    """What is known to hold where a read is done."""
    found: dict[Value, bool] = {}
    for guard in read.guards:
        value = guard.condition if guard.holds else Computed("!", (guard.condition,))
        found.update(conditions_of(value) or {})
    return found


def _possible(case: Mapping[Value, bool] | None, known: Mapping[Value, bool]) -> bool:
    return case is None or all(known.get(condition, holds) is holds for condition, holds in case.items())


def _cover(cases: Sequence[Mapping[Value, bool] | None]) -> bool:
    """Whatever the conditions are, one of the cases holds."""
    known = [dict(case) for case in cases if case is not None]
    return len(known) == len(cases) and 2 <= len(known) <= _MOST and _covered(known)


def _covered(cases: list[dict[Value, bool]]) -> bool:
    if not cases or not all(cases):
        return bool(cases)
    condition = next(iter(cases[0]))
    return all(
        _covered(
            [
                {key: holds for key, holds in case.items() if key != condition}
                for case in cases
                if case.get(condition, outcome) is outcome
            ]
        )
        for outcome in (True, False)
    )


def _one_field(predicate: Predicate) -> str | None:
    """The field of which a case wants some values."""
    fields = {field for part in predicate.parts for field, _ in _asked(part)}
    return fields.pop() if len(fields) == 1 and len(predicate.parts) == 1 else None


def _asked(predicate: Predicate) -> Iterator[tuple[str, Value]]:
    """The fields that must have certain values; nothing when anything else is wanted too."""
    if predicate.operator in ("eq", "in") and predicate.field is not None:
        yield predicate.field, predicate.value
    elif predicate.operator in ("and", "or") and predicate.parts:
        asked = [tuple(_asked(part)) for part in predicate.parts]
        if all(asked):
            yield from (pair for part in asked for pair in part)


def _conjuncts(predicates: Iterable[Predicate]) -> Iterator[Predicate]:
    for predicate in predicates:
        if predicate.operator == "and":
            yield from _conjuncts(predicate.parts)
        else:
            yield predicate
