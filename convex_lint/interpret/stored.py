"""Tables of ids that no validator and no annotation names: those of ids stored in the same field, or that their use tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from convex_lint.interpret import row_shapes, typed
from convex_lint.interpret.machine import Machine
from convex_lint.interpret.renamed import Renaming
from convex_lint.model.function import Function
from convex_lint.model.operation import Operation, Read, Write
from convex_lint.model.value import (
    Argument,
    Computed,
    DocumentField,
    Environment,
    Identity,
    IdOf,
    Inserted,
    Result,
    Value,
    parts_of,
)

_ROUNDS = 24
"""How long a chain of fields may be that each name the next one's table."""
_CHOICES = frozenset(("either", "??", "||", "&&"))
_SAME_ELEMENTS = frozenset(("call:slice", "call:filter", "call:sort", "call:reverse", "call:concat"))
_FOREIGN = (Argument, Result, Environment, Identity)

Place: TypeAlias = tuple[str, str, tuple[str, ...]]
"""Component, table and path of a stored field, `[]` for an element."""


def with_tables(m: Machine, functions: Sequence[Function]) -> tuple[Function, ...]:
    """The functions; an operation on an id of unknown table has a table where the id comes from a field into which the
    program stores ids of that table, and of no other, or where what is done with the row fits one table alone."""
    search = _Search(m, functions)
    search.run()
    used = row_shapes.tables_by_use(m, functions, search.found.keys())
    if used:
        search.told = used
        search.run()
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for (at, ordinal), table in {**search.found, **search.told}.items():
        found[at][ordinal] = table
    if not found:
        return tuple(functions)
    named = tuple([_named(function, found[at]) if at in found else function for at, function in enumerate(functions)])
    _follow(
        m, named, {op.span for at, tables in found.items() for op in functions[at].operations if op.ordinal in tables}
    )
    return named


def _named(function: Function, tables: dict[int, str]) -> Function:
    renaming = Renaming(tables)
    operations: list[Operation] = []
    for operation in function.operations:
        renamed = renaming.operation(operation)
        if operation.ordinal in tables and isinstance(renamed, (Read, Write)):
            renamed = replace(renamed, table=tables[operation.ordinal])
        operations.append(renamed)
    return replace(function, operations=tuple(operations))


def _follow(m: Machine, functions: Iterable[Function], resolved: set[tuple[str, int, int]]) -> None:
    """Places that can be followed now are no longer counted as lost."""
    for function in functions:
        for operation in function.operations:
            if operation.span in resolved and isinstance(operation, (Read, Write)) and operation.table is None:
                resolved.discard(operation.span)
    for span in resolved:
        m.unfollowed.pop((*span, "table of an id not known"), None)


class _Search:
    """`wanted` are the operations without a table (position of their function, ordinal); `found` the tables so far."""

    def __init__(self, m: Machine, functions: Sequence[Function]) -> None:
        self.m = m
        self.functions = functions
        self.wanted: list[tuple[int, Read | Write, Value]] = []
        self.found: dict[tuple[int, int], str] = {}
        self.told: dict[tuple[int, int], str] = {}
        self.ambiguous: set[tuple[int, int]] = set()
        self.stored: dict[Place, set[str | None]] = {}
        for at, function in enumerate(functions):
            for operation in function.operations:
                if isinstance(operation, (Read, Write)) and operation.table is None:
                    key = row_shapes.key_of(operation)
                    if key is not None and any(isinstance(part, (DocumentField, Inserted)) for part in parts_of(key)):
                        self.wanted.append((at, operation, key))
        self.writes: list[tuple[int, Write, str, Value]] = []

    def run(self) -> None:
        fields = {
            part.path[0]
            for _, _, key in self.wanted
            for part in parts_of(key)
            if isinstance(part, DocumentField) and part.path
        }
        self.writes = [
            (at, operation, name, value)
            for at, function in enumerate(self.functions)
            for operation in function.operations
            if isinstance(operation, Write)
            for name, value in operation.values
            if name in fields
        ]
        for _ in range(_ROUNDS):
            self._gather()
            if not self._resolve():
                break

    def _gather(self) -> None:
        """What is stored in each field, by what is known now."""
        before, self.stored = self.stored, defaultdict(set)
        for at, write, name, value in self.writes:
            table = write.table if write.table is not None else self._named((at, write.ordinal))
            if table is not None:
                self._store((write.component, table, (name,)), at, value, before)

    def _store(self, place: Place, at: int, value: Value, before: dict[Place, set[str | None]]) -> None:
        component, table, path = place
        element = (component, table, (*path, "[]"))
        if isinstance(value, Computed):
            if value.operator == "array":
                for part in value.parts:
                    self._store(element, at, part, before)
            elif value.operator == "append":
                self._store(place, at, value.parts[0], before)
                self._store(element, at, value.parts[1], before)
            elif value.operator in _CHOICES:
                for part in value.parts:
                    self._store(place, at, part, before)
            elif value.operator in _SAME_ELEMENTS and value.parts:
                self._store(place, at, value.parts[0], before)
            elif value.operator != "object":
                self.stored[place].add(None)
            return
        tables = self._tables(component, at, value, before)
        if tables:
            self.stored[place] |= tables
        elif isinstance(value, _FOREIGN):
            self.stored[place].add(None)
        if isinstance(value, DocumentField) and value.path:
            elements = replace(value, path=(*value.path, "[]"))
            self.stored[element] |= self._tables(component, at, elements, before)

    def _resolve(self) -> bool:
        """Names what can be named by what is stored; says whether that was anything new."""
        changed = False
        for at, operation, key in self.wanted:
            place = (at, operation.ordinal)
            if place in self.ambiguous or place in self.told:
                continue
            tables = self._tables(operation.component, at, key, self.stored)
            [table] = tables if len(tables) == 1 else [None]
            known = self.found.get(place)
            if table is not None and known is None:
                self.found[place] = table
                changed = True
            elif known is not None and known != table:
                del self.found[place]
                self.ambiguous.add(place)
                changed = True
        return changed

    def _tables(self, component: str, at: int, value: Value, stored: dict[Place, set[str | None]]) -> set[str | None]:
        """The tables that an id can belong to, None among them for something else; empty when nothing is known."""
        if isinstance(value, Computed):
            if value.operator not in _CHOICES:
                return set()
            return set[str | None]().union(*[self._tables(component, at, part, stored) for part in value.parts])
        if isinstance(value, (IdOf, Argument, Inserted)):
            return {value.table} if value.table is not None else set()
        if not isinstance(value, DocumentField):
            return set()
        table = value.table
        if table is None and value.read is not None:
            table = self._named((at, value.read))
        if table is None or not value.path:
            return set()
        if value.path == ("_id",):
            return {table}
        declared = typed.ids_at(self.m, component, table, value.path)
        return set(declared) or stored.get((component, table, value.path), set())

    def _named(self, place: tuple[int, int]) -> str | None:
        return self.told.get(place) or self.found.get(place)
