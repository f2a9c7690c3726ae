"""Rings against networkx, which knows them for certain."""

from __future__ import annotations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from convex_lint.graph.rings import rings

NAMES = st.sampled_from("abcdefghij")


@given(st.dictionaries(NAMES, st.lists(NAMES, max_size=4)))
def test_the_rings_are_those_that_networkx_finds(leads_to: dict[str, list[str]]) -> None:
    graph = nx.DiGraph(leads_to)
    expected = [
        sorted(ring)
        for ring in nx.strongly_connected_components(graph)
        if len(ring) > 1 or any(graph.has_edge(name, name) for name in ring)
    ]
    assert sorted(sorted(ring) for ring in rings(leads_to)) == sorted(expected)


def test_a_long_line_is_walked_without_recursion() -> None:
    line = {str(at): [str(at + 1)] for at in range(20_000)}
    assert not list(rings(line))
    assert [len(ring) for ring in rings({**line, "20000": ["0"]})] == [20_001]
