"""The graph of a backend, asked in the domain's words; the only module that knows networkx."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cached_property

from convex_lint.fact import fact
from convex_lint.graph.rings import rings
from convex_lint.model.function import Function
from convex_lint.model.schema import Table
from convex_lint.model.subscription import ClientCall
from convex_lint.source import Span


class NodeKind(StrEnum):
    TABLE = "table"
    INDEX = "index"
    FUNCTION = "function"
    HELPER = "helper"
    CLIENT = "client"
    CRON = "cron"
    ROUTE = "route"
    COMPONENT = "component"


class EdgeKind(StrEnum):
    """`uses-index` goes from a function, `references` from table to table (`v.id`), `holds` from a component to its
    functions and tables; `invalidates` and `conflicts` are derived by the analysis."""

    READS = "reads"
    WRITES = "writes"
    USES_INDEX = "uses-index"
    INDEXES = "indexes"
    CALLS = "calls"
    RUNS = "runs"
    SCHEDULES = "schedules"
    STARTS = "starts"
    SUBSCRIBES = "subscribes"
    INVOKES = "invokes"
    REFERENCES = "references"
    HOLDS = "holds"
    INVALIDATES = "invalidates"
    CONFLICTS = "conflicts"


@fact
class Node:
    """`id` is `kind:name`, unique and made of names only; `detail` is the kind of a function, the fields of an index,
    the schedule of a cron; `group` is the module of a function."""

    id: str
    kind: NodeKind
    name: str
    component: str = ""
    detail: str = ""
    group: str = ""
    span: Span | None = None


@fact
class Edge:
    """`label` says which range is read or which fields are written."""

    source: str
    target: str
    kind: EdgeKind
    label: str = ""
    span: Span | None = None


class EntryKind(StrEnum):
    """What can start a function, most exposed first."""

    CLIENT = "client"
    PUBLIC = "public"
    HTTP = "http"
    CRON = "cron"
    SCHEDULED = "scheduled"
    COMPONENT = "component"


@fact
class Entry:
    """One reason why a function runs. `name` is the client component, route, cron or function that starts it; `every`
    the seconds between two runs of a cron; `through` the functions that pass the call on, first caller first."""

    kind: EntryKind
    name: str
    span: Span
    every: float | None = None
    through: tuple[str, ...] = ()


class Graph:
    """Immutable. Nodes and edges are ours; networkx is loaded for exports only, because loading it takes longer than all of
    the walks."""

    def __init__(
        self,
        nodes: Iterable[Node],
        edges: Iterable[Edge],
        functions: Mapping[str, Function],
        subscriptions: Mapping[str, tuple[ClientCall, ...]],
        entries: Mapping[str, tuple[Entry, ...]],
    ) -> None:
        self._nodes = tuple(nodes)
        self._edges = tuple(edges)
        self._functions = functions
        self._client_calls = subscriptions
        self._direct_entries = entries
        self._memo: dict[str, tuple[Entry, ...]] = {}
        self._open: dict[str, tuple[Function, ...]] | None = None

    def nodes(self) -> tuple[Node, ...]:
        return self._nodes

    def edges(self) -> tuple[Edge, ...]:
        return self._edges

    def with_edges(self, edges: Iterable[Edge]) -> Graph:
        """This graph and the derived edges that the analysis found."""
        return Graph(self._nodes, (*self._edges, *edges), self._functions, self._client_calls, self._direct_entries)

    def restricted(self, nodes: Iterable[Node], edges: Iterable[Edge]) -> Graph:
        """This graph with only some of its nodes and edges."""
        return Graph(nodes, edges, self._functions, self._client_calls, self._direct_entries)

    def functions(self) -> tuple[Function, ...]:
        return tuple(self._functions.values())

    def function(self, id: str | None) -> Function | None:
        return self._functions.get(id) if id is not None else None

    def readers_of(self, table: Table) -> tuple[Function, ...]:
        """The functions that read the table themselves or through helpers, in order of their ids."""
        return self._sources(table_node(table.component, table.name), EdgeKind.READS)

    def writers_of(self, table: Table) -> tuple[Function, ...]:
        return self._sources(table_node(table.component, table.name), EdgeKind.WRITES)

    def callers(self, function: Function) -> tuple[Function, ...]:
        """The functions that run or schedule this one."""
        return self._sources(function_node(function.id), EdgeKind.RUNS, EdgeKind.SCHEDULES)

    def runs(self, function: Function) -> tuple[Function, ...]:
        """The functions that this one runs or schedules itself."""
        found = {
            edge.target.removeprefix("function:")
            for edge in self._out.get(function_node(function.id), ())
            if edge.kind in (EdgeKind.RUNS, EdgeKind.SCHEDULES)
        }
        return tuple(self._functions[id] for id in sorted(found) if id in self._functions)

    def open_in(self, file: str) -> tuple[Function, ...]:
        """The queries that a file of the clients keeps open."""
        if self._open is None:
            found: dict[str, dict[str, Function]] = {}
            for id, calls in self._client_calls.items():
                for call in calls:
                    if call.subscribes and id in self._functions:
                        found.setdefault(call.span.file, {})[id] = self._functions[id]
            self._open = {name: tuple(queries.values()) for name, queries in found.items()}
        return self._open.get(file, ())

    def subscribers(self, function: Function) -> tuple[ClientCall, ...]:
        """The client call sites that keep the query open."""
        return tuple(call for call in self._client_calls.get(function.id, ()) if call.subscribes)

    def client_calls(self, function: Function) -> tuple[ClientCall, ...]:
        return self._client_calls.get(function.id, ())

    def entries(self, function: Function) -> tuple[Entry, ...]:
        """Why this function runs: its own entries, then those of the functions that run or schedule it, transitively.
        Empty when nothing scanned starts it (it is run by hand, from the dashboard or the command line)."""
        cached = self._memo.get(function.id)
        if cached is None:
            cached = self._memo[function.id] = self._find_entries(function)
        return cached

    def _find_entries(self, function: Function) -> tuple[Entry, ...]:
        found: dict[tuple[EntryKind, str], Entry] = {}
        seen = {(function.id, False)}
        queue: list[tuple[str, tuple[str, ...], Edge | None]] = [(function.id, (), None)]
        for id, through, schedule in queue:
            for entry in self._direct_entries.get(id, ()):
                if schedule is not None:
                    by = schedule.source.removeprefix("function:")
                    entry = Entry(EntryKind.SCHEDULED, by, schedule.span or entry.span, None, through)
                elif through:
                    entry = Entry(entry.kind, entry.name, entry.span, entry.every, through)
                found.setdefault((entry.kind, entry.name), entry)
            for edge in self._in.get(function_node(id), ()):
                if edge.kind not in (EdgeKind.RUNS, EdgeKind.SCHEDULES):
                    continue
                caller = edge.source.removeprefix("function:")
                hop = schedule or (edge if edge.kind is EdgeKind.SCHEDULES else None)
                if (caller, hop is not None) not in seen:
                    seen.add((caller, hop is not None))
                    queue.append((caller, (caller, *through), hop))
        return tuple(sorted(found.values(), key=lambda entry: (list(EntryKind).index(entry.kind), entry.name)))

    def reachable_from(self, function: Function) -> tuple[Function, ...]:
        """Every function that a run of this one can start, itself excluded."""
        found: dict[str, None] = dict.fromkeys(self._flow.get(function.id, ()))
        queue = list(found)
        for id in queue:
            for target in self._flow.get(id, ()):
                if target not in found:
                    found[target] = None
                    queue.append(target)
        return tuple(self._functions[id] for id in sorted(found) if id in self._functions and id != function.id)

    def cycles(self) -> tuple[tuple[Function, ...], ...]:
        """Sets of functions that run or schedule one another in a ring, each in order of ids, a self-loop included."""
        found = sorted(sorted(ring) for ring in rings(self._flow))
        return tuple(tuple(self._functions[id] for id in ring) for ring in found)

    @cached_property
    def _flow(self) -> Mapping[str, list[str]]:
        """What each function runs or schedules, by id."""
        flow: dict[str, list[str]] = {id: [] for id in self._functions}
        for edge in self._edges:
            if edge.kind in (EdgeKind.RUNS, EdgeKind.SCHEDULES):
                flow.setdefault(edge.source.removeprefix("function:"), []).append(edge.target.removeprefix("function:"))
        return flow

    @cached_property
    def _in(self) -> Mapping[str, list[Edge]]:
        into: dict[str, list[Edge]] = defaultdict(list)
        for edge in self._edges:
            into[edge.target].append(edge)
        return into

    @cached_property
    def _out(self) -> Mapping[str, list[Edge]]:
        out: dict[str, list[Edge]] = defaultdict(list)
        for edge in self._edges:
            out[edge.source].append(edge)
        return out

    def _sources(self, node: str, *kinds: EdgeKind) -> tuple[Function, ...]:
        found = {edge.source.removeprefix("function:") for edge in self._in.get(node, ()) if edge.kind in kinds}
        return tuple(self._functions[id] for id in sorted(found) if id in self._functions)


def function_node(id: str) -> str:
    return f"function:{id}"


def table_node(component: str, name: str) -> str:
    return f"table:{component}/{name}" if component else f"table:{name}"
