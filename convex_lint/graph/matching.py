"""Which things can be paired off: the largest matching between two sides, for whoever has to make few do the work of many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def largest_matching(edges: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """As many pairs as there can be, each side used at most once: from the keys of `edges` to one of their values each.
    The two sides number their members on their own. Equal edges give equal pairs (Hopcroft and Karp's algorithm)."""
    if not any(edges.values()):
        return {}
    import networkx as nx

    sides = nx.Graph()
    lefts = [(2 * left) for left in sorted(edges)]  # numbers, since the order of names in a set differs from run to run
    sides.add_nodes_from(lefts)
    for left in sorted(edges):
        sides.add_edges_from((2 * left, 2 * right + 1) for right in edges[left])
    paired = nx.bipartite.hopcroft_karp_matching(sides, top_nodes=lefts)
    return {left: (paired[2 * left] - 1) // 2 for left in sorted(edges) if 2 * left in paired}
