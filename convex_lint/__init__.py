"""convex-lint: a static analyzer for Convex backends that knows the program."""

__version__ = "0.1.0"
