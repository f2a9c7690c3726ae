"""The graph as DOT, Mermaid, GraphML and JSON, and parts of it."""

from __future__ import annotations

import io
import json
import re

import networkx

from convex_lint.graph.graph import Edge, EdgeKind, Graph, Node, NodeKind
from convex_lint.graph.graphml import graphml
from convex_lint.graph.part import named, part
from convex_lint.report.graph import render_dot, render_graph_json
from convex_lint.report.mermaid import render_mermaid

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


LINE = re.compile(
    r"flowchart LR"
    r'|  n\d+_\d+(?:\[\(".*"\)\]|>".*"\]|\[".*"\]|\(".*"\)|\(\[".*"\]\)|\{\{".*"\}\}|\[/".*"/\]|\[\[".*"\]\])'
    r'|  n\d+_\d+ -->\|".*"\| n\d+_\d+'
    r'|  subgraph p\d+\[".*"\]|  end'
    r"|  linkStyle \d+(?:,\d+)* stroke:\w+"
)


def test_mermaid_is_made_of_known_lines_whose_texts_hold_no_sign() -> None:
    graph = Graph(
        [Node(f"{kind}:x", kind, 'end "`x`" #1; <b>|é', detail="a, b") for kind in NodeKind],
        [Edge("function:x", "table:x", kind, 'a"|b') for kind in EdgeKind],
        {},
        {},
        {},
    )
    for graphs in ([("", graph)], [("one", graph), ("", graph)]):
        lines = render_mermaid(graphs).splitlines()
        assert [line for line in lines if not LINE.fullmatch(line)] == []
        texts = [text for line in lines for text in re.findall(r'"(.*)"', line)]
        bare = [re.sub(r"#\d+;|<br/>", "", text) for text in texts]
        assert [text for text in bare if re.search(r"[^\w .,:/()@*+=-]", text)] == []
    assert "#34;#96;x#96;#34; #35;1#59; #60;b#62;#124;#233;<br/>a, b" in render_mermaid([("", graph)])


def test_graphml_is_read_back() -> None:
    graphs = [("one", GRAPH), ("two", GRAPH)]
    back = networkx.read_graphml(io.BytesIO(graphml(graphs).encode()), force_multigraph=True)
    assert isinstance(back, networkx.MultiDiGraph)
    assert set(back) == {f"{root}#{id}" for root in ("one", "two") for id in ("table:t", f"function:{ODD}")}
    assert back.nodes[f"two#function:{ODD}"] == {
        "kind": "function",
        "name": ODD,
        "component": "pool",
        "detail": "public query",
        "file": "",
        "project": "two",
    }
    assert next(iter(back.edges(keys=True, data=True))) == (
        f"one#function:{ODD}",
        "one#table:t",
        "e0",
        {"kind": "reads", "label": "by_a (a)"},
    )


def test_graphml_keeps_edges_of_one_kind_apart_and_has_no_character_that_xml_lacks() -> None:
    twice = [Edge("table:t", "table:t", EdgeKind.READS, label) for label in ("a\x00", "b")]
    back = networkx.read_graphml(
        io.BytesIO(graphml([("", Graph(GRAPH.nodes(), twice, {}, {}, {}))]).encode()), force_multigraph=True
    )
    assert [data["label"] for _, _, data in back.edges(data=True)] == ["a\ufffd", "b"]


def test_a_focus_is_a_node_its_neighbours_and_what_is_between_them() -> None:
    nodes = [Node(f"table:{name}", NodeKind.TABLE, name) for name in "abcd"]
    ends = [("a", "b"), ("c", "a"), ("b", "c"), ("c", "d")]
    edges = [Edge(f"table:{one}", f"table:{two}", EdgeKind.REFERENCES) for one, two in ends]
    edges.append(Edge("table:a", "table:d", EdgeKind.CONFLICTS))
    graph = Graph(nodes, edges, {}, {}, {})
    near = part(graph, [EdgeKind.REFERENCES], named(graph, "a"))
    assert [node.name for node in near.nodes()] == ["a", "b", "c"]
    assert list(near.edges()) == edges[:3]
    conflicts = part(graph, [EdgeKind.CONFLICTS])
    assert [node.name for node in conflicts.nodes()] == ["a", "d"]
    assert part(graph) is graph


def test_a_name_means_a_function_before_a_table_and_an_id_means_itself() -> None:
    graph = Graph(
        [Node("table:x", NodeKind.TABLE, "x"), Node("function:x", NodeKind.FUNCTION, "x")],
        [],
        {},
        {},
        {},
    )
    assert [named(graph, name) for name in ("x", "table:x", "y")] == [graph.nodes()[1], graph.nodes()[0], None]
