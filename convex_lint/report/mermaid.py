"""GRAPH -> Mermaid, which GitHub, GitLab and many editors draw inside of Markdown."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from convex_lint.graph.graph import EdgeKind, Graph, NodeKind
from convex_lint.report.graph import COLORS, Graphs, edge_label, node_label

_SHAPES = {
    NodeKind.TABLE: ("[(", ")]"),
    NodeKind.INDEX: (">", "]"),
    NodeKind.FUNCTION: ("[", "]"),
    NodeKind.HELPER: ("(", ")"),
    NodeKind.CLIENT: ("([", "])"),
    NodeKind.CRON: ("{{", "}}"),
    NodeKind.ROUTE: ("[/", "/]"),
    NodeKind.COMPONENT: ("[[", "]]"),
}
_SPECIAL = re.compile(r"[^\w .,:/()@*+=-]", re.ASCII)


def render_mermaid(graphs: Graphs) -> str:
    """One flowchart; with several projects each is a subgraph."""
    lines = ["flowchart LR"]
    colored: dict[EdgeKind, list[int]] = defaultdict(list)
    edges = 0
    for number, (root, graph) in enumerate(graphs):
        ids = {node.id: f"n{number}_{at}" for at, node in enumerate(graph.nodes())}
        several = len(graphs) > 1
        if several:
            lines.append(f"  subgraph p{number}[{_text(root or '.')}]")
        lines += _lines(graph, ids)
        if several:
            lines.append("  end")
        for edge in graph.edges():
            colored[edge.kind].append(edges)
            edges += 1
    for kind, places in colored.items():
        if kind in COLORS:
            lines.append(f"  linkStyle {','.join(map(str, places))} stroke:{COLORS[kind]}")
    return "\n".join(lines) + "\n"


def _lines(graph: Graph, ids: dict[str, str]) -> Iterator[str]:
    for node in graph.nodes():
        before, after = _SHAPES[node.kind]
        yield f"  {ids[node.id]}{before}{_text(node_label(node))}{after}"
    for edge in graph.edges():
        yield f"  {ids[edge.source]} -->|{_text(edge_label(edge))}| {ids[edge.target]}"


def _text(text: str) -> str:
    """Quoted, with everything that Mermaid or Markdown might read as a sign written as an entity."""
    rows = (_SPECIAL.sub(lambda found: f"#{ord(found[0])};", row) for row in text.split("\n"))
    return '"' + "<br/>".join(rows) + '"'
