"""What a variable that starts out empty holds in the later rounds of a loop, where it can only be one of few texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from convex_lint.interpret.values import NULL, UNDEFINED, UNKNOWN, Scope, Value, join, options_of
from convex_lint.model.value import Computed, Literal

if TYPE_CHECKING:
    from convex_lint.interpret.machine import Arm, Machine

_EMPTY = (UNDEFINED, NULL)
_CHEAP, _EARLY = 5_000, 100_000
"""How many steps a body may cost that is run once more, and how many the function around it may have cost before."""


def empty(m: Machine, names: tuple[str, ...]) -> dict[str, Value]:
    """Those of the variables that hold nothing before the loop."""
    found = {name: m.lookup(name) for name in names}
    return {name: value for name, value in found.items() if value in _EMPTY}


def first_round(m: Machine, starts: dict[str, Value], run: Callable[[], Arm]) -> Arm:
    """The effect of a loop's body, in which `starts` may hold anything. Where a table is not known so, it is run
    with them as they were, to learn what it gives them; and once more with no more than that, if that is all."""
    if not starts:
        return run()
    at, steps = _Mark(m), m.steps
    arm = run()
    if m.exhausted or m.steps - steps > _CHEAP or m.steps > _EARLY:
        return arm
    if all(record.details.get("table", "") is not None for record in m.records[at.records :]):
        return arm
    anything = {name: m.lookup(name) for name in starts}
    at.back(m)
    _assign(m, starts)
    given = _given(run(), starts)
    at.back(m)
    if any(given.values()):
        narrow = {name: _either(start, given[name], anything[name]) for name, start in starts.items()}
        _assign(m, narrow)
        arm = run()
        again = _given(arm, starts)
        if all(
            allowed is None or (told is not None and set(told) <= set(allowed))
            for allowed, told in ((given[name], again[name]) for name in starts)
        ):
            return arm
        at.back(m)
    _assign(m, anything)
    return run()


def _assign(m: Machine, values: dict[str, Value]) -> None:
    for name, value in values.items():
        m.assign(name, value)


def _either(start: Value, texts: tuple[Value, ...] | None, anything: Value) -> Value:
    return anything if texts is None else join(start, *texts)


def _given(arm: Arm, starts: dict[str, Value]) -> dict[str, tuple[Value, ...] | None]:
    """The texts that a body leaves in each variable; None where it may leave something else."""
    found: dict[str, tuple[Value, ...] | None] = dict.fromkeys(starts, ())
    for target, name, value in arm[1].values():
        if name in starts and type(target) is Scope:
            texts = [_text(option) for option in options_of(value) if option not in _EMPTY]
            found[name] = None if None in texts else tuple(dict.fromkeys(texts))
    return found


def _text(value: Value) -> Value:
    """A text, whatever stands in its holes."""
    if type(value) is Literal:
        return value if isinstance(value.value, str) else None
    if type(value) is Computed and value.operator == "template":
        return Computed("template", tuple([part if type(part) is Literal else UNKNOWN for part in value.parts]))
    return None


class _Mark:
    """How much was seen so far, to go back to."""

    def __init__(self, m: Machine) -> None:
        frame = m.frame
        self.records, self.looks, self.promises = len(m.records), len(m.looks), len(m.promises)
        self.ends = (len(frame.returns), len(frame.yields), len(frame.exits))
        self.left = (frame.jumps, frame.exited)
        self.lost, self.memo = len(m.unfollowed), len(m.memo)

    def back(self, m: Machine) -> None:
        frame = m.frame
        del m.records[self.records :], m.looks[self.looks :], m.promises[self.promises :]
        for kept, seen in zip(self.ends, (frame.returns, frame.yields, frame.exits), strict=True):
            del seen[kept:]
        frame.jumps, frame.exited = self.left
        seen_since: tuple[tuple[dict[Any, Any], int], ...] = ((m.unfollowed, self.lost), (m.memo, self.memo))
        for table, size in seen_since:
            for key in list(table)[size:]:
                del table[key]
