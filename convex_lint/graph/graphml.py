"""Graphs as GraphML, which networkx, Gephi, yEd and igraph read."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from convex_lint.graph.graph import Graph

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def graphml(graphs: Sequence[tuple[str, Graph]]) -> str:
    """One directed multigraph of all projects; `networkx.read_graphml` gives it back, with the attributes of nodes
    (kind, name, component, detail, file, project) and edges (kind, label). With several projects the ids carry theirs in
    front. Characters that XML has no form for become U+FFFD."""
    import networkx as nx

    whole = nx.MultiDiGraph()
    number = 0
    for root, graph in graphs:
        prefix = f"{root}#" if len(graphs) > 1 else ""
        for node in graph.nodes():
            whole.add_node(
                _clean(prefix + node.id),
                kind=node.kind.value,
                name=_clean(node.name),
                component=_clean(node.component),
                detail=_clean(node.detail),
                file=_clean(node.span.file) if node.span else "",
                project=_clean(root),
            )
        for edge in graph.edges():
            ends = _clean(prefix + edge.source), _clean(prefix + edge.target)
            whole.add_edge(*ends, key=f"e{number}", kind=edge.kind.value, label=_clean(edge.label))
            number += 1
    text = io.BytesIO()
    # the other writer of networkx needs lxml, and writes other bytes
    nx.write_graphml_xml(whole, text, encoding="utf-8", prettyprint=True)
    return text.getvalue().decode("utf-8") + "\n"


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
