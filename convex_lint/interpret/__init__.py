"""PROGRAM -> FACTS. An abstract interpreter for Convex backends."""
