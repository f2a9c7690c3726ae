"""Writes as those who call them have them: with the constants that all callers pass; of what is run, and of what fills no table
for a try."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from convex_lint.analysis.exposure import Purpose
from convex_lint.analysis.sites import Reach, Site
from convex_lint.model.function import Function, Visibility
from convex_lint.model.operation import Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Argument, Literal, Value

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend

Passed = Callable[[Function, str], Literal | None]
"""What every call of a function passes for one argument, where that is one constant."""

_SEVERAL = 3
"""Clients that call so many functions of a module would call another one, if it were in use."""


def _module(function: Function) -> str:
    return function.id.rpartition(":")[0]


class AsCalled:
    """Answers for the tables of one backend."""

    def __init__(self, backend: Backend, passed: Passed) -> None:
        self._backend = backend
        self._passed = passed
        self._run: dict[tuple[str, str], tuple[Site[Write], ...]] = {}
        self._kept: dict[tuple[str, str], tuple[Site[Write], ...]] = {}

    def run(self, table: Table) -> tuple[Site[Write], ...]:
        """The writes of a table, but those of functions of the product that nothing runs. What is run by hand counts."""
        key = (table.component, table.name)
        if key not in self._run:
            self._run[key] = tuple(self._settled(table, self._is_run))
        return self._run[key]

    def to_keep(self, table: Table) -> tuple[Site[Write], ...]:
        """The writes of a table, but those that fill it for a try."""
        key = (table.component, table.name)
        if key not in self._kept:
            self._kept[key] = tuple(self._settled(table, lambda one: self._backend.purpose(one) is not Purpose.SEED))
        return self._kept[key]

    def _settled(self, table: Table, counts: Callable[[Function], bool]) -> Iterator[Site[Write]]:
        for site in self._backend.writes_of(table):
            reaches = tuple(self._with_constants(reach) for reach in site.reaches if counts(reach.function))
            if reaches:
                yield Site(reaches[0].operation, site.table, reaches)

    def _is_run(self, function: Function) -> bool:
        """Also when other clients might call it: those that are seen call little of its module."""
        if self._backend.is_called(function) or self._backend.purpose(function) is not Purpose.PRODUCT:
            return True
        return function.visibility is Visibility.PUBLIC and self._asked[_module(function)] < _SEVERAL

    @cached_property
    def _asked(self) -> Counter[str]:
        """How many public functions of each module are seen to be called."""
        offered = (one for one in self._backend.functions if one.visibility is Visibility.PUBLIC)
        return Counter(_module(one) for one in offered if self._backend.is_asked([one]))

    def _with_constants(self, reach: Reach[Write]) -> Reach[Write]:
        write = reach.operation
        values = tuple((field, self._given(value, reach.function)) for field, value in write.values)
        return reach if values == write.values else Reach(reach.function, replace(write, values=values))

    def _given(self, value: Value, function: Function) -> Value:
        if not isinstance(value, Argument) or len(value.path) != 1 or self._backend.is_spelled_out(function):
            return value
        known = self._passed(function, value.path[0])
        return value if known is None else known
