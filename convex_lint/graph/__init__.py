"""FACTS -> GRAPH. The only door to networkx."""
