"""GRAPH -> DOT and JSON, for Graphviz and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from convex_lint.graph.graph import Edge, EdgeKind, Graph, Node, NodeKind

Graphs = Sequence[tuple[str, Graph]]
"""The folder of each project and its graph."""

_SHAPES = {
    NodeKind.TABLE: "cylinder",
    NodeKind.INDEX: "note",
    NodeKind.FUNCTION: "box",
    NodeKind.HELPER: "plain",
    NodeKind.CLIENT: "component",
    NodeKind.CRON: "cds",
    NodeKind.ROUTE: "larrow",
    NodeKind.COMPONENT: "folder",
}
COLORS = {
    EdgeKind.READS: "royalblue",
    EdgeKind.WRITES: "crimson",
    EdgeKind.RUNS: "black",
    EdgeKind.SCHEDULES: "darkorange",
    EdgeKind.SUBSCRIBES: "seagreen",
    EdgeKind.INVALIDATES: "purple",
    EdgeKind.CONFLICTS: "red",
}


def render_graph_json(graphs: Graphs) -> str:
    """`{"version": 1, "nodes": [...], "edges": [...]}`; with several projects each entry names its own, and ids carry it
    in front."""
    named = len(graphs) > 1
    nodes = [
        _node(node, _prefix(root, named), root if named else None) for root, graph in graphs for node in graph.nodes()
    ]
    edges = [
        _edge(edge, _prefix(root, named), root if named else None) for root, graph in graphs for edge in graph.edges()
    ]
    return json.dumps({"version": 1, "nodes": nodes, "edges": edges}, indent=2) + "\n"


def render_dot(graphs: Graphs) -> str:
    """One digraph; with several projects each is a cluster."""
    lines = ["digraph convex {", "  rankdir=LR;", '  node [fontname="Helvetica"];', '  edge [fontname="Helvetica"];']
    for number, (root, graph) in enumerate(graphs):
        prefix = _prefix(root, len(graphs) > 1)
        if len(graphs) > 1:
            lines += [f"  subgraph cluster_{number} {{", f"  label={_quoted(root or '.')};"]
        lines += _dot_lines(graph, prefix)
        if len(graphs) > 1:
            lines.append("  }")
    return "\n".join([*lines, "}"]) + "\n"


def _dot_lines(graph: Graph, prefix: str) -> Iterator[str]:
    for node in graph.nodes():
        yield f"  {_quoted(prefix + node.id)} [label={_quoted(node_label(node))}, shape={_SHAPES[node.kind]}];"
    for edge in graph.edges():
        attributes = [f"color={COLORS.get(edge.kind, 'gray')}", f"label={_quoted(edge_label(edge))}"]
        yield f"  {_quoted(prefix + edge.source)} -> {_quoted(prefix + edge.target)} [{', '.join(attributes)}];"


def node_label(node: Node) -> str:
    """The name, and on a second line what is to be known of it."""
    label = f"{node.component}/{node.name}" if node.component and node.component != node.name else node.name
    return f"{label}\n{node.detail}" if node.detail else label


def edge_label(edge: Edge) -> str:
    return f"{edge.kind.value} {edge.label}".strip()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _prefix(root: str, named: bool) -> str:
    return f"{root}#" if named else ""


def _node(node: Node, prefix: str, project: str | None) -> dict[str, object]:
    entry: dict[str, object] = {
        "id": prefix + node.id,
        "kind": node.kind.value,
        "name": node.name,
        "component": node.component,
        "detail": node.detail,
        "file": node.span.file if node.span else None,
    }
    return entry if project is None else {**entry, "project": project}


def _edge(edge: Edge, prefix: str, project: str | None) -> dict[str, object]:
    entry: dict[str, object] = {
        "source": prefix + edge.source,
        "target": prefix + edge.target,
        "kind": edge.kind.value,
        "label": edge.label,
    }
    return entry if project is None else {**entry, "project": project}
