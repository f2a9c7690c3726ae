"""Operations with the tables of documents filled in that became known after the operation was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from convex_lint.model.operation import Call, Guard, Operation, Platform, Predicate, Read, Write
from convex_lint.model.value import Computed, DocumentField, Value


class Renaming:
    """`tables` by the ordinal of the read that gave the document."""

    def __init__(self, tables: Mapping[int, str]) -> None:
        self.tables = tables
        self.values: dict[int, tuple[Value, Value]] = {}
        self.guards: dict[int, tuple[tuple[Guard, ...], tuple[Guard, ...]]] = {}

    def operation(self, operation: Operation) -> Operation:
        changed: dict[str, Any] = {"guards": self._guards(operation.guards)}
        if isinstance(operation, Read):
            changed["eq"] = tuple([replace(key, value=self.value(key.value)) for key in operation.eq])
            changed["bounds"] = tuple([replace(bound, value=self.value(bound.value)) for bound in operation.bounds])
            changed["limit"] = self.value(operation.limit) if operation.limit is not None else None
            changed["key"] = self.value(operation.key) if operation.key is not None else None
            changed["residual"] = tuple([self._predicate(predicate) for predicate in operation.residual])
        elif isinstance(operation, Write):
            changed["values"] = self._pairs(operation.values)
            changed["target"] = self.value(operation.target)
        elif isinstance(operation, Call):
            changed["arguments"] = self._pairs(operation.arguments) if operation.arguments is not None else None
            changed["delay"] = self.value(operation.delay) if operation.delay is not None else None
        elif isinstance(operation, Platform):
            changed["arguments"] = tuple([self.value(value) for value in operation.arguments])
        return replace(operation, **changed)

    def value(self, value: Value) -> Value:
        if isinstance(value, DocumentField):
            table = self.tables.get(value.read) if value.table is None and value.read is not None else None
            return replace(value, table=table) if table is not None else value
        if not isinstance(value, Computed):
            return value
        known = self.values.get(id(value))
        if known is None:
            parts = tuple([self.value(part) for part in value.parts])
            same = all(part is other for part, other in zip(parts, value.parts, strict=True))
            known = self.values[id(value)] = (value, value if same else Computed(value.operator, parts))
        return known[1]

    def _pairs(self, pairs: tuple[tuple[str, Value], ...]) -> tuple[tuple[str, Value], ...]:
        return tuple([(name, self.value(value)) for name, value in pairs])

    def _guards(self, guards: tuple[Guard, ...]) -> tuple[Guard, ...]:
        known = self.guards.get(id(guards))
        if known is None:
            made = tuple([replace(guard, condition=self.value(guard.condition)) for guard in guards])
            known = self.guards[id(guards)] = (guards, made)
        return known[1]

    def _predicate(self, predicate: Predicate) -> Predicate:
        parts = tuple([self._predicate(part) for part in predicate.parts])
        return replace(predicate, value=self.value(predicate.value), parts=parts)
