"""Which fields hold the ids of other tables' rows, and which flows delete the rows that do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from convex_lint.analysis.sites import Reach, Site
from convex_lint.analysis.surroundings import Surroundings
from convex_lint.graph.graph import Graph
from convex_lint.model.function import Function
from convex_lint.model.operation import Call, Op, Read, Write
from convex_lint.model.project import Project
from convex_lint.model.schema import Table, Validator
from convex_lint.model.value import DocumentField


class Reference(NamedTuple):
    """`field` of `table` holds ids of another table's rows; `required`: every row of `table` has one."""

    table: Table
    field: str
    required: bool


def references(tables: Iterable[Table]) -> Mapping[tuple[str, str], tuple[Reference, ...]]:
    """The fields that hold ids, by (component, name) of the table that they point to; lists of ids left out."""
    found: dict[tuple[str, str], list[Reference]] = defaultdict(list)
    for table in tables:
        variants = table.validator.members_flat() if table.validator is not None else ()
        for name in table.fields:
            kinds = [variant.fields[name] for variant in variants if name in variant.fields]
            required = len(kinds) == len(variants) and not any(map(_may_lack, kinds))
            for target in dict.fromkeys(t for kind in kinds for t in _pointed(kind)):
                found[table.component, target].append(Reference(table, name, required))
    return {target: tuple(fields) for target, fields in found.items()}


def _pointed(validator: Validator) -> list[str]:
    return [member.table for member in validator.members_flat() if member.kind == "id" and member.table is not None]


def _may_lack(validator: Validator) -> bool:
    return validator.optional or any(member.kind == "null" for member in validator.members_flat())


class References:
    """Answers about the references of one project. `graph` tells flows, `around` what code does without a row."""

    def __init__(
        self, project: Project, graph: Graph, reads_of: Callable[[Table], Iterable[Site[Read]]], around: Surroundings
    ) -> None:
        self._to = references(project.tables)
        self._functions = project.functions
        self._graph = graph
        self._reads_of = reads_of
        self._around = around
        self._flows: dict[str, frozenset[str]] = {}

    def to(self, table: Table) -> tuple[Reference, ...]:
        return self._to.get((table.component, table.name), ())

    def cleaned(self, function: Function, reference: Reference) -> bool:
        """Some function of the flows in which this one takes part deletes such rows, or points them elsewhere; also
        when the flow holds something that could not be followed and so might."""
        flow = self._flow(function)
        return any(self._cleans(self._by_id[id], reference) for id in flow if id in self._by_id)

    def reader(self, reference: Reference, target: Table) -> Reach[Read] | None:
        """A read that goes from the field to the row, and fails when that is gone."""
        for site in self._reads_of(target):
            for reach in site.reaches:
                key = reach.operation.key
                if (
                    isinstance(key, DocumentField)
                    and (key.table, key.path) == (reference.table.name, (reference.field,))
                    and self._around.fails_without(site.span)
                ):
                    return reach
        return None

    @cached_property
    def _by_id(self) -> Mapping[str, Function]:
        return {function.id: function for function in self._functions}

    def _flow(self, function: Function) -> frozenset[str]:
        """Everything that this function, and whatever runs or schedules it, can start."""
        known = self._flows.get(function.id)
        if known is None:
            above = {function.id: function}
            for one in (queue := [function]):
                for caller in self._graph.callers(one):
                    if caller.id not in above:
                        above[caller.id] = caller
                        queue.append(caller)
            started = (other.id for one in queue for other in self._graph.reachable_from(one))
            known = self._flows[function.id] = frozenset((*above, *started))
        return known

    def _cleans(self, function: Function, reference: Reference) -> bool:
        table = reference.table
        for operation in function.operations:
            if isinstance(operation, Call) and operation.target is None:
                return True
            if not isinstance(operation, Write) or operation.op is Op.INSERT:
                continue
            if operation.table is None:
                return True
            if (operation.component, operation.table) == (table.component, table.name):
                moves = operation.fields is None or reference.field in operation.fields
                if operation.op is Op.DELETE or moves:
                    return True
        return False
