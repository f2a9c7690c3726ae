"""Components that are mounted more than once: each instance has its own tables and functions, with the same code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from convex_lint.model.function import Cron, Function
from convex_lint.model.operation import Call, Operation
from convex_lint.model.project import Component
from convex_lint.model.schema import Schema


def functions_of_all(named: Iterable[Component], functions: tuple[Function, ...]) -> tuple[Function, ...]:
    """The functions, and those of every further instance under its own name."""
    copies = [
        replace(
            function,
            component=other,
            operations=tuple([_moved(operation, first, other) for operation in function.operations]),
        )
        for first, other in _further(named)
        for function in functions
        if function.component == first
    ]
    return (*functions, *copies)


def crons_of_all(named: Iterable[Component], crons: tuple[Cron, ...]) -> tuple[Cron, ...]:
    copies = [
        replace(cron, component=other, target=_renamed(cron.target, first, other))
        for first, other in _further(named)
        for cron in crons
        if cron.component == first
    ]
    return (*crons, *copies)


def schemas_of_all(named: Iterable[Component], schemas: Mapping[str, Schema]) -> dict[str, Schema]:
    result = dict(schemas)
    for first, other in _further(named):
        if first in schemas:
            tables = {name: replace(table, component=other) for name, table in schemas[first].tables.items()}
            result[other] = replace(schemas[first], component=other, tables=tables)
    return result


def _further(named: Iterable[Component]) -> list[tuple[str, str]]:
    """(name under which a folder was analysed, name of another instance of it)."""
    first: dict[str, str] = {}
    return [
        (first[component.path], component.name)
        for component in named
        if first.setdefault(component.path, component.name) != component.name
    ]


def _moved(operation: Operation, first: str, other: str) -> Operation:
    if isinstance(operation, Call):
        operation = replace(operation, target=_renamed(operation.target, first, other))
    return replace(operation, component=other) if operation.component == first else operation


def _renamed(target: str | None, first: str, other: str) -> str | None:
    return f"{other}/{target.removeprefix(first + '/')}" if target and target.startswith(f"{first}/") else target
