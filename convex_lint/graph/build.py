"""connect: the facts of a project become nodes and edges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from convex_lint.graph.graph import Edge, EdgeKind, Entry, EntryKind, Graph, Node, NodeKind, function_node, table_node
from convex_lint.graph.schedules import between_runs
from convex_lint.model.function import Function, Kind, Visibility
from convex_lint.model.operation import Call, Operation, Read, Write
from convex_lint.model.project import Project
from convex_lint.model.schema import Table, Validator
from convex_lint.model.subscription import ClientCall


def connect(project: Project) -> Graph:
    """The graph of one project; the same project gives the same nodes and edges in the same order."""
    functions = {function.id: function for function in project.functions}
    nodes: dict[str, Node] = {}
    edges: dict[tuple[str, str, EdgeKind, str], Edge] = {}
    for node in _nodes(project):
        nodes.setdefault(node.id, node)
    for seen, edge in _edges(project):
        if seen is not None:
            nodes.setdefault(seen.id, seen)
        if edge.source in nodes and edge.target in nodes:
            edges.setdefault((edge.source, edge.target, edge.kind, edge.label), edge)
    calls: dict[str, list[ClientCall]] = defaultdict(list)
    for call in project.client_calls:
        if call.target is not None:
            calls[call.target].append(call)
    return Graph(
        nodes.values(),
        edges.values(),
        functions,
        {id: tuple(sites) for id, sites in calls.items()},
        _entries(project, calls),
    )


def _nodes(project: Project) -> Iterator[Node]:
    for component in project.components:
        if component.name:
            yield Node(f"component:{component.name}", NodeKind.COMPONENT, component.name, component.name)
    for table in project.tables:
        yield Node(
            table_node(table.component, table.name), NodeKind.TABLE, table.name, table.component, span=table.span
        )
        for index in table.indexes:
            fields = ", ".join(index.fields)
            yield Node(_index(table, index.name), NodeKind.INDEX, index.name, table.component, fields, span=index.span)
    for function in project.functions:
        yield Node(
            function_node(function.id),
            NodeKind.FUNCTION,
            function.path,
            function.component,
            f"{function.visibility} {function.kind}",
            function.path.partition(":")[0],
            function.span,
        )
    for cron in project.crons:
        yield Node(f"cron:{cron.name}", NodeKind.CRON, cron.name, cron.component, cron.schedule, span=cron.span)
    for route in project.routes:
        name = f"{route.method} {route.path}"
        yield Node(f"route:{name}", NodeKind.ROUTE, name, route.component, span=route.span)


def _edges(project: Project) -> Iterator[tuple[Node | None, Edge]]:
    for table in project.tables:
        here = table_node(table.component, table.name)
        for index in table.indexes:
            yield None, Edge(_index(table, index.name), here, EdgeKind.INDEXES, span=index.span)
        for field, target in _references(table.validator, ""):
            yield None, Edge(here, table_node(table.component, target), EdgeKind.REFERENCES, field, table.span)
        if table.component:
            yield None, Edge(f"component:{table.component}", here, EdgeKind.HOLDS)
    for function in project.functions:
        if function.component:
            yield None, Edge(f"component:{function.component}", function_node(function.id), EdgeKind.HOLDS)
        for operation in function.operations:
            yield from _operation(project, function, operation)
    for cron in project.crons:
        if cron.target is not None:
            yield None, Edge(f"cron:{cron.name}", function_node(cron.target), EdgeKind.STARTS, cron.schedule, cron.span)
    for route in project.routes:
        if route.target is not None:
            name = f"route:{route.method} {route.path}"
            yield None, Edge(name, function_node(route.target), EdgeKind.STARTS, span=route.span)
    for call in project.client_calls:
        if call.target is not None:
            client = Node(f"client:{call.span.file}#{call.within}", NodeKind.CLIENT, call.within, span=call.span)
            kind = EdgeKind.SUBSCRIBES if call.subscribes else EdgeKind.INVOKES
            yield client, Edge(client.id, function_node(call.target), kind, call.hook, call.span)


def _operation(project: Project, function: Function, operation: Operation) -> Iterator[tuple[Node | None, Edge]]:
    here = function_node(function.id)
    if operation.via and operation.within and operation.within != function.path:
        helper = Node(f"helper:{operation.within}", NodeKind.HELPER, operation.within, function.component)
        yield helper, Edge(here, helper.id, EdgeKind.CALLS, span=operation.via[0])
    if isinstance(operation, Read):
        table = project.table(operation.component, operation.table)
        if table is not None:
            target = table_node(table.component, table.name)
            yield None, Edge(here, target, EdgeKind.READS, describe_range(operation), operation.span)
            if operation.index is not None:
                yield None, Edge(here, _index(table, operation.index), EdgeKind.USES_INDEX, span=operation.span)
    elif isinstance(operation, Write):
        table = project.table(operation.component, operation.table)
        if table is not None:
            fields = "*" if operation.fields is None else ", ".join(operation.fields)
            label = f"{operation.op}({fields})" if operation.op != "delete" else "delete"
            yield None, Edge(here, table_node(table.component, table.name), EdgeKind.WRITES, label, operation.span)
    elif isinstance(operation, Call) and operation.target is not None:
        kind = EdgeKind.SCHEDULES if operation.op == "schedule" else EdgeKind.RUNS
        yield None, Edge(here, function_node(operation.target), kind, operation.method, operation.span)


def describe_range(read: Read) -> str:
    """`by_channel(channelId, _creationTime>) take`: the range in a few words."""
    marks = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
    parts = [key.field for key in read.eq] + [f"{bound.field}{marks.get(bound.operator, '')}" for bound in read.bounds]
    keys = ", ".join(parts) if read.range_known else "?"
    return f"{read.index or '?'}({keys}) {read.terminal}"


def _index(table: Table, name: str) -> str:
    return f"index:{table_node(table.component, table.name).removeprefix('table:')}.{name}"


def _references(validator: Validator | None, path: str) -> Iterator[tuple[str, str]]:
    """(field path, table) of every `v.id` inside of a validator."""
    if validator is None:
        return
    if validator.kind == "id" and validator.table is not None:
        yield path, validator.table
    for name, inner in validator.fields.items():
        yield from _references(inner, f"{path}.{name}" if path else name)
    for member in validator.members:
        yield from _references(member, path)
    yield from _references(validator.element, f"{path}[]")


def _entries(project: Project, calls: dict[str, list[ClientCall]]) -> dict[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for id, sites in calls.items():
        found[id].extend(Entry(EntryKind.CLIENT, site.within, site.span) for site in sites)
    for function in project.functions:
        if function.kind is Kind.HTTP:
            continue
        if function.visibility is Visibility.PUBLIC:
            kind = EntryKind.COMPONENT if function.component else EntryKind.PUBLIC
            found[function.id].append(Entry(kind, function.path, function.span))
    routed = set()
    for route in project.routes:
        if route.target is not None:
            routed.add(route.target)
            found[route.target].append(Entry(EntryKind.HTTP, f"{route.method} {route.path}", route.span))
    for function in project.functions:
        if function.kind is Kind.HTTP and function.id not in routed:
            found[function.id].append(Entry(EntryKind.HTTP, function.path, function.span))
    for cron in project.crons:
        if cron.target is not None:
            every = cron.every if cron.every is not None else between_runs(cron.schedule)
            found[cron.target].append(Entry(EntryKind.CRON, cron.name, cron.span, every))
    return {id: tuple(entries) for id, entries in found.items()}
