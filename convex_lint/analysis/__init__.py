"""GRAPH -> ANSWERS. What follows from the facts; no opinions."""
