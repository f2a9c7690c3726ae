"""The graph as DOT and as JSON."""

from __future__ import annotations

import json
import re

from convex_lint.graph.graph import Edge, EdgeKind, Graph, Node, NodeKind
from convex_lint.report.graph import render_dot, render_graph_json

ODD = 'a "quoted" \\ name'
GRAPH = Graph(
    [
        Node("table:t", NodeKind.TABLE, "t"),
        Node(f"function:{ODD}", NodeKind.FUNCTION, ODD, "pool", "public query"),
    ],
    [Edge(f"function:{ODD}", "table:t", EdgeKind.READS, "by_a (a)")],
    {},
    {},
    {},
)
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def strings(dot: str) -> list[str]:
    """The quoted strings of a DOT text, unquoted; what lies between them holds no quote."""
    assert '"' not in STRING.sub("", dot)
    return [re.sub(r"\\(.)", r"\1", found[1:-1]) for found in STRING.findall(dot.replace("\\n", "\n"))]


def test_names_are_quoted_in_dot() -> None:
    dot = render_dot([("", GRAPH)])
    assert f"function:{ODD}" in strings(dot)
    assert f"pool/{ODD}\npublic query" in strings(dot)
    assert "reads by_a (a)" in strings(dot)


def test_json() -> None:
    document = json.loads(render_graph_json([("", GRAPH)]))
    assert document == {
        "version": 1,
        "nodes": [
            {"id": "table:t", "kind": "table", "name": "t", "component": "", "detail": "", "file": None},
            {
                "id": f"function:{ODD}",
                "kind": "function",
                "name": ODD,
                "component": "pool",
                "detail": "public query",
                "file": None,
            },
        ],
        "edges": [{"source": f"function:{ODD}", "target": "table:t", "kind": "reads", "label": "by_a (a)"}],
    }


def test_several_projects_keep_their_nodes_apart() -> None:
    both = [("one", GRAPH), ("two", GRAPH)]
    document = json.loads(render_graph_json(both))
    assert [node["id"] for node in document["nodes"][::2]] == ["one#table:t", "two#table:t"]
    assert document["edges"][1]["source"] == f"two#function:{ODD}"
    assert document["edges"][1]["project"] == "two"
    assert {"one", "two", "one#table:t", "two#table:t"} <= set(strings(render_dot(both)))
