"""A part of a graph: what lies around one node, and only some kinds of edges."""

from __future__ import annotations

from collections.abc import Collection

from convex_lint.graph.graph import EdgeKind, Graph, Node, NodeKind

_FIRST = (NodeKind.FUNCTION, NodeKind.TABLE, *NodeKind)


def named(graph: Graph, name: str) -> Node | None:
    """The node with that id, or else of that name: `messages:send`, `component/mod:fn`, `messages`. Of several, a
    function before a table, and these before all others."""
    found = [node for node in graph.nodes() if name in (node.id, node.name, node.id.partition(":")[2])]
    found.sort(key=lambda node: (node.id != name, _FIRST.index(node.kind), node.id))
    return found[0] if found else None


def part(graph: Graph, kinds: Collection[EdgeKind] = (), focus: Node | None = None) -> Graph:
    """The edges of these kinds (of all, where none is named) and their ends; of these, where there is a `focus`, that node,
    its neighbours and the edges between them."""
    edges = [edge for edge in graph.edges() if not kinds or edge.kind in kinds]
    if focus is not None:
        near = {focus.id}
        for edge in edges:
            if focus.id in (edge.source, edge.target):
                near |= {edge.source, edge.target}
        edges = [edge for edge in edges if edge.source in near and edge.target in near]
        kept = near
    elif kinds:
        kept = {end for edge in edges for end in (edge.source, edge.target)}
    else:
        return graph
    return graph.restricted([node for node in graph.nodes() if node.id in kept], edges)
