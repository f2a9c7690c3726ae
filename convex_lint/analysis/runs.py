"""Calls of one function by another through the platform, by the place where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from convex_lint.analysis.sites import Reach
from convex_lint.model.function import Function
from convex_lint.model.operation import Call, Op
from convex_lint.source import Span


@dataclass(frozen=True, slots=True)
class RunSite:
    """A `ctx.runQuery`, `runMutation` or `runAction` whose callee is known. `operation` stands for all `reaches`."""

    operation: Call
    callee: Function
    reaches: tuple[Reach[Call], ...]

    @property
    def span(self) -> Span:
        return self.operation.span

    @property
    def within(self) -> str:
        return self.operation.within

    @property
    def functions(self) -> tuple[Function, ...]:
        """The registered functions that get here, each once."""
        return tuple({reach.function.id: reach.function for reach in self.reaches}.values())

    @property
    def inside(self) -> bool:
        """Caller and callee belong to one component, and the project wrote both: they could share code. The steps of a
        workflow could not."""
        written = "node_modules/" not in self.span.file and "node_modules/" not in self.callee.span.file
        here = self.callee.component == self.operation.component and self.operation.through != "handle"
        return written and here and not self.operation.durable


def run_sites(functions: Iterable[Function], by_id: Mapping[str, Function]) -> tuple[RunSite, ...]:
    """In order of first appearance."""
    found: dict[tuple[Span, str], list[Reach[Call]]] = {}
    for function in functions:
        for operation in function.operations:
            if isinstance(operation, Call) and operation.op is Op.RUN and operation.target in by_id:
                found.setdefault((operation.span, operation.target or ""), []).append(Reach(function, operation))
    return tuple(RunSite(reaches[0].operation, by_id[target], tuple(reaches)) for (_, target), reaches in found.items())
