"""Matchings against networkx, which knows for certain how many pairs there can be."""

from __future__ import annotations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from convex_lint.graph.matching import largest_matching

MEMBERS = st.integers(0, 7)


@given(st.dictionaries(MEMBERS, st.lists(MEMBERS, max_size=5)))
def test_there_are_as_many_pairs_as_there_can_be(edges: dict[int, list[int]]) -> None:
    pairs = largest_matching(edges)
    assert all(right in edges[left] for left, right in pairs.items())
    assert len(set(pairs.values())) == len(pairs)
    sides = nx.Graph([(("left", left), ("right", right)) for left, rights in edges.items() for right in rights])
    tops = [node for node in sides if node[0] == "left"]
    assert len(pairs) == len(nx.bipartite.maximum_matching(sides, top_nodes=tops)) // 2
