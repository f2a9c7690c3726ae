"""FACTS -> GRAPH. The only door to networkx."""

from convex_lint.graph.build import connect
from convex_lint.graph.graph import Edge, EdgeKind, Entry, EntryKind, Graph, Node, NodeKind

__all__ = ["Edge", "EdgeKind", "Entry", "EntryKind", "Graph", "Node", "NodeKind", "connect"]
